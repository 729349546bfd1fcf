"""Load the demo practice into an empty database."""

from datetime import datetime

from django.db import transaction

from practice.audit.models import AuditEvent
from practice.demo.load_calendar import write_sessions
from practice.demo.load_payers import write_cards, write_relationships
from practice.demo.load_people import (
    write_clients,
    write_contacts,
    write_services,
    write_settings,
    write_team,
)
from practice.demo.world import World
from practice.team.models import User


def load_if_empty(*, now: datetime) -> bool:
    """Load it as of `now`, in one transaction. Returns False where there are people already.

    What happened in its past is written as it would stand today: no e-mail leaves, nothing is charged.
    """
    with transaction.atomic():
        if User.objects.exists():
            return False
        _load(World(now=now, practice=write_settings()))
    return True


def _load(world: World) -> None:
    write_team(world)
    write_services(world)
    write_clients(world)
    write_contacts(world)
    write_relationships(world)
    write_cards(world)
    write_sessions(world)
    AuditEvent.objects.bulk_create(sorted(world.events, key=lambda event: event.at))
