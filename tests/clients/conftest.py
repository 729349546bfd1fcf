"""Who looks at the pages of clients."""

import pytest
from django.test import Client as Browser
from django.utils import timezone

from clients.models import CareTeamMember, Client
from tests.factories import ClientFactory, UserFactory


def cared_for(user, **fields) -> Client:
    """A new client whose profile the user may open."""
    client = ClientFactory(**fields)
    CareTeamMember.objects.create(client=client, user=user, joined_at=timezone.now())
    return client


def signed_in(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def therapist(practice):
    return UserFactory(name="Dr Priya Nair")


@pytest.fixture
def attendee(therapist):
    """Sam Rivers, whom the therapist looks after."""
    return cared_for(therapist, first_name="Sam", last_name="Rivers", email="sam@example.com")


@pytest.fixture
def desk(therapist):
    """A browser in which the therapist is signed in."""
    return signed_in(therapist)
