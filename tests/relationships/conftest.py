"""People around one relationship, and the ways to look at it."""

import pytest

from tests.factories import (
    CardFactory,
    ClientFactory,
    MandateFactory,
    RelationshipFactory,
    UserFactory,
)


@pytest.fixture
def therapist(db):
    return UserFactory(name="Dr Priya Nair")


@pytest.fixture
def colleague(db):
    """Of the same practice, and of nobody's care team."""
    return UserFactory()


@pytest.fixture
def attendee(db):
    return ClientFactory(first_name="Sam", last_name="Rivers", email="sam@example.com")


@pytest.fixture
def payer(db):
    return ClientFactory(first_name="Jo", last_name="Rivers", email="jo@example.com")


@pytest.fixture
def relationship(practice, therapist, attendee, payer):
    return RelationshipFactory(therapist=therapist, attendee=attendee, payer=payer)


@pytest.fixture
def with_card(relationship):
    """The payer has a card and has agreed."""
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    return relationship
