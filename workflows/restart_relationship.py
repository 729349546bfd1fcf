"""Restart a relationship that was ended by mistake: the same row goes on."""

from datetime import datetime

from django.db import transaction

from billing.mandates import record_mandate
from billing.models import Mandate, MandateManner
from practice.audit.actor import Actor
from practice.refusals import Refused
from practice.team.models import User
from relationships import actions
from relationships.actions import PaymentTerms
from relationships.models import Relationship
from workflows.locks import lock_client, lock_relationships
from workflows.open_relationship import (
    ask_for_card,
    plan_where_there_is_none,
    require_reachable,
)
from workflows.permission import require_right


def why_not_restart(relationship: Relationship) -> str:
    """The refusal in words, or "". The age rule is asked when it is done."""
    if relationship.is_open:
        return "This relationship is open."
    if relationship.moved_to and relationship.moved_to.is_open:
        return "Its sessions moved to another relationship, which is open. End that one first."
    same = Relationship.objects.open().filter(
        therapist=relationship.therapist_id,
        attendee=relationship.attendee_id,
        payer=relationship.payer_id,
    )
    return "The same three have another open relationship." if same.exists() else ""


def needs_agreement(relationship: Relationship) -> bool:
    """Whether the payer must agree anew: by card, and no live mandate covers what is to come."""
    mandates = Mandate.objects.whole().filter(relationship=relationship)
    return relationship.is_by_card and not mandates.exists()


def restart(
    *, relationship_id: int, manner: MandateManner | None, user: User, now: datetime
) -> Relationship:
    """Reopen an ended relationship; one that is open again is returned as it is.

    1. Lock. 2. Reopen the row (the audit keeps what was). 3. By card: record the payer's agreement,
    given in the `manner` said. 4. Payer plan where there is none. 5. Ask for a card if it is missing.
    Raises Refused: moved to an open one; the same three open; the age rule; no agreement.
    """
    by = Actor.user(user)
    with transaction.atomic():
        relationship = _lock(relationship_id)
        require_right(user, relationship)
        if relationship.is_open:
            return relationship
        _require_possible(relationship, manner)
        is_agreement_needed = needs_agreement(relationship)
        actions.reopen_relationship(relationship=relationship, by=by, now=now)
        if is_agreement_needed and manner:
            record_mandate(relationship=relationship, manner=manner, by=by, now=now)
        plan_where_there_is_none(relationship, by=by, now=now)
        ask_for_card(relationship, by=by, now=now)
        return relationship


def _lock(relationship_id: int) -> Relationship:
    """The attendee, then the relationship together with the one it moved to."""
    found = Relationship.objects.values_list("attendee_id", "moved_to_id").get(pk=relationship_id)
    lock_client(found[0])
    locked = lock_relationships([relationship_id, *(pk for pk in found[1:] if pk)])
    relationship = locked[relationship_id]
    if relationship.moved_to_id:
        relationship.moved_to = locked.get(relationship.moved_to_id)
    return relationship


def _require_possible(relationship: Relationship, manner: MandateManner | None) -> None:
    if reason := why_not_restart(relationship):
        raise Refused(reason)
    require_reachable(relationship.payer, PaymentTerms.of(relationship))
    if manner is None and needs_agreement(relationship):
        raise Refused(f"{relationship.payer.name} must agree again to be charged.")
