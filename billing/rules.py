"""Who may be charged, and what people read about it. No rule here writes anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Exists, FilteredRelation, OuterRef, Q
from django.utils import timezone

from billing.models import Card, CardRequestStatus, Mandate
from clients.models import Client
from practice.models import Practice
from relationships.models import PaymentMethod, Relationship
from relationships.querysets import RelationshipQuerySet
from sessions.models import TherapySession


def today(*, now: datetime, practice: Practice) -> date:
    """The practice's calendar day, on which cards expire."""
    return now.astimezone(practice.zone).date()


def chargeable_card(client: Client, *, on: date) -> Card | None:
    """The client's attached, unexpired default card, agreed to or not. One statement."""
    card = Card.objects.default().filter(client=client).first()
    return card if card and not card.is_expired(on) else None


def usable_card(relationship: Relationship, *, on: date) -> Card | None:
    """The card that sessions of this relationship may be charged to (DESIGN 4.1), or None.

    Attached, unexpired, the default of the payer, covered by the payer's live mandate that is not
    narrowed; never of a flagged relationship nor of a payer who may not be charged any more.
    """
    if relationship.flagged_at or not relationship.payer.is_reachable:
        return None
    agreed = {
        "client__mandates__relationship": relationship.pk,
        "client__mandates__withdrawn_at": None,
        "client__mandates__narrowed_at": None,
    }
    card = Card.objects.default().filter(client=relationship.payer_id, **agreed).first()
    return card if card and not card.is_expired(on) else None


def charged_by_card(payer: Client) -> RelationshipQuerySet:
    """What the payer pays for by card, the oldest first: open relationships, and ended ones with
    which sessions stayed."""
    stayed = TherapySession.objects.scheduled().filter(relationship=OuterRef("pk"))
    paid = Relationship.objects.filter(Q(ended_at=None) | Exists(stayed), payer=payer)
    return paid.by_card().order_by("pk")


def awaiting_agreement(payer: Client) -> RelationshipQuerySet:
    """Those of them that no live mandate covers."""
    covered = Mandate.objects.covering().filter(relationship_id=OuterRef("pk"), payer=payer)
    return charged_by_card(payer).exclude(Exists(covered))


def is_anything_missing(payer: Client, *, on: date) -> bool:
    """Whether the payer has to be asked: for a card, or for an agreement."""
    if awaiting_agreement(payer).exists():
        return True
    return charged_by_card(payer).exists() and chargeable_card(payer, on=on) is None


@dataclass(frozen=True, slots=True)
class CardStatus:
    """How a relationship's card stands, in words. Tones as in the templates: good, warn, bad or none.

    `is_asked`: a request to the payer is open, so that there is a link to resend, copy or revoke.
    """

    kind: str
    label: str
    tone: str = ""
    detail: str = ""
    is_asked: bool = False


BY_INVOICE = CardStatus("by_invoice", "By invoice")
NOT_PAID = CardStatus("not_paid", "Not paid")
NO_CARD = CardStatus("no_card", "No card", "bad")
FLAGGED = CardStatus(
    "flagged", "Charges stopped", "bad", "The attendee may not pay for themselves yet."
)


CARD_FACTS = (
    "pk",
    "payment_method",
    "flagged_at",
    "ended_at",
    "card__brand",
    "card__last4",
    "card__exp_month",
    "card__exp_year",
    "request__requested_at",
    "mandate__pk",
    "mandate__narrowed_at",
)


def with_card_facts(relationships: RelationshipQuerySet) -> RelationshipQuerySet:
    """Join what a card status is made of: the payer's default card and open request, the agreement."""
    is_default = Q(payer__cards__is_default=True)
    is_open = Q(payer__card_requests__status=CardRequestStatus.OPEN)
    return relationships.annotate(
        card=FilteredRelation("payer__cards", condition=is_default),
        request=FilteredRelation("payer__card_requests", condition=is_open),
        mandate=FilteredRelation("mandates", condition=Q(mandates__withdrawn_at=None)),
    )


