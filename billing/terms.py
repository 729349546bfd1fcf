"""What a payer is asked to agree to, in words: with whom, for whom, how much, when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from billing.mandate_texts import digest, hours, mandate_text, when_charged
from notifications.letters import AgreementLine
from notifications.wording import when
from practice.models import Practice
from practice.money import format_money
from relationships.models import Relationship
from sessions.charging import planned_charge
from sessions.models import TherapySession

AT_ONCE = "at once"


@dataclass(frozen=True, slots=True)
class Terms:
    """One relationship as its payer reads it. `attendee` is empty when the payer attends.

    `next_charge` is said in the session's zone, with the zone named, or empty when none is planned.
    """

    relationship: Relationship
    therapist: str
    attendee: str
    fee: str
    charged: str
    cancelling: str
    next_charge: str
    next_charge_at: datetime | None
    time_zone: str
    text: str

    @property
    def is_due(self) -> bool:
        """The next appointment is so near that it is charged at once."""
        return self.next_charge.startswith(AT_ONCE)

    @property
    def tick(self) -> str:
        """What the page's tick posts: which relationship, and which words were read beside it."""
        return f"{self.pk}-{digest(self.text)}"

    @property
    def pk(self) -> int:
        return self.relationship.pk

    def as_line(self) -> AgreementLine:
        """The same for an e-mail."""
        return AgreementLine(
            therapist=self.therapist,
            charged=f"charged to your card {self.charged}",
            time_zone=self.time_zone,
            attendee=self.attendee,
            fee=self.fee,
            next_charge_at=self.next_charge_at,
        )


def terms_of(
    relationships: Iterable[Relationship], *, now: datetime, practice: Practice
) -> list[Terms]:
    """The terms of relationships whose people are loaded; one statement more for any number."""
    wanted = list(relationships)
    upcoming = _next_sessions(wanted, now)
    return [_terms(one, upcoming.get(one.pk), now=now, practice=practice) for one in wanted]


def _next_sessions(
    relationships: Sequence[Relationship], now: datetime
) -> dict[int, TherapySession]:
    if not relationships:
        return {}
    found: dict[int, TherapySession] = {}
    for one in TherapySession.objects.upcoming(now).filter(relationship__in=relationships):
        found.setdefault(one.relationship_id, one)
    return found


def _terms(
    relationship: Relationship,
    upcoming: TherapySession | None,
    *,
    now: datetime,
    practice: Practice,
) -> Terms:
    zone = upcoming.time_zone if upcoming else practice.time_zone
    at, said = _next_charge(relationship, upcoming, now=now, practice=practice)
    return Terms(
        relationship=relationship,
        therapist=relationship.therapist.name,
        attendee="" if relationship.is_first_party else relationship.attendee.name,
        fee=_fee(relationship, upcoming, practice),
        charged=when_charged(practice),
        cancelling=f"Free until {hours(practice.free_cancel_hours)} before the start",
        next_charge=said,
        next_charge_at=at,
        time_zone=zone,
        text=mandate_text(relationship, practice=practice),
    )


def _fee(relationship: Relationship, upcoming: TherapySession | None, practice: Practice) -> str:
    if relationship.agreed_fee is not None:
        return format_money(relationship.agreed_fee, practice.currency)
    return format_money(upcoming.fee, upcoming.currency) if upcoming else ""


def _next_charge(
    relationship: Relationship,
    upcoming: TherapySession | None,
    *,
    now: datetime,
    practice: Practice,
) -> tuple[datetime | None, str]:
    if upcoming is None:
        return None, ""
    planned = planned_charge(
        upcoming, payment_method=relationship.payment_method, practice=practice, now=now
    )
    starts = when(upcoming.starts_at, upcoming.time_zone)
    said = {
        "at": when(planned.at, upcoming.time_zone) if planned.at else "",
        "at_once": f"{AT_ONCE}, for {starts}",
        "after_session": f"after your appointment on {starts}",
    }
    return planned.at, said.get(planned.kind, "")
