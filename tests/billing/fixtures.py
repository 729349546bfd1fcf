"""The stand-in as Stripe, people who pay, and a signed webhook; for billing and portal."""

import hashlib
import hmac
import json
import time

import pytest
from django.db import connection
from django.utils import timezone

from billing import gateway
from billing.card_requests import request_card
from billing.models import CardRequest, CardSetup
from billing.terms import terms_of
from practice.audit.actor import Actor
from practice.models import Practice
from relationships.models import Relationship
from tests.factories import RelationshipFactory
from tests.stand_in import StandIn

BY = Actor.system("tests")


@pytest.fixture(scope="session")
def stripe_process():
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def stripe(stripe_process, settings, monkeypatch):
    """A fresh stand-in; every call to it fails the test when it is made inside a transaction."""
    stripe_process.switch("reset")
    settings.STRIPE_API_BASE = stripe_process.base_url
    ask = gateway._client

    def outside_of_transactions():
        assert not connection.in_atomic_block, "Stripe is called inside a transaction"
        return ask()

    monkeypatch.setattr(gateway, "_client", outside_of_transactions)
    return stripe_process


@pytest.fixture
def relationship(practice) -> Relationship:
    """Open, third-party, by card; its payer has neither card nor agreed."""
    return RelationshipFactory(payer__first_name="Jo", payer__last_name="Rivers")


@pytest.fixture
def asked(relationship) -> CardRequest:
    """The payer was sent the link."""
    return request_card(payer=relationship.payer, by=BY, now=timezone.now())


def url_of(request: CardRequest) -> str:
    return f"/l/card/{request.link.token}/"


def ticks(*relationships: Relationship) -> dict[str, list[str]]:
    """What the page posts with these ticked, beside the words of now."""
    people = Relationship.objects.with_people().filter(pk__in=[one.pk for one in relationships])
    terms = terms_of(people, now=timezone.now(), practice=Practice.current())
    return {"agree": [one.tick for one in terms]}


def go_to_stripe(http, request: CardRequest, *relationships: Relationship) -> CardSetup:
    """Tick and press; return the visit that is open then."""
    answer = http.post(url_of(request), ticks(*relationships))
    assert answer.status_code == 303, answer.content
    return CardSetup.objects.get(status=CardSetup.Status.OPEN, client=request.payer)


def card_of(setup: CardSetup) -> gateway.SavedCard:
    """The card that was saved at Stripe's page."""
    card = gateway.read_setup_visit(setup.stripe_id).card
    assert card
    return card


def signed(
    event_type: str,
    thing: dict,
    *,
    event_id: str = "evt_1",
    secret: str = "whsec_tests",
    age: int = 0,
):
    """Body and headers of a webhook request as Stripe makes it."""
    body = json.dumps(
        {
            "id": event_id,
            "object": "event",
            "api_version": "2026-10-28.endive",
            "created": int(time.time()),
            "type": event_type,
            "data": {"object": thing},
            "livemode": False,
        }
    )
    at = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256).hexdigest()
    return {
        "data": body,
        "content_type": "application/json",
        "headers": {"Stripe-Signature": f"t={at},v1={digest}"},
    }
