"""/v1/customers"""

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import invalid
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.metadata import merged
from practice.demo.stripe_stand_in.payment_methods import detach
from practice.demo.stripe_stand_in.store import Json, new_id

PLAIN = ("address", "description", "email", "name", "phone")
WRITABLE = ("invoice_settings", "metadata", *PLAIN)


def create_customer(call: Call) -> Json:
    """POST /v1/customers"""
    customer = _change(call, _blank(call))
    call.store.put(customer)
    record(call, "customer.created", customer)
    return customer


def update_customer(call: Call) -> Json:
    """POST /v1/customers/{id}. Raises 400 when the default card is not attached to this customer."""
    before = living_customer(call)
    customer = call.store.put(_change(call, before))
    changed = {name: before[name] for name in WRITABLE if before[name] != customer[name]}
    if changed:
        record(call, "customer.updated", customer, changed)
    return customer


def retrieve_customer(call: Call) -> Json:
    """GET /v1/customers/{id}; a deleted one answers with little more than that it is deleted."""
    return call.in_path("customer")


def delete_customer(call: Call) -> Json:
    """DELETE /v1/customers/{id}: detaches the cards too."""
    customer = living_customer(call)
    for method in call.store.find("payment_method", {"customer": customer["id"]}):
        detach(call, method)
    record(call, "customer.deleted", customer)
    return call.store.put({"id": customer["id"], "object": "customer", "deleted": True})


def list_customers(call: Call) -> Json:
    """GET /v1/customers"""
    return page(call, "customer", filters(call, "email"))


def living_customer(call: Call) -> Json:
    """The customer of the path. Raises 404 when there is none or it was deleted."""
    customer = call.in_path("customer")
    if customer.get("deleted"):
        raise invalid(
            f"No such customer: '{customer['id']}'; it was deleted.",
            param="id",
            code="resource_missing",
            status=404,
        )
    return customer


def _change(call: Call, customer: Json) -> Json:
    changes: Json = {name: call.params[name] or None for name in PLAIN if name in call.params}
    if "metadata" in call.params:
        changes["metadata"] = merged(customer["metadata"], call.params["metadata"])
    if "invoice_settings" in call.params:
        changes["invoice_settings"] = _invoice_settings(call, customer)
    return {**customer, **changes}


def _invoice_settings(call: Call, customer: Json) -> Json:
    sent = call.params["invoice_settings"]
    call.refuse_others("invoice_settings", "default_payment_method")
    method_id = sent.get("default_payment_method") or None
    method = call.store.get(method_id, "payment_method") if method_id else None
    if method_id and (method is None or method["customer"] != customer["id"]):
        message = (
            f"The customer does not have a payment method with the ID {method_id}. "
            "The payment method must be attached to the customer."
        )
        raise invalid(
            message, param="invoice_settings[default_payment_method]", code="resource_missing"
        )
    return {**customer["invoice_settings"], "default_payment_method": method_id}


def _blank(call: Call) -> Json:
    return {
        "id": new_id("cus", 14),
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": call.now,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "email": None,
        "invoice_prefix": new_id("", 8)[1:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
