"""Give the Stripe stand-in the cards of the demo practice, before it starts.

Another server that speaks Stripe's API does not know them; there the demo's cards can be seen, but
neither charged nor removed.
"""

import os
from pathlib import Path

from billing.models import Card
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.cards import CARDS
from practice.demo.stripe_stand_in.config import Config, read_config
from practice.demo.stripe_stand_in.customers import create_customer
from practice.demo.stripe_stand_in.payment_methods import new_method
from practice.demo.stripe_stand_in.store import Json, Store

BY_LAST4 = {card.number[-4:]: card for card in CARDS}


def seed_stand_in() -> int:
    """Add what is missing to the state file that `STRIPE_STAND_IN_STATE` names; returns how many."""
    if "STRIPE_STAND_IN_STATE" not in os.environ:
        return 0
    config = read_config([])
    store = Store(config.state)
    try:
        return _seed(store, config)
    finally:
        store.close()


def _seed(store: Store, config: Config) -> int:
    cards = Card.objects.attached().filter(stripe_id__startswith="pm_demo_")
    missing = [
        card
        for card in cards.select_related("client__stripe_customer")
        if store.get(card.stripe_id) is None
    ]
    with store.transaction():
        for card in missing:
            for body in _drafts(card, config):
                store.put(body)
    return len(missing)


def _drafts(card: Card, config: Config) -> tuple[Json, Json]:
    """The customer and the card as the stand-in itself would make them, under the demo's ids."""
    aside = Store(Path(":memory:"))
    call = Call(aside, config, {"name": card.client.name, "email": card.client.email})
    customer_id = card.client.stripe_customer.stripe_id
    customer = create_customer(call) | {"id": customer_id}
    customer["invoice_settings"] |= {"default_payment_method": card.stripe_id}
    method = new_method(
        call,
        BY_LAST4[card.last4],
        card.exp_month,
        card.exp_year,
        {"name": card.client.name},
        set_up=True,
    )
    aside.close()
    return customer, method | {"id": card.stripe_id, "customer": customer_id}
