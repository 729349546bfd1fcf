"""From the domain's rows to the e-mails' plain values: what each reader may see of a session.

The attendee sees the place; a payer who does not attend sees the attendee's name and no place; only the
payer sees the fee (DESIGN 4.6).
"""

from collections.abc import Sequence
from datetime import datetime

from billing.models import Card, Mandate
from billing.terms import terms_of
from clients.models import Client
from notifications import emails
from notifications.letters import Letter, SessionLine, letter_to, link_to
from practice.models import Practice
from practice.money import format_money
from relationships.models import Relationship
from sessions.charging import ChargeKind, planned_charge
from sessions.models import TherapySession


def sessions_booked(
    relationship: Relationship,
    booked: Sequence[TherapySession],
    *,
    practice: Practice,
    now: datetime,
) -> None:
    """Tell the attendee and the payer, each once."""
    for reader in _readers(relationship):
        letter = _letter(
            reader, f"booked:{booked[0].pk}:{booked[0].sequence}:{len(booked)}", practice, now
        )
        lines = _lines(relationship, booked, reader, practice=practice, now=now)
        emails.sessions_booked(letter, sessions=lines)


def sessions_moved(to: Relationship, moved: Sequence[TherapySession], *, now: datetime) -> None:
    """Tell the new payer of sessions that are theirs to pay from now on."""
    practice = Practice.current()
    letter = _letter(to.payer, f"moved:{moved[0].pk}:{to.pk}:{now:%Y%m%d%H%M%S}", practice, now)
    lines = _lines(to, moved, to.payer, practice=practice, now=now)
    emails.sessions_booked(letter, sessions=lines)


def session_changed(
    before: TherapySession, after: TherapySession, *, practice: Practice, now: datetime
) -> None:
    """Tell the attendee and the payer of another time or place."""
    relationship = after.relationship
    for reader in _readers(relationship):
        letter = _letter(reader, f"session:{after.pk}:{after.sequence}", practice, now)
        was, is_now = _lines(relationship, [before, after], reader, practice=practice, now=now)
        emails.session_changed(letter, before=was, after=is_now)


def sessions_cancelled(
    relationship: Relationship,
    cancelled: Sequence[TherapySession],
    *,
    fee_note: str,
    practice: Practice,
    now: datetime,
) -> None:
    """Tell the attendee and the payer; `fee_note` goes to the payer only."""
    first = cancelled[0]
    for reader in _readers(relationship):
        letter = _letter(reader, f"cancelled:{first.pk}:{first.sequence}", practice, now)
        lines = _lines(relationship, cancelled, reader, practice=practice, now=now)
        is_payer = reader.pk == relationship.payer_id
        emails.sessions_cancelled(letter, sessions=lines, fee_note=fee_note if is_payer else "")


def your_part_has_ended(
    relationship: Relationship,
    remaining: Sequence[TherapySession],
    *,
    practice: Practice,
    now: datetime,
) -> None:
    """Tell a former organiser what ended and which sessions are still billed to them."""
    payer = relationship.payer
    letter = _letter(payer, _ended_key(relationship, now), practice, now)
    emails.your_part_has_ended(
        letter,
        therapist=relationship.therapist.name,
        attendee=relationship.attendee.name,
        ended_on=now.astimezone(practice.zone).date(),
        sessions=_lines(relationship, remaining, payer, practice=practice, now=now),
    )


def relationship_ended(
    relationship: Relationship, kept: Sequence[TherapySession], *, practice: Practice, now: datetime
) -> None:
    """Tell the attendee and the payer that it has ended, and what still takes place."""
    for reader in _readers(relationship):
        emails.relationship_ended(
            _letter(reader, _ended_key(relationship, now), practice, now),
            therapist=relationship.therapist.name,
            ended_on=now.astimezone(practice.zone).date(),
            attendee=_attendee_for(relationship, reader),
            kept=_lines(relationship, kept, reader, practice=practice, now=now),
        )


def you_pay_from_now_on(
    relationship: Relationship,
    moved: Sequence[TherapySession],
    *,
    practice: Practice,
    now: datetime,
    card: Card | None = None,
    mandate: Mandate | None = None,
) -> None:
    """Tell the attendee that they pay now, with which card, and how to say that it is not right."""
    payer = relationship.payer
    link = mandate.not_right_link if mandate else None
    emails.you_pay_from_now_on(
        _letter(payer, f"pays:{relationship.pk}:{now:%Y%m%d%H%M%S}", practice, now),
        agreement=terms_of([relationship], now=now, practice=practice)[0].as_line(),
        card=card.label if card else "",
        sessions=_lines(relationship, moved, payer, practice=practice, now=now),
        link=link_to(link, "portal:not_right", practice=practice) if link else None,
    )


def _readers(relationship: Relationship) -> list[Client]:
    people = {relationship.attendee_id: relationship.attendee}
    return list((people | {relationship.payer_id: relationship.payer}).values())


def _letter(reader: Client, key: str, practice: Practice, now: datetime) -> Letter:
    return letter_to(reader, practice=practice, dedupe_key=key, now=now)


def _ended_key(relationship: Relationship, now: datetime) -> str:
    return f"relationship:{relationship.pk}:ended:{now:%Y%m%d%H%M%S}"


def _attendee_for(relationship: Relationship, reader: Client) -> str:
    return "" if reader.pk == relationship.attendee_id else relationship.attendee.name


def _lines(
    relationship: Relationship,
    therapy_sessions: Sequence[TherapySession],
    reader: Client,
    *,
    practice: Practice,
    now: datetime,
) -> list[SessionLine]:
    return [_line(relationship, one, reader, practice, now) for one in therapy_sessions]


def _line(
    relationship: Relationship,
    one: TherapySession,
    reader: Client,
    practice: Practice,
    now: datetime,
) -> SessionLine:
    is_payer = reader.pk == relationship.payer_id
    method = relationship.payment_method
    planned = planned_charge(one, payment_method=method, practice=practice, now=now)
    is_paid = planned.kind not in (ChargeKind.NOT_PAID, ChargeKind.FREE)
    return SessionLine(
        uid=f"session-{one.pk}",
        sequence=one.sequence,
        starts_at=one.starts_at,
        ends_at=one.ends_at,
        time_zone=one.time_zone,
        therapist=relationship.therapist.name,
        attendee=_attendee_for(relationship, reader),
        place=one.place if reader.pk == relationship.attendee_id else "",
        fee=format_money(one.fee, one.currency) if is_payer and is_paid else "",
        charge_at=planned.at if is_payer else None,
        free_until=one.free_cancel_until,
    )
