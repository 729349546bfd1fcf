"""What SQL cannot hold and the actions keep under their locks (DESIGN part 5), looked at afterwards.

Each check yields one sentence per row that breaks it. Names are left out: the sentences go to logs.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from billing.models import CardRequest, CardSetup, CardSetupAgreement, Mandate
from practice.models import Practice
from relationships.models import PayerPlan, Relationship
from relationships.rules import may_pay_for_self
from sessions.models import TherapySession

Check = Callable[[datetime], Iterator[str]]


def find_inconsistencies(*, now: datetime) -> Iterator[str]:
    """Run every check; each takes one statement, and two at most."""
    for check in CHECKS:
        yield from check(now)


def _sessions_have_their_relationships_therapist(_: datetime) -> Iterator[str]:
    wrong = TherapySession.objects.exclude(therapist=F("relationship__therapist"))
    for pk, relationship in _pairs(wrong, "relationship_id"):
        yield f"Session {pk} is with another therapist than its relationship {relationship}."


def _therapists_are_in_one_place(_: datetime) -> Iterator[str]:
    same_time = TherapySession.objects.filter(therapist=OuterRef("therapist")).overlapping(
        OuterRef("starts_at"),  # type: ignore[arg-type]
        OuterRef("ends_at"),  # type: ignore[arg-type]
    )
    twice = TherapySession.objects.scheduled().filter(Exists(same_time.exclude(pk=OuterRef("pk"))))
    for pk, therapist in _pairs(twice, "therapist_id"):
        yield f"Session {pk} overlaps another scheduled session of therapist {therapist}."


def _series_are_of_the_same_two(_: datetime) -> Iterator[str]:
    wrong = TherapySession.objects.filter(series__isnull=False).exclude(
        series__attendee=F("relationship__attendee"), series__therapist=F("therapist")
    )
    for pk, series in _pairs(wrong, "series_id"):
        yield f"Session {pk} belongs to series {series} of another attendee or therapist."


def _ended_relationships_take_no_new_session(_: datetime) -> Iterator[str]:
    late = TherapySession.objects.filter(booked_at__gt=F("relationship__ended_at"))
    for pk, relationship in _pairs(late, "relationship_id"):
        yield f"Session {pk} was booked on relationship {relationship} after its end."


def _relationships_move_to_the_same_two(_: datetime) -> Iterator[str]:
    wrong = Relationship.objects.filter(moved_to__isnull=False).exclude(
        moved_to__therapist=F("therapist"), moved_to__attendee=F("attendee")
    )
    for pk, other in _pairs(wrong, "moved_to_id"):
        yield f"Relationship {pk} moved to {other}, of another attendee or therapist."


def _payers_of_themselves_are_old_enough(now: datetime) -> Iterator[str]:
    """Open, not flagged, and the attendee is below the consent age or of unknown age."""
    practice = Practice.current()
    today = now.astimezone(practice.zone).date()
    for relationship in _perhaps_too_young(today, practice):
        if not may_pay_for_self(relationship.attendee, today, practice=practice):
            yield f"Relationship {relationship.pk} is first-party below the consent age, unflagged."


def _perhaps_too_young(today: date, practice: Practice) -> QuerySet[Relationship]:
    born_after = today - timedelta(days=366 * (practice.consent_age + 1))
    young = Q(attendee__date_of_birth__gt=born_after) | Q(attendee__date_of_birth=None)
    open_ones = Relationship.objects.open().first_party().filter(flagged_at=None)
    return open_ones.filter(young).select_related("attendee").order_by("pk")


def _plans_lead_to_an_open_relationship_of_the_same_two(_: datetime) -> Iterator[str]:
    wrong = PayerPlan.objects.exclude(
        default__therapist=F("therapist"),
        default__attendee=F("attendee"),
        default__ended_at=None,
    )
    for pk, default in _pairs(wrong, "default_id"):
        yield f"Payer plan {pk} leads to relationship {default}: ended, or of others."


def _mandates_are_their_payers(_: datetime) -> Iterator[str]:
    wrong = Mandate.objects.exclude(payer=F("relationship__payer"))
    for pk, relationship in _pairs(wrong, "relationship_id"):
        yield f"Agreement {pk} is not of the payer of its relationship {relationship}."


def _ended_relationships_are_not_agreed_to_as_a_whole(_: datetime) -> Iterator[str]:
    wrong = Mandate.objects.whole().exclude(relationship__ended_at=None)
    for pk, relationship in _pairs(wrong, "relationship_id"):
        yield f"Agreement {pk} covers new sessions of relationship {relationship}, which has ended."


def _links_are_of_whom_they_ask(_: datetime) -> Iterator[str]:
    for pk, link in _pairs(CardRequest.objects.exclude(link__client=F("payer")), "link_id"):
        yield f"Card request {pk} has link {link} of somebody else."
    for pk, link in _pairs(CardSetup.objects.exclude(link__client=F("client")), "link_id"):
        yield f"Card setup {pk} came from link {link} of somebody else."


def _ticks_are_of_the_payer(_: datetime) -> Iterator[str]:
    wrong = CardSetupAgreement.objects.exclude(relationship__payer=F("setup__client"))
    for pk, relationship in _pairs(wrong, "relationship_id"):
        yield f"Tick {pk} agrees to relationship {relationship} of another payer."


def _pairs(wrong: QuerySet[Any], name: str) -> Iterator[tuple[int, int]]:
    return wrong.order_by("pk").values_list("pk", name).iterator()


CHECKS: tuple[Check, ...] = (
    _sessions_have_their_relationships_therapist,
    _therapists_are_in_one_place,
    _series_are_of_the_same_two,
    _ended_relationships_take_no_new_session,
    _relationships_move_to_the_same_two,
    _payers_of_themselves_are_old_enough,
    _plans_lead_to_an_open_relationship_of_the_same_two,
    _mandates_are_their_payers,
    _ended_relationships_are_not_agreed_to_as_a_whole,
    _links_are_of_whom_they_ask,
    _ticks_are_of_the_payer,
)
