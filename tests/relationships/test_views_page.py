"""The relationship page: what it says, to whom, in how many statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from billing.card_requests import request_card
from clients.models import CareTeamMember
from practice.audit.models import AuditEvent
from relationships.models import EndReason, MigrationRequest, PaymentMethod
from tests.factories import BY, RelationshipFactory, TherapySessionFactory, UserFactory


def url(relationship) -> str:
    return reverse("relationships:relationship", args=[relationship.pk])


def read(client, relationship):
    response = client.get(url(relationship))
    assert response.status_code == 200
    return response.content.decode()


class TestWho:
    def test_therapist_sees_the_actions(self, client, therapist, with_card) -> None:
        client.force_login(therapist)
        text = read(client, with_card)
        for label in (
            "Third Party Relationship",
            "Create Session",
            "Migrate to first party relationship",
            "End this relationship",
        ):
            assert label in text

    def test_manager_sees_the_actions(self, client, with_card) -> None:
        client.force_login(UserFactory(manager=True))
        assert "End this relationship" in read(client, with_card)

    def test_care_team_reads_without_actions(self, client, colleague, relationship) -> None:
        CareTeamMember.objects.create(
            client=relationship.attendee, user=colleague, joined_at=timezone.now()
        )
        client.force_login(colleague)
        text = read(client, relationship)
        assert "Jo Rivers" in text
        assert "End this relationship" not in text

    def test_stranger_gets_404(self, client, colleague, relationship) -> None:
        client.force_login(colleague)
        assert client.get(url(relationship)).status_code == 404

    def test_payers_care_team_is_a_stranger(self, client, colleague, relationship) -> None:
        """Paying opens nothing (DESIGN 4.6)."""
        CareTeamMember.objects.create(
            client=relationship.payer, user=colleague, joined_at=timezone.now()
        )
        client.force_login(colleague)
        assert client.get(url(relationship)).status_code == 404

    def test_signed_out_is_sent_to_sign_in(self, client, relationship) -> None:
        assert client.get(url(relationship)).status_code == 302

    def test_payer_is_linked_only_for_who_may_open_them(
        self, client, therapist, relationship
    ) -> None:
        client.force_login(therapist)
        profile = reverse("clients:client", args=[relationship.payer_id])
        assert profile not in read(client, relationship)
        CareTeamMember.objects.create(
            client=relationship.payer, user=therapist, joined_at=timezone.now()
        )
        assert profile in read(client, relationship)

    def test_reading_is_audited(self, client, therapist, relationship) -> None:
        client.force_login(therapist)
        read(client, relationship)
        event = AuditEvent.objects.get(action="relationship.read")
        assert event.client_id == relationship.attendee_id


class TestWhat:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, therapist) -> None:
        client.force_login(therapist)

    def test_says_why_no_session_can_be_booked(self, client, relationship) -> None:
        text = read(client, relationship)
        assert "Jo Rivers has no payment card on file yet." in text
        assert reverse("sessions:create", args=[relationship.pk]) not in text
        assert "Send card request" in text
        assert "Resend e-mail" not in text
        assert "the link" not in text

    def test_an_open_request_can_be_sent_again_handed_over_and_taken_back(
        self, client, relationship
    ) -> None:
        request_card(payer=relationship.payer, by=BY, now=timezone.now())
        text = read(client, relationship)
        for button in ("Resend e-mail", "Copy the link", "Revoke the link"):
            assert button in text
        assert "Send card request" not in text

    def test_says_from_when_a_minor_may_pay(self, client, relationship) -> None:
        today = timezone.now().date()
        relationship.attendee.date_of_birth = today.replace(year=today.year - 15, day=1)
        relationship.attendee.save()
        text = read(client, relationship)
        assert "may pay for their own sessions from" in text
        assert reverse("relationships:migrate", args=[relationship.pk]) not in text

    def test_first_party_cannot_be_migrated(self, client, therapist) -> None:
        own = RelationshipFactory(therapist=therapist, first_party=True)
        text = read(client, own)
        assert "First Party Relationship" in text
        assert "Migrate to first party relationship" not in text

    def test_not_by_card(self, client, relationship) -> None:
        relationship.payment_method = PaymentMethod.BY_INVOICE
        relationship.terms_days = 30
        relationship.save()
        text = read(client, relationship)
        assert "Payable within 30 days" in text
        assert reverse("sessions:create", args=[relationship.pk]) in text

    def test_flagged_says_what_to_decide(self, client, relationship) -> None:
        relationship.flagged_at = timezone.now()
        relationship.save()
        text = read(client, relationship)
        assert "Please decide" in text
        assert "Resend e-mail" not in text

    def test_migrated(self, client, therapist, relationship) -> None:
        own = RelationshipFactory(
            therapist=therapist, attendee=relationship.attendee, payer=relationship.attendee
        )
        now = timezone.now()
        relationship.ended_at, relationship.ended_by, relationship.moved_to = now, BY, own
        relationship.end_reason = EndReason.MIGRATED
        relationship.save()
        MigrationRequest.objects.create(
            relationship=relationship,
            requester="ATTENDEE",
            requested_on=now.date(),
            manner="PHONE",
            recorded_at=now,
            recorded_by=BY,
        )
        text = read(client, relationship)
        assert "Migrated to first party, by the system (tests)" in text
        assert reverse("relationships:relationship", args=[own.pk]) in text
        assert "by phone" in text
        assert reverse("relationships:restart", args=[relationship.pk]) not in text
        assert "Jo Rivers paid before" in read(client, own)

    def test_sessions_upcoming_and_past(self, client, relationship) -> None:
        TherapySessionFactory(relationship=relationship)
        yesterday = timezone.now() - timedelta(days=1)
        TherapySessionFactory(
            relationship=relationship,
            starts_at=yesterday,
            ends_at=yesterday + timedelta(minutes=50),
            status="ATTENDED",
        )
        TherapySessionFactory(relationship=relationship, cancelled=True)
        text = read(client, relationship)
        assert text.count("Awaiting card, then charged on") == 1
        assert "Attended" in text
        assert "Cancelled" in text

    def test_long_lists_are_cut(self, client, relationship) -> None:
        TherapySessionFactory.create_batch(12, relationship=relationship)
        assert "The next 10 are shown." in read(client, relationship)

    def test_absurd_id(self, client) -> None:
        assert client.get("/relationships/99999999999999999999999/").status_code == 404


@pytest.mark.parametrize("is_first_party", [False, True])
def test_statements(client, therapist, practice, is_first_party) -> None:
    found = RelationshipFactory(therapist=therapist, first_party=is_first_party)
    client.force_login(therapist)
    counts = []
    for batch in (1, 2):
        TherapySessionFactory.create_batch(batch, relationship=found)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            read(client, found)
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 10
