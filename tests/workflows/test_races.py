"""Two people at the same instant, on PostgreSQL; each race is also run with the locks taken out."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from billing import gateway
from billing.cards import remove_card
from billing.models import Card, CardRequest, Mandate, MandateManner
from clients.models import Client
from notifications.models import OutgoingEmail
from practice.audit.actor import Actor
from practice.refusals import Refused
from relationships.models import EndReason, Relationship
from sessions import actions as session_actions
from sessions.models import TherapySession
from tests.concurrency import at_once, take_locks_out
from tests.factories import (
    CardFactory,
    MandateFactory,
    RelationshipFactory,
    ServiceTypeFactory,
)
from tests.workflows.test_migrate_to_first_party import answers, seen
from workflows import book as booking
from workflows import migrate_to_first_party as migration
from workflows.book import BookingOrder, book
from workflows.cancel import cancel
from workflows.end_relationship import Choice, Fate, end_relationship
from workflows.migrate_to_first_party import StalePreview, migrate_to_first_party
from workflows.move_session import move_session
from workflows.reschedule import reschedule
from workflows.restart_relationship import restart

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["with locks", "without locks"])
def is_locked(request, monkeypatch) -> bool:
    if request.param == "without locks":
        take_locks_out(monkeypatch)
    return bool(request.param == "with locks")


def judge(problems: list[str], is_locked: bool) -> None:
    """With the locks nothing is wrong; without them something must be, or the test proves nothing."""
    if is_locked:
        assert problems == []
    else:
        assert problems


class Gate:
    """Holds whoever comes to a step until the other one is done, or is kept out by a lock."""

    def __init__(self, monkeypatch, module, name: str) -> None:
        self.reached, self.passed = threading.Event(), threading.Event()
        real = getattr(module, name)

        def held(*args, **kwargs):
            self.reached.set()
            self.passed.wait(timeout=1)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, held)

    def then(self, action):
        """Start when the first has come to the step; let it go on when this is done."""

        def run():
            self.reached.wait(timeout=20)
            try:
                return action()
            finally:
                self.passed.set()

        return run


@pytest.fixture
def confirm(relationship, upcoming, now):
    shown = seen(relationship, now)
    ticked = frozenset(one.pk for one in upcoming)

    def run():
        return migrate_to_first_party(
            relationship_id=relationship.pk,
            answers=replace(answers(now), move_ids=ticked),
            digest=shown,
            user=relationship.therapist,
            now=now,
        )

    return run


def test_fifty_confirmations_of_one_migration(
    monkeypatch, is_locked, confirm, relationship, upcoming
):
    Gate(monkeypatch, migration, "_migrate")

    given = at_once([confirm] * 50)

    problems = [repr(one) for one in given if not isinstance(one, Relationship)]
    own = Relationship.objects.first_party()
    problems += [] if own.count() == 1 else ["not one first-party relationship"]
    problems += [] if set(given) == set(own) else ["an answer leads elsewhere"]
    sent = OutgoingEmail.objects.filter(name="add_your_card").count()
    problems += [] if sent == 1 else [f"{sent} e-mails"]
    judge(problems, is_locked)


def test_migrate_against_book(monkeypatch, is_locked, confirm, relationship, now):
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    gate = Gate(monkeypatch, booking, "book_sessions")
    order = BookingOrder(
        service_type=ServiceTypeFactory(),
        first_on=(now + timedelta(days=50)).date(),
        at=now.time().replace(second=0, microsecond=0),
        length_minutes=50,
        fee=Decimal(80),
    )

    def book_one():
        return book(
            relationship_id=relationship.pk, order=order, user=relationship.therapist, now=now
        )

    booked, migrated = at_once([book_one, gate.then(confirm)])

    relationship.refresh_from_db()
    problems = []
    if not relationship.is_open and relationship.therapy_sessions.exists():
        problems.append("booked on a relationship that has ended")
    if not isinstance(booked, Refused | list) or not isinstance(
        migrated, StalePreview | Relationship
    ):
        problems.append(f"{booked!r} {migrated!r}")
    if isinstance(booked, list) and not TherapySession.objects.filter(pk=booked[0].pk).exists():
        problems.append("lost")
    judge(problems, is_locked)


def test_migrate_against_cancel(monkeypatch, is_locked, confirm, relationship, upcoming, now):
    gate = Gate(monkeypatch, session_actions, "cancel_session")

    def cancel_one():
        return cancel(
            therapy_session_id=upcoming[0].pk,
            is_by_therapist=False,
            user=relationship.therapist,
            now=now,
        )

    cancelled, migrated = at_once([cancel_one, gate.then(confirm)])

    problems = []
    one = TherapySession.objects.get(pk=upcoming[0].pk)
    if one.is_cancelled and isinstance(migrated, Relationship) and one.relationship == migrated:
        told = OutgoingEmail.objects.filter(name="sessions_cancelled").values_list("to", flat=True)
        if one.relationship.payer.email not in told or relationship.payer.email in told:
            problems.append("the wrong payer was told of the cancellation")
    if not isinstance(cancelled, TherapySession):
        problems.append(repr(cancelled))
    if not isinstance(migrated, StalePreview | Relationship):
        problems.append(repr(migrated))
    judge(problems, is_locked)


def test_migrate_against_card_removal(monkeypatch, is_locked, confirm, relationship, upcoming, now):
    CardFactory(client=relationship.attendee)
    shown = seen(relationship, now)
    monkeypatch.setattr(gateway, "detach_card", lambda card_id: None)
    gate = Gate(monkeypatch, migration, "_record")

    def confirm_with_card():
        return migrate_to_first_party(
            relationship_id=relationship.pk,
            answers=answers(now),
            digest=shown,
            user=relationship.therapist,
            now=now,
        )

    def remove():
        owner = Client.objects.get(pk=relationship.attendee_id)
        return remove_card(client=owner, by=Actor.client(owner.pk), now=now)

    migrated, removed = at_once([confirm_with_card, gate.then(remove)])

    problems = [repr(one) for one in (migrated, removed) if isinstance(one, Exception)]
    has_card = Card.objects.default().exists()
    if Mandate.objects.live().exists() and not has_card and not CardRequest.objects.open().exists():
        problems.append("an agreement survived the removal of its card")
    judge(problems, is_locked)


def test_end_against_book(monkeypatch, is_locked, relationship, now):
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    gate = Gate(monkeypatch, booking, "book_sessions")
    order = BookingOrder(
        service_type=ServiceTypeFactory(),
        first_on=(now + timedelta(days=50)).date(),
        at=now.time().replace(second=0, microsecond=0),
        length_minutes=50,
        fee=Decimal(80),
    )
    user = relationship.therapist

    def book_one():
        return book(relationship_id=relationship.pk, order=order, user=user, now=now)

    def end_it():
        return end_relationship(
            relationship_id=relationship.pk,
            reason=EndReason.MISTAKE,
            choices={},
            has_payer_agreed=False,
            user=user,
            now=now,
        )

    at_once([book_one, gate.then(end_it)])

    relationship.refresh_from_db()
    is_lost = not relationship.is_open and relationship.therapy_sessions.scheduled().exists()
    judge(["booked on a relationship that has ended"] if is_lost else [], is_locked)


def test_two_restarts_and_two_ends(relationship, upcoming, now):
    """Repeated posts at once leave one open relationship and cancel each session once."""
    choices = {one.pk: Choice(Fate.CANCEL) for one in upcoming}

    def end_it():
        return end_relationship(
            relationship_id=relationship.pk,
            reason=EndReason.MISTAKE,
            choices=choices,
            has_payer_agreed=False,
            user=relationship.therapist,
            now=now,
        )

    def restart_it():
        return restart(
            relationship_id=relationship.pk,
            manner=MandateManner.PHONE,
            user=relationship.therapist,
            now=now,
        )

    assert all(isinstance(one, Relationship) for one in at_once([end_it] * 8))
    assert OutgoingEmail.objects.filter(name="sessions_cancelled").count() == 2
    assert all(isinstance(one, Relationship) for one in at_once([restart_it] * 8))
    assert Mandate.objects.live().count() == 1


def test_reschedule_against_move_to_and_fro(relationship, upcoming, now):
    """No deadlock: both lock the attendee first."""
    other = RelationshipFactory(therapist=relationship.therapist, attendee=relationship.attendee)
    one, user = upcoming[0], relationship.therapist

    def move(to):
        return lambda: move_session(
            therapy_session_id=one.pk, to_relationship_id=to.pk, user=user, now=now
        )

    def shift(hours):
        return lambda: reschedule(
            therapy_session_id=one.pk,
            starts_at=one.starts_at + timedelta(hours=hours),
            length_minutes=50,
            place="",
            user=user,
            now=now,
        )

    for _ in range(5):
        given = at_once([move(other), shift(2), move(relationship), shift(3), move(other)])
        assert [one for one in given if not isinstance(one, TherapySession)] == []
