"""The webhook inbox: an event is a row first, and is worked through afterwards, as often as it takes.

Events come twice, late, out of order or never. None is believed: it only says where to look at Stripe.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from billing import gateway
from billing.card_finish import finish_setup
from billing.cards import refresh_card
from billing.models import Card, CardSetup, StripeCustomer, StripeEvent
from practice.audit.actor import Actor
from practice.audit.log import record

log = logging.getLogger(__name__)
RETRY_AFTER = [timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)]
LATER = timedelta(hours=3)
SWEEP_AT_MOST = 100


def receive(*, event: gateway.Event, now: datetime) -> bool:
    """Keep an event of a kind we follow, once. True when there is something to be worked through."""
    if event.type not in HANDLERS:
        return False
    _, is_new = StripeEvent.objects.get_or_create(
        id=event.id,
        defaults={
            "type": event.type,
            "payload": event.payload,
            "received_at": now,
            "next_try_at": now,
        },
    )
    return is_new


def process(*, event_id: str, now: datetime) -> bool:
    """Work through one event unless somebody has, or has it in hand. True when it was done by this call.

    What went wrong is kept, and tried again later.
    """
    event = _claim(event_id, now)
    if event is None:
        return False
    try:
        HANDLERS[event.type](event.payload["data"]["object"], now)
    except Exception as error:
        log.exception("Stripe event %s is not worked through yet.", event.id)
        reason = f"{type(error).__name__}: {error}"[:2000]
        StripeEvent.objects.filter(pk=event.pk).update(last_error=reason)
        return False
    StripeEvent.objects.filter(pk=event.pk).update(processed_at=now, last_error="")
    return True


def sweep(*, now: datetime) -> int:
    """Work through what waits, the oldest first. Returns how many were done."""
    waiting = StripeEvent.objects.waiting(now).values_list("pk", flat=True)[:SWEEP_AT_MOST]
    return sum(process(event_id=pk, now=now) for pk in list(waiting))


@transaction.atomic
def _claim(event_id: str, now: datetime) -> StripeEvent | None:
    """Take the event for a while: nobody else takes it before `next_try_at`."""
    waiting = StripeEvent.objects.waiting(now).select_for_update(skip_locked=True)
    event = waiting.filter(pk=event_id).first()
    if event is None:
        return None
    wait = RETRY_AFTER[event.attempts] if event.attempts < len(RETRY_AFTER) else LATER
    event.attempts = min(event.attempts + 1, 1000)
    event.next_try_at = now + wait
    event.save(update_fields=["attempts", "next_try_at"])
    return event


def _setup_page_changed(page: dict[str, Any], now: datetime) -> None:
    setup = CardSetup.objects.filter(stripe_id=page["id"]).first()
    if setup:
        finish_setup(setup=setup, now=now)
    else:
        _detach_stray(page["id"])


def _detach_stray(page_id: str) -> None:
    """Saved for a customer of ours on a page we did not open, or do not know of: not kept."""
    try:
        visit = gateway.read_setup_visit(page_id)
    except gateway.NotFound:
        return
    is_ours = StripeCustomer.objects.filter(stripe_id=visit.customer_id).exists()
    saved = visit.method_id
    if is_ours and saved and not Card.objects.filter(stripe_id=saved).exists():
        log.warning("A card came through an unknown page and is detached.")
        gateway.detach_card(saved)


def _setup_failed(intent: dict[str, Any], now: datetime) -> None:
    """Noted only: the payer sees it at Stripe and can try another card on the same page."""
    customer = StripeCustomer.objects.filter(stripe_id=intent.get("customer") or "").first()
    if customer:
        record(
            by=Actor.system("Stripe"),
            action="card.declined",
            target=customer,
            client_id=customer.client_id,
            now=now,
        )


def _card_changed(card: dict[str, Any], now: datetime) -> None:
    refresh_card(stripe_id=card["id"], now=now)


HANDLERS: dict[str, Callable[[dict[str, Any], datetime], None]] = {
    "checkout.session.completed": _setup_page_changed,
    "checkout.session.expired": _setup_page_changed,
    "setup_intent.setup_failed": _setup_failed,
    "payment_method.detached": _card_changed,
    "payment_method.automatically_updated": _card_changed,
    "payment_method.updated": _card_changed,
}
