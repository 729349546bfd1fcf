"""A client's page: who may open it, what each tab says, and what it costs."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from billing.card_requests import request_card
from practice.audit.models import AuditEvent
from tests.clients.conftest import signed_in
from tests.factories import (
    BY,
    CardFactory,
    ClientFactory,
    ContactFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)

TABS = ["clients:client", "clients:relationships", "clients:sessions"]
LIMIT = 10


def url(client, tab="clients:client"):
    return reverse(tab, args=[client.pk])


@pytest.mark.parametrize("tab", TABS)
def test_the_care_team_and_managers_may_open_it(tab, desk, attendee):
    assert desk.get(url(attendee, tab)).status_code == 200
    assert signed_in(UserFactory(owner=True)).get(url(attendee, tab)).status_code == 200


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("role", ["is_therapist", "is_scheduler", "is_biller", "is_supervisor"])
def test_others_get_404(tab, role, attendee):
    other = UserFactory(**{"is_therapist": False, role: True})
    assert signed_in(other).get(url(attendee, tab)).status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_strangers_are_asked_to_sign_in(tab, attendee):
    assert Browser().get(url(attendee, tab)).status_code == 302


@pytest.mark.parametrize("pk", [0, 10**18, 10**30])
def test_there_is_no_such_client(pk, desk):
    assert desk.get(f"/clients/{pk}/").status_code == 404


@pytest.mark.parametrize("tab", TABS)
def test_reading_is_written_down(tab, desk, therapist, attendee):
    desk.get(url(attendee, tab))
    event = AuditEvent.objects.latest("pk")
    assert event.client_id == attendee.pk
    assert event.action.startswith("client.read_")
    assert event.actor.id == therapist.pk


def test_a_new_client_is_offered_a_relationship(desk, attendee):
    html = desk.get(url(attendee)).content.decode()
    assert "Nobody pays yet" in html
    assert reverse("relationships:start", args=[attendee.pk]) in html
    assert "Create Session" not in html


def test_the_picture_says_who_pays(desk, therapist, attendee):
    jo = ClientFactory(first_name="Jo", last_name="Rivers")
    old = RelationshipFactory(therapist=therapist, attendee=attendee, payer=jo, ended=True)
    new = RelationshipFactory(
        therapist=therapist, attendee=attendee, payer=attendee, started_at=timezone.now()
    )
    TherapySessionFactory(relationship=old, starts_at=timezone.now() - timedelta(days=9))
    TherapySessionFactory(relationship=new)
    response = desk.get(url(attendee))
    label = response.context["overview"].timeline.label
    assert label.startswith("Who pays: Jo Rivers from ")
    assert "; Sam Rivers since " in label
    assert label.endswith("Drawn: 1 past and 1 upcoming sessions.")
    assert response.content.decode().count('role="img"') == 2


def test_without_a_card_no_session_can_be_booked(desk, therapist, attendee):
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee, payer=attendee)
    TherapySessionFactory(relationship=relationship)
    html = desk.get(url(attendee)).content.decode()
    assert reverse("sessions:create", args=[relationship.pk]) not in html
    assert "Send card request" in html
    assert reverse("billing:resend_request", args=[relationship.pk]) in html
    assert reverse("billing:copy_link", args=[relationship.pk]) not in html
    assert "Sam Rivers has no payment card on file yet." in html
    assert "Awaiting card" in html


def test_an_open_request_is_sent_again_or_handed_over(desk, therapist, attendee):
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee, payer=attendee)
    request_card(payer=attendee, by=BY, now=timezone.now())
    html = desk.get(url(attendee)).content.decode()
    assert "Send card request" not in html
    assert "Resend e-mail" in html
    assert reverse("billing:copy_link", args=[relationship.pk]) in html


def test_with_a_card_it_says_when_it_is_charged(desk, therapist, attendee):
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee, payer=attendee)
    CardFactory(client=attendee)
    MandateFactory(relationship=relationship)
    therapy_session = TherapySessionFactory(relationship=relationship)
    html = desk.get(url(attendee)).content.decode()
    due = timezone.localtime(therapy_session.starts_at - timedelta(hours=48), therapist.zone)
    assert f"Charged {due:%a} {due.day} {due:%b, %H:%M}" in html
    assert reverse("sessions:create", args=[relationship.pk]) in html


def test_several_payers_are_chosen_from(desk, therapist, attendee):
    both = [RelationshipFactory(therapist=therapist, attendee=attendee) for _ in range(2)]
    for relationship in both:
        CardFactory(client=relationship.payer)
        MandateFactory(relationship=relationship)
    html = desk.get(url(attendee)).content.decode()
    assert "Create Session: who pays?" in html
    assert '<span class="status ">2 payers</span>' in html
    for relationship in both:
        assert reverse("sessions:create", args=[relationship.pk]) in html


def test_a_colleague_of_the_care_team_books_nothing_for_another(desk, attendee):
    RelationshipFactory(attendee=attendee, by_invoice=True)
    assert "Create Session" not in desk.get(url(attendee)).content.decode()


def test_who_only_pays_shows_only_what_its_reader_may_open(desk, therapist, attendee):
    mine = RelationshipFactory(therapist=therapist, payer=attendee)
    other = RelationshipFactory(payer=attendee)
    secret = TherapySessionFactory(relationship=other)
    for tab in TABS:
        html = desk.get(url(attendee, tab)).content.decode()
        assert reverse("relationships:relationship", args=[other.pk]) not in html
        assert reverse("sessions:session", args=[secret.pk]) not in html
        assert other.attendee.name not in html
    html = desk.get(url(attendee)).content.decode()
    assert reverse("relationships:relationship", args=[mine.pk]) in html


def test_sessions_are_ahead_or_past(desk, therapist, attendee):
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee)
    now = timezone.now()
    past = TherapySessionFactory(relationship=relationship, starts_at=now - timedelta(days=3))
    cancelled = TherapySessionFactory(relationship=relationship, cancelled=True)
    ahead = TherapySessionFactory(relationship=relationship)
    address = url(attendee, "clients:sessions")
    rows = [row.url for row in desk.get(address).context["rows"]]
    assert rows == [reverse("sessions:session", args=[ahead.pk])]
    rows = [row.url for row in desk.get(address, {"show": "past"}).context["rows"]]
    assert rows == [reverse("sessions:session", args=[one.pk]) for one in (cancelled, past)]


def test_all_past_sessions_stand_on_some_page(desk, therapist, attendee):
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee)
    start = timezone.now() - timedelta(days=400)
    for day in range(60):
        TherapySessionFactory(relationship=relationship, starts_at=start + timedelta(days=day))
    address, seen = f"{url(attendee, 'clients:sessions')}?show=past", []
    while address:
        context = desk.get(address).context
        seen += [row.url for row in context["rows"]]
        address = context["next_url"] and url(attendee, "clients:sessions") + context["next_url"]
    assert len(seen) == len(set(seen)) == 60


def test_names_are_escaped(desk, therapist, attendee):
    evil = ClientFactory(first_name="<script>x</script>", last_name="</text></svg>")
    relationship = RelationshipFactory(therapist=therapist, attendee=attendee, payer=evil)
    TherapySessionFactory(relationship=relationship)
    ContactFactory(client=attendee, adult=evil)
    for tab in TABS:
        html = desk.get(url(attendee, tab)).content.decode()
        assert "<script>x" not in html
        assert "</text></svg></" not in html
        assert "&lt;script&gt;x" in html


@pytest.mark.parametrize("tab", TABS)
def test_the_number_of_statements_does_not_grow(
    tab, desk, therapist, attendee, django_assert_max_num_queries, django_assert_num_queries
):
    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            relationship = RelationshipFactory(therapist=therapist, attendee=attendee)
            TherapySessionFactory(relationship=relationship)
            CardFactory(client=relationship.payer)
            ContactFactory(client=attendee, adult=relationship.payer)
        with django_assert_max_num_queries(LIMIT) as captured:
            desk.get(url(attendee, tab))
        counts.append(len(captured))
    assert counts[0] == counts[1]
