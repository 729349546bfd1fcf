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
    """Lock the attendee, this relationship, and every open one of its therapist and attendee."""
    of = Relationship.objects.values("therapist", "attendee").get(pk=relationship_id)
    lock_client(of["attendee"])
    ids = Relationship.objects.filter(Q(pk=relationship_id) | Q(ended_at=None, **of)).values_list(
        "pk", flat=True
    )
    return lock_relationships(ids)


def lock_session(therapy_session_id: int) -> TherapySession:
    """Lock a session after its relationship, and re-read both.

    The relationship may change between looking and locking: then look again.
    """
    while True:
        relationship_id = TherapySession.objects.values_list("relationship_id", flat=True).get(
            pk=therapy_session_id
        )
        relationship = lock_relationships([relationship_id])[relationship_id]
        (therapy_session,) = TherapySession.objects.select_related("service_type").locked(
            [therapy_session_id]
        )
        if therapy_session.relationship_id == relationship_id:
            therapy_session.relationship = relationship
            return therapy_session
