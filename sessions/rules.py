"""What may happen to a session."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from practice.models import ServiceType
from relationships.models import Relationship
from sessions.models import Status, TherapySession

Span = tuple[datetime, datetime]

MINIMUM_CARD_CHARGE = {"GBP": Decimal("0.30"), "EUR": Decimal("0.50"), "USD": Decimal("0.50")}


def clashes(
    *, therapist_id: int, spans: Sequence[Span], ignore: Iterable[int] = ()
) -> list[TherapySession]:
    """The therapist's scheduled sessions that share time with any of the spans.

    One statement when there are none near; one more, with the people, when there are.
    """
    if not spans:
        return []
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    near = (
        TherapySession.objects.overlapping(first, last)
        .filter(therapist_id=therapist_id)
        .exclude(pk__in=list(ignore))
        .values_list("pk", "starts_at", "ends_at")
    )
    taken = [pk for pk, *booked in near if any(_overlap(booked, span) for span in spans)]
    return list(TherapySession.objects.filter(pk__in=taken).with_people()) if taken else []


def _overlap(booked: Sequence[datetime], span: Span) -> bool:
    return booked[0] < span[1] and booked[1] > span[0]


def span(starts_at: datetime, length_minutes: int) -> Span:
    return starts_at, starts_at + timedelta(minutes=length_minutes)


def usual_fee(relationship: Relationship, service_type: ServiceType) -> Decimal:
    """The agreed fee of the relationship, or that of the kind of session (DESIGN 4.5)."""
    if relationship.agreed_fee is not None:
        return relationship.agreed_fee
    return service_type.fee


def why_fee_refused(relationship: Relationship, fee: Decimal, currency: str) -> str:
    """Cards have a smallest charge at Stripe; a fee of zero makes no invoice. "" when allowed.

    Source: https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts
    """
    minimum = MINIMUM_CARD_CHARGE[currency]
    if relationship.is_by_card and Decimal(0) < fee < minimum:
        return f"A card cannot be charged less than {minimum} {currency}."
    return ""


def why_not_movable(
    therapy_session: TherapySession, to: Relationship | None, *, now: datetime
) -> str:
    """Why a session cannot go to another payer, in words; "" when it can.

    `to` is None while that relationship is still to be opened, by card.
    """
    if therapy_session.status != Status.SCHEDULED:
        return f"{therapy_session.get_status_display()}: stays"
    if therapy_session.starts_at <= now:
        return "Has already begun: stays"
    if to and (reason := why_fee_refused(to, therapy_session.fee, therapy_session.currency)):
        return reason
    return ""


def is_late(therapy_session: TherapySession, *, now: datetime) -> bool:
    """Whether cancelling now comes after the free-cancel window closed (elapsed UTC hours).

    A session moved inside its window stays late to cancel (DESIGN 4.4).
    """
    return bool(therapy_session.moved_late_at) or now > therapy_session.free_cancel_until


def status_when_cancelled(
    therapy_session: TherapySession, *, is_by_therapist: bool, now: datetime
) -> Status:
    """At or before the window's end: free. Later: stands. By the therapist: always free."""
    if is_by_therapist:
        return Status.CANCELLED_BY_THERAPIST
    return Status.LATE_CANCELLED if is_late(therapy_session, now=now) else Status.CANCELLED
