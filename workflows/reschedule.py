"""Give a session another time, length or place."""

from copy import copy
from datetime import datetime

from django.db import transaction

from practice.audit.actor import Actor
from practice.models import Practice
from practice.team.models import User
from sessions.actions import reschedule_session
from sessions.models import TherapySession
from workflows import letters
from workflows.locks import lock_session
from workflows.permission import require_right


def reschedule(
    *,
    therapy_session_id: int,
    starts_at: datetime,
    length_minutes: int,
    place: str,
    user: User,
    now: datetime,
) -> TherapySession:
    """Change a session's time, length or place; nothing happens when nothing differs.

    1. Lock the relationship and the session. 2. The session. 3. E-mails to attendee and payer.
    Raises Clashes when the therapist is taken; Refused when it or the new start is past.
    """
    with transaction.atomic():
        therapy_session = lock_session(therapy_session_id)
        require_right(user, therapy_session.relationship)
        before = copy(therapy_session)
        if _is_same(before, starts_at, length_minutes, place):
            return therapy_session
        reschedule_session(
            therapy_session=therapy_session,
            starts_at=starts_at,
            length_minutes=length_minutes,
            place=place,
            by=Actor.user(user),
            now=now,
        )
        letters.session_changed(before, therapy_session, practice=Practice.current(), now=now)
        return therapy_session


def _is_same(one: TherapySession, starts_at: datetime, length_minutes: int, place: str) -> bool:
    return (one.starts_at, one.length_minutes, one.place) == (starts_at, length_minutes, place)
