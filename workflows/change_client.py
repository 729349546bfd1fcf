"""Change what is known of a person; a date of birth may touch who may pay."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from billing.card_requests import request_card
from billing.models import CardRequest
from billing.rules import charged_by_card
from clients import actions
from clients.actions import revoke_links
from clients.models import Client
from practice.audit.actor import Actor
from practice.models import Practice
from practice.refusals import Refused
from practice.team.models import User
from relationships.actions import flag, unflag
from relationships.models import Relationship
from relationships.rules import may_pay_for_self
from workflows.locks import lock_client, lock_relationships


def change_client(
    *, client_id: int, changes: dict[str, Any], user: User, now: datetime
) -> list[Relationship]:
    """Change a person. Returns the relationships whose charges stopped for it.

    1. The client. 2. With another e-mail address, links mailed to the old one end, and an open card
    request goes to the new one. 3. With a date of birth below the consent age: every open first-party
    relationship is flagged and its charges stop until somebody decides; at or above it, flags are
    taken back (DESIGN 4.2). Raises IntegrityError (`client_email_unique`); Refused when somebody who
    pays by card would be left without an address.
    """
    by = Actor.user(user)
    with transaction.atomic():
        client = lock_client(client_id)
        own = lock_relationships(
            Relationship.objects.open()
            .filter(attendee=client_id, payer=client_id)
            .values_list("pk", flat=True)
        )
        address = client.email
        actions.change_client(client=client, changes=changes, by=by, now=now)
        if client.email != address:
            _follow_address(client, by=by, now=now)
        return apply_age_rule(client, list(own.values()), by=by, now=now)


def _follow_address(client: Client, *, by: Actor, now: datetime) -> None:
    if not client.email and charged_by_card(client).exists():
        raise Refused(f"{client.name} pays by card, and needs an e-mail address for it.")
    revoke_links(client=client, by=by, now=now)
    if CardRequest.objects.open().filter(payer=client).exists():
        request_card(payer=client, by=by, now=now)


def apply_age_rule(
    client: Client, own: Sequence[Relationship], *, by: Actor, now: datetime
) -> list[Relationship]:
    """Flag a client's own open, locked relationships, or take flags back; returns the newly flagged."""
    practice = Practice.current()
    if may_pay_for_self(client, now.astimezone(practice.zone).date(), practice=practice):
        for relationship in own:
            if relationship.flagged_at:
                unflag(relationship=relationship, by=by, now=now)
        return []
    stopped = [one for one in own if not one.flagged_at]
    for relationship in stopped:
        flag(relationship=relationship, by=by, now=now)
    return stopped
