"""What stands on Today: sessions of this week, cards awaited, decisions and birthdays ahead."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from billing.models import CardRequestStatus
from clients.ages import birthday
from clients.listing import last_birth_date, without_usable_card
from clients.models import Client
from practice.models import Practice
from practice.team.models import User
from practice.wording import say_day
from relationships.models import Relationship
from relationships.querysets import RelationshipQuerySet
from sessions.models import Status, TherapySession

DAYS = 7
BIRTHDAY_DAYS = 30
MOST = 100
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Appointment:
    """One session as a line. Addresses are empty for those who may not open them."""

    time: str
    attendee: str
    attendee_url: str
    url: str
    type: str
    place: str
    payer: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions of one therapist; the name is left out where the reader is the therapist."""

    therapist: str
    appointments: list[Appointment]


@dataclass(frozen=True, slots=True)
class Day:
    label: str
    groups: list[Group]

    @property
    def count(self) -> int:
        return sum(len(group.appointments) for group in self.groups)


@dataclass(frozen=True, slots=True)
class Birthday:
    client: Client
    words: str


@dataclass(frozen=True, slots=True)
class Today:
    today: Day
    days: list[Day]
    is_cut: bool
    most: int
    awaited: list[Relationship]
    flagged: list[Relationship]
    birthdays: list[Birthday]
    client_ids: list[int]


def read_today(user: User, *, now: datetime, practice: Practice) -> Today:
    """At most four statements: sessions, cards awaited, decisions, birthdays."""
    first, day = timezone.localdate(now), now.astimezone(practice.zone).date()
    found = _sessions(user, first)
    days = {on: _day(on, list(those), user, now) for on, those in groupby(found[:MOST], _local_day)}
    awaited = list(_awaited(user, day)[:SHOWN])
    flagged = list(_mine(user).filter(flagged_at__isnull=False).order_by("flagged_at")[:SHOWN])
    birthdays = _birthdays(user, day, practice)
    people = [one.client.pk for one in birthdays]
    people += [pk for one in awaited + flagged for pk in (one.attendee_id, one.payer_id)]
    people += [one.relationship.attendee_id for one in found[:MOST]]
    people += [one.relationship.payer_id for one in found[:MOST] if _may_open(user, one)]
    return Today(
        today=days.pop(first, Day(say_day(first), [])),
        days=list(days.values()),
        is_cut=len(found) > MOST,
        most=MOST,
        awaited=awaited,
        flagged=flagged,
        birthdays=birthdays,
        client_ids=sorted(set(people)),
    )


def _sessions(user: User, first: date) -> list[TherapySession]:
    """Held or to come, from this midnight on, by day and therapist."""
    therapists = _therapists(user)
    if therapists is None:
        return []
    midnight = timezone.make_aware(datetime.combine(first, time()))
    found = TherapySession.objects.filter(
        therapist__in=therapists,
        status__in=Status.held(),
        starts_at__gte=midnight,
        starts_at__lt=midnight + timedelta(days=DAYS + 1),
    )
    return list(found.with_people().order_by("starts_at", "pk")[: MOST + 1])


def _therapists(user: User) -> Any:
    """Whose sessions are shown; None where the reader's work is another. The index begins with them."""
    if user.is_manager or user.is_scheduler:
        return User.objects.filter(is_therapist=True).order_by().values("pk")
    return [user.pk] if user.is_therapist else None


def _local_day(therapy_session: TherapySession) -> date:
    return timezone.localdate(therapy_session.starts_at)


def _day(on: date, those: Sequence[TherapySession], user: User, now: datetime) -> Day:
    """The reader's own first, then the others by name."""
    in_order = sorted(
        those, key=lambda one: (one.therapist_id != user.pk, one.therapist.name, one.therapist_id)
    )
    groups = [
        _group(list(own), user, now) for _, own in groupby(in_order, lambda one: one.therapist_id)
    ]
    return Day(say_day(on), groups)


def _group(own: Sequence[TherapySession], user: User, now: datetime) -> Group:
    therapist = own[0].therapist
    name = "" if therapist.pk == user.pk else therapist.name
    return Group(name, [_appointment(one, user, now) for one in own])


def _may_open(user: User, one: TherapySession) -> bool:
    """Its page, and so who pays for it; schedulers see names and times (DESIGN 4.6)."""
    return user.is_manager or one.therapist_id == user.pk


def _appointment(one: TherapySession, user: User, now: datetime) -> Appointment:
    may_open = _may_open(user, one)
    attendee, payer = one.relationship.attendee, one.relationship.payer
    return Appointment(
        time=f"{timezone.localtime(one.starts_at):%H:%M}",
        attendee=attendee.name,
        attendee_url=reverse("clients:client", args=[attendee.pk]) if may_open else "",
        url=reverse("sessions:session", args=[one.pk]) if may_open else "",
        type=f"{one.service_type.name}, {one.length_minutes} min",
        place=one.place,
        payer=payer.name if may_open and one.relationship.is_third_party else "",
        is_over=one.ends_at <= now,
    )


def _mine(user: User) -> RelationshipQuerySet:
    """Open relationships that concern the reader: a therapist's own; all for those who see money."""
    found = Relationship.objects.open().with_people()
    if user.is_manager or user.is_biller:
        return found
    return found.filter(therapist=user)


def _awaited(user: User, day: date) -> RelationshipQuerySet:
    """Whose payer was asked for a card, the oldest first, with `requested_at`."""
    asked = Q(payer__card_requests__status=CardRequestStatus.OPEN)
    return (
        without_usable_card(_mine(user), day)
        .filter(asked)
        .annotate(requested_at=F("payer__card_requests__requested_at"))
        .order_by("requested_at", "pk")
    )


def _birthdays(user: User, day: date, practice: Practice) -> list[Birthday]:
    """Attendees who reach the consent age or the age of majority today or soon."""
    ages = sorted({practice.consent_age, practice.age_of_majority})
    soon = Q()
    for age in ages:
        soon |= Q(
            date_of_birth__gt=last_birth_date(age, day - timedelta(days=1)),
            date_of_birth__lte=last_birth_date(age, day + timedelta(days=BIRTHDAY_DAYS)),
        )
    if user.is_manager or user.is_therapist:
        found = Client.objects.for_user(user).filter(soon, attends__ended_at=None).distinct()
        return sorted_birthdays(found[:SHOWN], ages, day)
    return []


def sorted_birthdays(clients: Iterable[Client], ages: Sequence[int], day: date) -> list[Birthday]:
    """Who turns which of these ages next, the nearest first."""
    ahead = []
    for client in clients:
        assert client.date_of_birth
        dates = ((birthday(client.date_of_birth, age), age) for age in ages)
        on, age = min((on, age) for on, age in dates if on >= day)
        ahead.append((on, client.pk, Birthday(client, f"turns {age} on {say_day(on)}")))
    return [one for _, _, one in sorted(ahead, key=lambda entry: entry[:2])]
