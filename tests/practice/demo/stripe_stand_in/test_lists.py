"""Pages, cursors, filters and expansion."""

import pytest
import stripe

from tests.practice.demo.stripe_stand_in.conftest import charge, open_session, saved_card


@pytest.fixture
def seven(api) -> list[str]:
    """Ids of seven customers, newest first."""
    return [api.customers.create({"email": f"{number % 2}@example.com"}).id for number in range(7)][
        ::-1
    ]


def test_pages_forward(api, seven):
    first = api.customers.list({"limit": 3})
    assert ([each.id for each in first.data], first.has_more) == (seven[:3], True)
    second = api.customers.list({"limit": 4, "starting_after": seven[2]})
    assert ([each.id for each in second.data], second.has_more) == (seven[3:], False)


def test_pages_backward(api, seven):
    page = api.customers.list({"limit": 2, "ending_before": seven[4]})
    assert ([each.id for each in page.data], page.has_more) == (seven[2:4], True)


def test_the_library_walks_all_pages(api, seven):
    assert [each.id for each in api.customers.list({"limit": 2}).auto_paging_iter()] == seven


def test_filters(api, seven):
    assert len(api.customers.list({"email": "1@example.com"}).data) == 3
    assert api.customers.list({"created": {"gt": 4_000_000_000}}).data == []
    newest = api.customers.retrieve(seven[0]).created
    assert seven[0] in [each.id for each in api.customers.list({"created": newest}).data]


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 101}, {"starting_after": "cus_none"}])
def test_a_bad_page_is_refused(api, asked):
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.list(asked)


def test_everything_of_a_payer_is_listed(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    paid = charge(api, payer, card)
    assert [
        one.id for one in api.payment_methods.list({"customer": payer.id, "type": "card"}).data
    ] == [card.id]
    assert api.customers.payment_methods.retrieve(payer.id, card.id).id == card.id
    assert [one.id for one in api.payment_intents.list({"customer": payer.id}).data] == [paid.id]
    assert [one.id for one in api.charges.list({"payment_intent": paid.id}).data] == [
        paid.latest_charge
    ]
    assert [one.payment_method for one in api.setup_intents.list({"customer": payer.id}).data] == [
        card.id
    ]
    assert len(api.checkout.sessions.list({"customer": payer.id, "status": "complete"}).data) == 1


def test_another_payers_card_is_not_found(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.customers.payment_methods.retrieve(api.customers.create({}).id, card.id)
    assert refused.value.http_status == 404


def test_lists_are_expanded(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    paid = charge(api, payer, card)
    api.refunds.create({"payment_intent": paid.id, "amount": 100})
    expand = {"expand": ["data.payment_method", "data.latest_charge.refunds"]}
    (found,) = api.payment_intents.list({"customer": payer.id, **expand}).data
    assert found.payment_method.card.last4 == "4242"
    assert found.latest_charge.refunds.data[0].amount == 100


@pytest.mark.parametrize("path", ["id", "amount", "setup_intent.id", "data.customer"])
def test_what_cannot_be_expanded_is_refused(api, payer, path):
    session = open_session(api, payer)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        api.checkout.sessions.retrieve(session.id, {"expand": [path]})


def test_events_are_listed_by_type(api, payer):
    api.customers.update(payer.id, {"metadata": {"a": "b"}})
    (event,) = api.events.list({"type": "customer.updated"}).data
    assert event.data.previous_attributes.metadata.to_dict() == {}
    assert api.events.retrieve(event.id).data.object.metadata["a"] == "b"
    assert len(api.events.list({"types": ["customer.created", "customer.updated"]}).data) == 2
    assert len(api.events.list({"type": "customer.*"}).data) == 2


def test_a_deleted_customer_says_so(stand_in, api, payer):
    card = saved_card(stand_in, api, payer, "4242424242424242")
    assert api.customers.delete(payer.id).deleted
    assert api.customers.retrieve(payer.id).deleted
    assert api.payment_methods.retrieve(card.id).customer is None
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.update(payer.id, {"name": "Pat"})
