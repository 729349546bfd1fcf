"""The people of a hand-over: Sam attends, Jo pays, Priya is the therapist."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import (
    ClientFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def therapist(practice):
    return UserFactory(name="Dr Priya Nair")


@pytest.fixture
def attendee(practice):
    return ClientFactory(first_name="Sam", last_name="Rivers", email="sam@example.com")


@pytest.fixture
def payer(practice):
    return ClientFactory(first_name="Jo", last_name="Rivers", email="jo@example.com")


@pytest.fixture
def relationship(therapist, attendee, payer):
    return RelationshipFactory(therapist=therapist, attendee=attendee, payer=payer)


@pytest.fixture
def upcoming(relationship, now):
    """Four weekly sessions, the first in a week."""
    return [
        TherapySessionFactory(
            relationship=relationship,
            starts_at=now + timedelta(weeks=week),
        )
        for week in (1, 2, 3, 4)
    ]
