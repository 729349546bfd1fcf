"""Answers lost, late or broken, and too many requests."""

import time

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import charge, client, error_of, saved_card


@pytest.fixture
def card(stand_in, api, payer):
    return saved_card(stand_in, api, payer, "4242424242424242")


def test_an_answer_is_lost_after_the_charge(stand_in, api, payer, card):
    stand_in.switch("faults", kind="lose", path="/v1/payment_intents")
    with pytest.raises(stripe.APIConnectionError):
        charge(api, payer, card, key="one")
    assert len(stand_in.charges()) == 1
    assert charge(api, payer, card, key="one").status == "succeeded"
    assert len(stand_in.charges()) == 1


def test_the_library_tries_again_by_itself(stand_in, payer, card):
    stand_in.switch("faults", kind="lose", count=2)
    paid = charge(client(stand_in, retries=2), payer, card)
    assert paid.last_response.headers["Idempotent-Replayed"] == "true"
    assert len(stand_in.charges()) == 1
    assert [entry["lost"] for entry in stand_in.requests("/v1/payment_intents")] == [
        True,
        True,
        False,
    ]


def test_a_request_is_lost_before_the_charge(stand_in, api, payer, card):
    stand_in.switch("faults", kind="lose", effect=False)
    with pytest.raises(stripe.APIConnectionError):
        charge(api, payer, card, key="one")
    assert stand_in.charges() == []
    assert api.payment_intents.list({"customer": payer.id}).data == []


def test_a_server_error_may_hide_a_charge(stand_in, api, payer, card):
    stand_in.switch("faults", kind="error", effect=True)
    with pytest.raises(stripe.APIError):
        charge(api, payer, card, metadata={"charge_id": "7"})
    found = api.payment_intents.list({"customer": payer.id}).data
    assert [(one.status, one.metadata["charge_id"]) for one in found] == [("succeeded", "7")]


def test_an_answer_comes_late(stand_in, api):
    stand_in.switch("faults", kind="slow", seconds=0.3, verb="GET")
    began = time.monotonic()
    api.customers.list()
    assert time.monotonic() - began > 0.3


def test_faults_can_be_called_off(stand_in, api):
    stand_in.switch("faults", kind="error", count=100)
    stand_in.switch("faults/clear")
    assert api.customers.create({}).id


@pytest.mark.parametrize("asked", [{"kind": "odd"}, {"kind": "lose", "color": "red"}, {}])
def test_an_unknown_fault_is_refused(stand_in, asked):
    with pytest.raises(ValueError, match=r".+"):
        stand_in.switch("faults", **asked)


def test_too_many_requests_are_refused(stand_in, api):
    stand_in.switch("rate-limit", per_second=3)
    for _ in range(3):
        api.customers.list()
    with pytest.raises(stripe.RateLimitError) as refused:
        api.customers.list()
    assert (refused.value.http_status, error_of(refused).code) == (429, "rate_limit")


def test_it_keeps_up_with_25_requests_a_second(api, payer, card):
    """The best of three: the machine may be busy with something else."""
    assert min(_seconds_for_25_charges(api, payer, card) for _ in range(3)) < 1


def _seconds_for_25_charges(api, payer, card) -> float:
    began = time.monotonic()
    for _ in range(25):
        charge(api, payer, card)
    return time.monotonic() - began
