"""Signed webhooks, and what becomes of them."""

from typing import Any

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import open_session, saved_card
from tests.stand_in import wait_until

COMPLETED = "checkout.session.completed"


def save(stand_in, api, payer) -> Any:
    session = open_session(api, payer)
    stand_in.save_card(session.url)
    return session


def test_an_event_is_signed_and_complete(stand_in, api, payer, inbox):
    session = save(stand_in, api, payer)
    event = inbox.wait_for(COMPLETED)[0]
    assert (event.object, event.api_version, event.livemode) == ("event", stripe.api_version, False)
    assert (event.data.object.id, event.data.object.status) == (session.id, "complete")
    assert api.events.retrieve(event.id).type == COMPLETED


def test_another_secret_does_not_verify(stand_in, api, payer, inbox):
    save(stand_in, api, payer)
    inbox.wait_for(COMPLETED)
    body, mark = inbox.received[0]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, mark, "whsec_other")


def test_only_what_is_listened_to_is_sent(stand_in, api, payer, inbox):
    save(stand_in, api, payer)
    inbox.wait_for(COMPLETED)
    assert inbox.stays_without("customer.created")
    assert [event.type for event in api.events.list({"type": "customer.created"}).data] == [
        "customer.created"
    ]


def test_a_refused_webhook_is_sent_again(stand_in, api, payer, inbox):
    inbox.answers += [500, 400]
    save(stand_in, api, payer)
    events = inbox.wait_for(COMPLETED, 3)
    assert len({event.id for event in events}) == 1
    wait_until(lambda: stand_in.ask("deliveries")["data"][0]["state"] == "done")
    assert stand_in.ask("deliveries")["data"][0]["attempts"] == 3
    assert api.events.retrieve(events[0].id).pending_webhooks == 0


def test_webhooks_are_dropped_and_can_be_sent_later(stand_in, api, payer, inbox):
    stand_in.switch("webhooks", mode="drop")
    save(stand_in, api, payer)
    assert inbox.stays_without(COMPLETED)
    (event,) = api.events.list({"type": COMPLETED}).data
    stand_in.switch("webhooks/send", event=event.id)
    assert inbox.wait_for(COMPLETED)[0].id == event.id


def test_webhooks_arrive_twice(stand_in, api, payer, inbox):
    stand_in.switch("webhooks", mode="duplicate")
    save(stand_in, api, payer)
    first, second = inbox.wait_for(COMPLETED, 2)
    assert first.id == second.id


def test_webhooks_are_held_and_arrive_out_of_order(stand_in, api, payer, inbox):
    stand_in.switch("webhooks", mode="hold")
    sessions = [save(stand_in, api, payer).id for _ in range(2)]
    assert inbox.stays_without(COMPLETED)
    assert stand_in.switch("webhooks/release", newest_first=True) == {"released": 2}
    events = inbox.wait_for(COMPLETED, 2)
    assert [event.data.object.id for event in events] == sessions[::-1]


def test_a_failed_setup_is_told(stand_in, api, payer, inbox):
    stand_in.save_card(open_session(api, payer).url, "4000000000000002")
    event = inbox.wait_for("setup_intent.setup_failed")[0]
    assert event.data.object.last_setup_error.code == "card_declined"


def test_the_bank_changes_a_card(stand_in, api, payer, inbox):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    stand_in.switch("payment-methods/update", payment_method=card.id, exp_year=2040, last4="1881")
    event = inbox.wait_for("payment_method.automatically_updated")[0]
    assert (event.data.object.card.exp_year, event.data.object.card.last4) == (2040, "1881")
    assert event.data.previous_attributes.card.exp_year == 2034


def test_a_card_is_detached_at_stripe(stand_in, api, payer, inbox):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    stand_in.switch("payment-methods/detach", payment_method=card.id)
    event = inbox.wait_for("payment_method.detached")[0]
    assert (event.data.object.id, event.data.previous_attributes.customer) == (card.id, payer.id)


@pytest.mark.parametrize(
    ("path", "values"), [("webhooks", {"mode": "odd"}), ("nothing", {}), ("disputes/open", {})]
)
def test_a_switch_that_cannot_be_turned_says_so(stand_in, path, values):
    with pytest.raises(ValueError, match=r".+"):
        stand_in.switch(path, **values)
