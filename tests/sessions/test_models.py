from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from sessions.models import Status, TherapySession
from tests.factories import BY, RelationshipFactory, TherapySessionFactory
from tests.violations import violates

pytestmark = pytest.mark.django_db


@pytest.fixture
def therapy_session():
    return TherapySessionFactory()


def rows(therapy_session):
    """The row without its model, to write what no action would."""
    return TherapySession.objects.filter(pk=therapy_session.pk)


def test_it_ends_after_it_starts(therapy_session):
    with violates("session_ends_after_start"):
        rows(therapy_session).update(ends_at=therapy_session.starts_at)


@pytest.mark.parametrize(
    "cancellation",
    [
        {"status": Status.CANCELLED},
        {"status": Status.CANCELLED, "cancelled_at": timezone.now()},
        {"status": Status.LATE_CANCELLED, "cancelled_by": BY},
        {"status": Status.SCHEDULED, "cancelled_at": timezone.now(), "cancelled_by": BY},
    ],
)
def test_a_cancellation_has_a_time_and_a_person(therapy_session, cancellation):
    with violates("session_cancellation_is_complete"):
        rows(therapy_session).update(**cancellation)


def test_a_fee_is_not_below_zero(therapy_session):
    with violates("session_fee_not_negative"):
        rows(therapy_session).update(fee=Decimal("-0.01"))


@pytest.mark.postgres
class TestOverlap:
    """One therapist is in one place; SQLite has the lock and the check of `sessions.rules` only."""

    def overlapping(self, therapy_session, **changes):
        other = RelationshipFactory(therapist=therapy_session.relationship.therapist)
        starts_at = therapy_session.starts_at + timedelta(minutes=49)
        return TherapySessionFactory(relationship=other, starts_at=starts_at, **changes)

    def test_a_therapist_has_one_session_at_a_time(self, therapy_session):
        with violates("session_no_overlap"):
            self.overlapping(therapy_session)

    def test_a_cancelled_session_is_in_nobodys_way(self, therapy_session):
        assert self.overlapping(therapy_session, cancelled=True).is_cancelled

    def test_one_may_start_when_another_ends(self, therapy_session):
        next_one = TherapySessionFactory(
            relationship=therapy_session.relationship, starts_at=therapy_session.ends_at
        )
        assert next_one.starts_at == therapy_session.ends_at
