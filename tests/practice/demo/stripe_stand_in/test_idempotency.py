"""The same key gets the same answer."""

import threading

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import charge, client, error_of, saved_card
from tests.stand_in import wait_until

REPLAYED = "Idempotent-Replayed"


@pytest.fixture
def card(stand_in, api, payer):
    return saved_card(stand_in, api, payer, "4242424242424242")


def test_the_same_request_charges_once(stand_in, api, payer, card):
    first = charge(api, payer, card, key="one")
    second = charge(api, payer, card, key="one")
    assert first.id == second.id
    assert REPLAYED not in first.last_response.headers
    assert second.last_response.headers[REPLAYED] == "true"
    assert len(stand_in.charges()) == 1


def test_a_new_key_charges_again(stand_in, api, payer, card):
    charge(api, payer, card, key="one")
    charge(api, payer, card, key="two")
    assert len(stand_in.charges()) == 2


def test_other_parameters_are_an_error(stand_in, api, payer, card):
    charge(api, payer, card, key="one")
    with pytest.raises(stripe.IdempotencyError) as refused:
        charge(api, payer, card, key="one", amount=1)
    assert refused.value.http_status == 400
    with pytest.raises(stripe.IdempotencyError):
        api.customers.create({}, {"idempotency_key": "one"})
    assert len(stand_in.charges()) == 1


def test_a_refused_card_is_replayed(stand_in, api, payer):
    broke = saved_card(stand_in, api, payer, "4000000000000341")
    answers = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as refused:
            charge(api, payer, broke, key="one")
        answers.append(refused.value)
    assert answers[0].http_body == answers[1].http_body
    assert (answers[1].headers or {})[REPLAYED] == "true"
    assert len(stand_in.charges()) == 1


def test_a_server_error_is_replayed(stand_in, api, payer, card):
    stand_in.switch("faults", kind="error", path="/v1/payment_intents")
    for _ in range(2):
        with pytest.raises(stripe.APIError) as failed:
            charge(api, payer, card, key="one")
        assert failed.value.http_status == 500
    assert (failed.value.headers or {})[REPLAYED] == "true"
    assert stand_in.charges() == []


def test_a_malformed_request_does_not_use_up_its_key(stand_in, api, payer, card):
    with pytest.raises(stripe.InvalidRequestError):
        charge(api, payer, card, key="one", amount="many")
    assert charge(api, payer, card, key="one").status == "succeeded"


def test_keys_are_forgotten_after_a_day(stand_in, api, payer, card):
    first = charge(api, payer, card, key="one")
    stand_in.switch("idempotency/forget")
    assert charge(api, payer, card, key="one").id != first.id


def test_a_key_in_use_is_a_conflict(stand_in, api, payer, card):
    stand_in.switch("faults", kind="slow", seconds=0.5)
    slow = threading.Thread(target=charge, args=(api, payer, card), kwargs={"key": "one"})
    slow.start()
    wait_until(stand_in.charges)
    with pytest.raises(stripe.StripeError) as refused:
        charge(client(stand_in), payer, card, key="one")
    assert (refused.value.http_status, error_of(refused).code) == (409, "idempotency_key_in_use")
    slow.join()
    assert len(stand_in.charges()) == 1
