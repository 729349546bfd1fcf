"""Agreements to be charged: given, narrowed, withdrawn. Locks: Relationship, then Card (DESIGN 4.1)."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from billing import letters
from billing.card_requests import close_request_if_done, follow_up, require_reachable
from billing.mandate_texts import VERSION, mandate_text
from billing.models import Card, Mandate, MandateManner
from billing.rules import charged_by_card
from billing.terms import Terms
from clients.actions import issue_link, revoke_link
from clients.models import Client, LinkPurpose
from practice.audit.actor import Actor, ActorKind
from practice.audit.log import record
from practice.models import Practice
from practice.refusals import Refused
from relationships.models import Relationship


@transaction.atomic
def record_mandate(
    *,
    relationship: Relationship,
    manner: MandateManner,
    by: Actor,
    now: datetime,
    is_confirmed_by_mail: bool = True,
    text: str = "",
) -> Mandate:
    """Note that the payer agreed to be charged for this relationship, and return the agreement.

    1. Locks the relationship and the payer's cards. 2. A narrowed agreement gives way to the whole
    one; one that covers it is returned as it is. 3. The agreement, with its `text`: the words that were
    shown, or those of today. 4. If staff recorded it:
    its "this is not right" link (`not_right_link`) and the mail that carries it, unless the caller
    says it in a mail of its own (`is_confirmed_by_mail=False`). 5. The open request is closed, or a card
    asked for. 6. Audit. Raises Refused when the relationship has ended, is not paid by card, or its
    payer cannot be reached.
    """
    locked = _locked(relationship)
    _require_possible(locked)
    lock_cards(locked.payer)
    if given := Mandate.objects.covering().filter(relationship=locked).first():
        return given
    withdraw_narrowed(locked, by=by, now=now)
    text = text or mandate_text(locked, practice=Practice.current())
    mandate = give(locked, manner=manner, text=text, version=VERSION, by=by, now=now)
    if manner != MandateManner.LINK:
        _make_not_right_link(mandate, now=now)
        if is_confirmed_by_mail:
            letters.agreement_recorded(mandate, now=now)
    follow_up(payer=locked.payer, by=by, now=now)
    return mandate


@transaction.atomic
def agree_by_link(*, payer: Client, ticked: Iterable[Terms], now: datetime) -> list[Mandate]:
    """One press: the payer, whose card is on file, agrees to be charged on these terms.

    1. Locks their relationships, by id. 2. An agreement each, as of `record_mandate`, to the words shown.
    3. Their therapists are told that appointments can be booked.
    Raises Refused when one of them is not the payer's to agree to.
    """
    by = Actor.client(payer.pk)
    texts = {terms.pk: terms.text for terms in ticked}
    locked = Relationship.objects.with_people().locked(texts)
    if any(one.payer_id != payer.pk for one in locked):
        raise Refused("These appointments are paid by somebody else.")
    given = [
        record_mandate(
            relationship=one, manner=MandateManner.LINK, text=texts[one.pk], by=by, now=now
        )
        for one in locked
    ]
    card = Card.objects.default().filter(client=payer).select_related("client").first()
    if card:
        letters.card_arrived(card, now=now)
    return given


@transaction.atomic
def withdraw_mandate(*, mandate: Mandate, by: Actor, now: datetime) -> None:
    """End an agreement: nothing more is charged under it. Nothing happens to one withdrawn before.

    1. Locks the relationship and the payer's cards. 2. The agreement. 3. Audit. 4. If the payer did
    it, the therapist is told, and decides what happens to the sessions.
    """
    if _withdraw_live(mandate, by=by, now=now) and by.kind == ActorKind.CLIENT:
        letters.agreement_withdrawn(mandate, now=now)


@transaction.atomic
def dispute_mandate(*, mandate: Mandate, now: datetime) -> None:
    """The payer says: this is not right. 1. The agreement is withdrawn, which stops charges.

    2. Audit. 3. The therapist is told, and a person decides. Once only, however often it is pressed.
    """
    if _withdraw_live(mandate, by=Actor.client(mandate.payer_id), now=now):
        cause = f"mandate:{mandate.pk}:disputed"
        letters.agreement_disputed(mandate.relationship, cause, now=now)


@transaction.atomic
def end_mandate(*, relationship: Relationship, is_narrowed: bool, by: Actor, now: datetime) -> None:
    """The relationship ends: its agreement is narrowed to the sessions left behind, or withdrawn.

    Closes the payer's open request when nothing is left to ask for: for sessions left behind without
    an agreement or a card it stays open. The caller holds the lock.
    """
    lock_cards(relationship.payer)
    mandate = Mandate.objects.live().filter(relationship=relationship).first()
    if mandate and is_narrowed:
        _narrow(mandate, by=by, now=now)
    elif mandate:
        _withdraw(mandate, by=by, now=now)
    close_request_if_done(payer=relationship.payer, by=by, now=now)


def withdraw_all(*, payer: Client, by: Actor, now: datetime) -> list[Relationship]:
    """End all of a payer's agreements and return their relationships. The caller holds the locks."""
    mandates = Mandate.objects.live().filter(payer=payer).select_related("relationship")
    ended = list(mandates.order_by("relationship_id"))
    for mandate in ended:
        _withdraw(mandate, by=by, now=now)
    return [mandate.relationship for mandate in ended]


