"""Change what is known of a person; a date of birth may touch who may pay."""

from datetime import datetime
from typing import Any

from django.db import transaction

from clients import actions
from clients.models import Client
from practice.audit.actor import Actor
from practice.models import Practice
from practice.team.models import User
from relationships.actions import flag, unflag
from relationships.models import Relationship
from relationships.rules import may_pay_for_self
from workflows.locks import lock_client, lock_relationships


def change_client(
    *, client_id: int, changes: dict[str, Any], user: User, now: datetime
) -> list[Relationship]:
    """Change a person. Returns the relationships whose charges stopped for it.

    1. The client. 2. With a date of birth below the consent age: every open first-party
    relationship is flagged and its charges stop until somebody decides; at or above it, flags are
    taken back (DESIGN 4.2). Raises IntegrityError (`client_email_unique`).
    """
    by = Actor.user(user)
    with transaction.atomic():
        client = lock_client(client_id)
        own = lock_relationships(
            Relationship.objects.open()
            .filter(attendee=client_id, payer=client_id)
            .values_list("pk", flat=True)
        )
        actions.change_client(client=client, changes=changes, by=by, now=now)
        return _apply_age_rule(client, list(own.values()), by=by, now=now)


def _apply_age_rule(
    client: Client, own: list[Relationship], *, by: Actor, now: datetime
) -> list[Relationship]:
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
