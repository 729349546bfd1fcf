"""What happens to a card on file: removed by its owner, changed or taken away at Stripe.

A client has one card at a time. One that is attached but no longer the default is a leftover: it can
no longer be charged here, and is detached at Stripe as soon as Stripe answers.
"""

import logging
from datetime import datetime

from django.db import transaction

from billing import gateway, letters
from billing.mandates import lock_cards, withdraw_all
from billing.models import Card, Mandate
from billing.rules import charged_by_card
from clients.actions import issue_link
from clients.models import Client, LinkPurpose
from practice.audit.actor import Actor
from practice.audit.log import record
from relationships.models import Relationship

log = logging.getLogger(__name__)


def remove_card(
    *, client: Client, by: Actor, now: datetime, card_id: int | None = None
) -> Card | None:
    """Take the client's card away and return it; None when there is none, or it is not `card_id`.

    `card_id` is the card its owner was shown: one that has taken its place since is left alone.

    1. Locks the relationships it pays for and the card. 2. It is no longer charged. 3. All agreements
    are withdrawn. 4. Mail to the owner, with a link to add another, and to each therapist. 5. Audit.
    6. It is detached at Stripe, now or, when Stripe is away, by the reconciler.
    """
    card = _put_aside(client, card_id, by=by, now=now, has_withdrawn=True)
    detach_leftovers(client_id=client.pk, now=now)
    return card


def refresh_card(*, stripe_id: str, now: datetime) -> None:
    """Follow what Stripe says of a card of ours: a new expiry or number; or that it is gone.

    Gone: it is no longer charged, the therapists are told; the agreements stand for a next card.
    Raises GatewayUnavailable.
    """
    card = Card.objects.attached().filter(stripe_id=stripe_id).select_related("client").first()
    if card is None:
        return
    seen = gateway.read_card(stripe_id)
    if seen and seen.customer_id:
        _follow(card, seen, now=now)
        return
    if card.is_default:
        by = Actor.system("Stripe")
        _put_aside(card.client, card.pk, by=by, now=now, has_withdrawn=False)
    _mark_detached(card, now=now)


def detach_leftovers(*, now: datetime, client_id: int | None = None) -> None:
    """Detach cards at Stripe that are not charged any more; all of them, or one client's.

    When Stripe is away they stay leftovers, for the reconciler.
    """
    leftovers = Card.objects.attached().filter(is_default=False)
    if client_id is not None:
        leftovers = leftovers.filter(client_id=client_id)
    for card in leftovers.order_by("pk")[:100]:
        try:
            gateway.detach_card(card.stripe_id)
        except gateway.GatewayUnavailable:
            log.warning("Stripe is away; card %s is detached later.", card.pk)
            return
        _mark_detached(card, now=now)


@transaction.atomic
def _put_aside(
    client: Client, card_id: int | None, *, by: Actor, now: datetime, has_withdrawn: bool
) -> Card | None:
    """The default card, if it is the one meant, is the default no longer."""
    paid = _locked_relationships(client)
    card = next((one for one in lock_cards(client) if one.is_default), None)
    if card is None or card_id not in (None, card.pk):
        return None
    card.is_default = False
    card.save(update_fields=["is_default"])
    if has_withdrawn:
        withdraw_all(payer=client, by=by, now=now)
        your_card = issue_link(client=client, purpose=LinkPurpose.YOUR_CARD, now=now)
        letters.card_removed(card, your_card=your_card, now=now)
    letters.card_removed_notice(card, paid, now=now)
    record(by=by, action="card.remove", target=card, client_id=client.pk, now=now, card=card.label)
    return card


def _locked_relationships(client: Client) -> list[Relationship]:
    """Those the card pays for, with what stayed behind on ended ones, locked by id."""
    agreed = Mandate.objects.live().filter(payer=client).values_list("relationship_id", flat=True)
    charged = charged_by_card(client).values_list("pk", flat=True)
    return Relationship.objects.with_people().locked({*agreed, *charged})


@transaction.atomic
def _follow(card: Card, seen: gateway.SavedCard, *, now: datetime) -> None:
    changes = {
        name: getattr(seen, name)
        for name in ("brand", "last4", "exp_month", "exp_year")
        if getattr(card, name) != getattr(seen, name)
    }
    if not changes:
        return
    Card.objects.filter(pk=card.pk).update(**changes)
    record(
        by=Actor.system("Stripe"),
        action="card.update",
        target=card,
        client_id=card.client_id,
        now=now,
        **changes,
    )


def _mark_detached(card: Card, *, now: datetime) -> None:
    Card.objects.attached().filter(pk=card.pk, is_default=False).update(detached_at=now)
