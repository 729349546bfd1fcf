"""Charging off-session, confirming with the payer on the page, cancelling."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import charge, error_of, saved_card

ALWAYS_SECURE = "4000002760003184"
RETURN_URL = "http://localhost/paid?charge=7"


@pytest.fixture
def waiting(stand_in, api, payer) -> Any:
    """A payment the bank refused to make without the payer."""
    card = saved_card(stand_in, api, payer, ALWAYS_SECURE)
    with pytest.raises(stripe.CardError) as refused:
        charge(api, payer, card, metadata={"charge_id": "7"})
    return error_of(refused).payment_intent


def confirm(api, intent: Any) -> Any:
    card = intent.last_payment_error.payment_method.id
    return api.payment_intents.confirm(
        intent.id, {"payment_method": card, "return_url": RETURN_URL}
    )


def test_a_charge_answers_with_ids_unless_expanded(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    paid = charge(api, payer, card, metadata={"charge_id": "7"})
    assert isinstance(paid.latest_charge, str)
    again = api.payment_intents.retrieve(paid.id, {"expand": ["latest_charge.customer"]})
    assert (again.latest_charge.amount, again.latest_charge.customer.id) == (9000, payer.id)
    assert again.latest_charge.metadata["charge_id"] == "7"
    assert again.amount_received == 9000


def test_the_payer_authenticates(stand_in, api, waiting, inbox):
    asked = confirm(api, waiting)
    assert asked.status == "requires_action"
    assert asked.next_action.redirect_to_url.return_url == RETURN_URL
    page = asked.next_action.redirect_to_url.url
    assert "90.00 USD" in stand_in.visit(page)[2]
    query = parse_qs(urlsplit(stand_in.authenticate(page)).query)
    assert (query["charge"], query["redirect_status"]) == (["7"], ["succeeded"])
    assert query["payment_intent"] == [waiting.id]
    paid = api.payment_intents.retrieve(waiting.id)
    assert (paid.status, paid.last_payment_error) == ("succeeded", None)
    assert inbox.wait_for("payment_intent.succeeded")[0].data.object.id == waiting.id


def test_the_payer_fails_to_authenticate(stand_in, api, waiting):
    page = confirm(api, waiting).next_action.redirect_to_url.url
    assert "redirect_status=failed" in stand_in.authenticate(page, passed=False)
    failed = api.payment_intents.retrieve(waiting.id)
    assert failed.status == "requires_payment_method"
    assert failed.last_payment_error.code == "payment_intent_authentication_failure"
    assert [one["paid"] for one in stand_in.charges()] == [False]


def test_a_card_can_pass_and_still_lack_funds(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4000008260003178")
    with pytest.raises(stripe.CardError) as refused:
        charge(api, payer, card)
    page = confirm(api, error_of(refused).payment_intent).next_action.redirect_to_url.url
    assert "redirect_status=failed" in stand_in.authenticate(page)


def test_a_cancelled_payment_cannot_be_authenticated(stand_in, api, waiting):
    page = confirm(api, waiting).next_action.redirect_to_url.url
    cancelled = api.payment_intents.cancel(
        waiting.id, {"cancellation_reason": "requested_by_customer"}
    )
    assert (cancelled.status, cancelled.next_action) == ("canceled", None)
    status, location, html = stand_in.visit(page, result="complete")
    assert (status, location) == (200, "")
    assert "cancelled" in html
    assert not any(one["paid"] for one in stand_in.charges())


def test_a_good_card_pays_on_the_page_at_once(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    asked = {"amount": 5000, "currency": "usd", "customer": payer.id}
    intent = api.payment_intents.create(asked)
    assert intent.status == "requires_payment_method"
    ways = {"payment_method": card.id, "return_url": RETURN_URL}
    assert api.payment_intents.confirm(intent.id, ways).status == "succeeded"


def test_a_paid_one_is_neither_confirmed_nor_cancelled(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    paid = charge(api, payer, card)
    for act in (api.payment_intents.confirm, api.payment_intents.cancel):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            act(paid.id)
        assert refused.value.code == "payment_intent_unexpected_state"
        assert error_of(refused).payment_intent.id == paid.id


def test_confirming_needs_a_card_and_a_way_back(api, waiting):
    with pytest.raises(stripe.InvalidRequestError) as no_card:
        api.payment_intents.confirm(waiting.id, {"return_url": RETURN_URL})
    assert no_card.value.param == "payment_method"
    card = waiting.last_payment_error.payment_method.id
    with pytest.raises(stripe.InvalidRequestError) as no_way:
        api.payment_intents.confirm(waiting.id, {"payment_method": card})
    assert no_way.value.param == "return_url"


def test_somebody_elses_card_is_refused(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    other = api.customers.create({})
    with pytest.raises(stripe.InvalidRequestError):
        charge(api, other, card)
    assert stand_in.charges() == []


def test_a_detached_card_is_refused_and_never_attached_again(stand_in, api, payer, inbox):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    api.customers.update(payer.id, {"invoice_settings": {"default_payment_method": card.id}})
    api.payment_methods.detach(card.id)
    assert inbox.wait_for("payment_method.detached")[0].data.object.customer is None
    assert api.customers.retrieve(payer.id).invoice_settings.default_payment_method is None
    with pytest.raises(stripe.InvalidRequestError):
        charge(api, payer, card)
    with pytest.raises(stripe.InvalidRequestError):
        api.payment_methods.attach(card.id, {"customer": payer.id})


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"amount": 49}, "amount", "amount_too_small"),
        ({"amount": 0}, "amount", "parameter_invalid_integer"),
        ({"amount": 100_000_000}, "amount", "amount_too_large"),
        ({"currency": "xxx"}, "currency", None),
        ({"customer": "cus_none"}, "customer", "resource_missing"),
        ({"payment_method": "pm_none"}, "payment_method", "resource_missing"),
        ({"confirm": False}, "off_session", None),
        ({"transfer_group": "a"}, "transfer_group", "stand_in_unsupported"),
    ],
)
def test_a_charge_is_refused(stand_in, api, payer, changes, param, code):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        charge(api, payer, card, **changes)
    assert (refused.value.param, refused.value.code) == (param, code)
    assert stand_in.charges() == []
    assert api.payment_intents.list({"customer": payer.id}).data == []
