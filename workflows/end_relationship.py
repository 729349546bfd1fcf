"""End a relationship, with a choice for each of its future sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from billing.card_requests import lock_requests_of
from billing.mandates import end_mandate, lock_cards_of
from practice.audit.actor import Actor
from practice.models import Practice
from practice.refusals import Refused
from practice.team.models import User
from relationships import actions
from relationships.models import EndReason, Relationship
from sessions.actions import cancel_sessions, move_sessions
from sessions.models import TherapySession
from workflows import letters
from workflows.locks import lock_shared_relationships
from workflows.open_relationship import ask_for_card
from workflows.permission import require_right


class Fate(StrEnum):
    """What becomes of a future session when its relationship ends."""

    CANCEL = "cancel"
    MOVE = "move"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Choice:
    """One future session's fate; `move_to` is the relationship it moves to, for Fate.MOVE only."""

    fate: Fate
    move_to: int | None = None


@dataclass(frozen=True, slots=True)
class EndPreview:
    """What ending starts from: the future sessions, and the relationships they may move to."""

    relationship: Relationship
    upcoming: Sequence[TherapySession]
    destinations: Sequence[Relationship]


def preview_end(relationship: Relationship, *, now: datetime) -> EndPreview:
    """The future sessions and where they may go. Raises Refused for one that has ended."""
    if not relationship.is_open:
        raise Refused("This relationship has ended already.")
    destinations = (
        Relationship.objects.open()
        .filter(therapist=relationship.therapist_id, attendee=relationship.attendee_id)
        .exclude(pk=relationship.pk)
        .with_people()
        .order_by("pk")
    )
    upcoming = TherapySession.objects.upcoming(now).filter(relationship=relationship)
    return EndPreview(
        relationship, list(upcoming.select_related("service_type")), list(destinations)
    )


def end_relationship(
    *,
    relationship_id: int,
    reason: EndReason,
    choices: Mapping[int, Choice],
    has_payer_agreed: bool,
    user: User,
    now: datetime,
) -> Relationship:
    """End a relationship; one that has ended is returned as it is.

    1. Lock it, its siblings and its future sessions. 2. Cancel or move sessions as chosen; moved
    ones ask their new payer for a card where it is missing. 3. End it. 4. Narrow the mandate to
    sessions that are kept (the payer's agreement to that is recorded), else withdraw it.
    5. E-mails to attendee and payer, none when somebody has died.
    Raises Refused unless every future session has a choice, and the payer agreed to what they keep.
    """
    by = Actor.user(user)
    with transaction.atomic():
        locked = lock_shared_relationships(relationship_id)
        relationship = locked[relationship_id]
        require_right(user, relationship)
        if not relationship.is_open:
            return relationship
        upcoming = _lock_upcoming(relationship, now=now)
        payers = {one.payer_id for one in locked.values()}
        lock_cards_of(payers)
        lock_requests_of(payers)
        kept = _sorted_out(upcoming, choices, Fate.KEEP)
        _require_choices(upcoming, choices, kept, has_payer_agreed=has_payer_agreed)
        _move(upcoming, choices, locked, by=by, now=now)
        cancelled = _sorted_out(upcoming, choices, Fate.CANCEL)
        cancel_sessions(therapy_sessions=cancelled, by=by, now=now)
        actions.end_relationship(relationship=relationship, reason=reason, by=by, now=now)
        end_mandate(relationship=relationship, is_narrowed=bool(kept), by=by, now=now)
        if reason != EndReason.DECEASED:
            _tell(relationship, cancelled, kept, now=now)
        return relationship


def _lock_upcoming(relationship: Relationship, *, now: datetime) -> list[TherapySession]:
    ids = TherapySession.objects.upcoming(now).filter(relationship=relationship)
    locked = TherapySession.objects.locked(ids.values_list("pk", flat=True))
    for one in locked:
        one.relationship = relationship
    return locked


def _sorted_out(
    upcoming: Sequence[TherapySession], choices: Mapping[int, Choice], fate: Fate
) -> list[TherapySession]:
    return [one for one in upcoming if one.pk in choices and choices[one.pk].fate == fate]


def _require_choices(
    upcoming: Sequence[TherapySession],
    choices: Mapping[int, Choice],
    kept: Sequence[TherapySession],
    *,
    has_payer_agreed: bool,
) -> None:
    if {one.pk for one in upcoming} != set(choices):
        raise Refused(
            "Say for each future session what becomes of it. They have changed: look again."
        )
    if kept and not has_payer_agreed:
        raise Refused("Sessions stay with this payer only when they have agreed to it.")


def _move(
    upcoming: Sequence[TherapySession],
    choices: Mapping[int, Choice],
    locked: Mapping[int, Relationship],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Move sessions to each chosen relationship; tell its payer, and ask for a card if need be."""
    moving = _sorted_out(upcoming, choices, Fate.MOVE)
    for pk in sorted({choices[one.pk].move_to or 0 for one in moving}):
        if pk not in locked or not locked[pk].is_open or pk == moving[0].relationship_id:
            raise Refused("A session can only move to another open relationship of these two.")
        group = [one for one in moving if choices[one.pk].move_to == pk]
        move_sessions(therapy_sessions=group, to=locked[pk], by=by, now=now)
        ask_for_card(locked[pk], by=by, now=now)
        letters.sessions_moved(locked[pk], group, now=now)


def _tell(
    relationship: Relationship,
    cancelled: Sequence[TherapySession],
    kept: Sequence[TherapySession],
    *,
    now: datetime,
) -> None:
    practice = Practice.current()
    if cancelled:
        letters.sessions_cancelled(
            relationship, cancelled, fee_note="Nothing is charged.", practice=practice, now=now
        )
    letters.relationship_ended(relationship, kept, practice=practice, now=now)
