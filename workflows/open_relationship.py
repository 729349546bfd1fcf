"""Start a relationship: somebody attends, somebody pays, from now on."""

from datetime import datetime
from typing import Any

from django.db import transaction

from billing.card_requests import request_card
from billing.rules import today, usable_card
from clients.models import Client
from practice.audit.actor import Actor
from practice.models import Practice
from practice.refusals import Refused
from practice.team.models import User
from relationships import actions
from relationships.actions import PaymentTerms
from relationships.models import PayerPlan, PaymentMethod, Relationship
from workflows.locks import lock_client


def open_relationship(
    *,
    therapist: User,
    attendee: Client,
    payer: Client,
    terms: PaymentTerms,
    by: Actor,
    now: datetime,
) -> Relationship:
    """Open a relationship, or return the open one of the same three.

    1. The relationship. 2. It becomes the payer plan where there is none. 3. By card, the payer
    without a usable card is asked for one. Raises Refused: the age rule; by card without e-mail.
    """
    require_reachable(payer, terms)
    parties: dict[str, Any] = {"therapist": therapist, "attendee": attendee, "payer": payer}
    with transaction.atomic():
        parties["attendee"] = lock_client(attendee.pk)
        opened = Relationship.objects.open().filter(**parties).first()
        return opened or _open(terms=terms, by=by, now=now, **parties)


def _open(*, terms: PaymentTerms, by: Actor, now: datetime, **parties: Any) -> Relationship:
    relationship = actions.open_relationship(terms=terms, by=by, now=now, **parties)
    plan_where_there_is_none(relationship, by=by, now=now)
    ask_for_card(relationship, by=by, now=now)
    return relationship


def require_reachable(payer: Client, terms: PaymentTerms) -> None:
    """Raise Refused for a payer by card who could not be asked: no e-mail, or not to be written to."""
    if terms.payment_method != PaymentMethod.BY_CARD:
        return
    if not payer.email:
        raise Refused(
            f"{payer.name} has no e-mail address, and without one nobody can pay by card."
        )
    if not payer.is_reachable:
        raise Refused(f"{payer.name} is marked “{payer.get_state_display()}”.")


def plan_where_there_is_none(relationship: Relationship, *, by: Actor, now: datetime) -> None:
    """Let new sessions take this relationship unless a plan says otherwise."""
    planned = PayerPlan.objects.filter(
        therapist=relationship.therapist, attendee=relationship.attendee
    )
    if not planned.exists():
        actions.set_payer_plan(default=relationship, by=by, now=now)


def ask_for_card(relationship: Relationship, *, by: Actor, now: datetime) -> None:
    """Send the card request when a by-card relationship cannot be charged yet."""
    on = today(now=now, practice=Practice.current())
    if relationship.is_by_card and not usable_card(relationship, on=on):
        request_card(payer=relationship.payer, by=by, now=now)
