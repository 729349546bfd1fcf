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
    mandate = Mandate.objects.whole().filter(
        relationship_id=relationship.pk, payer_id=OuterRef("client_id")
    )
    card = Card.objects.default().filter(Exists(mandate), client_id=relationship.payer_id).first()
    return card if card and not card.is_expired(on) else None


def charged_by_card(payer: Client) -> RelationshipQuerySet:
    """The payer's open relationships paid by card, the oldest first."""
    return Relationship.objects.filter(payer=payer).open().by_card().order_by("pk")


def awaiting_agreement(payer: Client) -> RelationshipQuerySet:
    """Those of them that no live mandate covers."""
    covered = Mandate.objects.whole().filter(relationship_id=OuterRef("pk"), payer=payer)
    return charged_by_card(payer).exclude(Exists(covered))


def is_anything_missing(payer: Client, *, on: date) -> bool:
    """Whether the payer has to be asked: for a card, or for an agreement."""
    if awaiting_agreement(payer).exists():
        return True
    return charged_by_card(payer).exists() and chargeable_card(payer, on=on) is None


@dataclass(frozen=True, slots=True)
class CardStatus:
    """How a relationship's card stands, in words. Tones as in the templates: good, warn, bad or none."""

    kind: str
    label: str
    tone: str = ""
    detail: str = ""


BY_INVOICE = CardStatus("by_invoice", "By invoice")
NOT_PAID = CardStatus("not_paid", "Not paid")
NO_CARD = CardStatus("no_card", "No card", "bad")
FLAGGED = CardStatus(
    "flagged", "Charges stopped", "bad", "The attendee may not pay for themselves yet."
)


@dataclass(frozen=True, slots=True)
class _Payer:
    card: Card | None
    asked_at: datetime | None


def card_statuses(
    relationships: Sequence[Relationship], *, now: datetime, practice: Practice
) -> dict[int, CardStatus]:
    """Card status by relationship id. Two statements for any number of relationships, or none."""
    by_card = [r for r in relationships if r.is_by_card]
    payers = _payers({r.payer_id for r in by_card})
    agreed = _agreed([r.pk for r in by_card])
    on = today(now=now, practice=practice)
    return {
        r.pk: _status(r, payers.get(r.payer_id), r.pk in agreed, on)
        if r.is_by_card
        else _without_card(r)
        for r in relationships
    }


def why_cannot_book(
    relationship: Relationship,
    *,
    now: datetime,
    practice: Practice,
    status: CardStatus | None = None,
) -> str:
    """A sentence that says why no session can be booked now; empty when one can.

    Up to three statements; none for who has the relationship's card status already.
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


def _without_card(relationship: Relationship) -> CardStatus:
    is_by_invoice = relationship.payment_method == PaymentMethod.BY_INVOICE
    return BY_INVOICE if is_by_invoice else NOT_PAID


def _status(
    relationship: Relationship, payer: _Payer | None, is_agreed: bool, on: date
) -> CardStatus:
    asked = _asked(payer.asked_at) if payer and payer.asked_at else ""
    card = payer.card if payer else None
    if relationship.flagged_at:
        return FLAGGED
    if card is None:
        return CardStatus("asked", asked, "warn") if asked else NO_CARD
    if card.is_expired(on):
        return CardStatus("expired", "Expired", "bad", asked or card.label)
    if not is_agreed:
        return CardStatus("waiting", "Waiting for agreement", "warn", asked or card.label)
    if card.expires_soon(on):
        return CardStatus("expires_soon", "Expires soon", "warn", card.label)
    return CardStatus("on_file", f"On file {card.label}", "good", f"until {card.expiry}")


def _asked(at: datetime) -> str:
    """In the reader's zone: "Asked on Tue 24 Nov"."""
    day = timezone.localtime(at)
    return f"Asked on {day:%a} {day.day} {day:%b}"


def _agreed(relationship_ids: Sequence[int]) -> set[int]:
    """Relationships with a live mandate; of ended ones also a narrowed, for what stayed behind."""
    if not relationship_ids:
        return set()
    is_enough = Q(narrowed_at=None) | Q(relationship__ended_at__isnull=False)
    live = Mandate.objects.live().filter(is_enough, relationship_id__in=relationship_ids)
    return set(live.values_list("relationship_id", flat=True))


_CARD_FIELDS = ("pk", "brand", "last4", "exp_month", "exp_year")


def _payers(ids: set[int]) -> dict[int, _Payer]:
    if not ids:
        return {}
    rows = (
        Client.objects.filter(pk__in=ids)
        .annotate(
            card=FilteredRelation("cards", condition=Q(cards__is_default=True)),
            request=FilteredRelation(
                "card_requests", condition=Q(card_requests__status=CardRequestStatus.OPEN)
            ),
        )
        .order_by()
        .values("pk", "request__requested_at", *(f"card__{name}" for name in _CARD_FIELDS))
    )
    return {row["pk"]: _payer(row) for row in rows}


def _payer(row: dict[str, Any]) -> _Payer:
    values = {name: row[f"card__{name}"] for name in _CARD_FIELDS}
    return _Payer(Card(**values) if values["pk"] else None, row["request__requested_at"])
