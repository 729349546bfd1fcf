"""What a migration to first party would do: everything the page shows before it is confirmed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from billing.models import Card
from billing.rules import chargeable_card
from clients.models import Client
from practice.models import Practice
from relationships.models import EndReason, Relationship
from relationships.rules import why_may_not_pay_for_self
from sessions.charging import PlannedCharge, planned_charge
from sessions.models import TherapySession
from sessions.rules import why_not_movable


@dataclass(frozen=True, slots=True)
class SessionChange:
    """One future session: who pays now and afterwards, when it is charged, why it may not move."""

    therapy_session: TherapySession
    payer_now: Client
    payer_after: Client
    planned: PlannedCharge
    stays_because: str

    @property
    def is_movable(self) -> bool:
        return not self.stays_because


@dataclass(frozen=True, slots=True)
class OtherPayer:
    """Another open relationship of the same attendee and therapist, paid by somebody else."""

    relationship: Relationship
    changes: Sequence[SessionChange]


@dataclass(frozen=True, slots=True)
class MigrationPreview:
    """The state a migration would start from. `refusal` is "" when it may go on.

    `missing` names the fields of the attendee to be asked for; `existing` is the first-party
    relationship that is open already, to which sessions would move; `card` is the attendee's own.
    """

    relationship: Relationship
    practice: Practice
    refusal: str
    missing: Sequence[str]
    changes: Sequence[SessionChange]
    others: Sequence[OtherPayer]
    existing: Relationship | None
    card: Card | None

    @property
    def all_changes(self) -> list[SessionChange]:
        """Of this relationship and of the other payers'."""
        return [*self.changes, *(one for other in self.others for one in other.changes)]


def preview_migration(relationship: Relationship, *, now: datetime) -> MigrationPreview:
    """Look at what a migration would do, in a number of statements that does not grow."""
    practice = Practice.current()
    today = now.astimezone(practice.zone).date()
    open_ones = _open_of_the_same_two(relationship)
    others = [one for one in open_ones if one.is_third_party and one.pk != relationship.pk]
    existing = next((one for one in open_ones if one.is_first_party), None)
    changes = _changes([relationship, *others], to=existing, practice=practice, now=now)
    attendee = relationship.attendee
    return MigrationPreview(
        relationship=relationship,
        practice=practice,
        refusal=why_not_migrate(relationship, practice=practice, today=today),
        missing=missing_fields(attendee, practice),
        changes=changes[relationship.pk],
        others=[OtherPayer(other, changes[other.pk]) for other in others],
        existing=existing,
        card=chargeable_card(attendee, on=today),
    )


def _open_of_the_same_two(relationship: Relationship) -> list[Relationship]:
    return list(
        Relationship.objects.open()
        .filter(therapist=relationship.therapist_id, attendee=relationship.attendee_id)
        .with_people()
        .order_by("pk")
    )


def _changes(
    sources: Sequence[Relationship], *, to: Relationship | None, practice: Practice, now: datetime
) -> dict[int, list[SessionChange]]:
    """The future sessions of each relationship, as they would become."""
    changes: dict[int, list[SessionChange]] = {source.pk: [] for source in sources}
    payers = {source.pk: source.payer for source in sources}
    terms = to or sources[0]
    upcoming = TherapySession.objects.upcoming(now).filter(relationship__in=list(changes))
    for one in upcoming.select_related("service_type"):
        changes[one.relationship_id].append(
            SessionChange(
                therapy_session=one,
                payer_now=payers[one.relationship_id],
                payer_after=sources[0].attendee,
                planned=planned_charge(
                    one, payment_method=terms.payment_method, practice=practice, now=now
                ),
                stays_because=why_not_movable(one, terms, now=now),
            )
        )
    return changes


def missing_fields(attendee: Client, practice: Practice) -> list[str]:
    """Name, date of birth and e-mail always; mobile and address where the practice wants them."""
    needed = ["first_name", "last_name", "date_of_birth", "email"]
    needed += ["mobile"] if practice.is_mobile_required else []
    needed += ["address"] if practice.is_address_required else []
    return [name for name in needed if not getattr(attendee, name)]


def why_not_migrate(relationship: Relationship, *, practice: Practice, today: date) -> str:
    """The refusal in words (DESIGN 4.2), or "". An unknown date of birth is asked for instead."""
    attendee = relationship.attendee
    if relationship.is_first_party:
        return f"{attendee.name} already pays for their own sessions here."
    if not relationship.is_open:
        return "This relationship has ended. Only an open one can be migrated."
    if not attendee.is_reachable:
        return f"{attendee.name} is marked “{attendee.get_state_display()}”."
    if attendee.date_of_birth is None:
        return ""
    return why_may_not_pay_for_self(attendee, today, practice=practice)


def migrated_to(relationship: Relationship) -> Relationship | None:
    """Where a migration has led already; None when it has not been migrated."""
    if relationship.end_reason == EndReason.MIGRATED:
        return relationship.moved_to
    return None
