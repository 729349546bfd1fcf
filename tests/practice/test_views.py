"""Today and the practice's settings."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from billing.models import CardRequest
from clients.listing import last_birth_date
from practice.audit.models import AuditEvent
from practice.clock_words import clock_in_words
from practice.models import ChargeMoment, Practice
from sessions.models import TherapySession
from tests.clients.conftest import cared_for, signed_in
from tests.factories import (
    BY,
    AccessLinkFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)

TODAY, SETTINGS = reverse("today"), reverse("practice_settings")
LIMIT = 8


@pytest.fixture
def therapist(practice):
    return UserFactory(name="Dr Priya Nair")


def asked(relationship):
    link = AccessLinkFactory(client=relationship.payer)
    return CardRequest.objects.create(
        payer=relationship.payer, link=link, requested_at=timezone.now(), requested_by=BY
    )


def busy(therapist):
    relationship = RelationshipFactory(therapist=therapist)
    ahead = timedelta(days=2, hours=TherapySession.objects.count())
    TherapySessionFactory(relationship=relationship, starts_at=timezone.now() + ahead)
    asked(relationship)
    flagged = RelationshipFactory(therapist=therapist, flagged_at=timezone.now())
    type(flagged.attendee).objects.filter(pk=flagged.attendee_id).update(
        date_of_birth=last_birth_date(16, timezone.localdate() + timedelta(days=9))
    )
    return relationship


@pytest.mark.parametrize(
    "role", ["is_therapist", "is_owner", "is_scheduler", "is_biller", "is_supervisor"]
)
def test_everybody_has_a_first_page(role, practice):
    html = signed_in(UserFactory(**{"is_therapist": False, role: True})).get(TODAY)
    assert html.status_code == 200


def test_strangers_sign_in_first(practice):
    assert Browser().get(TODAY).status_code == 302


def test_today_says_what_comes_and_what_waits(therapist):
    relationship = busy(therapist)
    html = signed_in(therapist).get(TODAY).content.decode()
    assert relationship.attendee.name in html
    assert "Cards awaited" in html
    assert "Asked on" in html
    assert "Decisions needed" in html
    assert "turns 16 on" in html


def test_a_colleague_sees_nothing_of_it(therapist):
    relationship = busy(therapist)
    html = signed_in(UserFactory()).get(TODAY).content.decode()
    assert relationship.attendee.name not in html
    assert relationship.payer.name not in html


def test_a_manager_sees_sessions_by_therapist(therapist):
    busy(therapist)
    busy(UserFactory(name="Max Other"))
    html = signed_in(UserFactory(owner=True)).get(TODAY).content.decode()
    assert html.index("Dr Priya Nair") < html.index("Max Other")


def test_a_scheduler_sees_times_without_links(therapist):
    relationship = busy(therapist)
    html = signed_in(UserFactory(scheduler=True)).get(TODAY).content.decode()
    assert relationship.attendee.name in html
    assert reverse("clients:client", args=[relationship.attendee_id]) not in html
    assert "Cards awaited" not in html
    assert relationship.payer.name not in html


def test_a_biller_sees_whose_card_is_awaited_and_no_session(therapist):
    relationship = busy(therapist)
    html = signed_in(UserFactory(biller=True)).get(TODAY).content.decode()
    assert relationship.payer.name in html
    assert "Sessions today" not in html


@pytest.mark.parametrize("role", ["is_therapist", "is_owner"])
def test_the_number_of_statements_does_not_grow(
    role, practice, django_assert_num_queries, django_assert_max_num_queries
):
    user = UserFactory(**{"is_therapist": False, role: True})
    therapist, browser, counts = user if user.is_therapist else UserFactory(), signed_in(user), []
    for rows in (1, 2):
        for _ in range(rows):
            busy(therapist)
        with django_assert_max_num_queries(LIMIT) as captured:
            browser.get(TODAY)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def typed(practice, **changes):
    """The settings form as a browser sends it."""
    form = signed_in(UserFactory(owner=True)).get(SETTINGS).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    kept = {name: value for name, value in sent.items() if value not in (None, False)}
    return {name: value for name, value in (kept | changes).items() if value is not None}


@pytest.mark.parametrize("role", ["is_therapist", "is_scheduler", "is_biller", "is_supervisor"])
def test_settings_are_for_owners_and_managers(role, practice):
    other = signed_in(UserFactory(**{"is_therapist": False, role: True}))
    assert other.get(SETTINGS).status_code == 404
    assert other.post(SETTINGS, {"name": "Mine"}).status_code == 404
    assert Browser().get(SETTINGS).status_code == 302


@pytest.mark.parametrize("role", ["owner", "manager"])
def test_settings_are_saved_and_audited(role, practice):
    browser = signed_in(UserFactory(**{role: True}))
    sent = typed(practice, charge_lead_hours=72, second_retry_hours=None)
    assert browser.post(SETTINGS, sent).headers["Location"] == SETTINGS
    now = Practice.current()
    assert (now.charge_lead_hours, now.second_retry_hours) == (72, None)
    event = AuditEvent.objects.get(action="practice.change")
    assert event.details["was"]["charge_lead_hours"] == "48"
    assert event.details["becomes"]["charge_lead_hours"] == "72"
    browser.post(SETTINGS, sent)
    assert AuditEvent.objects.filter(action="practice.change").count() == 1


def test_the_currency_is_fixed_after_the_first_session(practice):
    browser = signed_in(UserFactory(owner=True))
    browser.post(SETTINGS, typed(practice, currency="EUR"))
    assert Practice.current().currency == "EUR"
    TherapySessionFactory()
    browser.post(SETTINGS, typed(practice) | {"currency": "USD"})
    assert Practice.current().currency == "EUR"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 10_000),
        ("time_zone", "Mars/Olympus"),
        ("consent_age", 19),
        ("consent_age", "old"),
        ("consent_age", 9),
        ("age_of_majority", 22),
        ("charge_lead_hours", 10_000),
        ("charge_lead_hours", -1),
        ("charge_lead_hours", 40_000),
        ("second_retry_hours", "late"),
        ("first_retry_hours", 48),
        ("cancel_unpaid_hours", 12),
        ("link_days", 0),
        ("link_days", ""),
        ("currency", "XXX"),
        ("email", "office"),
    ],
)
def test_bad_settings_get_a_sentence_beside_their_field(field, value, practice):
    browser = signed_in(UserFactory(owner=True))
    response = browser.post(SETTINGS, typed(practice, address="1 Elm Row") | {field: value})
    assert response.status_code == 200
    said = " ".join(response.context["form"].errors[field])
    assert said
    assert "Ensure this value" not in said
    assert "Enter a" not in said
    assert getattr(Practice.current(), field) == getattr(practice, field)
    assert "1 Elm Row" in response.content.decode()


def test_the_clock_in_words():
    assert clock_in_words(Practice()) == [
        ("Tuesday 10:00", "The card is charged."),
        ("Tuesday 10:00", "Cancelling is free until then; later it is paid."),
        ("Wednesday 10:00", "If that failed: first retry."),
        ("Wednesday 22:00", "If that failed: second retry."),
        ("Thursday 09:00", "Still unpaid: the session is cancelled."),
        ("Thursday 10:00", "The session starts."),
    ]


def test_the_clock_after_the_session():
    practice = Practice(charge_moment=ChargeMoment.AFTER_SESSION, free_cancel_hours=24 * 8)
    assert clock_in_words(practice) == [
        ("Wednesday 10:00, a week before", "Cancelling is free until then; later it is paid."),
        ("Thursday 10:00", "The session starts."),
        ("Afterwards", "The card is charged once attendance is recorded."),
    ]


def test_birthdays_ahead_are_the_nearest_first(therapist):
    browser, today = signed_in(therapist), timezone.localdate()
    for days in (20, 5, 40, -1):
        born = last_birth_date(18, today + timedelta(days=days))
        one = cared_for(therapist, first_name=f"In{days}", date_of_birth=born)
        RelationshipFactory(therapist=therapist, attendee=one)
    ahead = browser.get(TODAY).context["page"].birthdays
    assert [one.client.first_name for one in ahead] == ["In5", "In20"]
