"""Every line of the table of test cards."""

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import charge, error_of, open_session, saved_card

GOOD = ["4242 4242 4242 4242", "5555 5555 5555 4444", "3782 822463 10005"]
SAVED_AND_PAYS = [*GOOD, "4000 0025 0000 3155"]
REFUSED_WHEN_SAVED = {
    "4000 0000 0000 0002": ("card_declined", "generic_decline", "Your card was declined."),
    "4000 0000 0000 9995": (
        "card_declined",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
}
REFUSED_WHEN_CHARGED = {
    "4000 0000 0000 0341": ("card_declined", "generic_decline"),
    "4000 0027 6000 3184": ("authentication_required", "authentication_required"),
    "4000 0082 6000 3178": ("card_declined", "insufficient_funds"),
}
SECURE = ["4000 0025 0000 3155", "4000 0027 6000 3184", "4000 0082 6000 3178"]


@pytest.mark.parametrize("number", SAVED_AND_PAYS)
def test_a_good_card_is_saved_and_pays(stand_in, api, payer, number):
    card = saved_card(stand_in, api, payer, number)
    assert (card.customer, card.card.last4) == (payer.id, number[-4:])
    assert charge(api, payer, card).status == "succeeded"


@pytest.mark.parametrize("number", REFUSED_WHEN_SAVED)
def test_a_bad_card_is_refused_when_saved(stand_in, api, payer, number):
    code, decline_code, sentence = REFUSED_WHEN_SAVED[number]
    session = open_session(api, payer)
    status, _, html = stand_in.visit(
        session.url, number=number, expiry="12/34", cvc="123", name="Pat"
    )
    assert status == 200
    assert sentence in html
    error = api.setup_intents.retrieve(session.setup_intent).last_setup_error
    assert (error.code, error.decline_code) == (code, decline_code)
    assert api.customers.payment_methods.list(payer.id).data == []


@pytest.mark.parametrize("number", REFUSED_WHEN_CHARGED)
def test_a_saved_card_is_refused_when_charged(stand_in, api, payer, number):
    card = saved_card(stand_in, api, payer, number)
    with pytest.raises(stripe.CardError) as refused:
        charge(api, payer, card)
    error = error_of(refused)
    assert refused.value.http_status == 402
    assert (error.code, error.decline_code) == REFUSED_WHEN_CHARGED[number]
    assert error.payment_intent.status == "requires_payment_method"
    assert error.payment_intent.last_payment_error.payment_method.id == card.id
    assert isinstance(error.payment_intent.latest_charge, str)
    assert [(one["paid"], one["status"]) for one in stand_in.charges()] == [(False, "failed")]


@pytest.mark.parametrize("number", SECURE)
def test_a_card_is_not_saved_when_three_d_secure_fails(stand_in, api, payer, number):
    session = open_session(api, payer)
    assert stand_in.save_card(session.url, number, authenticate=False) == session.url
    intent = api.setup_intents.retrieve(session.setup_intent)
    assert intent.status == "requires_payment_method"
    assert intent.last_setup_error.code == "setup_intent_authentication_failure"
    assert "unable to authenticate" in stand_in.visit(session.url)[2]
    assert api.customers.payment_methods.list(payer.id).data == []


def test_an_expired_card_is_refused(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, GOOD[0])
    stand_in.switch("payment-methods/expire", payment_method=card.id)
    with pytest.raises(stripe.CardError) as refused:
        charge(api, payer, card)
    assert refused.value.code == "expired_card"


def test_a_card_attached_without_being_set_up_asks_for_authentication(api, payer):
    card = api.payment_methods.attach(
        "pm_card_authenticationRequiredOnSetup", {"customer": payer.id}
    )
    with pytest.raises(stripe.CardError) as refused:
        charge(api, payer, card)
    assert refused.value.code == "authentication_required"


def test_a_declined_card_cannot_be_attached(api, payer):
    with pytest.raises(stripe.CardError):
        api.payment_methods.attach("pm_card_visa_chargeDeclined", {"customer": payer.id})


def test_the_same_number_has_the_same_fingerprint(stand_in, api, payer):
    first = saved_card(stand_in, api, payer, GOOD[0])
    other = api.customers.create({})
    second = saved_card(stand_in, api, other, GOOD[0])
    assert first.id != second.id
    assert first.card.fingerprint == second.card.fingerprint
