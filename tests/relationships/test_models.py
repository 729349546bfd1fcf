from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from relationships.models import (
    EndReason,
    Manner,
    MigrationRequest,
    PayerPlan,
    PaymentMethod,
    Relationship,
    Requester,
)
from tests.factories import BY, RelationshipFactory
from tests.violations import violates

pytestmark = pytest.mark.django_db


@pytest.fixture
def relationship():
    return RelationshipFactory()


def rows(relationship):
    """The row without its model, to write what no action would."""
    return Relationship.objects.filter(pk=relationship.pk)


def ended(**changes):
    end = {"ended_at": timezone.now(), "ended_by": BY, "end_reason": EndReason.THERAPY_ENDED}
    return end | changes


def test_the_same_three_have_one_open_relationship(relationship):
    with violates("relationship_one_open"):
        RelationshipFactory(
            therapist=relationship.therapist,
            attendee=relationship.attendee,
            payer=relationship.payer,
        )


def test_the_same_three_may_start_again_after_an_end(relationship):
    rows(relationship).update(**ended())
    again = RelationshipFactory(
        therapist=relationship.therapist,
        attendee=relationship.attendee,
        payer=relationship.payer,
    )
    assert again.is_open


def test_it_ends_after_it_started(relationship):
    too_early = relationship.started_at - timedelta(seconds=1)
    with violates("relationship_ends_after_start"):
        rows(relationship).update(**ended(ended_at=too_early))


@pytest.mark.parametrize("missing", ["ended_at", "ended_by", "end_reason"])
def test_an_end_has_a_time_a_person_and_a_reason(relationship, missing):
    with violates("relationship_end_is_complete"):
        rows(relationship).update(**ended(**{missing: None}))


def test_only_an_ended_one_has_moved_to_another(relationship):
    with violates("relationship_moved_only_when_ended"):
        rows(relationship).update(moved_to=RelationshipFactory())


def test_not_paying_has_a_reason(relationship):
    with violates("relationship_not_paid_has_reason"):
        rows(relationship).update(payment_method=PaymentMethod.NOT_AT_ALL)


def test_a_fee_is_not_below_zero(relationship):
    with violates("relationship_fee_not_negative"):
        rows(relationship).update(agreed_fee=Decimal("-0.01"))


def test_two_people_have_one_payer_plan(relationship):
    plan = {
        "therapist": relationship.therapist,
        "attendee": relationship.attendee,
        "default": relationship,
        "set_at": timezone.now(),
        "set_by": BY,
    }
    PayerPlan.objects.create(**plan)
    with violates("payer_plan_once"):
        PayerPlan.objects.create(**plan)


def test_no_organiser_makes_an_attendee_pay(relationship):
    with violates("migration_request_attendee_agrees"):
        MigrationRequest.objects.create(
            relationship=relationship,
            requester=Requester.ORGANISER,
            requested_on=timezone.now().date(),
            manner=Manner.PHONE,
            recorded_at=timezone.now(),
            recorded_by=BY,
        )
