"""A process of the demo's that puts people into its database, and says what became of them.

`python -m tests.browser.arrange` answers each line `["name", {arguments}]` with a line of JSON.
"""

import json
import sys
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import django

django.setup()

from allauth.account.models import EmailAddress  # noqa: E402
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.utils import timezone  # noqa: E402

from clients.models import AccessLink, Client  # noqa: E402
from practice.models import Practice, ServiceType  # noqa: E402
from practice.team.models import User  # noqa: E402
from practice.wording import say_when  # noqa: E402
from relationships.models import MigrationRequest, Relationship  # noqa: E402
from sessions.clock import moment  # noqa: E402
from sessions.models import TherapySession  # noqa: E402
from tests.factories import (  # noqa: E402
    CardFactory,
    ClientFactory,
    ContactFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)

TEN_YEARS = timedelta(days=3653)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def therapist(name: str) -> dict[str, Any]:
    """A therapist with no clients yet, signed in."""
    user = UserFactory(name=name)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return {"id": user.pk, "name": user.name, "email": user.email, "key": sign_in(user.email)}


def sign_in(email: str) -> str:
    """The key of a session of somebody who has signed in; it outlives a clock that is moved."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store.set_expiry(TEN_YEARS)
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return str(store.session_key)


def hand_over(
    therapist: int,
    attendee: dict[str, Any],
    payer: dict[str, Any] | None = None,
    weeks: tuple[int, ...] = (1, 2, 3, 4),
    at: str = "10:00",
) -> dict[str, Any]:
    """A relationship paid by the payer's card, or the attendee's where there is no payer, with a
    session each of those weeks; the card and the agreement are there for a payer."""
    user = User.objects.get(pk=therapist)
    who = _person(attendee)
    pays = _person(payer) if payer else who
    found = RelationshipFactory(therapist=user, attendee=who, payer=pays)
    if payer:
        card(pays.pk)
        MandateFactory(relationship=found)
        ContactFactory(client=who, adult=pays, relation="MOTHER")
    booked = [book(found.pk, week, at) for week in weeks]
    return {
        "id": found.pk,
        "attendee": _as_json(who),
        "payer": _as_json(pays),
        "sessions": booked,
    }


def another_payer(relationship: int, payer: dict[str, Any]) -> dict[str, Any]:
    """Somebody else who pays for the same attendee with the same therapist."""
    first = Relationship.objects.get(pk=relationship)
    pays = _person(payer)
    found = RelationshipFactory(therapist=first.therapist, attendee=first.attendee, payer=pays)
    card(pays.pk)
    MandateFactory(relationship=found)
    return {"id": found.pk, "attendee": _as_json(first.attendee), "payer": _as_json(pays)}


def card(client: int) -> None:
    """A card on file that the stand-in never saw."""
    CardFactory(client_id=client, stripe_id=f"pm_browser_{client}")


def agree(relationship: int) -> None:
    MandateFactory(relationship=Relationship.objects.get(pk=relationship))


def book(relationship: int, week: int, at: str = "10:00") -> dict[str, Any]:
    """A session in so many weeks."""
    found = Relationship.objects.select_related("therapist").get(pk=relationship)
    day = (timezone.now() + timedelta(weeks=week)).astimezone(found.therapist.zone).date()
    booked = TherapySessionFactory(
        relationship=found,
        service_type=ServiceType.objects.get(name="Individual"),
        starts_at=moment(day, time.fromisoformat(at), found.therapist.zone),
        place="Room 1",
    )
    return {"id": booked.pk, "when": say_when(booked.starts_at, found.therapist.zone)}


def expire_links(client: int) -> None:
    """Let all links that were e-mailed to a client be too old."""
    now = timezone.now()
    AccessLink.objects.filter(client=client).update(
        created_at=now - timedelta(days=20), expires_at=now - timedelta(days=6)
    )


def change_practice(**changes: Any) -> dict[str, Any]:
    """Change settings of the practice; returns how they were."""
    practice = Practice.current()
    before = {name: getattr(practice, name) for name in changes}
    Practice.objects.filter(pk=1).update(**changes)
    return before


def facts(attendee: int) -> dict[str, Any]:
    """What stands in the database about an attendee's relationships, the oldest first."""
    found = Relationship.objects.filter(attendee=attendee).order_by("pk")
    return {
        "relationships": [
            {
                "id": one.pk,
                "payer": one.payer_id,
                "is_open": one.is_open,
                "reason": one.end_reason,
                "moved_to": one.moved_to_id,
                "sessions": _scheduled(one),
            }
            for one in found
        ],
        "migrations": MigrationRequest.objects.filter(relationship__in=found).count(),
    }


def _scheduled(relationship: Relationship) -> list[int]:
    upcoming = TherapySession.objects.scheduled().filter(relationship=relationship)
    return sorted(upcoming.values_list("pk", flat=True))


def _person(about: dict[str, Any]) -> Client:
    """A client from a name and what differs from an adult with an e-mail address and a number."""
    first_name, last_name = about["name"].split(" ", 1)
    fields = {name: value for name, value in about.items() if name != "name"}
    if born := fields.get("date_of_birth"):
        fields["date_of_birth"] = date.fromisoformat(born)
    made: Client = ClientFactory(first_name=first_name, last_name=last_name, **fields)
    return made


def _as_json(client: Client) -> dict[str, Any]:
    return {"id": client.pk, "name": client.name, "email": client.email}


ASKED: dict[str, Callable[..., Any]] = {
    one.__name__: one
    for one in (
        therapist, sign_in, hand_over, another_payer, card, agree, book, expire_links,
        change_practice, facts,
    )
}  # fmt: skip


def main() -> None:
    for line in sys.stdin:
        name, arguments = json.loads(line)
        sys.stdout.write(f"{json.dumps(ASKED[name](**arguments))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
