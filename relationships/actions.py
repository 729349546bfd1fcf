"""What is done to relationships. Their parties never change; only their end does."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from clients.actions import join_care_team
from clients.models import Client
from practice.audit.actor import Actor
from practice.audit.log import record
from practice.models import Practice
from practice.refusals import Refused
from practice.team.models import User
from relationships.models import EndReason, PayerPlan, PaymentMethod, Relationship
from relationships.rules import why_may_not_pay_for_self


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """How a relationship is paid. `agreed_fee` in the practice's currency; None: the usual fee."""

    payment_method: str = PaymentMethod.BY_CARD
    terms_days: int = 14
    not_paid_reason: str = ""
    agreed_fee: Decimal | None = None

    @classmethod
    def of(cls, relationship: Relationship) -> "PaymentTerms":
        return cls(
            relationship.payment_method,
            relationship.terms_days,
            relationship.not_paid_reason,
            relationship.agreed_fee,
        )


def open_relationship(
    *,
    therapist: User,
    attendee: Client,
    payer: Client,
    terms: PaymentTerms,
    by: Actor,
    now: datetime,
) -> Relationship:
    """Open a relationship. 1. The row. 2. The therapist joins the attendee's care team. 3. Audit.

    Raises Refused when the attendee would pay for themselves before the consent age, and
    IntegrityError (`relationship_one_open`) when the same three are open already.
    """
    if payer.pk == attendee.pk:
        require_age(attendee, now=now)
    relationship = Relationship.objects.create(
        therapist=therapist,
        attendee=attendee,
        payer=payer,
        payment_method=terms.payment_method,
        terms_days=terms.terms_days,
        not_paid_reason=terms.not_paid_reason,
        agreed_fee=terms.agreed_fee,
        started_at=now,
    )
    join_care_team(client=attendee, user=therapist, by=by, now=now)
    _audit(relationship, "relationship.open", by=by, now=now, payer=payer.pk)
    return relationship


def require_age(attendee: Client, *, now: datetime) -> None:
    """Raise Refused, in words, when the attendee may not pay for themselves today."""
    practice = Practice.current()
    today = now.astimezone(practice.zone).date()
    if reason := why_may_not_pay_for_self(attendee, today, practice=practice):
        raise Refused(reason)


def end_relationship(
    *,
    relationship: Relationship,
    reason: EndReason,
    by: Actor,
    now: datetime,
    moved_to: Relationship | None = None,
) -> Relationship:
    """End an open, locked relationship. 1. The row. 2. Plans that led to it. 3. Audit event."""
    relationship.ended_at, relationship.ended_by, relationship.end_reason = now, by, reason
    relationship.moved_to = moved_to
    relationship.flagged_at = None
    relationship.save(
        update_fields=["ended_at", "ended_by", "end_reason", "moved_to", "flagged_at"]
    )
    PayerPlan.objects.filter(default=relationship).delete()
    _audit(relationship, "relationship.end", by=by, now=now, reason=str(reason))
    return relationship


def reopen_relationship(*, relationship: Relationship, by: Actor, now: datetime) -> Relationship:
    """Reopen an ended, locked relationship: the same row. 1. Audit of what was. 2. The row.

    Raises Refused by the age rule; IntegrityError when the same three are open again already.
    """
    if relationship.is_first_party:
        require_age(relationship.attendee, now=now)
    was = {
        "ended_at": relationship.ended_at.isoformat() if relationship.ended_at else None,
        "ended_by": str(relationship.ended_by),
        "end_reason": relationship.end_reason,
        "moved_to": relationship.moved_to_id,
    }
    _audit(relationship, "relationship.restart", by=by, now=now, was=was)
    relationship.ended_at = relationship.ended_by = relationship.end_reason = None
    relationship.moved_to = None
    relationship.save(update_fields=["ended_at", "ended_by", "end_reason", "moved_to"])
    return relationship


def set_payer_plan(*, default: Relationship, by: Actor, now: datetime) -> None:
    """Let new sessions of the relationship's attendee and therapist take this relationship."""
    PayerPlan.objects.update_or_create(
        therapist=default.therapist,
        attendee=default.attendee,
        defaults={"default": default, "set_at": now, "set_by": by},
    )


def flag(*, relationship: Relationship, by: Actor, now: datetime) -> None:
    """Stop charges: the attendee may not pay for themselves after all. Until a person decides."""
    relationship.flagged_at = now
    relationship.save(update_fields=["flagged_at"])
    _audit(relationship, "relationship.flag", by=by, now=now)


def unflag(*, relationship: Relationship, by: Actor, now: datetime) -> None:
    """Let charges go on: the attendee may pay for themselves."""
    relationship.flagged_at = None
    relationship.save(update_fields=["flagged_at"])
    _audit(relationship, "relationship.unflag", by=by, now=now)


def _audit(
    relationship: Relationship, action: str, *, by: Actor, now: datetime, **details: object
) -> None:
    record(
        by=by,
        action=action,
        target=relationship,
        client_id=relationship.attendee_id,
        now=now,
        **details,
    )
