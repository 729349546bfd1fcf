"""Refunds and disputes."""

from typing import Any

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import charge, error_of, saved_card


@pytest.fixture
def paid(stand_in, api, payer) -> Any:
    return charge(api, payer, saved_card(stand_in, api, payer, "4242424242424242"), amount=9000)


def test_a_refund_in_parts_never_exceeds_the_charge(stand_in, api, paid, inbox):
    part = api.refunds.create(
        {"payment_intent": paid.id, "amount": 4000, "reason": "requested_by_customer"}
    )
    assert (part.status, part.charge, part.reason) == (
        "succeeded",
        paid.latest_charge,
        "requested_by_customer",
    )
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"payment_intent": paid.id, "amount": 5001})
    assert refused.value.param == "amount"
    rest = api.refunds.create({"charge": paid.latest_charge})
    assert rest.amount == 5000
    with pytest.raises(stripe.InvalidRequestError) as again:
        api.refunds.create({"charge": paid.latest_charge})
    assert again.value.code == "charge_already_refunded"
    assert api.charges.retrieve(paid.latest_charge).refunded
    assert [
        event.data.object.amount_refunded for event in inbox.wait_for("charge.refunded", 2)
    ] == [4000, 9000]
    sums = stand_in.ask("charges")
    assert (sums["charged"], sums["refunded"]) == (9000, 9000)


def test_a_refund_waits_and_then_fails(stand_in, api, paid, inbox):
    stand_in.switch("refunds/next", status="pending")
    refund = api.refunds.create({"payment_intent": paid.id})
    assert refund.status == "pending"
    stand_in.switch("refunds/settle", refund=refund.id, status="failed")
    failed = inbox.wait_for("refund.failed")[0].data.object
    assert (failed.id, failed.failure_reason) == (refund.id, "expired_or_canceled_card")
    assert api.charges.retrieve(paid.latest_charge).amount_refunded == 0
    assert api.refunds.create({"payment_intent": paid.id}).status == "succeeded"


def test_a_refund_fails_at_once(stand_in, api, paid):
    stand_in.switch("refunds/next", status="failed")
    assert api.refunds.create({"payment_intent": paid.id}).status == "failed"
    assert api.charges.retrieve(paid.latest_charge).amount_refunded == 0


def test_a_waiting_refund_succeeds(stand_in, api, paid, inbox):
    stand_in.switch("refunds/next", status="pending")
    refund = api.refunds.create({"payment_intent": paid.id})
    stand_in.switch("refunds/settle", refund=refund.id, status="succeeded")
    assert inbox.wait_for("refund.updated")[0].data.object.status == "succeeded"
    assert api.refunds.update(refund.id, {"metadata": {"a": "b"}}).metadata["a"] == "b"
    assert [one.id for one in api.refunds.list({"charge": paid.latest_charge}).data] == [refund.id]


@pytest.mark.parametrize("asked", [{}, {"payment_intent": "pi_none"}, {"charge": "ch_none"}])
def test_a_refund_of_nothing_is_refused(api, asked):
    with pytest.raises(stripe.InvalidRequestError):
        api.refunds.create(asked)


def test_a_refused_charge_cannot_be_refunded(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4000000000000341")
    with pytest.raises(stripe.CardError) as declined:
        charge(api, payer, card)
    intent = error_of(declined).payment_intent
    for asked in ({"payment_intent": intent.id}, {"charge": intent.latest_charge}):
        with pytest.raises(stripe.InvalidRequestError):
            api.refunds.create(asked)


def test_a_disputed_charge_cannot_be_refunded(stand_in, api, paid, inbox):
    opened = stand_in.switch(
        "disputes/open", charge=paid.latest_charge, reason="product_not_received"
    )
    event = inbox.wait_for("charge.dispute.created")[0]
    assert (event.data.object.id, event.data.object.amount) == (opened["id"], 9000)
    assert api.charges.retrieve(paid.latest_charge).disputed
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.refunds.create({"payment_intent": paid.id})
    assert refused.value.code == "charge_disputed"
    stand_in.switch("disputes/close", dispute=opened["id"], status="lost")
    assert api.disputes.retrieve(opened["id"]).status == "lost"
    assert [one.id for one in api.disputes.list({"payment_intent": paid.id}).data] == [opened["id"]]
