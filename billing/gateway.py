"""Stripe: the only module that knows it. Ours in and out: small dataclasses, our own exceptions.

Nothing said to Stripe names a therapist, an attendee or what is paid for. Calls are never made inside
a transaction. Amounts in minor units will exist here only.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

log = logging.getLogger(__name__)
TIMEOUT_SECONDS = 10
RETRIES = 2
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "Cartes Bancaires",
    "diners": "Diners Club",
    "eftpos_au": "Eftpos",
    "jcb": "JCB",
    "unionpay": "UnionPay",
    "unknown": "Card",
}


class GatewayUnavailable(Exception):
    """Stripe did not answer, or cannot now: whether it did something is not known. Try again later."""


class GatewayRefused(Exception):
    """Stripe definitely said no to what we asked; trying the same again does not help."""


class CardRefused(GatewayRefused):
    """The bank said no. `code` and `decline_code` are Stripe's."""

    def __init__(self, code: str, decline_code: str) -> None:
        super().__init__(decline_code or code)
        self.code, self.decline_code = code, decline_code


class NotFound(GatewayRefused):
    """Stripe has no such thing."""


class ForgedEvent(Exception):
    """A webhook request that is unsigned, wrongly signed, too old or no JSON."""


@dataclass(frozen=True, slots=True)
class SetupPage:
    """A page at Stripe on which a card can be saved, and until when (UTC)."""

    id: str
    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class SavedCard:
    """A card at Stripe. `customer_id` is None once it is detached."""

    id: str
    customer_id: str | None
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, slots=True)
class SetupVisit:
    """What became of a page to save a card. `status`: open, complete or expired.

    `method_id` is what was saved there, a card or, against what we asked for, something else.
    """

    status: str
    reference: str
    customer_id: str
    is_for_off_session: bool
    method_id: str | None
    card: SavedCard | None


@dataclass(frozen=True, slots=True)
class Event:
    """A webhook event whose signature is right. `payload` is the JSON as it came."""

    id: str
    type: str
    payload: dict[str, Any]


def create_customer(*, client_id: int, name: str, email: str, key: str) -> str:
    """Make the client known to Stripe and return the customer's id; the same for the same key."""
    with _asking():
        customer = _client().v1.customers.create(
            {"name": name, "email": email, "metadata": {"client_id": str(client_id)}},
            {"idempotency_key": key},
        )
    return customer.id


def open_setup_page(
    *,
    customer_id: str,
    reference: str,
    success_url: str,
    cancel_url: str,
    key: str,
) -> SetupPage:
    """Open a page to save a card for charging its owner while they are away; the same for the same key."""
    with _asking():
        page = _client().v1.checkout.sessions.create(
            {
                "mode": "setup",
                "customer": customer_id,
                "client_reference_id": reference,
                "allowed_payment_method_types": ["card"],
                "success_url": success_url,
                "cancel_url": cancel_url,
            },
            {"idempotency_key": key},
        )
    return SetupPage(page.id, page.url or "", datetime.fromtimestamp(page.expires_at, UTC))


def read_setup_visit(page_id: str) -> SetupVisit:
    """Ask Stripe what became of the page, and for the card if one was saved."""
    with _asking():
        page = _client().v1.checkout.sessions.retrieve(
            page_id, {"expand": ["setup_intent.payment_method"]}
        )
    intent = page.setup_intent if isinstance(page.setup_intent, stripe.SetupIntent) else None
    return SetupVisit(
        status=page.status or "",
        reference=page.client_reference_id or "",
        customer_id=_id(page.customer) or "",
        is_for_off_session=bool(intent and intent.usage == "off_session"),
        method_id=_id(intent.payment_method) if intent else None,
        card=_card(intent.payment_method) if intent else None,
    )


def expire_setup_page(page_id: str) -> None:
    """Close the page. Nothing happens when it is not open any more."""
    try:
        with _asking():
            _client().v1.checkout.sessions.expire(page_id)
    except GatewayUnavailable:
        raise
    except GatewayRefused:
        log.info("The setup page was not open any more.")


def read_card(card_id: str) -> SavedCard | None:
    """Ask Stripe for a card; None when it has none of this id."""
    try:
        with _asking():
            return _card(_client().v1.payment_methods.retrieve(card_id))
    except NotFound:
        return None


def make_default(*, customer_id: str, card_id: str) -> None:
    """Make the card the one Stripe would take by itself for this customer."""
    with _asking():
        _client().v1.customers.update(
            customer_id, {"invoice_settings": {"default_payment_method": card_id}}
        )


def detach_card(card_id: str) -> None:
    """Take the card from its customer for good. Nothing happens when it is detached already."""
    try:
        with _asking():
            _client().v1.payment_methods.detach(card_id)
    except GatewayRefused:
        card = read_card(card_id)
        if card and card.customer_id:
            raise


def read_event(body: bytes, signature: str) -> Event:
    """Check a webhook request's signature (300 s tolerance). Raises ForgedEvent."""
    if not settings.STRIPE_WEBHOOK_SECRET:
        raise ForgedEvent("STRIPE_WEBHOOK_SECRET is not set.")
    try:
        event = _client().construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)
    except (ValueError, stripe.SignatureVerificationError) as error:
        raise ForgedEvent(str(error)) from error
    return Event(event.id, event.type, json.loads(body))


def _client() -> stripe.StripeClient:
    return _client_of(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)
def _client_of(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key or "sk_not_set",
        base_addresses={"api": base},
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=RETRIES,
    )


@contextmanager
def _asking() -> Iterator[None]:
    """Turn Stripe's exceptions into ours: a bank's no, Stripe's no, and no answer differ."""
    try:
        yield
    except stripe.CardError as error:
        raise CardRefused(error.code or "", _decline_code(error)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise GatewayUnavailable(str(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.error("Stripe does not accept the key: %s", error)
        raise GatewayUnavailable(str(error)) from error
    except stripe.InvalidRequestError as error:
        kind = NotFound if error.code == "resource_missing" else GatewayRefused
        raise kind(str(error)) from error
    except stripe.StripeError as error:
        if error.http_status == 409:
            raise GatewayUnavailable(str(error)) from error
        raise GatewayRefused(str(error)) from error


def _decline_code(error: stripe.CardError) -> str:
    return str(getattr(error.error, "decline_code", "") or "") if error.error else ""


def _id(thing: Any) -> str | None:
    """The id of what Stripe gives as an id or as an object."""
    return thing if thing is None or isinstance(thing, str) else str(thing.id)


def _card(method: Any) -> SavedCard | None:
    if not isinstance(method, stripe.PaymentMethod) or method.card is None:
        return None
    card = method.card
    return SavedCard(
        id=method.id,
        customer_id=_id(method.customer),
        brand=BRANDS.get(card.brand, card.brand.replace("_", " ").title()),
        last4=card.last4 or "",
        exp_month=card.exp_month,
        exp_year=card.exp_year,
    )
