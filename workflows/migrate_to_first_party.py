"""Migrate to first party: the attendee pays from now on. Every sentence of DESIGN 4.2."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction

from billing.card_requests import lock_requests_of, request_card
from billing.mandates import end_mandate, lock_cards_of, record_mandate
from billing.models import Mandate, MandateManner
from clients.actions import change_client, clear_responsible_for_billing
from clients.models import Client
from practice.audit.actor import Actor
from practice.audit.log import record
from practice.refusals import Refused
from practice.team.models import User
from relationships import actions
from relationships.actions import PaymentTerms
from relationships.models import (
    EndReason,
    Manner,
    MigrationRequest,
    Relationship,
    Requester,
)
from relationships.rules import why_may_not_pay_for_self
from sessions.actions import move_sessions
from sessions.models import TherapySession
from workflows import letters
from workflows.change_client import apply_age_rule
from workflows.locks import lock_shared_relationships
from workflows.migration_digest import Differences, differences
from workflows.migration_preview import MigrationPreview, migrated_to, preview_migration
from workflows.permission import require_right

MANDATE_MANNERS = {
    Manner.IN_SESSION: MandateManner.IN_PERSON,
    Manner.IN_PERSON: MandateManner.IN_PERSON,
    Manner.PHONE: MandateManner.PHONE,
    Manner.EMAIL: MandateManner.EMAIL,
}


@dataclass(frozen=True, slots=True)
class MigrationAnswers:
    """What the page's sender said. `details` completes the attendee: only fields that are missing.

    `move_ids` are sessions ticked; `end_also` are other payers' relationships to be ended as well.
    """

    requester: str
    requested_on: date
    manner: str
    has_attendee_agreed: bool = False
    details: dict[str, Any] = field(default_factory=dict)
    move_ids: frozenset[int] = frozenset()
    end_also: frozenset[int] = frozenset()


class StalePreview(Refused):
    """Something is not as it was when the page was shown: look again."""

    def __init__(self, preview: MigrationPreview, changed: Differences) -> None:
        super().__init__("Something has changed since you opened this page. Please look again.")
        self.preview = preview
        self.changed = changed


def migrate_to_first_party(
    *, relationship_id: int, answers: MigrationAnswers, digest: str, user: User, now: datetime
) -> Relationship:
    """Let the attendee pay from now on; returns the first-party relationship.

    Whoever asks twice is given the relationship of the first time. Otherwise, in one transaction:
    1. Lock, look again, compare with what was shown. 2. Complete the attendee. 3. Open the
    first-party relationship, unless it is open already. 4. Move the ticked sessions. 5. End the old
    relationship (MIGRATED) and those of other payers that were ticked. 6. Payer plan; nobody else
    is responsible for billing. 7. Record the mandate if a card is on file, else ask for a card.
    8. Tell everybody whose part changed. 9. Record who asked; audit event.

    Raises StalePreview, Refused; IntegrityError (`client_email_unique`) for somebody's e-mail.
    """
    with transaction.atomic():
        locked = lock_shared_relationships(relationship_id)
        relationship = locked[relationship_id]
        require_right(user, relationship)
        if done := migrated_to(relationship):
            return done
        _lock_the_rest(relationship, locked.values(), now=now)
        preview = _look_again(relationship, digest, now=now)
        _require_answers(preview, answers, now=now)
        own = [one for one in locked.values() if one.is_open and one.is_first_party]
        _complete(relationship.attendee, answers, own, by=Actor.user(user), now=now)
        return _migrate(preview, answers, by=Actor.user(user), now=now)


def _look_again(relationship: Relationship, digest: str, *, now: datetime) -> MigrationPreview:
    """Preview once more, under the locks, and compare."""
    preview = preview_migration(relationship, now=now)
    if preview.refusal:
        raise Refused(preview.refusal)
    if changed := differences(digest, preview):
        raise StalePreview(preview, changed)
    return preview


def _lock_the_rest(
    relationship: Relationship, locked: Iterable[Relationship], *, now: datetime
) -> None:
    """After the relationships: the future sessions, then cards and card requests of all payers."""
    upcoming = TherapySession.objects.upcoming(now).filter(
        therapist=relationship.therapist_id, relationship__attendee=relationship.attendee_id
    )
    TherapySession.objects.locked(upcoming.values_list("pk", flat=True))
    payers = {relationship.attendee_id, *(one.payer_id for one in locked)}
    lock_cards_of(payers)
    lock_requests_of(payers)


def _require_answers(
    preview: MigrationPreview, answers: MigrationAnswers, *, now: datetime
) -> None:
    """Raise Refused for answers that the page would not have let through."""
    today = now.astimezone(preview.practice.zone).date()
    attendee = preview.relationship.attendee
    if answers.requester == Requester.ORGANISER and not answers.has_attendee_agreed:
        raise Refused(f"{attendee.first_name} must agree to pay.")
    if answers.requested_on > today:
        raise Refused("The day on which somebody asked cannot be in the future.")
    if answers.end_also and answers.requester != Requester.ATTENDEE:
        raise Refused("Other payers' part ends only when the attendee asked for it.")
    _require_details(preview, answers, today)
    movable = {one.therapy_session.pk for one in preview.all_changes if one.is_movable}
    others = {other.relationship.pk for other in preview.others}
    if not answers.move_ids <= movable or not answers.end_also <= others:
        raise Refused("Some of what was ticked does not belong to this relationship.")


def _require_details(preview: MigrationPreview, answers: MigrationAnswers, today: date) -> None:
    given = {name for name, value in answers.details.items() if value}
    if given != set(preview.missing):
        raise Refused("Fill in what is missing of the attendee, and nothing else.")
    born_on = answers.details.get("date_of_birth")
    if born_on:
        as_if = Client(first_name=preview.relationship.attendee.first_name, date_of_birth=born_on)
        if reason := why_may_not_pay_for_self(as_if, today, practice=preview.practice):
            raise Refused(reason)


def _complete(
    attendee: Client,
    answers: MigrationAnswers,
    own: Sequence[Relationship],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Write what was missing of the attendee; a date of birth may let stopped charges go on."""
    if answers.details:
        change_client(client=attendee, changes=answers.details, by=by, now=now)
        apply_age_rule(attendee, own, by=by, now=now)


