"""Sessions as staff read them: rows of tables, and what becomes of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from billing.rules import FLAGGED, CardStatus
from notifications.wording import zone_name
from practice.models import Practice
from practice.money import format_money
from practice.team.models import User
from practice.wording import say_when
from relationships.models import Relationship
from sessions.charging import ChargeKind, PlannedCharge, planned_charge
from sessions.models import Status, TherapySession
from sessions.rules import Span

TONES = {
    Status.ATTENDED: "good",
    Status.NO_SHOW: "warn",
    Status.LATE_CANCELLED: "warn",
    Status.CANCELLED_UNPAID: "bad",
}
_AWAITED = {
    "no_card": "Awaiting card",
    "asked": "Awaiting card",
    "expired": "Awaiting card",
    "waiting": "Awaiting agreement",
    FLAGGED.kind: FLAGGED.label,
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One line of a table, ready to be shown: words and an address, nothing to look up."""

    id: int
    is_ahead: bool
    url: str
    when: str
    length: str
    fee: str
    tone: str
    label: str
    charge: str


def _session_row(
    therapy_session: TherapySession,
    relationship: Relationship,
    *,
    card: CardStatus,
    address: str,
    now: datetime,
    practice: Practice,
) -> SessionRow:
    tone, label = status_words(therapy_session, now=now)
    is_ahead = therapy_session.is_upcoming(now)
    return SessionRow(
        id=therapy_session.pk,
        is_ahead=is_ahead,
        url=address.replace("/0/", f"/{therapy_session.pk}/"),
        when=say_when(therapy_session.starts_at),
        length=f"{therapy_session.length_minutes} minutes",
        fee=format_money(therapy_session.fee, therapy_session.currency),
        tone=tone,
        label=label,
        charge=charge_words(therapy_session, relationship, card=card, now=now, practice=practice)
        if is_ahead
        else "",
    )


def session_rows(
    therapy_sessions: Iterable[TherapySession],
    relationship: Relationship,
    *,
    card: CardStatus,
    now: datetime,
    practice: Practice,
) -> list[SessionRow]:
    """Rows of sessions that all belong to one relationship, whose card stands like this."""
    address = reverse("sessions:session", args=[0])
    return [
        _session_row(one, relationship, card=card, address=address, now=now, practice=practice)
        for one in therapy_sessions
    ]


def status_words(therapy_session: TherapySession, *, now: datetime) -> tuple[str, str]:
    """Tone and word of a session's status; one whose time has passed unrecorded is "Past"."""
    status = Status(therapy_session.status)
    if status == Status.SCHEDULED:
        return ("ahead", "Upcoming") if therapy_session.starts_at > now else ("", "Past")
    return TONES.get(status, ""), str(status.label)


def charge_words(
    therapy_session: TherapySession,
    relationship: Relationship,
    *,
    card: CardStatus,
    now: datetime,
    practice: Practice,
) -> str:
    """When, and how, an upcoming session will be paid, and what that waits for."""
    planned = planned_charge(
        therapy_session, payment_method=relationship.payment_method, practice=practice, now=now
    )
    if planned.kind == ChargeKind.BY_INVOICE:
        return f"By invoice, payable within {relationship.terms_days} days"
    words, missing = planned_words(planned), awaited(card)
    if not (missing and planned.kind.is_by_card):
        return words
    return missing if card == FLAGGED else f"{missing}, then {words[0].lower()}{words[1:]}"


def awaited(card: CardStatus) -> str:
    """Say `Awaiting card`, or what else keeps it from being charged; "" where nothing does."""
    return _AWAITED.get(card.kind, "")


def planned_words(planned: PlannedCharge, *, to: str = "", is_card_there: bool = True) -> str:
    """Say `Charged to Sam on Sun 29 Nov, 10:00`; `to` is whose card."""
    charged = f"Charged to {to}" if to else "Charged"
    on = f" on {_say_soon(planned.at)}" if planned.at else ""
    once = "" if is_card_there else ", once their card is there"
    at_once = " at once: it starts soon" if is_card_there else " once their card is there"
    return {
        ChargeKind.AT: f"{charged}{on}{once}",
        ChargeKind.AT_ONCE: f"{charged}{at_once}",
        ChargeKind.AFTER_SESSION: f"{charged} after the session{once}",
        ChargeKind.BY_INVOICE: f"By invoice to {to}" if to else "By invoice",
        ChargeKind.NOT_PAID: "Nothing to pay",
        ChargeKind.FREE: "Nothing to pay",
    }[planned.kind]


def _say_soon(moment: datetime) -> str:
    """Say `Sun 29 Nov, 10:00`: beside a session's own date the year goes without saying."""
    local = timezone.localtime(moment)
    return f"{local:%a} {local.day} {local:%b, %H:%M}"


def zone_words(zone: ZoneInfo, at: datetime) -> str:
    """Say `London time`."""
    return zone_name(at.astimezone(zone), zone.key)


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One session of a series that is about to be booked; `taken` says what is in the way."""

    number: int
    when: str
    taken: str


def planned_rows(
    spans: Iterable[Span], taken: Sequence[TherapySession], *, zone: ZoneInfo, user: User
) -> list[PlannedRow]:
    """The sessions of a series, each with what stands in its way. One statement, for clashes."""
    sentences = clash_words(taken, user)
    in_the_way = list(zip(taken, sentences, strict=True))
    return [
        PlannedRow(
            number,
            say_when(planned[0], zone),
            " ".join(words for one, words in in_the_way if _share_time(one, planned)),
        )
        for number, planned in enumerate(spans, 1)
    ]


def _share_time(one: TherapySession, of: Span) -> bool:
    return one.starts_at < of[1] and one.ends_at > of[0]


def clash_words(taken: Sequence[TherapySession], user: User) -> list[str]:
    """Say which session of which time is in the way; whose, only to who may open it."""
    ids = [one.pk for one in taken]
    open_to_user = set(
        TherapySession.objects.for_user(user).filter(pk__in=ids).values_list("pk", flat=True)
        if ids
        else []
    )
    return [_clash(one, is_open=one.pk in open_to_user) for one in taken]


def _clash(one: TherapySession, *, is_open: bool) -> str:
    zone = one.therapist.zone
    until = timezone.localtime(one.ends_at, zone)
    whose = f" with {one.relationship.attendee.name}" if is_open else ""
    return (
        f"{one.therapist.name} already has a session{whose} "
        f"on {say_when(one.starts_at, zone)} to {until:%H:%M}."
    )
