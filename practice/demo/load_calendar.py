"""Write the sessions of the past and those ahead, with the series they belong to."""

from collections.abc import Iterable, Iterator
from datetime import datetime, time, timedelta
from typing import Any

from practice.audit.actor import Actor
from practice.demo.calendar import HABITS, Habit, Slot, slots
from practice.demo.world import World
from relationships.models import Relationship
from sessions.models import Series, Status, TherapySession

# How long before its start a session was cancelled, and who did it.
NOTICE = {
    Status.CANCELLED: timedelta(days=4),
    Status.LATE_CANCELLED: timedelta(hours=5),
    Status.CANCELLED_BY_THERAPIST: timedelta(days=1),
    Status.CANCELLED_UNPAID: timedelta(hours=1),
}


def write_sessions(world: World) -> None:
    TherapySession.objects.bulk_create(
        therapy_session for habit in HABITS for therapy_session in _of_habit(world, habit)
    )


def _of_habit(world: World, habit: Habit) -> Iterator[TherapySession]:
    therapist, attendee = world.users[habit.therapist], world.clients[habit.attendee]
    payers = [
        relationship
        for relationship in world.relationships
        if (relationship.therapist, relationship.attendee) == (therapist, attendee)
    ]
    planned = list(slots(habit, now=world.now, zone=therapist.zone))
    series = _series(habit, planned, payers[0])
    for slot in planned:
        relationship = _payer_of(slot, payers)
        yield _session(world, habit, slot, relationship, series)


def _series(habit: Habit, planned: list[Slot], relationship: Relationship) -> Series:
    therapist = relationship.therapist
    return Series.objects.create(
        therapist=therapist,
        attendee=relationship.attendee,
        time_zone=therapist.time_zone,
        starts_on=planned[0].starts_at.astimezone(therapist.zone).date(),
        starts_at_time=time.fromisoformat(habit.at),
        weeks_apart=habit.weeks_apart,
        number_of_sessions=len(planned),
    )


def _payer_of(slot: Slot, relationships: Iterable[Relationship]) -> Relationship:
    """The relationship of that time; two parents in turn."""
    then = [
        relationship
        for relationship in relationships
        if relationship.started_at <= slot.starts_at
        and (relationship.ended_at is None or slot.starts_at < relationship.ended_at)
    ]
    return then[slot.week % len(then)]


def _session(
    world: World, habit: Habit, slot: Slot, relationship: Relationship, series: Series
) -> TherapySession:
    service, practice = world.services[habit.service], world.practice
    fee = service.fee if relationship.agreed_fee is None else relationship.agreed_fee
    return TherapySession(
        relationship=relationship,
        therapist=relationship.therapist,
        series=series,
        service_type=service,
        starts_at=slot.starts_at,
        ends_at=slot.starts_at + timedelta(minutes=service.length_minutes),
        time_zone=series.time_zone,
        place=habit.place,
        fee=fee,
        currency=practice.currency,
        charge_lead_hours=practice.charge_lead_hours,
        free_cancel_hours=practice.free_cancel_hours,
        booked_at=min(slot.starts_at - timedelta(weeks=4), relationship.started_at),
        **_end(slot, relationship, slot.starts_at),
    )


def _end(slot: Slot, relationship: Relationship, starts_at: datetime) -> dict[str, Any]:
    if slot.status not in Status.cancelled():
        return {"status": slot.status}
    is_unpaid = slot.status == Status.CANCELLED_UNPAID
    by = Actor.system("charging") if is_unpaid else Actor.user(relationship.therapist)
    return {
        "status": slot.status,
        "cancelled_at": starts_at - NOTICE[slot.status],
        "cancelled_by": by,
        "sequence": 1,
    }
