"""A practice of many clients, written by COPY into an empty, migrated database."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.management.color import no_style
from django.db import connection, models

from benchmarks import plan
from benchmarks.people import names
from benchmarks.plan import Person
from benchmarks.visitor import session_key
from billing.models import Card, CardRequest, Mandate, StripeCustomer
from clients.models import AccessLink, CareTeamMember, Client, Contact
from clients.names import fold
from notifications.models import OutgoingEmail
from practice.audit.models import AuditEvent
from practice.models import ServiceType
from practice.team.models import User
from relationships.models import MigrationRequest, PayerPlan, Relationship
from sessions.models import TherapySession

PAST_WEEKS, WEEKS_AHEAD = 8, 4
NOW = datetime.now(UTC)
TOMORROW = datetime.combine(NOW.date() + timedelta(days=1), time(), UTC)
LONG_AGO, YEAR_AGO = NOW - timedelta(days=730), NOW - timedelta(days=365)
Rows = Iterable[tuple[Any, ...]]


def build(clients: int) -> None:
    """Write everybody and everything, in the order of the records."""
    people = [Person(number, plan.therapists_for(clients)) for number in range(1, clients + 1)]
    attendees = [person for person in people if person.attends]
    with connection.cursor() as cursor:
        # Foreign keys are right by construction; checking a million of them would take a minute.
        cursor.execute("SET session_replication_role = replica")
    write_team(plan.therapists_for(clients))
    write_people(people)
    write_relationships(attendees)
    write_cards(people, attendees)
    write_sessions(attendees)
    write_history(people)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def copy(model: type[models.Model], columns: str, rows: Rows) -> None:
    """COPY rows into a model's table; columns not named get the field's default."""
    named = columns.split()
    others = [
        field
        for field in model._meta.concrete_fields
        if field.column not in named and not field.primary_key
    ]
    constants = tuple(field.get_prep_value(field.get_default()) for field in others)
    target = ", ".join(f'"{name}"' for name in [*named, *(field.column for field in others)])
    with connection.cursor() as cursor:
        with cursor.copy(f'COPY "{model._meta.db_table}" ({target}) FROM STDIN') as writer:
            for row in rows:
                writer.write_row(row + constants)
        for statement in connection.ops.sequence_reset_sql(no_style(), [model]):
            cursor.execute(statement)


# --- The team, signed in --------------------------------------------------------------------------
def write_team(therapists: int) -> None:
    User.objects.create_user("owner@example.com", pk=plan.OWNER, name="Olive Owner", is_owner=True)
    numbers = range(plan.BUSY_THERAPIST, plan.FIRST_THERAPIST + therapists)
    User.objects.bulk_create(
        User(
            pk=number,
            email=f"therapist{number}@example.com",
            name=f"Dr Theo Therapist {number}",
            password="!",
            is_therapist=True,
        )
        for number in numbers
    )
    ServiceType.objects.create(pk=1, name="Individual session", length_minutes=50, fee=80)
    for user in User.objects.all():
        sign_in(user)


def sign_in(user: User) -> None:
    """An HTTP session as the sign-in page leaves it, under a key that the visitor knows."""
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    Session.objects.create(
        session_key=session_key(user.pk),
        session_data=SessionStore().encode(content),
        expire_date=NOW + timedelta(days=2),
    )


# --- Clients, their contacts and care teams -------------------------------------------------------
def write_people(people: list[Person]) -> None:
    columns = (
        "id first_name last_name search_name sort_name date_of_birth email mobile state created_at"
    )
    copy(Client, columns, _people(people))
    guarded = [person for person in people if person.is_child]
    copy(
        Contact,
        "client_id adult_id relation is_emergency responsible_for_billing created_at",
        (
            (one.number, adult, relation, True, adult == one.payer, LONG_AGO)
            for one in guarded
            for adult, relation in ((one.payer, "MOTHER"), (one.number - one.seat + 17, "FATHER"))
        ),
    )
    copy(CareTeamMember, "client_id user_id joined_at", _care_teams(people))


def _people(people: list[Person]) -> Rows:
    for person, (first, last) in zip(people, names(len(people)), strict=True):
        years = 12 if person.is_child else 20 + person.number % 60
        yield (
            person.number,
            first,
            last,
            fold(f"{first} {last}"),
            fold(f"{last} {first}"),
            (NOW - timedelta(days=years * 366 + person.number % 360)).date(),
            f"{person.number}@example.com",
            f"+4477009{person.number:05}"[:13],
            "ACTIVE",
            LONG_AGO,
        )


def _care_teams(people: list[Person]) -> Rows:
    for person in people:
        yield (person.number, person.therapist, LONG_AGO)
        if person.number <= plan.BUSY_CASELOAD:
            yield (person.number, plan.BUSY_THERAPIST, LONG_AGO)


# --- Relationships: three ids for each attendee ---------------------------------------------------
def open_id(person: Person) -> int:
    return person.number * 3


def earlier_id(person: Person) -> int:
    return person.number * 3 + 1


def assessment_id(person: Person) -> int:
    return person.number * 3 + 2


def write_relationships(attendees: list[Person]) -> None:
    columns = (
        "id therapist_id attendee_id payer_id payment_method "
        "started_at ended_at ended_by end_reason moved_to_id"
    )
    copy(Relationship, columns, _relationships(attendees))
    plans = "therapist_id attendee_id default_id set_at set_by"
    copy(
        PayerPlan,
        plans,
        ((one.therapist, one.number, open_id(one), YEAR_AGO, by(one)) for one in attendees),
    )
    asked = (
        "relationship_id requester requested_on manner has_attendee_agreed recorded_at recorded_by"
    )
    copy(
        MigrationRequest,
        asked,
        (
            (earlier_id(one), "ATTENDEE", YEAR_AGO.date(), "PHONE", True, YEAR_AGO, by(one))
            for one in attendees
            if one.had_another_payer
        ),
    )


def _relationships(attendees: list[Person]) -> Rows:
    for one in attendees:
        method = "BY_CARD" if one.is_by_card else "BY_INVOICE"
        yield (
            *(open_id(one), one.therapist, one.number, one.payer, method),
            *(YEAR_AGO, None, None, None, None),
        )
        if one.had_another_payer:
            other = one.number - one.seat + 17
            yield (
                *(earlier_id(one), one.therapist, one.number, other, method),
                *(LONG_AGO, YEAR_AGO, by(one), "MIGRATED", open_id(one)),
            )
        if one.number <= plan.BUSY_CASELOAD:
            yield (
                *(assessment_id(one), plan.BUSY_THERAPIST, one.number, one.payer, method),
                *(LONG_AGO, LONG_AGO + timedelta(days=7), by(one), "THERAPY_ENDED", None),
            )


def by(person: Person) -> str:
    return f"user:{person.therapist}:Dr Theo Therapist {person.therapist}"


# --- Cards, agreements, requests ------------------------------------------------------------------
def write_cards(people: list[Person], attendees: list[Person]) -> None:
    payers = [one.number for one in people if not one.attends or one.payer == one.number]
    owners = [payer for payer in payers if plan.has_card(payer)]
    copy(
        StripeCustomer,
        "client_id stripe_id created_at",
        ((payer, f"cus_{payer}", YEAR_AGO) for payer in payers),
    )
    copy(
        Card,
        "client_id stripe_id brand last4 exp_month exp_year is_default attached_at",
        (
            (
                one,
                f"pm_{one}",
                "Visa",
                f"{one % 10_000:04}",
                1 + one % 12,
                NOW.year + 2,
                True,
                YEAR_AGO,
            )
            for one in owners
        ),
    )
    copy(
        Mandate,
        "relationship_id payer_id text_version text given_at given_by manner",
        (
            (open_id(one), one.payer, "1", "I agree.", YEAR_AGO, f"client:{one.payer}:", "LINK")
            for one in attendees
            if one.is_by_card and plan.has_card(one.payer) and one.number % 50
        ),
    )
    write_requests([payer for payer in payers if not plan.has_card(payer) and payer % 2])


def write_requests(payers: list[int]) -> None:
    until = NOW + timedelta(days=14)
    copy(
        AccessLink,
        "id client_id purpose salt token_hash created_at expires_at",
        ((one, one, "ADD_CARD", f"salt{one}", f"hash{one}", NOW, until) for one in payers),
    )
    copy(
        CardRequest,
        "payer_id link_id status requested_at requested_by",
        ((one, one, "OPEN", NOW, "system:0:measurements") for one in payers),
    )


# --- Sessions -------------------------------------------------------------------------------------
def write_sessions(attendees: list[Person]) -> None:
    columns = (
        "relationship_id therapist_id service_type_id starts_at ends_at time_zone fee currency "
        "charge_lead_hours free_cancel_hours status cancelled_at cancelled_by booked_at"
    )
    copy(TherapySession, columns, _sessions(attendees))


def _sessions(attendees: list[Person]) -> Rows:
    for one in attendees:
        for start, status in _appointments(one):
            cancelled = (start, by(one)) if status == "CANCELLED" else (None, None)
            whose = earlier_id(one) if start < YEAR_AGO else open_id(one)
            yield (
                *(whose, one.therapist, 1, start, start + timedelta(minutes=50)),
                *("Europe/London", 80, "GBP", 48, 48, status, *cancelled, LONG_AGO),
            )


def _appointments(one: Person) -> Iterator[tuple[datetime, str]]:
    day, hour = one.slot
    first = TOMORROW + timedelta(days=day, hours=hour)
    if one.had_another_payer:
        for week in range(60, 60 + PAST_WEEKS // 2):
            yield first - timedelta(weeks=week), "ATTENDED"
    for week in range(2, 2 + PAST_WEEKS):
        yield first - timedelta(weeks=week), "CANCELLED" if week == 5 else "ATTENDED"
    if one.is_active:
        for week in range(WEEKS_AHEAD):
            yield first + timedelta(weeks=week), "SCHEDULED"


# --- What was written down ------------------------------------------------------------------------
def write_history(people: list[Person]) -> None:
    copy(
        AuditEvent,
        "at actor action client_id target details",
        (
            (YEAR_AGO, by(one), "client.read_client", one.number, f"client:{one.number}", "{}")
            for one in people
            for _ in range(5)
        ),
    )
    columns = (
        "dedupe_key name to subject text html client_id created_at next_try_at attempts sent_at"
    )
    copy(OutgoingEmail, columns, (_old_email(one) for one in people if one.attends))


def _old_email(one: Person) -> tuple[Any, ...]:
    return (
        *(f"old:{one.number}", "sessions_booked", f"{one.number}@example.com", "Your session"),
        *("Hello " * 80, "Hello " * 250, one.number, YEAR_AGO, YEAR_AGO, 1, YEAR_AGO),
    )
