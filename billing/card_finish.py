"""A card arrives: the one way to finish a visit to Stripe's page, however we hear of it.

Called by the page the payer comes back to, by the webhook and by the reconciler; the first to finish
wins. Stripe is asked each time; neither the address nor the webhook's body is believed. Killed at
any point, the visit stays open and the reconciler finishes it.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from billing import gateway, letters
from billing.card_requests import close_request_if_done, request_card
from billing.cards import detach_leftovers
from billing.mandates import give, lock_cards, withdraw_narrowed
from billing.models import (
    Card,
    CardRequest,
    CardSetup,
    CardSetupStatus,
    Mandate,
    MandateManner,
    StripeCustomer,
)
from billing.rules import awaiting_agreement, charged_by_card
from clients.actions import issue_link
from clients.models import AccessLink, Client, LinkPurpose
from practice.audit.actor import Actor
from practice.audit.log import record
from relationships.models import Relationship


class Outcome(StrEnum):
    OPEN = "open"
    SAVED = "saved"
    ALREADY_SAVED = "already_saved"
    REJECTED = "rejected"
    EXPIRED = "expired"


_SETTLED = {
    CardSetup.Status.OPEN: Outcome.OPEN,
    CardSetup.Status.COMPLETE: Outcome.ALREADY_SAVED,
    CardSetup.Status.REJECTED: Outcome.REJECTED,
    CardSetup.Status.EXPIRED: Outcome.EXPIRED,
}


class _Rejected(Exception):
    """The card may not be kept; the message says why, for the audit."""


def finish_setup(*, setup: CardSetup, now: datetime) -> Outcome:
    """Ask Stripe what became of the visit and act on it, once.

    Saved: 1. Stripe's default for the customer. 2. The card, in place of the old one, which is then
    detached. 3. Agreements for what was ticked and still is open, by card and this payer's. 4. The
    request is closed when nothing is missing. 5. Mail to the payer and the therapists; on
    Your card, to agree to what awaits it, if there was no card. 6. Audit.
    Arrived through a revoked, superseded or foreign link: detached, no agreement, audit.
    Closed without a card: expired; the same link opens a new page.
    Raises GatewayUnavailable, with nothing changed.
    """
    settled = _SETTLED[CardSetup.Status(setup.status)]
    if settled != Outcome.OPEN:
        return settled
    visit = gateway.read_setup_visit(setup.stripe_id)
    if visit.status == "open":
        return Outcome.OPEN
    if visit.status != "complete":
        return _settle(setup, CardSetup.Status.EXPIRED, now=now)
    return _finish_complete(setup, visit, now=now)


def _finish_complete(setup: CardSetup, visit: gateway.SetupVisit, *, now: datetime) -> Outcome:
    try:
        card = _acceptable(setup, visit)
        gateway.make_default(customer_id=visit.customer_id, card_id=card.id)
        outcome = _save(setup, visit, card, now=now)
    except _Rejected as reason:
        return _reject(setup, visit, str(reason), now=now)
    detach_leftovers(client_id=setup.client_id, now=now)
    return outcome


def _acceptable(setup: CardSetup, visit: gateway.SetupVisit) -> gateway.SavedCard:
    """The card, or raise _Rejected. What is wrong once stays wrong, so it may be asked before a lock."""
    client = Client.objects.get(pk=setup.client_id)
    link = AccessLink.objects.get(pk=setup.link_id)
    customer = StripeCustomer.objects.filter(client=client).values_list("stripe_id", flat=True)
    if visit.reference != setup.reference:
        raise _Rejected("it came through another link")
    if visit.customer_id != customer.first():
        raise _Rejected("it belongs to another customer")
    if link.revoked_at or not client.is_reachable:
        raise _Rejected("the link was revoked")
    if not visit.is_for_off_session:
        raise _Rejected("it may not be charged while its owner is away")
    if visit.card is None:
        raise _Rejected("it is not a card")
    if visit.card.customer_id != visit.customer_id:
        raise _Rejected("it is not attached")
    return visit.card


def _reject(setup: CardSetup, visit: gateway.SetupVisit, reason: str, *, now: datetime) -> Outcome:
    """Detach what was saved, unless it is a card that somebody saved properly, and then say so."""
    saved = visit.method_id
    if saved and not Card.objects.attached().filter(stripe_id=saved).exists():
        gateway.detach_card(saved)
    return _settle(setup, CardSetup.Status.REJECTED, now=now, reason=reason)


@transaction.atomic
def _settle(setup: CardSetup, status: CardSetupStatus, *, now: datetime, **details: str) -> Outcome:
    locked = CardSetup.objects.select_for_update(of=("self",)).get(pk=setup.pk)
    if locked.status != CardSetup.Status.OPEN:
        return _SETTLED[CardSetup.Status(locked.status)]
    locked.status, locked.finished_at = status, now
    locked.save(update_fields=["status", "finished_at"])
    _audit(locked, f"card_setup.{status.lower()}", now=now, **details)
    return _SETTLED[status]


@transaction.atomic
def _save(
    setup: CardSetup, visit: gateway.SetupVisit, saved: gateway.SavedCard, *, now: datetime
) -> Outcome:
    relationships = _lock_relationships(setup.client)
    is_first = not any(one.is_default for one in lock_cards(setup.client))
    _lock_requests(setup.client)
    locked = CardSetup.objects.select_for_update(of=("self",)).get(pk=setup.pk)
    if locked.status != CardSetup.Status.OPEN:
        return _SETTLED[CardSetup.Status(locked.status)]
    _acceptable(locked, visit)
    card = _replace_card(locked, saved, now=now)
    for tick in locked.agreements.filter(relationship__in=relationships):
        _agree(locked, relationships[tick.relationship_id], tick.text, now=now)
    _close(locked, now=now)
    _tell(card, now=now)
    if is_first and locked.link.purpose == LinkPurpose.YOUR_CARD:
        _ask_to_agree(locked.client, now=now)
    return Outcome.SAVED


def _lock_relationships(payer: Client) -> dict[int, Relationship]:
    """All that may be ticked, by id: which are, is read under the visit's own lock, the last one."""
    paid = charged_by_card(payer)
    ids = paid.values_list("pk", flat=True)
    return {one.pk: one for one in paid.with_people().locked(ids)}


