"""Whether somebody is known already: by e-mail, by name and birthday, or added by the same press."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Value

from clients.models import CareTeamMember, Client
from clients.names import fold
from practice.audit.actor import Actor
from practice.audit.models import AuditEvent
from practice.team.models import User

SAME_PRESS = timedelta(seconds=60)
SHOWN = 5


def of_email(email: str, *, but: int | None) -> Client | None:
    """Whoever else has this address, whatever its capitals."""
    others = Client.objects.exclude(pk=but) if but else Client.objects.all()
    return others.filter(email=email.strip().casefold()).first()


def like_them(fields: dict[str, Any], *, user: User) -> list[Client]:
    """Clients of the same name and date of birth; `may_open` says whether the user may see them."""
    member = CareTeamMember.objects.filter(client=OuterRef("pk"), user=user)
    may_open = Value(True) if user.is_manager else Exists(member)
    return list(
        Client.objects.filter(
            search_name=fold(f"{fields['first_name']} {fields['last_name']}"),
            date_of_birth=fields.get("date_of_birth"),
        ).annotate(may_open=may_open)[:SHOWN]
    )


def just_added(fields: dict[str, Any], *, user: User, now: datetime) -> Client | None:
    """The client that this user added with just these answers within a minute: a second press."""
    by_user = AuditEvent.objects.filter(
        action="client.add", client_id=OuterRef("pk"), actor=Actor.user(user)
    )
    added = Client.objects.filter(created_at__gt=now - SAME_PRESS, **fields)
    return added.filter(Exists(by_user)).order_by("-pk").first()
