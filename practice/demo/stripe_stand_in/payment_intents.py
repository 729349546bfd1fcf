"""/v1/payment_intents: a sum to be taken, off-session or with the payer on the page."""

from typing import Any

from practice.demo.stripe_stand_in import charges
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.cards import AUTHENTICATE, OK, card_error, charge_outcome
from practice.demo.stripe_stand_in.errors import card_refused, invalid
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.metadata import merged
from practice.demo.stripe_stand_in.money import checked_amount, checked_currency
from practice.demo.stripe_stand_in.store import Json, new_id, public
from practice.demo.stripe_stand_in.urls import checked

UNEXPECTED = "payment_intent_unexpected_state"
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")
NEEDS_RETURN_URL = (
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these "
    "payment methods might redirect your customer off of your page, you must provide a `return_url`."
)
NO_CARD = (
    "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the "
    "PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method."
)


def create_payment_intent(call: Call) -> Json:
    """POST /v1/payment_intents; with ``confirm`` the card is charged at once. Raises 402 when it is refused."""
    if "off_session" in call.params and not call.params.get("confirm"):
        raise invalid(
            "You can only pass `off_session` when `confirm` is true.", param="off_session"
        )
    if "customer" in call.params:
        call.named("customer", "customer")
    intent = _with_card(call, _new_intent(call))
    if call.params.get("confirm"):
        _check_confirm(call, intent)
    call.store.put(intent)
    record(call, "payment_intent.created", intent)
    return _confirm(call, intent) if call.params.get("confirm") else intent


def retrieve_payment_intent(call: Call) -> Json:
    """GET /v1/payment_intents/{id}"""
    return call.in_path("payment_intent")


def list_payment_intents(call: Call) -> Json:
    """GET /v1/payment_intents"""
    return page(call, "payment_intent", filters(call, "customer"))


def update_payment_intent(call: Call) -> Json:
    """POST /v1/payment_intents/{id}"""
    intent = call.in_path("payment_intent")
    if "payment_method" in call.params and intent["status"] not in OPEN:
        raise _unexpected(
            intent, f"This PaymentIntent's payment_method could not be updated: {intent['status']}."
        )
    intent = _with_card(call, {**intent, **filters(call, "description", "receipt_email")})
    return call.store.put(
        {**intent, "metadata": merged(intent["metadata"], call.params.get("metadata", {}))}
    )