def withdraw_narrowed(relationship: Relationship, *, by: Actor, now: datetime) -> None:
    """Let a narrowed agreement give way to the whole one about to be given. The caller holds the locks."""
    live = Mandate.objects.live().filter(relationship=relationship)
    for mandate in live.exclude(narrowed_at=None):
        _withdraw(mandate, by=by, now=now)


def give(
    relationship: Relationship,
    *,
    manner: MandateManner,
    text: str,
    version: str,
    by: Actor,
    now: datetime,
) -> Mandate:
    """Write the agreement and its audit event; of an ended relationship it covers what stayed behind.

    The caller holds the locks and has checked.
    """
    mandate = Mandate.objects.create(
        relationship=relationship,
        payer=relationship.payer,
        text_version=version,
        text=text,
        given_at=now,
        given_by=by,
        manner=manner,
        narrowed_at=None if relationship.is_open else now,
    )
    _audit(mandate, "mandate.give", by=by, now=now, manner=manner)
    return mandate


def lock_cards(payer: Client) -> list[Card]:
    """Lock the payer's attached cards, after their relationships."""
    return lock_cards_of([payer.pk])


def lock_cards_of(payers: Iterable[int]) -> list[Card]:
    """Lock the attached cards of these clients by id, in one statement, after their relationships.

    For whoever touches several payers: one after the other would be in no common order.
    """
    attached = Card.objects.attached().filter(client_id__in=set(payers))
    return list(attached.order_by("pk").select_for_update())


def _locked(relationship: Relationship) -> Relationship:
    found = Relationship.objects.with_people().locked([relationship.pk])
    return found[0]


def _withdraw_live(mandate: Mandate, *, by: Actor, now: datetime) -> bool:
    _locked(mandate.relationship)
    lock_cards(mandate.payer)
    live = Mandate.objects.live().filter(pk=mandate.pk).first()
    if live:
        _withdraw(live, by=by, now=now)
    return live is not None


def _require_possible(relationship: Relationship) -> None:
    if not relationship.is_by_card:
        raise Refused("This relationship is not paid by card.")
    if not charged_by_card(relationship.payer).contains(relationship):
        raise Refused("This relationship has ended, so there is nothing to agree to.")
    require_reachable(relationship.payer)


def _make_not_right_link(mandate: Mandate, *, now: datetime) -> None:
    mandate.not_right_link = issue_link(
        client=mandate.payer, purpose=LinkPurpose.NOT_RIGHT, now=now
    )
    mandate.save(update_fields=["not_right_link"])


def _narrow(mandate: Mandate, *, by: Actor, now: datetime) -> None:
    if mandate.narrowed_at is None:
        mandate.narrowed_at = now
        mandate.save(update_fields=["narrowed_at"])
        _audit(mandate, "mandate.narrow", by=by, now=now)


def _withdraw(mandate: Mandate, *, by: Actor, now: datetime) -> None:
    mandate.withdrawn_at, mandate.withdrawn_by = now, by
    mandate.save(update_fields=["withdrawn_at", "withdrawn_by"])
    if mandate.not_right_link:
        revoke_link(link=mandate.not_right_link, now=now)
    _audit(mandate, "mandate.withdraw", by=by, now=now)


def _audit(mandate: Mandate, action: str, *, by: Actor, now: datetime, **details: str) -> None:
    record(
        by=by,
        action=action,
        target=mandate,
        client_id=mandate.payer_id,
        now=now,
        relationship=mandate.relationship_id,
        **details,
    )
