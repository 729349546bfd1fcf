"""What the stripe package has no field for, or another type, is refused."""

import pytest
import stripe

from practice.demo.stripe_stand_in.errors import Refusal
from practice.demo.stripe_stand_in.forms import decode
from practice.demo.stripe_stand_in.schema import check, parameter_class
from tests.practice.demo.stripe_stand_in.conftest import client


def read(shape: str, encoded: str):
    return check(parameter_class(shape), decode(encoded))


def test_values_get_their_types():
    encoded = "amount=100&currency=usd&confirm=true&off_session=one_off&expand[0]=a&expand[1]=b&metadata[n]=1"
    assert read("PaymentIntentCreateParams", encoded) == {
        "amount": 100,
        "currency": "usd",
        "confirm": True,
        "off_session": "one_off",
        "expand": ["a", "b"],
        "metadata": {"n": "1"},
    }


def test_nested_groups_and_unset_values():
    encoded = "invoice_settings[default_payment_method]=pm_1&metadata="
    expected = {"invoice_settings": {"default_payment_method": "pm_1"}, "metadata": ""}
    assert read("CustomerUpdateParams", encoded) == expected
    assert read("CustomerListParams", "created[gte]=5") == {"created": {"gte": 5}}
    assert read("CustomerListParams", "created=5") == {"created": 5}


@pytest.mark.parametrize(
    ("shape", "encoded", "param", "code"),
    [
        ("PaymentIntentCreateParams", "currency=usd", "amount", "parameter_missing"),
        (
            "PaymentIntentCreateParams",
            "amount=1.5&currency=usd",
            "amount",
            "parameter_invalid_integer",
        ),
        ("PaymentIntentCreateParams", "amount[a]=1&currency=usd", "amount", None),
        ("PaymentIntentCreateParams", "amount=1&currency=usd&confirm=1", "confirm", None),
        ("PaymentIntentCreateParams", "amount=1&currency=", "currency", "parameter_invalid_empty"),
        (
            "PaymentIntentCreateParams",
            "amount=1&currency=usd&api_key=x",
            "api_key",
            "parameter_unknown",
        ),
        (
            "PaymentIntentCreateParams",
            "amount=1&currency=usd&payment_method_options[card][odd]=1",
            "payment_method_options[card][odd]",
            "parameter_unknown",
        ),
        ("PaymentIntentCreateParams", "amount=1&currency=usd&metadata=a", "metadata", None),
        (
            "PaymentIntentCreateParams",
            "amount=1&currency=usd&metadata[a][b]=c",
            "metadata[a]",
            None,
        ),
        ("PaymentIntentCreateParams", "amount=1&currency=usd&expand=a", "expand", None),
        ("PaymentIntentCancelParams", "cancellation_reason=bored", "cancellation_reason", None),
        ("checkout.SessionCreateParams", "mode=odd", "mode", None),
        ("checkout.SessionCreateParams", "ui_mode=hosted", "ui_mode", None),
        ("RefundCreateParams", "reason=", "reason", "parameter_invalid_empty"),
        ("RefundCreateParams", "amount=1&amount=2", "amount", None),
        ("RefundCreateParams", "amount=1&amount[a]=2", "amount[a]", None),
        ("RefundCreateParams", "]=1", "]", "parameter_unknown"),
    ],
)
def test_what_stripe_refuses(shape, encoded, param, code):
    with pytest.raises(Refusal) as refused:
        read(shape, encoded)
    error = refused.value.body["error"]
    assert refused.value.status == 400
    assert (error.get("code"), error["type"]) == (code, "invalid_request_error")
    assert error.get("param", param) == param


def test_the_message_is_stripes(api):
    with pytest.raises(stripe.InvalidRequestError, match="Received unknown parameters: odd, queer"):
        api.customers.create({"odd": "1", "queer": "2"})


@pytest.mark.parametrize("key", ["sk_live_abc", "rk_live_abc", "pk_test_abc", "nonsense"])
def test_only_test_keys_are_admitted(stand_in, key):
    with pytest.raises(stripe.AuthenticationError) as refused:
        client(stand_in, key=key).customers.list()
    assert refused.value.http_status == 401


def test_another_api_version_is_refused(api):
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.list({}, {"stripe_version": "2020-08-27"})


def test_an_unknown_address_is_not_found(api):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.products.list()
    assert refused.value.http_status == 404


@pytest.mark.parametrize(
    "metadata",
    [{"k" * 41: "v"}, {"k": "v" * 501}, {str(number): "v" for number in range(51)}],
)
def test_metadata_has_limits(api, metadata):
    with pytest.raises(stripe.InvalidRequestError):
        api.customers.create({"metadata": metadata})


def test_metadata_is_merged_and_unset(api, payer):
    api.customers.update(payer.id, {"metadata": {"a": "1", "b": "2"}})
    merged = api.customers.update(payer.id, {"metadata": {"a": "", "c": "3"}})
    assert merged.metadata.to_dict() == {"b": "2", "c": "3"}
    assert api.customers.update(payer.id, {"metadata": ""}).metadata.to_dict() == {}


def test_a_default_card_must_be_the_customers_own(api, payer):
    card = api.payment_methods.attach("pm_card_visa", {"customer": api.customers.create({}).id})
    with pytest.raises(stripe.InvalidRequestError, match="must be attached"):
        api.customers.update(payer.id, {"invoice_settings": {"default_payment_method": card.id}})
