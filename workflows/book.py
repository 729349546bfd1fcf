"""Book a session, once or as a series, under a relationship."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import transaction

from billing.rules import why_cannot_book
from practice.audit.actor import Actor
from practice.models import Practice, ServiceType
from practice.money import round_money
from practice.refusals import Refused
from practice.team.models import User
from relationships.models import Relationship
from sessions.actions import SessionTerms, book_sessions
from sessions.clock import occurrences
from sessions.models import Series, TherapySession
from sessions.rules import clashes, span, why_fee_refused
from workflows import letters
from workflows.locks import lock_relationships
from workflows.permission import require_right


@dataclass(frozen=True, slots=True)
class BookingOrder:
    """What to book. Wall-clock times are in the therapist's zone; `fee` in the practice's currency.

    `times` sessions, `weeks_apart` weeks from one to the next; 1 is a single session.
    """

    service_type: ServiceType
    first_on: date
    at: time
    length_minutes: int
    fee: Decimal
    place: str = ""
    times: int = 1
    weeks_apart: int = 1
    rebooked_from: TherapySession | None = None


@dataclass(frozen=True, slots=True)
class BookingPreview:
    """What would be booked (UTC starts), and what is in the way."""

    starts: Sequence[datetime]
    clashes: Sequence[TherapySession]


def preview_booking(
    relationship: Relationship, order: BookingOrder, *, now: datetime
) -> BookingPreview:
    """Say which sessions would be booked and which clash. Raises Refused as `book` does."""
    starts = _starts(relationship, order, now=now)
    taken = clashes(
        therapist_id=relationship.therapist_id,
        spans=[span(start, order.length_minutes) for start in starts],
    )
    return BookingPreview(starts, taken)


def book(
    *, relationship_id: int, order: BookingOrder, user: User, now: datetime
) -> list[TherapySession]:
    """Book the sessions; a repeated order is given those of the first time.

    1. Lock the relationship; look again whether it is open and its payer has a usable card. 2. The
    series, if there are several. 3. The sessions. 4. E-mails to attendee and payer.
    Raises Refused, in words; Clashes when the therapist is taken.
    """
    by = Actor.user(user)
    with transaction.atomic():
        relationship = lock_relationships([relationship_id])[relationship_id]
        require_right(user, relationship)
        practice = Practice.current()
        _require_bookable(relationship, order, practice, now=now)
        starts = _starts(relationship, order, now=now)
        if done := _booked_already(relationship, order, starts):
            return done
        booked = book_sessions(
            relationship=relationship,
            starts=starts,
            terms=_terms(relationship, order, practice),
            series=_series(relationship, order),
            rebooked_from=order.rebooked_from,
            by=by,
            now=now,
        )
        letters.sessions_booked(relationship, booked, practice=practice, now=now)
        return booked


def _require_bookable(
    relationship: Relationship, order: BookingOrder, practice: Practice, *, now: datetime
) -> None:
    if reason := why_cannot_book(relationship, now=now, practice=practice):
        raise Refused(reason)
    if reason := why_fee_refused(relationship, order.fee, practice.currency):
        raise Refused(reason)
    again = order.rebooked_from
    if again and again.relationship.attendee_id != relationship.attendee_id:
        raise Refused("The cancelled session belongs to somebody else.")


def _starts(relationship: Relationship, order: BookingOrder, *, now: datetime) -> list[datetime]:
    starts = list(
        occurrences(
            first=order.first_on,
            at=order.at,
            zone=_zone(relationship),
            times=order.times,
            weeks_apart=order.weeks_apart,
        )
    )
    if starts[0] <= now:
        raise Refused("Choose a time that is still ahead.")
    return starts


def _zone(relationship: Relationship) -> ZoneInfo:
    return relationship.therapist.zone


def _booked_already(
    relationship: Relationship, order: BookingOrder, starts: Sequence[datetime]
) -> list[TherapySession]:
    """The same sessions of the same relationship, if all stand already (a double click)."""
    same = list(
        TherapySession.objects.scheduled().filter(relationship=relationship, starts_at__in=starts)
    )
    ends = dict(span(one, order.length_minutes) for one in starts)
    matching = [one for one in same if ends[one.starts_at] == one.ends_at]
    return matching if len(matching) == len(starts) else []


def _terms(relationship: Relationship, order: BookingOrder, practice: Practice) -> SessionTerms:
    return SessionTerms(
        service_type=order.service_type,
        length_minutes=order.length_minutes,
        fee=round_money(order.fee, practice.currency),
        time_zone=relationship.therapist.time_zone,
        place=order.place,
    )


def _series(relationship: Relationship, order: BookingOrder) -> Series | None:
    if order.times == 1:
        return None
    return Series.objects.create(
        therapist=relationship.therapist,
        attendee=relationship.attendee,
        time_zone=relationship.therapist.time_zone,
        starts_on=order.first_on,
        starts_at_time=order.at,
        weeks_apart=order.weeks_apart,
        number_of_sessions=order.times,
    )
