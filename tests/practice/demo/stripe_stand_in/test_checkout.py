"""The hosted page on which a card is saved."""

import time
import urllib.request

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import open_session

GOOD = {"number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123", "name": "Pat Payer"}


def test_saving_a_card_completes_the_session(stand_in, api, payer):
    session = open_session(api, payer)
    assert session.url.startswith(stand_in.base_url)
    assert stand_in.visit(session.url, **GOOD)[:2] == (
        303,
        f"http://localhost/saved?session={session.id}",
    )
    done = api.checkout.sessions.retrieve(session.id, {"expand": ["setup_intent.payment_method"]})
    assert (done.status, done.client_reference_id, done.customer, done.url) == (
        "complete",
        "link-1",
        payer.id,
        None,
    )
    assert (done.setup_intent.status, done.setup_intent.usage) == ("succeeded", "off_session")
    card = done.setup_intent.payment_method
    assert (card.customer, card.billing_details.name) == (payer.id, "Pat Payer")
    assert (card.card.brand, card.card.last4, card.card.exp_month, card.card.exp_year) == (
        "visa",
        "4242",
        12,
        2034,
    )


def test_the_page_warns_labels_and_leads_back(stand_in, api, payer):
    status, _, html = stand_in.visit(open_session(api, payer).url)
    assert status == 200
    for text in (
        "Never type a real card",
        "Card number",
        "Expiry (MM / YY)",
        "CVC",
        "Name on card",
        "Save card",
    ):
        assert text in html
    assert '<a href="http://localhost/back">Back</a>' in html
    assert "4000 0025 0000 3155" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("number", "4111 1111 1111 1111", "Only the test numbers"),
        ("number", "", "Only the test numbers"),
        ("expiry", "13 / 34", "Write the expiry"),
        ("expiry", "01 / 20", "Your card has expired"),
        ("cvc", "12", "The CVC has 3 digits"),
        ("name", "", "Write the name"),
    ],
)
def test_a_wrong_field_is_named_and_what_was_typed_is_kept(
    stand_in, api, payer, field, typed, sentence
):
    session = open_session(api, payer)
    status, _, html = stand_in.visit(session.url, **{**GOOD, field: typed})
    assert status == 200
    assert sentence in html
    for value in {**GOOD, field: typed}.values():
        assert f'value="{value}"' in html
    assert api.checkout.sessions.retrieve(session.id).status == "open"


def test_what_was_typed_is_escaped(stand_in, api, payer):
    html = stand_in.visit(
        open_session(api, payer).url, **{**GOOD, "number": "1", "name": '"><script>'}
    )[2]
    assert "<script" not in html


def test_another_card_can_be_tried_after_a_refusal(stand_in, api, payer):
    session = open_session(api, payer)
    assert stand_in.save_card(session.url, "4000000000000002") == ""
    assert stand_in.save_card(session.url) != ""
    assert api.checkout.sessions.retrieve(session.id).status == "complete"


def test_a_finished_page_saves_nothing_more(stand_in, api, payer):
    session = open_session(api, payer)
    stand_in.visit(session.url, **GOOD)
    status, location, html = stand_in.visit(session.url, **GOOD)
    assert (status, location) == (200, "")
    assert "Your card is saved" in html
    assert len(api.customers.payment_methods.list(payer.id).data) == 1


def test_an_expired_page_says_so(stand_in, api, payer):
    session = open_session(api, payer)
    expired = api.checkout.sessions.expire(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    assert "This page has expired" in stand_in.visit(session.url, **GOOD)[2]
    assert api.setup_intents.retrieve(session.setup_intent).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError):
        api.checkout.sessions.expire(session.id)


def test_the_switch_expires_a_session(stand_in, api, payer, inbox):
    session = open_session(api, payer)
    stand_in.switch("checkout-sessions/expire", session=session.id)
    assert inbox.wait_for("checkout.session.expired")[0].data.object.id == session.id


def test_a_session_that_expired_during_three_d_secure_saves_nothing(stand_in, api, payer):
    session = open_session(api, payer)
    secure_url = stand_in.visit(session.url, **{**GOOD, "number": "4000002500003155"})[1]
    api.checkout.sessions.expire(session.id)
    assert stand_in.authenticate(secure_url) == ""
    assert api.customers.payment_methods.list(payer.id).data == []


def test_the_page_may_lead_to_the_application_only(stand_in, api, payer):
    with urllib.request.urlopen(open_session(api, payer).url, timeout=5) as answer:
        assert (
            "form-action 'self' http://localhost;"
            in f"{answer.headers['Content-Security-Policy']};"
        )


@pytest.mark.parametrize("seconds", [29 * 60, 25 * 60 * 60])
def test_a_session_lasts_half_an_hour_to_a_day(api, payer, seconds):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(api, payer, expires_at=int(time.time()) + seconds)
    assert refused.value.param == "expires_at"


@pytest.mark.parametrize(
    ("changes", "param", "code"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types", "parameter_unknown"),
        ({"currency": None}, "currency", "parameter_missing"),
        ({"success_url": None}, "success_url", "parameter_missing"),
        ({"success_url": "saved"}, "success_url", "url_invalid"),
        ({"customer": "cus_none"}, "customer", "resource_missing"),
        ({"mode": "payment"}, "mode", "stand_in_unsupported"),
        (
            {"setup_intent_data": {"usage": "off_session"}},
            "setup_intent_data[usage]",
            "parameter_unknown",
        ),
        ({"customer_email": "a@example.com"}, "customer_email", "parameters_exclusive"),
    ],
)
def test_a_session_is_refused(api, payer, changes, param, code):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        open_session(api, payer, **changes)
    assert (refused.value.http_status, refused.value.param, refused.value.code) == (
        400,
        param,
        code,
    )


def test_allowed_payment_methods_do_instead_of_a_currency(api, payer):
    session = open_session(api, payer, currency=None, allowed_payment_method_types=["card"])
    assert session.status == "open"


def test_an_unknown_page_is_missing(stand_in):
    assert stand_in.visit(f"{stand_in.base_url}/c/pay/cs_test_none")[0] == 404
    assert stand_in.visit(f"{stand_in.base_url}/3d-secure/pi_none")[0] == 404
    assert stand_in.visit(f"{stand_in.base_url}/elsewhere")[0] == 404
