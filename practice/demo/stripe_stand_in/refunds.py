"""/v1/refunds: never more than was charged."""

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import invalid
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.metadata import merged
from practice.demo.stripe_stand_in.store import Json, new_id

SWITCH = "next_refund"


def create_refund(call: Call) -> Json:
    """POST /v1/refunds, in part or of all that is left. Raises 400 for more than that, for a charge that failed,
    was already refunded or is disputed. The switch decides whether it succeeds, waits or fails."""
    charge = _charge(call)
    amount = _checked_amount(call, charge)
    status = call.store.setting(SWITCH, "succeeded")
    call.store.set(SWITCH, "succeeded")
    refund = call.store.put(
        _new_refund(call, charge, amount, "pending" if status == "failed" else status)
    )
    charge = _count(call, charge, amount)
    record(call, "refund.created", refund)
    record(call, "charge.refunded", charge, {"amount_refunded": charge["amount_refunded"] - amount})
    return settle(call, refund, "failed") if status == "failed" else refund


def retrieve_refund(call: Call) -> Json:
    """GET /v1/refunds/{id}"""
    return call.in_path("refund")


def list_refunds(call: Call) -> Json:
    """GET /v1/refunds"""
    return page(call, "refund", filters(call, "charge", "payment_intent"))


def update_refund(call: Call) -> Json:
    """POST /v1/refunds/{id}: metadata only."""
    before = call.in_path("refund")
    metadata = merged(before["metadata"], call.params.get("metadata", {}))
    refund = call.store.put({**before, "metadata": metadata})
    record(call, "refund.updated", refund, {"metadata": before["metadata"]})
    return refund


def settle(call: Call, refund: Json, status: str) -> Json:
    """A refund's outcome becomes known later: ``succeeded`` or ``failed``. A failed one gives the money back to
    the balance, so the charge counts as refunded by that much less. Records ``refund.updated``, ``refund.failed``."""
    if status not in ("succeeded", "failed"):
        raise invalid("A refund ends succeeded or failed.", param="status")
    if refund["status"] == "failed":
        raise invalid("The refund has already failed.")
    changes: Json = {"status": status, "pending_reason": None}
    if status == "failed":
        changes["failure_reason"] = "expired_or_canceled_card"
        charge = call.store.get(refund["charge"])
        assert charge is not None
        record(call, "charge.updated", _count(call, charge, -refund["amount"]))
    done = call.store.put({**refund, **changes})
    for event_type in ["refund.updated", *(["refund.failed"] if status == "failed" else [])]:
        record(call, event_type, done, {"status": refund["status"]})
    return done


def _charge(call: Call) -> Json:
    if ("charge" in call.params) == ("payment_intent" in call.params):
        raise invalid(
            "One of the following params should be provided for this request: payment_intent or charge."
        )
    if "charge" in call.params:
        return call.named("charge", "charge")
    intent = call.named("payment_intent", "payment_intent")
    if intent["status"] != "succeeded":
        message = (
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        )
        raise invalid(message, param="payment_intent", code="payment_intent_unexpected_state")
    return call.named("charge", "payment_intent", intent["latest_charge"])


def _checked_amount(call: Call, charge: Json) -> int:
    if not charge["paid"]:
        raise invalid(
            f"Charge {charge['id']} was not successful and cannot be refunded.", param="charge"
        )
    if charge["refunded"]:
        raise invalid(
            f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
        )
    if charge["disputed"]:
        raise invalid(
            f"Charge {charge['id']} has been charged back; cannot issue a refund.",
            code="charge_disputed",
        )
    left = int(charge["amount"] - charge["amount_refunded"])
    amount = int(call.params.get("amount", left))
    if amount < 1:
        raise invalid(
            "This value must be greater than or equal to 1.",
            param="amount",
            code="parameter_invalid_integer",
        )
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise invalid(message, param="amount")
    return amount


def _count(call: Call, charge: Json, amount: int) -> Json:
    total = charge["amount_refunded"] + amount
    return call.store.put(
        {**charge, "amount_refunded": total, "refunded": total == charge["amount"]}
    )


def _new_refund(call: Call, charge: Json, amount: int, status: str) -> Json:
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "destination_details": {"card": {"type": "refund"}, "type": "card"},
        "failure_reason": None,
        "metadata": merged({}, call.params.get("metadata", {})),
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "pending_reason": "processing" if status == "pending" else None,
        "reason": call.params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
    }