def card_statuses(
    relationships: Sequence[Relationship], *, now: datetime, practice: Practice
) -> dict[int, CardStatus]:
    """Card status by relationship id. One statement for any number of relationships, or none."""
    by_card = [one.pk for one in relationships if one.is_by_card]
    found = with_card_facts(Relationship.objects.filter(pk__in=by_card)).order_by()
    on = today(now=now, practice=practice)
    statuses = {facts["pk"]: card_status(facts, on=on) for facts in found.values(*CARD_FACTS)}
    others = {r.pk: _without_card(r.payment_method) for r in relationships if not r.is_by_card}
    return statuses | others


def why_cannot_book(
    relationship: Relationship,
    *,
    now: datetime,
    practice: Practice,
    status: CardStatus | None = None,
) -> str:
    """A sentence that says why no session can be booked now; empty when one can.

    Up to two statements; none for who has the relationship's card status already.
    """
    if not relationship.is_open:
        return "This relationship has ended, so no session can be booked on it."
    if not relationship.is_by_card:
        return ""
    if not relationship.payer.is_reachable:
        return f"{relationship.payer.name} can no longer be charged, so no session can be booked."
    if status is None:
        if usable_card(relationship, on=today(now=now, practice=practice)):
            return ""
        status = card_statuses([relationship], now=now, practice=practice)[relationship.pk]
    elif status.kind in _USABLE:
        return ""
    return _REASONS[status.kind].format(payer=relationship.payer.name, label=status.label)


_USABLE = ("on_file", "expires_soon")
_REASONS = {
    "no_card": "{payer} has no payment card on file yet.",
    "asked": "{payer} has no payment card on file yet. {label}.",
    "expired": "{payer}'s payment card has expired.",
    "waiting": "{payer} has not agreed yet to pay for these sessions.",
    "on_file": "{payer} has not agreed yet to pay for these sessions.",
    "expires_soon": "{payer} has not agreed yet to pay for these sessions.",
    "flagged": "Charges are stopped: the attendee may not pay for themselves yet.",
}


def _without_card(payment_method: str) -> CardStatus:
    return BY_INVOICE if payment_method == PaymentMethod.BY_INVOICE else NOT_PAID


def card_status(facts: dict[str, Any], *, on: date) -> CardStatus:
    """Say how the card of one relationship stands, from its CARD_FACTS."""
    if facts["payment_method"] != PaymentMethod.BY_CARD:
        return _without_card(facts["payment_method"])
    if facts["flagged_at"]:
        return FLAGGED
    asked = _asked(facts["request__requested_at"])
    if facts["card__brand"] is None:
        return CardStatus("asked", asked, "warn", is_asked=True) if asked else NO_CARD
    return _status_of_card(_card(facts), asked, is_agreed=_is_agreed(facts), on=on)


def _status_of_card(card: Card, asked: str, *, is_agreed: bool, on: date) -> CardStatus:
    if card.is_expired(on):
        return CardStatus("expired", "Expired", "bad", asked or card.label, bool(asked))
    if not is_agreed:
        detail = asked or card.label
        return CardStatus("waiting", "Waiting for agreement", "warn", detail, bool(asked))
    if card.expires_soon(on):
        return CardStatus("expires_soon", "Expires soon", "warn", card.label)
    return CardStatus("on_file", f"On file {card.label}", "good", f"until {card.expiry}")


def _card(facts: dict[str, Any]) -> Card:
    names = ("brand", "last4", "exp_month", "exp_year")
    return Card(**{name: facts[f"card__{name}"] for name in names})


def _is_agreed(facts: dict[str, Any]) -> bool:
    """By a live mandate; of an ended relationship also by a narrowed one, for what stayed behind."""
    is_whole = facts["mandate__narrowed_at"] is None
    return facts["mandate__pk"] is not None and (is_whole or facts["ended_at"] is not None)


def _asked(at: datetime | None) -> str:
    """In the reader's zone: "Asked on Tue 24 Nov"; "" for who was not asked."""
    if at is None:
        return ""
    day = timezone.localtime(at)
    return f"Asked on {day:%a} {day.day} {day:%b}"
