"""Add a client, or a contact who may be new: once, however often the button is pressed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from clients import actions
from clients.duplicates import just_added
from clients.models import Client, Contact
from practice.audit.actor import Actor
from practice.team.models import User


def add_client(*, fields: dict[str, Any], user: User, now: datetime) -> Client:
    """Add a person whom `user` may open from now on. 1. The client. 2. The care team. 3. Audit.

    Presses of one person follow each other; the second finds what the first added. Raises
    IntegrityError (`client_email_unique`) when somebody took the e-mail address in between.
    """
    with transaction.atomic():
        one_press_at_a_time(user)
        return _add(fields, user=user, now=now)


def add_contact(
    *,
    client: Client,
    adult: Client | dict[str, Any],
    relation: str,
    is_emergency: bool,
    user: User,
    now: datetime,
) -> Contact:
    """Link an adult, known or new, to a client. 1. The adult, if new. 2. The contact. 3. Audit."""
    with transaction.atomic():
        one_press_at_a_time(user)
        person = adult if isinstance(adult, Client) else _add(adult, user=user, now=now)
        if there := Contact.objects.filter(client=client, adult=person).first():
            return there
        return actions.add_contact(
            client=client,
            adult=person,
            relation=relation,
            is_emergency=is_emergency,
            by=Actor.user(user),
            now=now,
        )


def _add(fields: dict[str, Any], *, user: User, now: datetime) -> Client:
    again = just_added(fields, user=user, now=now)
    return again or actions.add_client(fields=fields, user=user, by=Actor.user(user), now=now)


def one_press_at_a_time(user: User) -> None:
    """Let presses of one user follow each other; after the attendee's lock, if that is needed."""
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
