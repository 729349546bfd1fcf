"""Taking locks in one order: attendee, relationships by id, sessions by id (DESIGN 4.1, ADR 3).

The attendee's row stands first because the age rule reads their date of birth.
"""

from collections.abc import Iterable

from django.db.models import Q

from clients.models import Client
from relationships.models import Relationship
from sessions.models import TherapySession


def lock_client(client_id: int) -> Client:
    """Lock and re-read a client, before any of their relationships. Inside a transaction."""
    return Client.objects.select_for_update(of=("self",), no_key=True).get(pk=client_id)


def lock_relationships(ids: Iterable[int]) -> dict[int, Relationship]:
    """Lock and re-read these relationships, people included. Inside a transaction."""
    locked = Relationship.objects.with_people().locked(ids)
    return {relationship.pk: relationship for relationship in locked}


def lock_shared_relationships(relationship_id: int) -> dict[int, Relationship]:
    """Lock the attendee, this relationship, every open one of its therapist and attendee, and those
    by which the attendee pays for themselves, to whom the age rule applies."""
    of = Relationship.objects.values("therapist", "attendee").get(pk=relationship_id)
    attendee_id = of["attendee"]
    lock_client(attendee_id)
    wanted = Q(pk=relationship_id) | Q(ended_at=None, **of)
    own = Q(ended_at=None, attendee=attendee_id, payer=attendee_id)
    return lock_relationships(
        Relationship.objects.filter(wanted | own).values_list("pk", flat=True)
    )


def lock_session(therapy_session_id: int) -> TherapySession:
    """Lock a session after its attendee and its relationship, and re-read both.

    A session changes its relationship under its attendee's lock only.
    """
    found = TherapySession.objects.filter(pk=therapy_session_id)
    lock_client(found.values_list("relationship__attendee_id", flat=True).get())
    relationship_id = found.values_list("relationship_id", flat=True).get()
    relationship = lock_relationships([relationship_id])[relationship_id]
    (therapy_session,) = TherapySession.objects.select_related("service_type").locked(
        [therapy_session_id]
    )
    therapy_session.relationship = relationship
    return therapy_session
