"""Cancel a session."""

from datetime import datetime

from django.db import transaction

from practice.audit.actor import Actor
from practice.models import Practice
from practice.money import format_money
from practice.team.models import User
from relationships.models import PaymentMethod
from sessions import actions
from sessions.models import Status, TherapySession
from workflows import letters
from workflows.locks import lock_session
from workflows.permission import require_right


def cancel(
    *, therapy_session_id: int, is_by_therapist: bool, user: User, now: datetime
) -> TherapySession:
    """Cancel a session; one that is cancelled already is returned as it is.

    1. Lock the relationship and the session. 2. The session: free, late or by the therapist
    (DESIGN 4.4). 3. E-mails to attendee and payer. Raises Refused for one that has begun.
    """
    with transaction.atomic():
        therapy_session = lock_session(therapy_session_id)
        require_right(user, therapy_session.relationship)
        if therapy_session.is_cancelled:
            return therapy_session
        by = Actor.user(user)
        actions.cancel_session(
            therapy_session=therapy_session, is_by_therapist=is_by_therapist, by=by, now=now
        )
        letters.sessions_cancelled(
            therapy_session.relationship,
            [therapy_session],
            fee_note=fee_note(therapy_session),
            practice=Practice.current(),
            now=now,
        )
        return therapy_session


def fee_note(therapy_session: TherapySession) -> str:
    """What a cancelled session costs its payer, in words."""
    is_paid = therapy_session.relationship.payment_method != PaymentMethod.NOT_AT_ALL
    if therapy_session.status != Status.LATE_CANCELLED or not (is_paid and therapy_session.fee):
        return "Nothing is charged."
    fee = format_money(therapy_session.fee, therapy_session.currency)
    return f"It was cancelled late, so the fee of {fee} stands."