def _lock_requests(payer: Client) -> None:
    """The one of this visit's link, and the open one, which may be closed by it."""
    list(CardRequest.objects.filter(payer=payer).order_by("pk").select_for_update())


def _replace_card(setup: CardSetup, saved: gateway.SavedCard, *, now: datetime) -> Card:
    Card.objects.default().filter(client_id=setup.client_id).update(is_default=False)
    card = Card.objects.create(
        client_id=setup.client_id,
        stripe_id=saved.id,
        brand=saved.brand,
        last4=saved.last4,
        exp_month=saved.exp_month,
        exp_year=saved.exp_year,
        is_default=True,
        attached_at=now,
    )
    _audit(setup, "card.save", now=now, card=card.label)
    return card


def _agree(setup: CardSetup, relationship: Relationship, text: str, *, now: datetime) -> None:
    if Mandate.objects.covering().filter(relationship=relationship).exists():
        return
    by = Actor.client(setup.client_id)
    withdraw_narrowed(relationship, by=by, now=now)
    give(
        relationship,
        manner=MandateManner.LINK,
        text=text,
        version=setup.text_version,
        by=by,
        now=now,
    )


def _close(setup: CardSetup, *, now: datetime) -> None:
    setup.status, setup.finished_at = CardSetup.Status.COMPLETE, now
    setup.save(update_fields=["status", "finished_at"])
    AccessLink.objects.filter(pk=setup.link_id, used_at=None).update(used_at=now)
    by = Actor.client(setup.client_id)
    close_request_if_done(payer=setup.client, by=by, now=now)


def _tell(card: Card, *, now: datetime) -> None:
    your_card = issue_link(client=card.client, purpose=LinkPurpose.YOUR_CARD, now=now)
    letters.card_saved(card, your_card=your_card, now=now)
    letters.card_arrived(card, now=now)


def _ask_to_agree(payer: Client, *, now: datetime) -> None:
    """Your card has no ticks: whoever removed their card, which ended all agreements, and adds one
    there is asked for them by mail. Without an address for it staff see that it waits."""
    if payer.email and awaiting_agreement(payer).exists():
        request_card(payer=payer, by=Actor.client(payer.pk), now=now)


def _audit(setup: CardSetup, action: str, *, now: datetime, **details: str) -> None:
    record(
        by=Actor.client(setup.client_id),
        action=action,
        target=setup,
        client_id=setup.client_id,
        now=now,
        **details,
    )
