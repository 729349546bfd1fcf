"""The demo practice is as the tables say, whatever day it is loaded on."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management.base import CommandError
from django.db import models
from django.utils import timezone

from billing.models import Card, CardRequest, Mandate, StripeCustomer
from billing.rules import usable_card
from clients.models import Client, Contact
from notifications.models import OutgoingEmail
from practice.audit.actor import ActorField
from practice.demo import stripe_seed
from practice.demo.load import load_if_empty
from practice.demo.management.commands.demo import Command
from practice.demo.stripe_stand_in.store import Store
from practice.models import Practice, TimeZoneField
from practice.team.models import User
from relationships.models import EndReason, PayerPlan, Relationship
from relationships.rules import may_pay_for_self
from sessions.models import Status, TherapySession

pytestmark = pytest.mark.django_db

DAYS = [
    datetime(2026, 11, 22, 2, 30, tzinfo=UTC),
    datetime(2026, 7, 3, 23, 30, tzinfo=UTC),  # already Saturday in London
    datetime(2028, 2, 29, 12, tzinfo=UTC),
    datetime(2028, 3, 7, 9, tzinfo=UTC),  # Leo's birthday was 29 February
    datetime(2027, 3, 1, 8, tzinfo=UTC),
    datetime(2027, 3, 26, 17, tzinfo=UTC),  # the clocks go forward this weekend
    datetime(2027, 10, 29, 10, tzinfo=UTC),  # … and back
    datetime(2027, 12, 31, 23, 59, tzinfo=UTC),
]


@pytest.fixture(params=DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def loaded_on(request, practice, time_machine):
    time_machine.move_to(request.param, tick=False)
    assert load_if_empty(now=request.param)
    return request.param


@pytest.fixture
def loaded(practice) -> None:
    assert load_if_empty(now=timezone.now())


def person(name: str) -> Client:
    first_name, last_name = name.split()
    return Client.objects.get(first_name=first_name, last_name=last_name)


def with_priya(attendee: str) -> Relationship:
    return Relationship.objects.with_people().get(
        attendee=person(attendee), therapist__email="therapist@example.com"
    )


def upcoming(relationship: Relationship, now: datetime):
    return TherapySession.objects.upcoming(now).filter(relationship=relationship)


def today(now: datetime):
    return now.astimezone(Practice.current().zone).date()


def check_sam_is_ready_to_migrate_but_for_a_mobile_number_and_a_card(now):
    sam, relationship = person("Sam Rivers"), with_priya("Sam Rivers")
    assert (sam.age(today(now)), sam.pronouns) == (34, "they/them")
    assert (sam.email, sam.mobile) == ("sam.rivers@example.com", "")
    assert relationship.payer == person("Jo Rivers")
    assert relationship.is_open
    assert not Card.objects.filter(client=sam).exists()
    assert usable_card(relationship, on=today(now))
    assert sam.contacts.get().relation == "FRIEND"


def check_sam_has_four_weekly_sessions_ahead_all_free_to_cancel(now):
    ahead = list(upcoming(with_priya("Sam Rivers"), now))
    assert len(ahead) == 4
    zone = Practice.current().zone
    local = [one.starts_at.astimezone(zone).replace(tzinfo=None) for one in ahead]
    assert {b - a for a, b in pairwise(local)} == {timedelta(weeks=1)}
    assert ahead[0].free_cancel_until > now
    assert len({one.series_id for one in ahead}) == 1


def check_mia_is_fifteen_and_has_two_parents(now):
    mia = person("Mia Hart")
    assert mia.age(today(now)) == 15
    assert with_priya("Mia Hart").payer == person("Nora Hart")
    assert {contact.adult.name for contact in mia.contacts.all()} == {"Nora Hart", "Paul Hart"}
    assert mia.contacts.get(responsible_for_billing=True).adult.name == "Nora Hart"
    assert not may_pay_for_self(mia, today(now), practice=Practice.current())


def check_leo_turned_sixteen_last_week_and_nothing_of_his_is_missing(now):
    leo = person("Leo Brandt")
    day = today(now)
    assert leo.age(day) == 16
    assert leo.age(day - timedelta(days=14)) == 15
    assert leo.email
    assert leo.mobile
    assert leo.address
    assert with_priya("Leo Brandt").payer == person("Ines Brandt")
    card = Card.objects.default().get(client=leo)
    assert not card.is_expired(day)
    assert not card.expires_soon(day)


def check_ada_pays_for_herself_with_a_card_on_file(now):
    relationship = with_priya("Ada Quill")
    assert relationship.is_first_party
    assert usable_card(relationship, on=today(now))


def check_therapists_never_have_two_sessions_at_once(now):
    by_therapist = defaultdict(list)
    held = TherapySession.objects.filter(status__in=Status.held()).order_by("starts_at")
    for one in held:
        by_therapist[one.therapist_id].append(one)
    for sessions in by_therapist.values():
        assert all(a.ends_at <= b.starts_at for a, b in pairwise(sessions))
    assert len(by_therapist) == 3


def check_a_session_belongs_to_its_relationships_therapist_and_time(now):
    for one in TherapySession.objects.select_related("relationship"):
        relationship = one.relationship
        assert one.therapist_id == relationship.therapist_id
        assert one.starts_at >= relationship.started_at
        assert relationship.ended_at is None or one.starts_at < relationship.ended_at
        assert one.booked_at < one.starts_at


def check_sessions_are_on_working_days_and_what_is_ahead_is_scheduled(now):
    zone = Practice.current().zone
    for one in TherapySession.objects.all():
        local = one.starts_at.astimezone(zone)
        assert local.weekday() < 5
        assert 9 <= local.hour <= 18
        assert one.starts_at <= now or one.status == Status.SCHEDULED
        assert one.cancelled_at is None or one.cancelled_at <= now


def check_who_pays_for_themselves_may(now):
    day, practice = today(now), Practice.current()
    for relationship in Relationship.objects.open().first_party().with_people():
        assert may_pay_for_self(relationship.attendee, day, practice=practice)


def check_minors_have_somebody_responsible_for_billing_who_pays(now):
    day, practice = today(now), Practice.current()
    minors = [
        client
        for client in Client.objects.filter(date_of_birth__isnull=False)
        if (client.age(day) or 0) < practice.age_of_majority
    ]
    assert len(minors) >= 6
    for minor in minors:
        responsible = minor.contacts.get(responsible_for_billing=True).adult
        assert Relationship.objects.open().filter(attendee=minor, payer=responsible).exists()


def check_mandates_are_of_the_payer_and_end_with_the_relationship(now):
    for mandate in Mandate.objects.select_related("relationship"):
        assert mandate.payer_id == mandate.relationship.payer_id
        assert mandate.withdrawn_at == mandate.relationship.ended_at
        assert StripeCustomer.objects.filter(client=mandate.payer_id).exists()


def check_the_therapist_may_open_every_attendee(now):
    for relationship in Relationship.objects.with_people():
        assert Client.objects.for_user(relationship.therapist).filter(pk=relationship.attendee_id)


def check_plans_name_an_open_relationship_of_the_same_two(now):
    assert PayerPlan.objects.count() >= 3
    for plan in PayerPlan.objects.select_related("default"):
        default = plan.default
        assert default.is_open
        assert (default.attendee_id, default.therapist_id) == (
            plan.attendee_id,
            plan.therapist_id,
        )


def check_about_forty_clients_and_three_therapists(now):
    assert 38 <= Client.objects.count() <= 45
    assert User.objects.therapists().count() == 3


def check_cards_are_good_expiring_expired_and_missing(now):
    day = today(now)
    cards = list(Card.objects.default())
    assert any(card.is_expired(day) for card in cards)
    assert any(card.expires_soon(day) for card in cards)
    assert any(not card.is_expired(day) and not card.expires_soon(day) for card in cards)
    requests = CardRequest.objects.open().select_related("link")
    assert {request.link.is_usable(now) for request in requests} == {True, False}


def check_every_kind_of_payment_status_and_end(now):
    ended = Relationship.objects.ended()
    assert set(Relationship.objects.values_list("payment_method", flat=True)) == {
        "BY_CARD",
        "BY_INVOICE",
        "NOT_AT_ALL",
    }
    assert set(TherapySession.objects.values_list("status", flat=True)) == set(Status.values)
    migrated = ended.filter(end_reason=EndReason.MIGRATED)
    assert migrated.count() == 2
    assert all(one.moved_to and one.moved_to.is_first_party for one in migrated)


def check_two_parents_pay_in_turn(now):
    isla = TherapySession.objects.filter(relationship__attendee=person("Isla Fraser"))
    ahead = isla.upcoming(now).values_list("relationship__payer__first_name", flat=True)
    assert set(ahead) == {"Kirsty", "Callum"}
    assert all(a != b for a, b in pairwise(ahead))


CHECKS = [value for name, value in list(globals().items()) if name.startswith("check_")]


def test_whatever_the_day(loaded_on):
    """All checks on one loading, which is what takes the time."""
    for check in CHECKS:
        check(loaded_on)


def test_rows_are_what_the_forms_would_accept(loaded):
    for model in (Client, Contact, Relationship, TherapySession, Card, Mandate, User):
        rows: models.Manager = model._default_manager
        # An Actor has no length to validate; naming every time zone takes long.
        fields = model._meta.fields
        skipped = [one.name for one in fields if isinstance(one, ActorField | TimeZoneField)]
        for row in rows.all()[:50]:
            row.full_clean(exclude=skipped)


class TestLoading:
    def test_twice_changes_nothing_and_nothing_is_mailed(self, loaded):
        counts = {model: model._base_manager.count() for model in apps.get_models()}
        assert not load_if_empty(now=timezone.now())
        assert counts == {model: model._base_manager.count() for model in apps.get_models()}
        assert not OutgoingEmail.objects.exists()

    @pytest.mark.parametrize("name", ["owner", "therapist", "other", "biller", "scheduler"])
    def test_sign_ins(self, name, loaded, client):
        page = client.post(
            "/accounts/login/", {"login": f"{name}@example.com", "password": "demo-practice"}
        )
        assert page.status_code == 302
        assert EmailAddress.objects.filter(
            user__email=f"{name}@example.com", verified=True, primary=True
        ).exists()

    def test_nothing_is_loaded_beside_real_people(self, practice):
        User.objects.create_user("somebody@example.com", "a-long-enough-password", name="Somebody")
        assert not load_if_empty(now=timezone.now())
        assert not Client.objects.exists()


class TestCommand:
    def test_refused_where_this_is_no_demo(self, settings):
        settings.DEMO = False
        with pytest.raises(CommandError, match="DEMO"):
            Command().handle()
        assert not User.objects.exists()

    def test_says_where_and_how_to_sign_in(self, settings, monkeypatch, practice):
        settings.DEMO, settings.SITE_URL = True, "http://localhost:8123"
        monkeypatch.delenv("STRIPE_STAND_IN_STATE", raising=False)
        out = StringIO()
        command = Command(stdout=out)
        command.handle()
        said = out.getvalue()
        assert "http://localhost:8123/" in said
        assert "demo-practice" in said
        assert "therapist@example.com" in said
        command.handle()
        assert "as you left it" in out.getvalue()


class TestStandIn:
    def test_has_every_card_once(self, loaded, tmp_path: Path, monkeypatch):
        state = tmp_path / "stripe.sqlite3"
        monkeypatch.setenv("STRIPE_STAND_IN_STATE", str(state))
        assert stripe_seed.seed_stand_in() == Card.objects.count()
        assert stripe_seed.seed_stand_in() == 0
        store = Store(state)
        for card in Card.objects.select_related("client__stripe_customer"):
            method = store.get(card.stripe_id, "payment_method")
            customer = store.get(card.client.stripe_customer.stripe_id, "customer")
            assert method
            assert customer
            assert method["customer"] == customer["id"]
            assert method["card"]["last4"] == card.last4
            assert customer["invoice_settings"]["default_payment_method"] == card.stripe_id
        store.close()

    def test_is_left_alone_where_there_is_none(self, loaded, monkeypatch):
        monkeypatch.delenv("STRIPE_STAND_IN_STATE", raising=False)
        assert stripe_seed.seed_stand_in() == 0
