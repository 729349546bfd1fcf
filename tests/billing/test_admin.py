"""The buttons on cards' records call the same actions as the pages."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from billing.card_requests import request_card
from billing.models import CardRequest, Mandate, StripeEvent
from notifications.models import OutgoingEmail
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from tests.factories import BY, CardFactory, MandateFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(practice, client):
    owner = UserFactory(admin=True)
    client.force_login(owner)
    return owner


@pytest.fixture
def card_request(practice) -> CardRequest:
    return request_card(payer=RelationshipFactory().payer, by=BY, now=timezone.now())


def change(row: Any) -> str:
    return reverse(f"admin:billing_{row._meta.model_name}_change", args=[row.pk])


def test_a_request_is_revoked(card_request, owner, client):
    assert client.post(change(card_request), {"_revoke": "x"}).status_code == 302
    card_request.refresh_from_db()
    assert card_request.status == CardRequest.Status.REVOKED
    assert card_request.link.revoked_at
    assert {"admin.revoke", "card_request.revoked"} <= set(
        AuditEvent.objects.filter(actor=Actor.user(owner)).values_list("action", flat=True)
    )
    assert "_revoke" not in client.get(change(card_request)).content.decode()


def test_a_request_is_sent_again(card_request, owner, client):
    client.post(change(card_request), {"_resend": "x"})
    assert OutgoingEmail.objects.count() == 2
    assert AuditEvent.objects.filter(action="card_request.resend").exists()


def test_a_refusal_is_said(card_request, owner, client):
    CardFactory(client=card_request.payer)
    MandateFactory(relationship=card_request.payer.pays.get())
    page = client.post(change(card_request), {"_resend": "x"}, follow=True)
    assert "Nothing is missing" in page.content.decode()
    assert OutgoingEmail.objects.count() == 1


def test_an_agreement_is_withdrawn_once(owner, client):
    mandate = MandateFactory()
    client.post(change(mandate), {"_withdraw": "x"})
    assert Mandate.objects.get().withdrawn_by == Actor.user(owner)
    page = client.post(change(mandate), {"_withdraw": "x"}, follow=True)
    assert "no longer possible" in page.content.decode()


def test_an_event_waits_to_be_worked_through_again(owner, client):
    now = timezone.now()
    event = StripeEvent.objects.create(
        id="evt_1", type="x", payload={}, received_at=now, next_try_at=now, processed_at=now
    )
    client.post(change(event), {"_process": "x"})
    assert list(StripeEvent.objects.waiting(timezone.now())) == [event]
