"""Sessions as staff read them: rows of tables, and what becomes of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from practice.models import Practice
from practice.money import format_money
from practice.wording import say_when
from relationships.models import Relationship
from sessions.charging import ChargeKind, PlannedCharge, planned_charge
from sessions.models import Status, TherapySession

TONES = {
    Status.ATTENDED: "good",
    Status.NO_SHOW: "warn",
    Status.LATE_CANCELLED: "warn",
    Status.CANCELLED_UNPAID: "bad",
}


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One line of a table, ready to be shown: words and an address, nothing to look up."""

    id: int
    is_ahead: bool
    url: str
    when: str
    length: str
    fee: str
    tone: str
    label: str
    charge: str


def session_row(
    therapy_session: TherapySession,
    relationship: Relationship,
    *,
    now: datetime,
    practice: Practice,
) -> SessionRow:
    tone, label = status_words(therapy_session, now=now)
    is_ahead = therapy_session.is_upcoming(now)
    return SessionRow(
        id=therapy_session.pk,
        is_ahead=is_ahead,
        url=reverse("sessions:session", args=[therapy_session.pk]),
        when=say_when(therapy_session.starts_at),
        length=f"{therapy_session.length_minutes} minutes",
        fee=format_money(therapy_session.fee, therapy_session.currency),
        tone=tone,
        label=label,
        charge=charge_words(therapy_session, relationship, now=now, practice=practice)
        if is_ahead
        else "",
    )


def session_rows(
    therapy_sessions: Iterable[TherapySession],
    relationship: Relationship,
    *,
    now: datetime,
    practice: Practice,
) -> list[SessionRow]:
    """Rows of sessions that all belong to one relationship."""
    return [session_row(one, relationship, now=now, practice=practice) for one in therapy_sessions]


def status_words(therapy_session: TherapySession, *, now: datetime) -> tuple[str, str]:
    """Tone and word of a session's status; one whose time has passed unrecorded is "Past"."""
    status = Status(therapy_session.status)
    if status == Status.SCHEDULED:
        return ("ahead", "Upcoming") if therapy_session.starts_at > now else ("", "Past")
    return TONES.get(status, ""), str(status.label)


def charge_words(
    therapy_session: TherapySession,
    relationship: Relationship,
    *,
    now: datetime,
    practice: Practice,
) -> str:
    """When, and how, an upcoming session will be paid."""
    planned = planned_charge(
        therapy_session, payment_method=relationship.payment_method, practice=practice, now=now
    )
    if planned.kind == ChargeKind.BY_INVOICE:
        return f"By invoice, payable within {relationship.terms_days} days"
    return planned_words(planned)


def planned_words(planned: PlannedCharge, *, to: str = "") -> str:
    """Say `Charged to Sam on Sun 29 Nov 2026, 10:00`; `to` is whose card."""
    charged = f"Charged to {to}" if to else "Charged"
    return {
        ChargeKind.AT: f"{charged} on {say_when(planned.at)}" if planned.at else charged,
        ChargeKind.AT_ONCE: f"{charged} as soon as there is a card",
        ChargeKind.AFTER_SESSION: f"{charged} after the session",
        ChargeKind.BY_INVOICE: f"By invoice to {to}" if to else "By invoice",
        ChargeKind.NOT_PAID: "Nothing to pay",
        ChargeKind.FREE: "Nothing to pay",
    }[planned.kind]
