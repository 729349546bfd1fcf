"""The Overview of a client: the picture of who pays, the next sessions, the contacts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from billing.rules import FLAGGED
from clients.models import CareTeamMember, Contact
from clients.profile import Line, Profile
from clients.timeline import WIDE, Span, Timeline, draw
from practice.models import ChargeMoment, Practice
from practice.money import format_money
from practice.wording import say_when
from relationships.models import PaymentMethod
from sessions.models import Status, TherapySession
from sessions.showing import awaited, charge_words

NEXT = 5
MOST = 600
_FIELDS = (
    "pk",
    "relationship_id",
    "starts_at",
    "ends_at",
    "status",
    "fee",
    "currency",
    "charge_lead_hours",
)


@dataclass(frozen=True, slots=True)
class NextSession:
    """One line of Next sessions, in words."""

    url: str
    when: str
    type: str
    length: str
    payer: str
    colour: str
    fee: str
    tone: str
    payment: str


@dataclass(frozen=True, slots=True)
class Overview:
    timeline: Timeline | None
    next_sessions: list[NextSession]
    has_more: bool
    contacts: list[Contact]


def overview(profile: Profile) -> Overview:
    """Two statements: sessions near today, and contacts."""
    found = _sessions(profile)
    ahead = [
        row for row in found if row["status"] == Status.SCHEDULED and row["starts_at"] > profile.now
    ]
    return Overview(
        timeline=draw(_spans(profile, found), today=timezone.localdate(profile.now)),
        next_sessions=_next(ahead[:NEXT], profile),
        has_more=len(ahead) > NEXT,
        contacts=list(_contacts(profile)),
    )


def payment_words(
    therapy_session: TherapySession, line: Line, *, now: datetime, practice: Practice
) -> tuple[str, str]:
    """Tone and words of how an upcoming session will be paid, short enough for a table."""
    by_card = line.relationship.payment_method == PaymentMethod.BY_CARD and therapy_session.fee
    if by_card and (missing := awaited(line.card)):
        return "bad" if line.card == FLAGGED else "warn", missing
    due = timezone.localtime(
        therapy_session.starts_at - timedelta(hours=therapy_session.charge_lead_hours)
    )
    if by_card and practice.charge_moment == ChargeMoment.BEFORE_SESSION and due > now:
        return "ahead", f"Charged {due:%a} {due.day} {due:%b, %H:%M}"
    return "", charge_words(
        therapy_session, line.relationship, card=line.card, now=now, practice=practice
    )


def _sessions(profile: Profile) -> list[dict[str, Any]]:
    """Sessions they attend, not cancelled, from where the wide picture can begin."""
    return list(
        TherapySession.objects.filter(
            relationship__in=[line.relationship.pk for line in profile.attends],
            status__in=Status.held(),
            starts_at__gt=_drawn_from(profile),
        )
        .order_by("starts_at", "pk")
        .values(*_FIELDS, "service_type__name")[:MOST]
    )


def _drawn_from(profile: Profile) -> datetime:
    """The picture ends today, or where everything ended; no drawing shows more days than the wide one."""
    ends = [line.relationship.ended_at for line in profile.attends]
    until = max((end for end in ends if end), default=profile.now) if all(ends) else profile.now
    return min(until, profile.now) - timedelta(days=WIDE.days)


def _spans(profile: Profile, rows: Sequence[dict[str, Any]]) -> list[Span]:
    attends = profile.attends
    has_one_therapist = len({line.relationship.therapist_id for line in attends}) < 2
    spans = []
    for line in attends:
        own = [row for row in rows if row["relationship_id"] == line.relationship.pk]
        spans.append(_span(line, own, profile.now, has_one_therapist=has_one_therapist))
    return spans


def _span(
    line: Line, rows: Iterable[dict[str, Any]], now: datetime, *, has_one_therapist: bool
) -> Span:
    one = line.relationship
    past: list[date] = []
    upcoming: list[date] = []
    for row in rows:
        (upcoming if row["starts_at"] > now else past).append(timezone.localdate(row["starts_at"]))
    therapist = "" if has_one_therapist else one.therapist.name
    start = timezone.localdate(one.started_at)
    end = timezone.localdate(one.ended_at) if one.ended_at else None
    return Span(one.payer.name, line.colour, start, end, therapist, past, upcoming)


def _next(rows: Sequence[dict[str, Any]], profile: Profile) -> list[NextSession]:
    lines = {line.relationship.pk: line for line in profile.attends}
    address = reverse("sessions:session", args=[0])
    return [_next_session(row, lines[row["relationship_id"]], profile, address) for row in rows]


def _next_session(row: dict[str, Any], line: Line, profile: Profile, address: str) -> NextSession:
    therapy_session = TherapySession(**{name: row[name] for name in _FIELDS})
    tone, payment = payment_words(therapy_session, line, now=profile.now, practice=profile.practice)
    return NextSession(
        url=address.replace("/0/", f"/{row['pk']}/"),
        when=say_when(therapy_session.starts_at),
        type=row["service_type__name"],
        length=f"{therapy_session.length_minutes} min",
        payer=line.relationship.payer.name,
        colour=line.colour,
        fee=format_money(therapy_session.fee, therapy_session.currency),
        tone=tone,
        payment=payment,
    )


def _contacts(profile: Profile) -> Iterable[Contact]:
    """Adults around the client; `may_open` says whether the reader may open their own profile."""
    member = CareTeamMember.objects.filter(client=OuterRef("adult"), user=profile.user)
    return profile.client.contacts.select_related("adult").annotate(may_open=Exists(member))
