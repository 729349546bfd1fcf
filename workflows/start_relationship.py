"""Start a relationship, adding whoever of its people is not known yet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from clients.actions import add_client, add_contact
from clients.duplicates import just_added
from clients.models import Client
from practice.audit.actor import Actor
from practice.refusals import Refused
from practice.team.models import User
from relationships.actions import PaymentTerms
from relationships.models import Relationship
from workflows.add_people import one_press_at_a_time
from workflows.locks import lock_client
from workflows.open_relationship import open_relationship

Person = Client | dict[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """Who attends and who pays: known clients, or the fields of new ones. Payer None: the attendee.

    `relation` is who the payer is to the attendee ("" when not said).
    """

    therapist: User
    attendee: Person
    payer: Person | None
    terms: PaymentTerms
    relation: str = ""


def start_relationship(*, start: Start, user: User, now: datetime) -> Relationship:
    """1. New people. 2. The payer as a contact. 3. The relationship (see `open_relationship`).

    All or nothing; presses of one user follow each other, and the second finds what the first made.
    Raises Refused; IntegrityError (`client_email_unique`) when somebody took the
    e-mail address in between.
    """
    if not (user.is_manager or start.therapist == user):
        raise Refused("A therapist starts relationships of their own; a manager any.")
    by = Actor.user(user)
    with transaction.atomic():
        if isinstance(start.attendee, Client):
            lock_client(start.attendee.pk)
        one_press_at_a_time(user)
        attendee = _known(start.attendee, joins=start.therapist, user=user, now=now)
        payer = attendee
        if start.payer is not None:
            payer = _known(start.payer, joins=None, user=user, now=now)
            _link(attendee, payer, start.relation, by=by, now=now)
        return open_relationship(
            therapist=start.therapist,
            attendee=attendee,
            payer=payer,
            terms=start.terms,
            by=by,
            now=now,
        )


def _known(person: Person, *, joins: User | None, user: User, now: datetime) -> Client:
    """Paying joins nobody to a care team (DESIGN 4.6): `joins` is for attendees."""
    if isinstance(person, Client):
        return person
    again = just_added(person, user=user, now=now)
    return again or add_client(fields=person, user=joins, by=Actor.user(user), now=now)


def _link(attendee: Client, payer: Client, relation: str, *, by: Actor, now: datetime) -> None:
    if relation and not attendee.contacts.filter(adult=payer).exists():
        add_contact(
            client=attendee, adult=payer, relation=relation, is_emergency=False, by=by, now=now
        )
