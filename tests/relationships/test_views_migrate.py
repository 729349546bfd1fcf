"""The Migrate page: every refusal in words, one confirmation, nothing typed lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from relationships.models import MigrationRequest, Relationship
from tests.factories import (
    CardFactory,
    ClientFactory,
    RelationshipFactory,
    TherapySessionFactory,
    UserFactory,
)


@pytest.fixture
def url(relationship) -> str:
    return reverse("relationships:migrate", args=[relationship.pk])


@pytest.fixture
def signed_in(client, therapist):
    client.force_login(therapist)
    return client


@pytest.fixture
def future(relationship):
    return TherapySessionFactory.create_batch(3, relationship=relationship)


def answers(page, **changes):
    """What a browser would send from this page, with these changes."""
    data = {
        "digest": page.context["digest"],
        "shown": page.context["shown"],
        "requester": "ATTENDEE",
        "requested_on": timezone.now().date().isoformat(),
        "manner": "IN_SESSION",
        "sessions": [row.id for row in page.context["rows"] if row.is_ticked],
    }
    return data | changes


def text_of(response):
    return response.content.decode()


class TestPage:
    def test_shows_before_after_and_sessions(self, signed_in, url, future) -> None:
        text = text_of(signed_in.get(url))
        assert "Confirm Migration" in text
        assert "<strong>Jo Rivers</strong> pays for Sam’s sessions" in text
        assert "3 of 3 can move to Sam" in text
        assert text.count(" checked") == 3
        assert text.count(", once their card is there") == 3
        assert "an e-mail asks them to add one" in text

    def test_with_a_card_says_when_it_is_charged(self, signed_in, url, attendee, future) -> None:
        CardFactory(client=attendee)
        text = text_of(signed_in.get(url))
        assert text.count("Charged to Sam on") == 3
        assert "once their card is there" not in text

    def test_asks_only_for_what_is_missing(self, signed_in, url, attendee) -> None:
        assert "Missing about" not in text_of(signed_in.get(url))
        attendee.mobile = ""
        attendee.save()
        text = text_of(signed_in.get(url))
        assert "Missing about Sam" in text
        assert 'name="mobile"' in text
        assert 'name="email"' not in text

    def test_no_sessions(self, signed_in, url) -> None:
        assert "None are booked." in text_of(signed_in.get(url))

    def test_statements(self, signed_in, url, relationship) -> None:
        counts = []
        for batch in (1, 2):
            TherapySessionFactory.create_batch(batch, relationship=relationship)
            with CaptureQueriesContext(connection) as statements:
                signed_in.get(url)
            counts.append(len(statements))
        assert counts[0] == counts[1] <= 10


class TestRefused:
    def test_stranger(self, client, colleague, url) -> None:
        client.force_login(colleague)
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404

    def test_colleague_who_may_read(self, client, colleague, relationship, url) -> None:
        relationship.attendee.care_team.create(user=colleague, joined_at=timezone.now())
        client.force_login(colleague)
        assert client.get(url).status_code == 404

    def test_manager_may(self, client, url) -> None:
        client.force_login(UserFactory(manager=True))
        assert client.get(url).status_code == 200

    def test_too_young(self, signed_in, url, attendee) -> None:
        today = timezone.now().date()
        attendee.date_of_birth = today.replace(year=today.year - 15, day=1)
        attendee.save()
        for response in (signed_in.get(url), signed_in.post(url)):
            assert "may pay for their own sessions from" in text_of(response)
            assert "their 16th birthday." in text_of(response)
        assert Relationship.objects.count() == 1

    def test_first_party(self, signed_in, therapist) -> None:
        own = RelationshipFactory(therapist=therapist, first_party=True)
        response = signed_in.get(reverse("relationships:migrate", args=[own.pk]))
        assert "already pays for their own sessions" in text_of(response)

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"requester": ""}, "Say who asked."),
            ({"requester": "NOBODY"}, "Select a valid choice"),
            ({"requester": "ORGANISER"}, "Sam must agree to pay."),
            ({"manner": "BY_OWL"}, "Select a valid choice"),
            ({"requested_on": "soon"}, "That is not a date."),
            ({"sessions": ["x"]}, "Something was ticked that is not on this page."),
            ({"sessions": ["9" * 30]}, "Something was ticked that is not on this page."),
        ],
    )
    def test_answers(self, signed_in, url, future, changes, sentence) -> None:
        response = signed_in.post(url, answers(signed_in.get(url), **changes))
        assert response.status_code == 200
        assert sentence in text_of(response)
        assert Relationship.objects.count() == 1

    def test_day_ahead(self, signed_in, url) -> None:
        ahead = (timezone.now() + timedelta(days=2)).date().isoformat()
        response = signed_in.post(url, answers(signed_in.get(url), requested_on=ahead))
        assert "cannot be in the future" in text_of(response)

    @pytest.mark.parametrize(
        ("email", "sentence"),
        [
            ("JO@example.com", "This is Jo Rivers’s address. It must be Sam’s own."),
            ("taken@example.com", "Another person here already has this e-mail address."),
            ("x" * 10_000, "Enter a valid email address."),
        ],
    )
    def test_email_is_the_attendees_own(self, signed_in, url, attendee, email, sentence) -> None:
        ClientFactory(email="taken@example.com")
        attendee.email = ""
        attendee.save()
        text = text_of(signed_in.post(url, answers(signed_in.get(url), email=email)))
        assert sentence in text
        assert email in text
        assert Relationship.objects.count() == 1

    def test_other_peoples_session(self, signed_in, url) -> None:
        foreign = TherapySessionFactory()
        response = signed_in.post(url, answers(signed_in.get(url), sessions=[foreign.pk]))
        assert "does not belong to this relationship" in text_of(response)
        foreign.refresh_from_db()
        assert foreign.relationship.is_third_party


class TestConfirm:
    def test_moves_what_is_ticked(self, signed_in, url, relationship, future) -> None:
        ticked = [future[0].pk, future[1].pk]
        response = signed_in.post(url, answers(signed_in.get(url), sessions=ticked))
        new = Relationship.objects.get(payer=relationship.attendee)
        assert response.url == reverse("relationships:relationship", args=[new.pk])
        assert {one.pk for one in new.therapy_sessions.all()} == set(ticked)
        assert MigrationRequest.objects.get().manner == "IN_SESSION"

    def test_organiser_asked(self, signed_in, url, attendee) -> None:
        data = answers(signed_in.get(url), requester="ORGANISER", has_attendee_agreed="on")
        assert signed_in.post(url, data).status_code == 302

    def test_completes_the_attendee(self, signed_in, url, attendee) -> None:
        attendee.mobile = ""
        attendee.save()
        signed_in.post(url, answers(signed_in.get(url), mobile="07700 900123"))
        attendee.refresh_from_db()
        assert str(attendee.mobile) == "+447700900123"

    def test_twice_leads_to_the_same(self, signed_in, url, relationship) -> None:
        data = answers(signed_in.get(url))
        first, second = signed_in.post(url, data), signed_in.post(url, data)
        assert first.url == second.url == signed_in.get(url).url
        assert Relationship.objects.count() == 2

    def test_stale_marks_what_changed_and_keeps_what_was_typed(
        self, signed_in, url, future
    ) -> None:
        page = signed_in.get(url)
        future[0].fee = 90
        future[0].save()
        data = answers(page, sessions=[future[0].pk], manner="PHONE")
        response = signed_in.post(url, data)
        text = text_of(response)
        assert response.status_code == 409
        assert "Something has changed since you opened this page." in text
        rows = {row.id: row for row in response.context["rows"]}
        assert [rows[one.pk].is_changed for one in future] == [True, False, False]
        assert [rows[one.pk].is_ticked for one in future] == [True, False, False]
        assert '<option value="PHONE" selected>' in text
        assert signed_in.post(url, data | answers(response, manner="PHONE")).status_code == 302

    def test_forged_digest(self, signed_in, url, future) -> None:
        response = signed_in.post(url, answers(signed_in.get(url), digest="forged"))
        assert response.status_code == 409
        assert Relationship.objects.count() == 1

    def test_a_new_session_is_ticked(self, signed_in, url, relationship, future) -> None:
        page = signed_in.get(url)
        added = TherapySessionFactory(relationship=relationship)
        response = signed_in.post(url, answers(page, sessions=[]))
        rows = {row.id: row for row in response.context["rows"]}
        assert rows[added.pk].is_ticked
        assert not rows[future[0].pk].is_ticked


class TestOtherPayers:
    @pytest.fixture
    def other(self, relationship):
        uncle = ClientFactory(first_name="Paul", last_name="Hart")
        return RelationshipFactory(
            therapist=relationship.therapist, attendee=relationship.attendee, payer=uncle
        )

    def test_listed(self, signed_in, url, other) -> None:
        assert "Paul Hart pays, too" in text_of(signed_in.get(url))

    def test_ends_when_the_attendee_asked(self, signed_in, url, other) -> None:
        theirs = TherapySessionFactory(relationship=other)
        data = answers(signed_in.get(url), end_also=[other.pk], sessions=[theirs.pk])
        signed_in.post(url, data)
        theirs.refresh_from_db()
        other.refresh_from_db()
        assert other.ended_at
        assert theirs.relationship.is_first_party

    def test_not_when_the_organiser_asked(self, signed_in, url, other) -> None:
        page = signed_in.get(url)
        data = answers(page, requester="ORGANISER", has_attendee_agreed="on", end_also=[other.pk])
        response = signed_in.post(url, data)
        assert "ends only when Sam asked" in text_of(response)
        other.refresh_from_db()
        assert other.is_open
