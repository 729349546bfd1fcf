"""Events come twice, late, out of order, forged or never."""

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from billing import events, gateway
from billing.models import Card, CardSetup, Mandate, StripeCustomer, StripeEvent
from practice.audit.models import AuditEvent
from tests.billing.fixtures import card_of, go_to_stripe, signed
from tests.stand_in import StandIn, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
URL = reverse("billing:stripe_webhook")


@pytest.fixture
def setup(client, asked, relationship, stripe) -> CardSetup:
    return go_to_stripe(client, asked, relationship)


def work(minutes=0):
    return events.sweep(now=timezone.now() + timedelta(minutes=minutes))


def is_detached(stripe_id) -> bool:
    card = gateway.read_card(stripe_id)
    return card is not None and card.customer_id is None


def tell(client, event_type, thing, **options):
    return client.post(URL, **signed(event_type, thing, **options)).status_code


def test_the_webhook_first_then_the_way_back(client, setup, stripe):
    back = stripe.save_card(setup.url)
    assert tell(client, "checkout.session.completed", {"id": setup.stripe_id}) == 200
    assert not Card.objects.exists(), "the view only keeps the event"
    assert work() == 1
    assert Card.objects.count() == 1
    assert "saved" in client.get(back).content.decode()
    assert Card.objects.count() == Mandate.objects.count() == 1


def test_twice_late_and_after_the_end(client, setup, stripe):
    back = stripe.save_card(setup.url)
    client.get(back)
    for event_id in ("evt_1", "evt_1", "evt_2"):
        assert (
            tell(client, "checkout.session.completed", {"id": setup.stripe_id}, event_id=event_id)
            == 200
        )
    assert (
        tell(client, "checkout.session.expired", {"id": setup.stripe_id}, event_id="evt_3") == 200
    )
    assert StripeEvent.objects.count() == 3
    assert work() == 3
    assert work() == 0
    assert Card.objects.count() == 1
    assert CardSetup.objects.get().status == "COMPLETE"


def test_a_body_that_lies_is_not_believed(client, setup):
    lie = {"id": setup.stripe_id, "status": "complete", "setup_intent": {"payment_method": "pm_x"}}
    assert tell(client, "checkout.session.completed", lie) == 200
    work()
    assert not Card.objects.exists()
    assert CardSetup.objects.get().status == "OPEN"


@pytest.mark.parametrize("fault", [{"secret": "whsec_other"}, {"age": 301}])
def test_forged_and_stale_are_refused(client, practice, fault):
    assert tell(client, "checkout.session.completed", {"id": "cs_1"}, **fault) == 400
    assert not StripeEvent.objects.exists()


def test_unsigned_and_unreadable_are_refused(client, practice):
    assert client.post(URL, data="{}", content_type="application/json").status_code == 400
    request = signed("x", {})
    request["data"] = request["data"].replace('"x"', '"y"')
    assert client.post(URL, **request).status_code == 400
    assert client.get(URL).status_code == 405


def test_without_a_secret_nothing_is_believed(client, practice, settings):
    settings.STRIPE_WEBHOOK_SECRET = ""
    assert tell(client, "checkout.session.completed", {"id": "cs_1"}, secret="") == 400


def test_unknown_kinds_are_answered_and_not_kept(client, practice):
    assert tell(client, "invoice.paid", {"id": "in_1"}) == 200
    assert not StripeEvent.objects.exists()


def test_a_page_that_expired(client, setup, stripe):
    stripe.switch("checkout-sessions/expire", session=setup.stripe_id)
    tell(client, "checkout.session.expired", {"id": setup.stripe_id})
    work()
    assert CardSetup.objects.get().status == "EXPIRED"


def test_a_card_through_a_page_we_do_not_know_is_detached(client, setup, stripe):
    stripe.save_card(setup.url)
    stripe_id = card_of(setup).id
    CardSetup.objects.all().delete()
    tell(client, "checkout.session.completed", {"id": setup.stripe_id})
    work()
    assert is_detached(stripe_id)
    assert not Card.objects.exists()


def test_somebody_elses_page_is_left_alone(client, setup, stripe):
    stripe.save_card(setup.url)
    stripe_id = card_of(setup).id
    CardSetup.objects.all().delete()
    StripeCustomer.objects.all().delete()
    tell(client, "checkout.session.completed", {"id": setup.stripe_id})
    tell(client, "checkout.session.completed", {"id": "cs_unknown"}, event_id="evt_2")
    assert work() == 2
    assert not is_detached(stripe_id)


def test_a_declined_card_is_noted(client, setup):
    customer = StripeCustomer.objects.get().stripe_id
    tell(client, "setup_intent.setup_failed", {"id": "seti_1", "customer": customer})
    tell(client, "setup_intent.setup_failed", {"id": "seti_2", "customer": None}, event_id="evt_2")
    assert work() == 2
    assert AuditEvent.objects.filter(action="card.declined").count() == 1


@pytest.mark.parametrize("kind", ["payment_method.automatically_updated", "payment_method.updated"])
def test_a_renewed_card_is_followed(client, setup, stripe, kind):
    client.get(stripe.save_card(setup.url))
    card = Card.objects.get()
    stripe.switch("payment-methods/update", payment_method=card.stripe_id, exp_year=2041)
    tell(client, kind, {"id": card.stripe_id})
    work()
    card.refresh_from_db()
    assert card.exp_year == 2041


def test_while_stripe_is_away_the_event_waits(client, setup, stripe):
    stripe.save_card(setup.url)
    tell(client, "checkout.session.completed", {"id": setup.stripe_id})
    stripe.switch("faults", kind="error", count=20, verb="GET", path="/v1/")
    assert work() == 0
    event = StripeEvent.objects.get()
    assert (event.attempts, event.processed_at) == (1, None)
    assert "GatewayUnavailable" in event.last_error
    stripe.switch("faults/clear")
    assert work() == 0, "not before its next try"
    assert work(minutes=2) == 1
    assert Card.objects.exists()


@pytest.mark.parametrize("mode", ["on", "duplicate"])
def test_stripes_own_deliveries(live_server, client, asked, relationship, settings, mode):
    """Signed, sent over HTTP and retried by the stand-in, as by Stripe."""
    settings.ALLOWED_HOSTS = ["*"]
    with StandIn(webhook_url=live_server.url + URL, webhook_secret="whsec_tests") as stand_in:
        settings.STRIPE_API_BASE = stand_in.base_url
        stand_in.switch("webhooks", mode=mode)
        setup = go_to_stripe(client, asked, relationship)
        stand_in.save_card(setup.url, "4000000000000002")
        stand_in.save_card(setup.url)
        wait_until(lambda: StripeEvent.objects.count() == 2)
        assert work() == 2
        wait_until(lambda: all(d["state"] == "done" for d in stand_in.ask("deliveries")["data"]))
    assert Card.objects.count() == 1
    assert (
        json.loads(json.dumps(StripeEvent.objects.latest("received_at").payload))["object"]
        == "event"
    )
