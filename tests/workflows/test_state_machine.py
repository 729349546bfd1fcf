"""Anything people may do, in any order: the rules of DESIGN 4.1 and 5 hold after every step.

Cards come and go through the stand-in for Stripe, a process of its own.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from billing.card_finish import Outcome, finish_setup
from billing.card_setups import WayBack, start_setup
from billing.cards import remove_card
from billing.models import Card, CardRequest, CardSetup, Mandate, MandateManner
from billing.rules import awaiting_agreement, today, usable_card, why_cannot_book
from billing.terms import terms_of
from practice.audit.actor import Actor
from practice.models import Practice
from practice.refusals import Refused
from relationships.actions import PaymentTerms
from relationships.models import EndReason, Manner, PayerPlan, Relationship, Requester
from sessions.models import Status, TherapySession
from tests.factories import ClientFactory, ServiceTypeFactory, TherapySessionFactory, UserFactory
from tests.stand_in import StandIn
from workflows.book import BookingOrder, book
from workflows.cancel import cancel
from workflows.end_relationship import Choice, Fate, end_relationship
from workflows.migrate_to_first_party import MigrationAnswers, migrate_to_first_party
from workflows.migration_digest import digest
from workflows.migration_preview import preview_migration
from workflows.move_session import move_session
from workflows.open_relationship import open_relationship
from workflows.reschedule import reschedule
from workflows.restart_relationship import restart

WAY_BACK = WayBack("http://localhost:8000/done", "http://localhost:8000/cancelled")
PEOPLE = st.sampled_from(["Sam", "Jo", "Paul"])
PICK = st.integers(min_value=0, max_value=99)
MANNERS = st.sampled_from(MandateManner)


class Practised(RuleBasedStateMachine):
    """Sam attends; Sam, Jo and Paul may pay. One therapist."""

    stripe: StandIn

    @initialize()
    def open_the_practice(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = timezone.now()
        self.practice = Practice.current()
        self.therapist = UserFactory(name="Dr Priya Nair")
        self.people = {name: ClientFactory(first_name=name) for name in ("Sam", "Jo", "Paul")}
        self.booked: Counter[int] = Counter()
        self.settled: dict[int, int] = {}
        self.open("Jo")
        self.add_card("Jo", agrees=True)
        self._past_session()

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def _past_session(self) -> None:
        started = self.now - timedelta(days=9)
        past = TherapySessionFactory(
            relationship=self.relationships()[0], starts_at=started, status=Status.ATTENDED
        )
        self._remember(past)

    # --- what people do ---------------------------------------------------------------------------

    @rule(name=PEOPLE)
    def open(self, name: str) -> None:
        open_relationship(
            therapist=self.therapist,
            attendee=self.people["Sam"],
            payer=self.people[name],
            terms=PaymentTerms(),
            by=Actor.user(self.therapist),
            now=self.now,
        )

    @rule(pick=PICK, days=st.integers(1, 40), times=st.integers(1, 3), rhythm=st.integers(1, 2))
    def book(self, pick: int, days: int, times: int, rhythm: int) -> None:
        relationship = self.any_relationship(pick)
        order = BookingOrder(
            service_type=ServiceTypeFactory(),
            first_on=(self.now + timedelta(days=days)).date(),
            at=(self.now + timedelta(minutes=10 * (pick % 6))).time().replace(microsecond=0),
            length_minutes=50,
            fee=Decimal(80),
            times=times,
            weeks_apart=rhythm,
        )
        reason = why_cannot_book(relationship, now=self.now, practice=self.practice)
        try:
            done = book(
                relationship_id=relationship.pk, order=order, user=self.therapist, now=self.now
            )
        except Refused:
            return
        assert not reason
        self.booked.update(one.pk for one in done)

    @precondition(lambda self: self.upcoming())
    @rule(pick=PICK, to=PICK)
    def move(self, pick: int, to: int) -> None:
        self.allowed(
            move_session,
            therapy_session_id=self.any_upcoming(pick).pk,
            to_relationship_id=self.any_relationship(to).pk,
        )

    @precondition(lambda self: self.upcoming())
    @rule(pick=PICK, is_by_therapist=st.booleans())
    def cancel(self, pick: int, is_by_therapist: bool) -> None:
        one = self.any_upcoming(pick)
        self._remember(
            cancel(
                therapy_session_id=one.pk,
                is_by_therapist=is_by_therapist,
                user=self.therapist,
                now=self.now,
            )
        )

    @precondition(lambda self: self.upcoming())
    @rule(pick=PICK, hours=st.integers(-30, 200))
    def reschedule(self, pick: int, hours: int) -> None:
        one = self.any_upcoming(pick)
        self.allowed(
            reschedule,
            therapy_session_id=one.pk,
            starts_at=one.starts_at + timedelta(hours=hours),
            length_minutes=50,
            place="Room 2",
        )

    @rule(pick=PICK, ticks=st.sets(PICK), also=st.booleans(), organiser=st.booleans())
    def migrate(self, pick: int, ticks: set[int], also: bool, organiser: bool) -> None:
        relationship = self.any_relationship(pick)
        preview = preview_migration(relationship, now=self.now)
        ids = [one.therapy_session.pk for one in preview.all_changes if one.is_movable]
        answers = MigrationAnswers(
            requester=Requester.ORGANISER if organiser else Requester.ATTENDEE,
            requested_on=date(2026, 1, 1),
            manner=Manner.PHONE,
            has_attendee_agreed=organiser,
            move_ids=frozenset(pk for place, pk in enumerate(ids) if place in ticks),
            end_also=frozenset(other.relationship.pk for other in preview.others if also),
        )
        new = self.allowed(
            migrate_to_first_party,
            relationship_id=relationship.pk,
            answers=answers,
            digest=digest(preview),
        )
        is_possible = relationship.is_open and relationship.is_third_party
        if is_possible and not (organiser and answers.end_also):
            assert new is not None
            assert new.is_first_party
            assert new.is_open

    @rule(pick=PICK, fate=st.sampled_from(Fate), to=PICK, agreed=st.booleans())
    def end(self, pick: int, fate: Fate, to: int, agreed: bool) -> None:
        relationship = self.any_relationship(pick)
        target = self.any_relationship(to).pk if fate == Fate.MOVE else None
        upcoming = self.upcoming().filter(relationship=relationship)
        self.allowed(
            end_relationship,
            relationship_id=relationship.pk,
            reason=EndReason.THERAPY_ENDED,
            choices={one.pk: Choice(fate, target) for one in upcoming},
            has_payer_agreed=agreed,
        )
        for one in TherapySession.objects.filter(status__in=Status.cancelled()):
            self._remember(one)

    @rule(pick=PICK, manner=st.none() | MANNERS)
    def restart(self, pick: int, manner: MandateManner | None) -> None:
        self.allowed(restart, relationship_id=self.any_relationship(pick).pk, manner=manner)

    @rule(name=PEOPLE, agrees=st.booleans())
    def add_card(self, name: str, agrees: bool) -> None:
        request = CardRequest.objects.open().filter(payer=self.people[name]).first()
        if request is None:
            return
        wanted = awaiting_agreement(request.payer).with_people() if agrees else []
        ticked = terms_of(wanted, now=self.now, practice=self.practice)
        url = start_setup(link=request.link, ticked=ticked, back=WAY_BACK, now=self.now)
        self.stripe.save_card(url)
        setup = CardSetup.objects.open().get(client=request.payer)
        assert finish_setup(setup=setup, now=self.now) == Outcome.SAVED
        setup.refresh_from_db()
        assert finish_setup(setup=setup, now=self.now) == Outcome.ALREADY_SAVED
        assert Card.objects.default().filter(client=request.payer).exists()

    @rule(name=PEOPLE)
    def remove_card(self, name: str) -> None:
        person = self.people[name]
        if remove_card(client=person, by=Actor.client(person.pk), now=self.now):
            assert not Mandate.objects.live().filter(payer=person).exists()
        assert not Card.objects.attached().filter(client=person).exists()

    # --- what holds after every step ---------------------------------------------------------------

    @invariant()
    def sessions_are_neither_lost_nor_doubled(self) -> None:
        if hasattr(self, "booked"):
            there = TherapySession.objects.filter(pk__in=list(self.booked)).count()
            assert there == len(self.booked)

    @invariant()
    def what_is_settled_keeps_its_payer(self) -> None:
        if hasattr(self, "settled"):
            payers = dict(
                TherapySession.objects.filter(pk__in=list(self.settled)).values_list(
                    "pk", "relationship__payer_id"
                )
            )
            assert payers == self.settled

    @invariant()
    def sessions_belong_to_their_relationship(self) -> None:
        for one in TherapySession.objects.select_related("relationship"):
            relationship = one.relationship
            assert one.therapist_id == relationship.therapist_id
            if relationship.ended_at and one.booked_at.year > 2020:
                assert one.booked_at <= relationship.ended_at

    @invariant()
    def nobody_is_in_two_places(self) -> None:
        spans = sorted(TherapySession.objects.scheduled().values_list("starts_at", "ends_at"))
        for before, after in pairwise(spans):
            assert before[1] <= after[0]

    @invariant()
    def relationships_are_whole(self) -> None:
        opened = Counter(Relationship.objects.open().values_list("therapist", "attendee", "payer"))
        assert all(number == 1 for number in opened.values())
        for plan in PayerPlan.objects.select_related("default"):
            assert plan.default.is_open
            assert plan.default.attendee_id == plan.attendee_id
        for moved in Relationship.objects.exclude(moved_to=None).select_related("moved_to"):
            assert moved.moved_to
            assert moved.moved_to.attendee_id == moved.attendee_id

    @invariant()
    def only_the_payer_who_agreed_can_be_charged(self) -> None:
        for mandate in Mandate.objects.live().select_related("relationship"):
            assert mandate.payer_id == mandate.relationship.payer_id
            assert mandate.relationship.is_open or mandate.narrowed_at
        on = today(now=timezone.now(), practice=Practice.current())
        for relationship in Relationship.objects.with_people():
            card = usable_card(relationship, on=on)
            assert card is None or card.client_id == relationship.payer_id
            assert card is None or relationship.mandates.whole().exists()

    @invariant()
    def a_client_has_one_card(self) -> None:
        owners = Counter(Card.objects.default().values_list("client", flat=True))
        assert all(number == 1 for number in owners.values())
        assert not Card.objects.attached().filter(is_default=False).exists()

    # --- helpers -----------------------------------------------------------------------------------

    def allowed(self, workflow: Any, **arguments: Any) -> Any:
        """Do it as the therapist; a refusal is an answer, any other exception is a fault."""
        try:
            with transaction.atomic():
                return workflow(**arguments, user=self.therapist, now=self.now)
        except Refused:
            return None

    def relationships(self) -> list[Relationship]:
        return list(Relationship.objects.with_people().order_by("pk"))

    def any_relationship(self, pick: int) -> Relationship:
        known = self.relationships()
        return known[pick % len(known)]

    def upcoming(self) -> Any:
        return TherapySession.objects.upcoming(self.now)

    def any_upcoming(self, pick: int) -> TherapySession:
        ahead: list[TherapySession] = list(self.upcoming())
        return ahead[pick % len(ahead)]

    def _remember(self, one: TherapySession) -> None:
        """Its payer is the one it has now, for ever."""
        self.settled.setdefault(one.pk, one.relationship.payer_id)


@pytest.fixture
def stripe(settings) -> Iterator[StandIn]:
    with StandIn() as running:
        settings.STRIPE_API_BASE = running.base_url
        yield running


@pytest.mark.slow
def test_anything_in_any_order(practice, stripe):
    run_state_machine_as_test(
        type("PractisedWithStripe", (Practised,), {"stripe": stripe}),
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
