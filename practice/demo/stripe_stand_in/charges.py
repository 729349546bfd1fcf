"""/v1/charges: one attempt to take money, made by a PaymentIntent."""

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.cards import MESSAGES
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.store import Json, new_id

APPROVED = {
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 20,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


def retrieve_charge(call: Call) -> Json:
    """GET /v1/charges/{id}"""
    return call.in_path("charge")


def list_charges(call: Call) -> Json:
    """GET /v1/charges, refused ones among them."""
    return page(call, "charge", filters(call, "customer", "payment_intent"))


def take(call: Call, intent: Json, method: Json, *, authenticated: bool) -> Json:
    """The money is taken; records ``charge.succeeded``."""
    charge = call.store.put(_new_charge(call, intent, method, authenticated=authenticated))
    record(call, "charge.succeeded", charge)
    return charge


def refuse(call: Call, intent: Json, method: Json, reason: str) -> Json:
    """The bank refused; records ``charge.failed``."""
    code = "card_declined" if reason == "insufficient_funds" else reason
    outcome = {
        **APPROVED,
        "network_status": "declined_by_network",
        "reason": reason,
        "type": "issuer_declined",
    }
    failed = {
        "amount_captured": 0,
        "captured": False,
        "failure_code": code,
        "failure_message": MESSAGES[reason],
        "outcome": {**outcome, "seller_message": "The bank declined the payment."},
        "paid": False,
        "status": "failed",
    }
    charge = call.store.put({**_new_charge(call, intent, method, authenticated=False), **failed})
    record(call, "charge.failed", charge)
    return charge


def _new_charge(call: Call, intent: Json, method: Json, *, authenticated: bool) -> Json:
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_captured": intent["amount"],
        "amount_refunded": 0,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "STRIPE STAND-IN",
        "captured": True,
        "created": call.now,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "livemode": False,
        "metadata": intent["metadata"],
        "outcome": APPROVED,
        "paid": True,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": {
            "card": _card_details(method, authenticated=authenticated),
            "type": "card",
        },
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "succeeded",
    }


def _card_details(method: Json, *, authenticated: bool) -> Json:
    names = (
        "brand",
        "checks",
        "country",
        "exp_month",
        "exp_year",
        "fingerprint",
        "funding",
        "last4",
        "wallet",
    )
    secure = {"authentication_flow": "challenge", "result": "authenticated", "version": "2.2.0"}
    details = {name: method["card"][name] for name in names}
    return {
        **details,
        "network": method["card"]["brand"],
        "three_d_secure": secure if authenticated else None,
    }
