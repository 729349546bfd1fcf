"""/v1/disputes: a payer's bank takes the money back. Opened and closed by a switch."""

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import invalid
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.store import Json, new_id

WEEK = 7 * 24 * 60 * 60


def retrieve_dispute(call: Call) -> Json:
    """GET /v1/disputes/{id}"""
    return call.in_path("dispute")


def list_disputes(call: Call) -> Json:
    """GET /v1/disputes"""
    return page(call, "dispute", filters(call, "charge", "payment_intent"))


def open_dispute(call: Call, charge: Json, reason: str) -> Json:
    """Disputes what is left of a charge; records ``charge.dispute.created``."""
    if not charge["paid"] or charge["disputed"] or charge["refunded"]:
        raise invalid("Only a paid charge that is neither refunded nor disputed can be disputed.")
    call.store.put({**charge, "disputed": True})
    dispute = call.store.put(_new_dispute(call, charge, reason))
    record(call, "charge.dispute.created", dispute)
    record(call, "charge.dispute.funds_withdrawn", dispute)
    return dispute


def close_dispute(call: Call, dispute: Json, status: str) -> Json:
    """``won`` gives the money back to the practice, ``lost`` does not; records ``charge.dispute.closed``."""
    if status not in ("won", "lost"):
        raise invalid("A dispute ends won or lost.", param="status")
    done = call.store.put({**dispute, "status": status})
    if status == "won":
        record(call, "charge.dispute.funds_reinstated", done)
    record(call, "charge.dispute.closed", done)
    return done


def _new_dispute(call: Call, charge: Json, reason: str) -> Json:
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": call.now,
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {
            "due_by": call.now + WEEK,
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": False,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {
            "card": {"brand": "visa", "case_type": "chargeback"},
            "type": "card",
        },
        "reason": reason,
        "status": "needs_response",
    }
