"""What is done to sessions. Callers hold the locks of DESIGN 4.1: relationships, then sessions."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import F

from practice.audit.actor import Actor
from practice.audit.log import record
from practice.models import Practice, ServiceType
from practice.refusals import Refused
from practice.team.models import User
from relationships.models import Relationship
from sessions.models import Series, Status, TherapySession
from sessions.rules import Span, clashes, is_late, span, status_when_cancelled, why_not_movable


class Clashes(Refused):
    """The therapist already has sessions then: `sessions`, the earliest first."""

    def __init__(self, sessions: list[TherapySession]) -> None:
        super().__init__("The therapist already has a session then.")
        self.sessions = sessions


@dataclass(frozen=True, slots=True)
class SessionTerms:
    """What a booked session is. `fee` in the practice's currency; `time_zone` an IANA name."""

    service_type: ServiceType
    length_minutes: int
    fee: Decimal
    time_zone: str
    place: str = ""


def hold_diary(therapist_id: int) -> None:
    """Let nobody else book this therapist until the transaction ends; after the relationships."""
    User.objects.select_for_update(no_key=True).get(pk=therapist_id)


def require_free(*, therapist_id: int, spans: Sequence[Span], ignore: Iterable[int] = ()) -> None:
    """Hold the diary, then raise Clashes when the therapist is taken at any of these times."""
    hold_diary(therapist_id)
    if taken := clashes(therapist_id=therapist_id, spans=spans, ignore=ignore):
        raise Clashes(taken)


def book_sessions(
    *,
    relationship: Relationship,
    starts: Sequence[datetime],
    terms: SessionTerms,
    by: Actor,
    now: datetime,
    series: Series | None = None,
    rebooked_from: TherapySession | None = None,
) -> list[TherapySession]:
    """Book one or more sessions. 1. Hold the diary, refuse clashes. 2. The rows. 3. Audit event.

    The clock's settings of the practice are frozen on each. Raises Clashes.
    """
    practice = Practice.current()
    spans = [span(start, terms.length_minutes) for start in starts]
    require_free(therapist_id=relationship.therapist_id, spans=spans)
    booked = TherapySession.objects.bulk_create(
        TherapySession(
            relationship=relationship,
            therapist=relationship.therapist,
            series=series,
            service_type=terms.service_type,
            starts_at=start,
            ends_at=end,
            time_zone=terms.time_zone,
            place=terms.place,
            fee=terms.fee,
            currency=practice.currency,
            charge_lead_hours=practice.charge_lead_hours,
            free_cancel_hours=practice.free_cancel_hours,
            rebooked_from=rebooked_from,
            booked_at=now,
        )
        for start, end in spans
    )
    _audit_all(relationship, "session.book", booked, by=by, now=now)
    return booked


def move_sessions(
    *, therapy_sessions: Sequence[TherapySession], to: Relationship, by: Actor, now: datetime
) -> None:
    """Give sessions to another payer. 1. The rows, in one statement. 2. Audit event.

    Both relationships and the sessions are locked. Raises Refused unless `to` is open, of the same
    therapist and attendee, and each session may move.
    """
    if not therapy_sessions:
        return
    for one in therapy_sessions:
        _require_movable(one, to, now=now)
    ids = [one.pk for one in therapy_sessions]
    TherapySession.objects.filter(pk__in=ids).update(relationship=to, sequence=F("sequence") + 1)
    _audit_all(to, "session.move", therapy_sessions, by=by, now=now)


def _require_movable(one: TherapySession, to: Relationship, *, now: datetime) -> None:
    same = one.therapist_id == to.therapist_id and (one.relationship.attendee_id == to.attendee_id)
    if not same or not to.is_open:
        raise Refused("A session moves between open relationships of the same two people only.")
    if reason := why_not_movable(one, to, now=now):
        raise Refused(reason)


def cancel_session(
    *, therapy_session: TherapySession, is_by_therapist: bool, by: Actor, now: datetime
) -> TherapySession:
    """Cancel a locked session: free, late or by the therapist. 1. The row. 2. Audit event.

    Raises Refused for one that is not scheduled or has begun.
    """
    if not therapy_session.is_upcoming(now):
        raise Refused("Only a session that is still ahead can be cancelled.")
    therapy_session.status = status_when_cancelled(
        therapy_session, is_by_therapist=is_by_therapist, now=now
    )
    therapy_session.cancelled_at, therapy_session.cancelled_by = now, by
    therapy_session.sequence += 1
    therapy_session.save(update_fields=["status", "cancelled_at", "cancelled_by", "sequence"])
    _audit_one(therapy_session, "session.cancel", by=by, now=now, status=therapy_session.status)
    return therapy_session


def cancel_sessions(
    *, therapy_sessions: Sequence[TherapySession], by: Actor, now: datetime
) -> None:
    """Cancel locked future sessions of one relationship by the therapist: nobody pays for them.

    1. The rows, in one statement. 2. One audit event.
    """
    if not therapy_sessions:
        return
    for one in therapy_sessions:
        one.status, one.cancelled_at, one.cancelled_by = Status.CANCELLED_BY_THERAPIST, now, by
        one.sequence += 1
    TherapySession.objects.bulk_update(
        therapy_sessions, ["status", "cancelled_at", "cancelled_by", "sequence"]
    )
    relationship = therapy_sessions[0].relationship
    _audit_all(relationship, "session.cancel", therapy_sessions, by=by, now=now)


def reschedule_session(
    *,
    therapy_session: TherapySession,
    starts_at: datetime,
    length_minutes: int,
    place: str,
    by: Actor,
    now: datetime,
) -> TherapySession:
    """Move a locked session in time. 1. Hold the diary, refuse clashes. 2. The row. 3. Audit.

    Moved inside its free-cancel window, it stays late to cancel.
    Raises Clashes; Refused for a session that is not ahead or a start that is not in the future.
    """
    if not therapy_session.is_upcoming(now):
        raise Refused("Only a session that is still ahead can be moved to another time.")
    if starts_at <= now:
        raise Refused("Choose a time that is still ahead.")
    new = span(starts_at, length_minutes)
    require_free(
        therapist_id=therapy_session.therapist_id, spans=[new], ignore=[therapy_session.pk]
    )
    was = therapy_session.starts_at.isoformat()
    if is_late(therapy_session, now=now):
        therapy_session.moved_late_at = therapy_session.moved_late_at or now
    therapy_session.starts_at, therapy_session.ends_at = new
    therapy_session.place = place
    therapy_session.sequence += 1
    therapy_session.save(
        update_fields=["starts_at", "ends_at", "place", "sequence", "moved_late_at"]
    )
    _audit_one(therapy_session, "session.reschedule", by=by, now=now, was=was)
    return therapy_session


def _audit_one(
    therapy_session: TherapySession, action: str, *, by: Actor, now: datetime, **details: str
) -> None:
    attendee_id = therapy_session.relationship.attendee_id
    record(by=by, action=action, target=therapy_session, client_id=attendee_id, now=now, **details)


def _audit_all(
    relationship: Relationship,
    action: str,
    therapy_sessions: Iterable[TherapySession],
    *,
    by: Actor,
    now: datetime,
) -> None:
    record(
        by=by,
        action=action,
        target=relationship,
        client_id=relationship.attendee_id,
        now=now,
        sessions=[one.pk for one in therapy_sessions],
    )
