"""/v1/payment_methods and a customer's own: saved cards."""

import hashlib

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.cards import AUTHENTICATE, BY_TOKEN, OK, TestCard, card_error
from practice.demo.stripe_stand_in.errors import UNSUPPORTED, card_refused, invalid, no_such
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.metadata import merged
from practice.demo.stripe_stand_in.store import Json, new_id

NO_ADDRESS = {
    "city": None,
    "country": None,
    "line1": None,
    "line2": None,
    "postal_code": None,
    "state": None,
}


def retrieve_payment_method(call: Call) -> Json:
    """GET /v1/payment_methods/{id}"""
    return call.in_path("payment_method")


def list_payment_methods(call: Call) -> Json:
    """GET /v1/payment_methods of one customer. Raises 400 without one, which the stand-in does not model."""
    if "customer" not in call.params:
        raise invalid(
            "The stand-in lists one customer's cards.", param="customer", code=UNSUPPORTED
        )
    call.named("customer", "customer")
    return page(call, "payment_method", filters(call, "customer", "type"))


def list_customer_payment_methods(call: Call) -> Json:
    """GET /v1/customers/{id}/payment_methods"""
    customer = call.in_path("customer")
    return page(call, "payment_method", {**filters(call, "type"), "customer": customer["id"]})


def retrieve_customer_payment_method(call: Call) -> Json:
    """GET /v1/customers/{id}/payment_methods/{id}: 404 for another customer's card."""
    customer = call.in_path("customer")
    method = call.in_path("payment_method", 1)
    if method["customer"] != customer["id"]:
        raise no_such("payment_method", method["id"], param="payment_method", status=404)
    return method


def attach_payment_method(call: Call) -> Json:
    """POST /v1/payment_methods/{id}/attach, for a card or one of Stripe's test names such as ``pm_card_visa``.
    Raises 402 for a card that cannot be saved, 400 for one that was detached or is somebody else's."""
    if "customer" not in call.params:
        raise invalid(
            "Missing required param: customer.", param="customer", code="parameter_missing"
        )
    customer = call.named("customer", "customer")
    card = BY_TOKEN.get(call.ids[0])
    method = _from_token(call, card) if card else call.in_path("payment_method")
    if method["customer"] not in (None, customer["id"]):
        raise invalid("The payment method you provided has already been attached to a customer.")
    if method["_spent"]:
        raise invalid(
            "This PaymentMethod was previously used without being attached to a Customer or was detached from a "
            "Customer, and may not be used again."
        )
    return attach(call, method, customer["id"])


def detach_payment_method(call: Call) -> Json:
    """POST /v1/payment_methods/{id}/detach. Raises 400 when it is not attached."""
    method = call.in_path("payment_method")
    if method["customer"] is None:
        raise invalid(
            "The payment method you provided is not attached to a customer so detachment is impossible."
        )
    return detach(call, method)


def update_payment_method(call: Call) -> Json:
    """POST /v1/payment_methods/{id}: billing details, expiry, metadata."""
    before = call.in_path("payment_method")
    if before["customer"] is None:
        raise invalid("You must save this PaymentMethod to a customer before you can update it.")
    method = _changed(call, before)
    call.store.put(method)
    names = ("billing_details", "card", "metadata", "allow_redisplay")
    record(
        call,
        "payment_method.updated",
        method,
        {n: before[n] for n in names if before[n] != method[n]},
    )
    return method


def attach(call: Call, method: Json, customer_id: str) -> Json:
    """Gives the card to the customer, once; records ``payment_method.attached``."""
    if method["customer"] == customer_id:
        return method
    method = call.store.put({**method, "customer": customer_id})
    record(call, "payment_method.attached", method)
    return method


def detach(call: Call, method: Json) -> Json:
    """Takes the card from its customer for good, also as the default; records ``payment_method.detached``."""
    customer = call.store.get(method["customer"], "customer")
    if customer and customer["invoice_settings"]["default_payment_method"] == method["id"]:
        settings = {**customer["invoice_settings"], "default_payment_method": None}
        call.store.put({**customer, "invoice_settings": settings})
    gone = call.store.put({**method, "customer": None, "_spent": True})
    record(call, "payment_method.detached", gone, {"customer": method["customer"]})
    return gone


def new_method(
    call: Call, card: TestCard, month: int, year: int, billing: Json, *, set_up: bool
) -> Json:
    """A card nobody has yet; ``set_up`` when it was saved for later charges with the payer's consent."""
    method: Json = {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "limited",
        "billing_details": {
            "address": NO_ADDRESS,
            "email": None,
            "name": None,
            "phone": None,
            "tax_id": None,
        },
        "card": _card(card, month, year),
        "created": call.now,
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_number": card.number,
        "_set_up": set_up,
        "_spent": False,
    }
    method["billing_details"] |= billing
    return call.store.put(method)


def _from_token(call: Call, card: TestCard) -> Json:
    if card.saving not in (OK, AUTHENTICATE):
        raise card_refused(card_error(card.saving, param=""))
    year = int(call.now / 31_556_952) + 1972
    return new_method(call, card, 12, year, {}, set_up=False)


def _changed(call: Call, method: Json) -> Json:
    card, billing = call.params.get("card", {}), call.params.get("billing_details", {})
    call.refuse_others("card", "exp_month", "exp_year")
    return {
        **method,
        "card": {**method["card"], **card},
        "billing_details": {**method["billing_details"], **billing},
        "allow_redisplay": call.params.get("allow_redisplay", method["allow_redisplay"]),
        "metadata": merged(method["metadata"], call.params.get("metadata", {})),
    }


def _card(card: TestCard, month: int, year: int) -> Json:
    return {
        "brand": card.brand,
        "checks": {
            "address_line1_check": None,
            "address_postal_code_check": None,
            "cvc_check": "pass",
        },
        "country": "US",
        "display_brand": {"amex": "american_express"}.get(card.brand, card.brand),
        "exp_month": month,
        "exp_year": year,
        "fingerprint": hashlib.sha256(card.number.encode()).hexdigest()[:16],
        "funding": "credit",
        "generated_from": None,
        "last4": card.number[-4:],
        "networks": {"available": [card.brand], "preferred": None},
        "regulated_status": "unregulated",
        "three_d_secure_usage": {"supported": True},
        "wallet": None,
    }
