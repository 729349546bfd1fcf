"""Move one session to another payer of the same attendee and therapist."""

from datetime import datetime

from django.db import transaction

from practice.audit.actor import Actor
from practice.refusals import Refused
from practice.team.models import User
from sessions.actions import move_sessions
from sessions.models import TherapySession
from workflows import letters
from workflows.locks import lock_shared_relationships
from workflows.open_relationship import ask_for_card
from workflows.permission import require_right


def move_session(
    *, therapy_session_id: int, to_relationship_id: int, user: User, now: datetime
) -> TherapySession:
    """Give a session to another payer; one that is there already is returned as it is.

    1. Lock both relationships and the session. 2. Move it. 3. Ask the new payer for a card where
    it is missing. 4. E-mail to the new payer: the appointment, now theirs to pay.
    Raises Refused: other people's relationship, an ended one, a session that may not move.
    """
    by = Actor.user(user)
    with transaction.atomic():
        relationship_id = TherapySession.objects.values_list("relationship_id", flat=True).get(
            pk=therapy_session_id
        )
        locked = lock_shared_relationships(relationship_id)
        (therapy_session,) = TherapySession.objects.select_related("service_type").locked(
            [therapy_session_id]
        )
        to = locked.get(to_relationship_id)
        if to is None or therapy_session.relationship_id not in locked:
            raise Refused("This session cannot move there. Look again: something has changed.")
        therapy_session.relationship = locked[therapy_session.relationship_id]
        require_right(user, to)
        if therapy_session.relationship_id == to.pk:
            return therapy_session
        move_sessions(therapy_sessions=[therapy_session], to=to, by=by, now=now)
        ask_for_card(to, by=by, now=now)
        therapy_session.refresh_from_db(fields=["relationship", "sequence"])
        letters.sessions_moved(to, [therapy_session], now=now)
        return therapy_session
