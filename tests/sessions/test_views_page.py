"""Session details: what they say, to whom, in how many statements."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practice.audit.models import AuditEvent
from sessions.actions import move_sessions
from tests.factories import (
    BY,
    CardFactory,
    ClientFactory,
    MandateFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)


@pytest.fixture
def therapy_session(relationship):
    return TherapySessionFactory(relationship=relationship, place="Room 1")


@pytest.fixture
def signed_in(client, therapist):
    client.force_login(therapist)
    return client


def read(client, one):
    response = client.get(reverse("sessions:session", args=[one.pk]))
    assert response.status_code == 200
    return response.content.decode()


class TestWho:
    def test_stranger(self, client, colleague, therapy_session) -> None:
        client.force_login(colleague)
        address = reverse("sessions:session", args=[therapy_session.pk])
        assert client.get(address).status_code == 404

    def test_care_team_reads_without_actions(self, client, colleague, therapy_session) -> None:
        therapy_session.relationship.attendee.care_team.create(
            user=colleague, joined_at=timezone.now()
        )
        client.force_login(colleague)
        text = read(client, therapy_session)
        assert "Room 1" in text
        assert "Edit date/time" not in text

    def test_manager_may_change_it(self, client, therapy_session) -> None:
        client.force_login(UserFactory(manager=True))
        assert "Edit date/time" in read(client, therapy_session)

    def test_reading_is_audited(self, signed_in, therapy_session) -> None:
        read(signed_in, therapy_session)
        assert AuditEvent.objects.filter(action="session.read").count() == 1


class TestWhat:
    def test_third_party(self, signed_in, therapy_session, relationship) -> None:
        text = read(signed_in, therapy_session)
        page = reverse("relationships:relationship", args=[relationship.pk])
        assert f'<a href="{page}">Third Party Relationship</a>' in text
        assert '<span class="sub-line">Sam Rivers</span>' in text
        for label in ("Edit date/time", "Cancel session", "Migrate to first party relationship"):
            assert label in text
        for words in ("£80.00", "Awaiting card, then charged on", "Until ", "Jo’s card: No card"):
            assert words in text

    def test_with_a_card_and_an_agreement(self, signed_in, therapy_session, relationship) -> None:
        CardFactory(client=relationship.payer)
        assert "Awaiting agreement, then charged on" in read(signed_in, therapy_session)
        MandateFactory(relationship=relationship)
        text = read(signed_in, therapy_session)
        assert "Charged on" in text
        assert "Awaiting" not in text

    def test_charges_stopped(self, signed_in, therapy_session, relationship) -> None:
        relationship.flagged_at = timezone.now()
        relationship.save()
        text = read(signed_in, therapy_session)
        assert "Charges stopped" in text
        assert "harged on" not in text

    def test_zones_are_named_as_people_do(self, client, therapy_session) -> None:
        client.force_login(UserFactory(manager=True))
        assert "In your zone" not in read(client, therapy_session)
        client.force_login(UserFactory(manager=True, time_zone="America/New_York"))
        assert "In your zone, New York time; booked in London time" in read(client, therapy_session)

    def test_first_party_offers_no_migration(self, signed_in, therapist) -> None:
        own = RelationshipFactory(therapist=therapist, first_party=True)
        text = read(signed_in, TherapySessionFactory(relationship=own))
        assert "First Party Relationship" in text
        assert "Migrate" not in text

    def test_cancelled_offers_rebook(self, signed_in, relationship) -> None:
        text = read(signed_in, TherapySessionFactory(relationship=relationship, cancelled=True))
        assert "Rebook" in text
        assert "Edit date/time" not in text
        assert "Cancelled by the client (free)" in text
        assert "recorded by the system (tests)" in text

    @pytest.mark.parametrize(
        ("status", "sentence"),
        [
            ("LATE_CANCELLED", "Cancelled by the client (late)"),
            ("CANCELLED_BY_THERAPIST", "Cancelled by the therapist"),
        ],
    )
    def test_history_says_whose_cancelling_it_was(
        self, signed_in, relationship, status, sentence
    ) -> None:
        one = TherapySessionFactory(relationship=relationship, cancelled=True, status=status)
        text = read(signed_in, one)
        assert f"<li>{sentence}<" in text
        assert "recorded by the system (tests)" in text

    def test_history_says_that_the_clock_cancelled(self, signed_in, relationship) -> None:
        unpaid = TherapySessionFactory(
            relationship=relationship, cancelled=True, status="CANCELLED_UNPAID"
        )
        text = read(signed_in, unpaid)
        assert "<li>Cancelled, unpaid<" in text
        assert "recorded by" not in text

    def test_moves_where_somebody_else_pays_too(self, signed_in, therapy_session) -> None:
        assert "Move to another payer" not in read(signed_in, therapy_session)
        of = therapy_session.relationship
        RelationshipFactory(therapist=of.therapist, attendee=of.attendee, payer=ClientFactory())
        assert "Move to another payer" in read(signed_in, therapy_session)

    def test_history_names_who_paid_before(self, signed_in, therapy_session, therapist) -> None:
        of, now = therapy_session.relationship, timezone.now()
        aunt = ClientFactory(first_name="Ann", last_name="Hart")
        by = {"attendee": of.attendee, "therapist": therapist}
        for other in (RelationshipFactory(**by, payer=aunt, by_invoice=True), of):
            therapy_session.refresh_from_db()
            move_sessions(therapy_sessions=[therapy_session], to=other, by=BY, now=now)
        text = read(signed_in, therapy_session)
        assert "<li>Moved to Ann Hart<" in text
        assert "<li>Moved from Ann Hart to Jo Rivers<" in text

    def test_statements(self, signed_in, therapy_session) -> None:
        with CaptureQueriesContext(connection) as statements:
            read(signed_in, therapy_session)
        assert len(statements) <= 10