def confirm_payment_intent(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/confirm. Raises 402 when the card is refused, 400 when it is not the time."""
    intent = call.in_path("payment_intent")
    if intent["status"] not in OPEN:
        done = (
            "already succeeded"
            if intent["status"] == "succeeded"
            else f"a status of {intent['status']}"
        )
        raise _unexpected(intent, f"You cannot confirm this PaymentIntent because it has {done}.")
    intent = _with_card(call, {**intent, **filters(call, "receipt_email")})
    _check_confirm(call, intent)
    return _confirm(call, intent)


def cancel_payment_intent(call: Call) -> Json:
    """POST /v1/payment_intents/{id}/cancel. Raises 400 once it succeeded or was cancelled."""
    intent = call.in_path("payment_intent")
    if intent["status"] not in OPEN:
        message = (
            f"You cannot cancel this PaymentIntent because it has a status of {intent['status']}. Only a PaymentIntent "
            f"with one of the following statuses may be canceled: {', '.join(OPEN)}, requires_capture, processing."
        )
        raise _unexpected(intent, message)
    reason = call.params.get("cancellation_reason")
    changes = {
        "status": "canceled",
        "canceled_at": call.now,
        "cancellation_reason": reason,
        "next_action": None,
    }
    done = call.store.put({**intent, **changes})
    record(call, "payment_intent.canceled", done)
    return done


def attempt(
    call: Call, intent: Json, method: Json, outcome: str, *, authenticated: bool = False
) -> Json:
    """Takes the money, or keeps why it was not: the intent afterwards, ``last_payment_error`` set on a refusal."""
    if outcome == OK:
        charge = charges.take(call, intent, method, authenticated=authenticated)
        return _settle(call, intent, charge, method)
    charge = charges.refuse(call, intent, method, outcome)
    return fail(
        call,
        {**intent, "latest_charge": charge["id"]},
        method,
        card_error(outcome, charge=charge["id"]),
    )


def fail(call: Call, intent: Json, method: Json, error: Json) -> Json:
    """The attempt is over without money; the intent waits for a card again."""
    changes = {
        "last_payment_error": {**error, "payment_method": public(method)},
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    failed = call.store.put({**intent, **changes})
    record(call, "payment_intent.payment_failed", failed)
    return failed


def _settle(call: Call, intent: Json, charge: Json, method: Json) -> Json:
    changes = {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method["id"],
        "status": "succeeded",
    }
    done = call.store.put({**intent, **changes})
    record(call, "payment_intent.succeeded", done)
    return done


def _with_card(call: Call, intent: Json) -> Json:
    if not call.params.get("payment_method"):
        return intent
    method = call.named("payment_method", "payment_method")
    if method["customer"] is None:
        message = "This PaymentMethod is not attached to a customer: it was detached, or never was, and cannot be used."
        raise invalid(message, param="payment_method")
    if method["customer"] != intent["customer"]:
        message = (
            f"The PaymentMethod {method['id']} belongs to the Customer {method['customer']}. "
            "Please include the Customer in the `customer` parameter on the PaymentIntent."
        )
        raise invalid(message, param="payment_method")
    return {**intent, "payment_method": method["id"], "status": "requires_confirmation"}


def _check_confirm(call: Call, intent: Json) -> None:
    if not intent["payment_method"]:
        raise invalid(NO_CARD, param="payment_method", code=UNEXPECTED)
    redirects = (intent["automatic_payment_methods"] or {}).get("allow_redirects") != "never"
    return_url = call.params.get("return_url")
    if return_url:
        checked(return_url, "return_url")
    elif redirects and not call.params.get("off_session"):
        raise invalid(NEEDS_RETURN_URL, param="return_url")


def _confirm(call: Call, intent: Json) -> Json:
    method = call.named("payment_method", "payment_method", intent["payment_method"])
    off_session = bool(call.params.get("off_session"))
    outcome = charge_outcome(method, off_session=off_session)
    if (
        outcome == AUTHENTICATE
        and not off_session
        and not call.params.get("error_on_requires_action")
    ):
        return _require_authentication(call, intent)
    after = attempt(call, intent, method, outcome)
    if after["last_payment_error"]:
        raise card_refused({**after["last_payment_error"], "payment_intent": public(after)})
    return after


def _require_authentication(call: Call, intent: Json) -> Json:
    page_url = f"{call.config.public_url}/3d-secure/{intent['id']}"
    return_url = call.params.get("return_url")
    redirect = {
        "type": "redirect_to_url",
        "redirect_to_url": {"url": page_url, "return_url": return_url},
    }
    action = redirect if return_url else {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
    waiting = call.store.put(
        {**intent, "status": "requires_action", "next_action": action, "last_payment_error": None}
    )
    record(call, "payment_intent.requires_action", waiting)
    return waiting


def _unexpected(intent: Json, message: str) -> Exception:
    return invalid(message, code=UNEXPECTED, payment_intent=public(intent))


def _new_intent(call: Call) -> Json:
    intent_id = new_id("pi")
    params = call.params
    currency = checked_currency(params["currency"])
    automatic: dict[str, Any] = {"allow_redirects": "always", "enabled": True}
    return {
        "id": intent_id,
        "object": "payment_intent",
        "amount": checked_amount(params["amount"], currency),
        "amount_capturable": 0,
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": automatic | params.get("automatic_payment_methods", {}),
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{intent_id}_secret_{new_id('', 24)[1:]}",
        "confirmation_method": "automatic",
        "created": call.now,
        "currency": currency,
        "customer": params.get("customer"),
        "description": params.get("description"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "metadata": merged({}, params.get("metadata", {})),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "setup_future_usage": None,
        "shipping": None,
        "statement_descriptor": None,
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
    }
