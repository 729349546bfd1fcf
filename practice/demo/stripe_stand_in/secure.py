"""3-D Secure: what waits for the payer's word, and what follows it."""

from dataclasses import dataclass

from practice.demo.stripe_stand_in import payment_intents
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.cards import charge_outcome
from practice.demo.stripe_stand_in.checkout import expired_if_over
from practice.demo.stripe_stand_in.money import shown
from practice.demo.stripe_stand_in.store import Json
from practice.demo.stripe_stand_in.urls import with_query

FAILED = {
    "code": "payment_intent_authentication_failure",
    "message": "The provided PaymentMethod has failed authentication. Provide another one to try again.",
    "type": "invalid_request_error",
}


@dataclass(frozen=True)
class Waiting:
    """An intent waiting for authentication with this card; ``session`` when a card is being saved, None when a
    payment is being made. ``what`` is a sentence for the payer."""

    intent: Json
    method: Json
    session: Json | None
    return_url: str
    what: str


def authentication(call: Call, intent_id: str) -> Waiting | str:
    """What waits, or why nothing does: ``missing``, ``expired``, ``canceled`` or ``over``."""
    intent = call.store.get(intent_id)
    if intent is None or intent["object"] not in ("setup_intent", "payment_intent"):
        return "missing"
    saving = intent["object"] == "setup_intent"
    session = _session(call, intent_id) if saving else None
    if saving and (session is None or session["status"] == "expired"):
        return "expired"
    if intent["status"] == "canceled":
        return "canceled"
    if intent["status"] != "requires_action":
        return "over"
    method = call.named("payment_method", "payment_method", intent["payment_method"])
    return_url = intent["next_action"].get("redirect_to_url", {}).get("return_url", "")
    return Waiting(intent, method, session, return_url, _what(intent, method))


def finish_payment(call: Call, waiting: Waiting, *, passed: bool) -> str:
    """Takes the money if the payer passed and the bank agrees. Returns where the payer goes, with the intent's id
    and ``redirect_status`` in the query as Stripe adds them."""
    intent, method = waiting.intent, waiting.method
    if passed:
        outcome = charge_outcome(method, off_session=False, authenticated=True)
        after = payment_intents.attempt(call, intent, method, outcome, authenticated=True)
    else:
        after = payment_intents.fail(call, intent, method, FAILED)
    return with_query(
        waiting.return_url,
        payment_intent=intent["id"],
        payment_intent_client_secret=intent["client_secret"],
        redirect_status="succeeded" if after["status"] == "succeeded" else "failed",
    )


def _session(call: Call, intent_id: str) -> Json | None:
    found = call.store.find("checkout.session", {"setup_intent": intent_id})
    return expired_if_over(call, found[0]) if found else None


def _what(intent: Json, method: Json) -> str:
    ending = f"the card ending in {method['card']['last4']}"
    if intent["object"] == "setup_intent":
        return f"Your bank asks whether it is really you who saves {ending}."
    amount = shown(intent["amount"], intent["currency"])
    return f"Your bank asks whether it is really you who pays {amount} with {ending}."
