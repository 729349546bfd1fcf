"""/v1/checkout/sessions in setup mode: the page on which a card is saved."""

from practice.demo.stripe_stand_in import setup_intents
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import UNSUPPORTED, invalid
from practice.demo.stripe_stand_in.events import record
from practice.demo.stripe_stand_in.listing import filters, page
from practice.demo.stripe_stand_in.metadata import merged
from practice.demo.stripe_stand_in.money import checked_currency
from practice.demo.stripe_stand_in.store import Json, new_id
from practice.demo.stripe_stand_in.urls import checked

SHORTEST, LONGEST = 30 * 60, 24 * 60 * 60
PLACEHOLDER = "{CHECKOUT_SESSION_ID}"


def create_session(call: Call) -> Json:
    """POST /v1/checkout/sessions. Raises 400 outside setup mode, without a currency or allowed payment methods,
    without a success address, or when it would expire in less than 30 minutes or more than 24 hours."""
    _check(call)
    customer_id = call.params.get("customer")
    intent = setup_intents.new_setup_intent(
        call, customer_id, call.params.get("setup_intent_data", {})
    )
    return call.store.put(_new_session(call, intent))


def retrieve_session(call: Call) -> Json:
    """GET /v1/checkout/sessions/{id}"""
    return expired_if_over(call, call.in_path("checkout.session"))


def list_sessions(call: Call) -> Json:
    """GET /v1/checkout/sessions"""
    return page(call, "checkout.session", filters(call, "customer", "status"))


def expire_session(call: Call) -> Json:
    """POST /v1/checkout/sessions/{id}/expire. Raises 400 unless it is open."""
    session = call.in_path("checkout.session")
    if session["status"] != "open":
        status = session["status"]
        message = f"Only Checkout Sessions with a status in [\"open\"] can be expired. This one has status '{status}'."
        raise invalid(message)
    return expire(call, session)


def expire(call: Call, session: Json) -> Json:
    """Closes an open session and cancels its intent; records ``checkout.session.expired``."""
    intent = call.store.get(session["setup_intent"])
    assert intent is not None
    setup_intents.cancel(call, intent)
    done = call.store.put(
        {
            **session,
            "status": "expired",
            "url": None,
            "expires_at": min(call.now, session["expires_at"]),
        }
    )
    record(call, "checkout.session.expired", done)
    return done


def expired_if_over(call: Call, session: Json) -> Json:
    """The session, expired first when its time is over."""
    over = session["status"] == "open" and session["expires_at"] <= call.now
    return expire(call, session) if over else session


def expire_all_over(call: Call) -> None:
    """Expires every open session whose time is over."""
    for session in call.store.find("checkout.session", {"status": "open"}):
        expired_if_over(call, session)


def complete(call: Call, session: Json, method: Json) -> Json:
    """The card is saved; records ``checkout.session.completed``."""
    intent = call.store.get(session["setup_intent"])
    assert intent is not None
    setup_intents.succeed(call, intent, method)
    billing = method["billing_details"]
    details = {
        "email": billing["email"],
        "name": billing["name"],
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": None,
    }
    changes = {
        "status": "complete",
        "url": None,
        "customer_details": {**details, "address": billing["address"]},
    }
    done = call.store.put({**session, **changes})
    record(call, "checkout.session.completed", done)
    return done


def success_address(session: Json) -> str:
    """Where the payer goes after the card was saved, with the session's id filled in."""
    return str(session["success_url"]).replace(PLACEHOLDER, session["id"])


def _check(call: Call) -> None:
    params = call.params
    if params.get("mode") != "setup":
        raise invalid(
            "The stand-in only has Checkout Sessions in setup mode.",
            param="mode",
            code=UNSUPPORTED,
        )
    if params.get("ui_mode", "hosted_page") != "hosted_page":
        raise invalid("The stand-in only has the hosted page.", param="ui_mode", code=UNSUPPORTED)
    needed = (
        ("success_url",)
        if "allowed_payment_method_types" in params
        else ("success_url", "currency")
    )
    for name in needed:
        if name not in params:
            raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    for name in ("success_url", "cancel_url"):
        if name in params:
            checked(params[name].replace(PLACEHOLDER, ""), name)
    call.refuse_others("setup_intent_data", "description", "metadata")
    _check_customer(call)
    _check_expiry(call)


def _check_customer(call: Call) -> None:
    if "customer" in call.params and "customer_email" in call.params:
        message = "You may only specify one of these parameters: customer, customer_email."
        raise invalid(message, param="customer_email", code="parameters_exclusive")
    if "customer" in call.params:
        call.named("customer", "customer")
    if len(call.params.get("client_reference_id", "")) > 200:
        raise invalid("Invalid string: must be at most 200 characters", param="client_reference_id")


def _check_expiry(call: Call) -> None:
    seconds = call.params.get("expires_at", call.now + LONGEST) - call.now
    if seconds < SHORTEST:
        raise invalid(
            "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.",
            param="expires_at",
        )
    if seconds > LONGEST:
        raise invalid(
            "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.",
            param="expires_at",
        )


def _new_session(call: Call, intent: Json) -> Json:
    session_id = new_id("cs_test", 58)
    params = call.params
    currency = params.get("currency")
    return {
        "id": session_id,
        "object": "checkout.session",
        "allowed_payment_method_types": params.get("allowed_payment_method_types"),
        "amount_subtotal": None,
        "amount_total": None,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "billing_address_collection": params.get("billing_address_collection"),
        "cancel_url": params.get("cancel_url"),
        "client_reference_id": params.get("client_reference_id"),
        "client_secret": None,
        "created": call.now,
        "currency": checked_currency(currency) if currency else None,
        "custom_fields": [],
        "custom_text": {
            "after_submit": None,
            "shipping_address": None,
            "submit": None,
            **params.get("custom_text", {}),
        },
        "customer": params.get("customer"),
        "customer_creation": None,
        "customer_details": None,
        "customer_email": params.get("customer_email"),
        "expires_at": params.get("expires_at", call.now + LONGEST),
        "livemode": False,
        "locale": params.get("locale"),
        "metadata": merged({}, params.get("metadata", {})),
        "mode": "setup",
        "payment_intent": None,
        "payment_method_collection": "always",
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": ["card"],
        "payment_status": "no_payment_required",
        "return_url": None,
        "setup_intent": intent["id"],
        "status": "open",
        "submit_type": None,
        "subscription": None,
        "success_url": params["success_url"],
        "ui_mode": "hosted_page",
        "url": f"{call.config.public_url}/c/pay/{session_id}",
    }
