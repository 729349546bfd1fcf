"""/v1/setup_intents: the saving of a card, driven by the Checkout page."""

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.cards import card_error
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.metadata import merged
from practice.demo.stripe_stand_in.payment_methods import attach
from practice.demo.stripe_stand_in.store import Json, new_id, public

NOT_AUTHENTICATED = (
    "We are unable to authenticate your payment method. "
    "Please choose a different payment method and try again."
)


def retrieve_setup_intent(call: Call) -> Json:
    """GET /v1/setup_intents/{id}"""
    return call.in_path("setup_intent")


def list_setup_intents(call: Call) -> Json:
    """GET /v1/setup_intents"""
    return page(call, "setup_intent", filters(call, "customer", "payment_method"))


def new_setup_intent(call: Call, customer_id: str | None, data: Json) -> Json:
    """The intent of a Checkout Session: for later charges without the payer, as Stripe defaults to."""
    intent_id = new_id("seti")
    intent = call.store.put(
        {
            "id": intent_id,
            "object": "setup_intent",
            "application": None,
            "automatic_payment_methods": None,
            "cancellation_reason": None,
            "client_secret": f"{intent_id}_secret_{new_id('', 24)[1:]}",
            "created": call.now,
            "customer": customer_id,
            "description": data.get("description"),
            "flow_directions": None,
            "last_setup_error": None,
            "latest_attempt": None,
            "livemode": False,
            "mandate": None,
            "metadata": merged({}, data.get("metadata", {})),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": None,
            "payment_method_configuration_details": None,
            "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
            "payment_method_types": ["card"],
            "single_use_mandate": None,
            "status": "requires_payment_method",
            "usage": "off_session",
        }
    )
    record(call, "setup_intent.created", intent)
    return intent


def require_authentication(
    call: Call, intent: Json, method: Json, url: str, return_url: str
) -> Json:
    """3-D Secure stands between the payer and the saved card."""
    action = {"type": "redirect_to_url", "redirect_to_url": {"url": url, "return_url": return_url}}
    changes = {"status": "requires_action", "payment_method": method["id"], "next_action": action}
    changed = call.store.put({**intent, **changes, "last_setup_error": None})
    record(call, "setup_intent.requires_action", changed)
    return changed


def succeed(call: Call, intent: Json, method: Json) -> Json:
    """The card is saved and given to the customer, if there is one."""
    if intent["customer"]:
        method = attach(call, method, intent["customer"])
    changes = {
        "status": "succeeded",
        "payment_method": method["id"],
        "next_action": None,
        "last_setup_error": None,
    }
    done = call.store.put({**intent, **changes})
    record(call, "setup_intent.succeeded", done)
    return done


def refuse(call: Call, intent: Json, method: Json, reason: str) -> Json:
    """The bank refused the card; another one may be tried."""
    return _failed(call, intent, card_error(reason, payment_method=public(method)))


def refuse_authentication(call: Call, intent: Json, method: Json) -> Json:
    """3-D Secure was not passed; the same or another card may be tried."""
    code = "setup_intent_authentication_failure"
    error = {"code": code, "message": NOT_AUTHENTICATED, "type": "invalid_request_error"}
    return _failed(call, intent, {**error, "payment_method": public(method)})


def cancel(call: Call, intent: Json) -> Json:
    """Its Checkout Session expired."""
    changes = {"status": "canceled", "cancellation_reason": "abandoned", "next_action": None}
    done = call.store.put({**intent, **changes})
    record(call, "setup_intent.canceled", done)
    return done


def _failed(call: Call, intent: Json, error: Json) -> Json:
    changes = {"status": "requires_payment_method", "payment_method": None, "next_action": None}
    failed = call.store.put({**intent, **changes, "last_setup_error": error})
    record(call, "setup_intent.setup_failed", failed)
    return failed