def _migrate(
    preview: MigrationPreview, answers: MigrationAnswers, *, by: Actor, now: datetime
) -> Relationship:
    old, attendee = preview.relationship, preview.relationship.attendee
    new = preview.existing or actions.open_relationship(
        therapist=old.therapist,
        attendee=attendee,
        payer=attendee,
        terms=PaymentTerms.of(old),
        by=by,
        now=now,
    )
    ended = [old, *_others_to_end(preview, answers)]
    moved = _move_ticked(ended, preview, answers, to=new, by=by, now=now)
    for one in ended:
        _end(one, preview, moved, to=new, by=by, now=now)
    actions.set_payer_plan(default=new, by=by, now=now)
    clear_responsible_for_billing(client=attendee, by=by, now=now)
    _agree_or_ask(new, preview, answers, moved, by=by, now=now)
    _record(old, new, answers, moved, ended, by=by, now=now)
    return new


def _others_to_end(preview: MigrationPreview, answers: MigrationAnswers) -> list[Relationship]:
    return [
        other.relationship for other in preview.others if other.relationship.pk in answers.end_also
    ]


def _move_ticked(
    ended: Sequence[Relationship],
    preview: MigrationPreview,
    answers: MigrationAnswers,
    *,
    to: Relationship,
    by: Actor,
    now: datetime,
) -> list[TherapySession]:
    """Move what is ticked of the relationships that end; other payers' sessions stay with them."""
    by_id = {one.pk: one for one in ended}
    moved = [
        change.therapy_session
        for change in preview.all_changes
        if change.therapy_session.pk in answers.move_ids
        and change.therapy_session.relationship_id in by_id
    ]
    for one in moved:
        one.relationship = by_id[one.relationship_id]
    move_sessions(therapy_sessions=moved, to=to, by=by, now=now)
    return moved


def _end(
    relationship: Relationship,
    preview: MigrationPreview,
    moved: Sequence[TherapySession],
    *,
    to: Relationship,
    by: Actor,
    now: datetime,
) -> None:
    """End one relationship, narrow or end its mandate, and tell its payer what they still pay."""
    actions.end_relationship(
        relationship=relationship, reason=EndReason.MIGRATED, by=by, now=now, moved_to=to
    )
    moved_ids = {one.pk for one in moved}
    remaining = [
        change.therapy_session
        for change in preview.all_changes
        if change.therapy_session.relationship_id == relationship.pk
        and change.therapy_session.pk not in moved_ids
    ]
    end_mandate(relationship=relationship, is_narrowed=bool(remaining), by=by, now=now)
    letters.your_part_has_ended(relationship, remaining, practice=preview.practice, now=now)


def _agree_or_ask(
    new: Relationship,
    preview: MigrationPreview,
    answers: MigrationAnswers,
    moved: Sequence[TherapySession],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """Record the attendee's mandate where their card is on file, else ask for a card."""
    if not new.is_by_card:
        letters.you_pay_from_now_on(new, moved, practice=preview.practice, now=now)
    elif preview.card is None:
        request_card(payer=new.payer, by=by, now=now)
    elif not Mandate.objects.live().filter(relationship=new).exists():
        mandate = record_mandate(
            relationship=new,
            manner=_how_agreed(answers),
            by=by,
            now=now,
            is_confirmed_by_mail=False,
        )
        letters.you_pay_from_now_on(
            new, moved, practice=preview.practice, now=now, card=preview.card, mandate=mandate
        )
    else:
        letters.you_pay_from_now_on(
            new, moved, practice=preview.practice, now=now, card=preview.card
        )


def _how_agreed(answers: MigrationAnswers) -> MandateManner:
    """The attendee agreed as they asked; when the organiser asked, how they agreed is not said."""
    if answers.requester == Requester.ORGANISER:
        return MandateManner.TOLD
    return MANDATE_MANNERS.get(Manner(answers.manner), MandateManner.TOLD)


def _record(
    old: Relationship,
    new: Relationship,
    answers: MigrationAnswers,
    moved: Sequence[TherapySession],
    ended: Sequence[Relationship],
    *,
    by: Actor,
    now: datetime,
) -> None:
    MigrationRequest.objects.create(
        relationship=old,
        requester=answers.requester,
        requested_on=answers.requested_on,
        manner=answers.manner,
        has_attendee_agreed=answers.has_attendee_agreed or answers.requester == Requester.ATTENDEE,
        recorded_at=now,
        recorded_by=by,
    )
    record(
        by=by,
        action="relationship.migrate",
        target=old,
        client_id=old.attendee_id,
        now=now,
        to=new.pk,
        moved=[one.pk for one in moved],
        ended=[one.pk for one in ended],
        requester=answers.requester,
    )
