"""When a session's payer will be charged, as far as it can be said beforehand (DESIGN 4.4)."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from practice.models import ChargeMoment, Practice
from relationships.models import PaymentMethod
from sessions.models import TherapySession


class ChargeKind(StrEnum):
    AT = "at"
    AT_ONCE = "at_once"
    AFTER_SESSION = "after_session"
    BY_INVOICE = "by_invoice"
    NOT_PAID = "not_paid"
    FREE = "free"

    @property
    def is_by_card(self) -> bool:
        return self in (self.AT, self.AT_ONCE, self.AFTER_SESSION)


@dataclass(frozen=True, slots=True)
class PlannedCharge:
    """How a session will be charged; `at` (UTC) is there for ChargeKind.AT only."""

    kind: ChargeKind
    at: datetime | None = None


def planned_charge(
    therapy_session: TherapySession, *, payment_method: str, practice: Practice, now: datetime
) -> PlannedCharge:
    """Say when the first attempt will be made: start − lead in elapsed UTC hours, or at once."""
    if payment_method == PaymentMethod.NOT_AT_ALL:
        return PlannedCharge(ChargeKind.NOT_PAID)
    if therapy_session.fee == 0:
        return PlannedCharge(ChargeKind.FREE)
    if payment_method == PaymentMethod.BY_INVOICE:
        return PlannedCharge(ChargeKind.BY_INVOICE)
    if practice.charge_moment == ChargeMoment.AFTER_SESSION:
        return PlannedCharge(ChargeKind.AFTER_SESSION)
    lead = timedelta(hours=therapy_session.charge_lead_hours)
    at = therapy_session.starts_at.astimezone(UTC) - lead
    return PlannedCharge(ChargeKind.AT, at) if at > now else PlannedCharge(ChargeKind.AT_ONCE)
