"""Edit date/time, Cancel session, Move to another payer."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions.models import Status
from tests.factories import ClientFactory, RelationshipFactory, TherapySessionFactory

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def therapy_session(relationship):
    return TherapySessionFactory(relationship=relationship, place="Room 1")


@pytest.fixture
def signed_in(client, therapist):
    client.force_login(therapist)
    return client


def address(name, one) -> str:
    return reverse(f"sessions:{name}", args=[one.pk])


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("name", ["reschedule", "cancel", "move"])
class TestEach:
    def test_stranger(self, client, colleague, therapy_session, name) -> None:
        client.force_login(colleague)
        url = address(name, therapy_session)
        assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)

    def test_colleague_who_may_read(self, client, colleague, therapy_session, name) -> None:
        therapy_session.relationship.attendee.care_team.create(
            user=colleague, joined_at=timezone.now()
        )
        client.force_login(colleague)
        assert client.get(address(name, therapy_session)).status_code == 404

    def test_cancelled_leads_back(self, signed_in, relationship, name) -> None:
        cancelled = TherapySessionFactory(relationship=relationship, cancelled=True)
        response = signed_in.post(address(name, cancelled), {})
        assert response.url == address("session", cancelled)

    def test_empty_post_changes_nothing(self, signed_in, therapy_session, name) -> None:
        response = signed_in.post(address(name, therapy_session), {"x": "y"})
        assert response.status_code == 200
        therapy_session.refresh_from_db()
        assert therapy_session.sequence == 0


class TestReschedule:
    def data(self, one, **changes):
        local = one.starts_at.astimezone(LONDON)
        return {
            "first_on": (local.date() + timedelta(days=1)).isoformat(),
            "at": f"{local:%H:%M}",
            "length_minutes": "60",
            "place": "Room 2",
            **changes,
        }

    def test_moves_it(self, signed_in, therapy_session) -> None:
        was = therapy_session.starts_at.astimezone(LONDON).date()
        signed_in.post(address("reschedule", therapy_session), self.data(therapy_session))
        therapy_session.refresh_from_db()
        assert therapy_session.starts_at.astimezone(LONDON).date() == was + timedelta(days=1)
        assert (therapy_session.length_minutes, therapy_session.place) == (60, "Room 2")

    def test_history_says_when_it_was(self, signed_in, therapy_session) -> None:
        signed_in.post(address("reschedule", therapy_session), self.data(therapy_session))
        text = text_of(signed_in.get(address("session", therapy_session)))
        assert "Changed; before, it was on" in text

    def test_clash(self, signed_in, therapy_session, relationship) -> None:
        other = TherapySessionFactory(relationship=relationship)
        local = other.starts_at.astimezone(LONDON)
        data = self.data(
            therapy_session, first_on=local.date().isoformat(), at=f"{local:%H:%M}", place="Attic"
        )
        text = text_of(signed_in.post(address("reschedule", therapy_session), data))
        assert "already has a session with Sam Rivers" in text
        assert 'value="Attic"' in text

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"first_on": "1066-10-14"}, "Choose a day that is still ahead."),
            ({"at": "noonish"}, "Enter a valid time."),
            ({"length_minutes": "0"}, "greater than or equal to 5"),
            ({"place": "x" * 10_000}, "at most 200 characters"),
        ],
    )
    def test_bad_input(self, signed_in, therapy_session, changes, sentence) -> None:
        data = self.data(therapy_session, **changes)
        response = signed_in.post(address("reschedule", therapy_session), data)
        assert sentence in text_of(response)


class TestCancel:
    def test_says_that_it_is_free(self, signed_in, therapy_session) -> None:
        text = text_of(signed_in.get(address("cancel", therapy_session)))
        assert "Sam Rivers cancels (free: nothing is charged)" in text

    def test_says_that_it_is_late(self, signed_in, relationship) -> None:
        soon = timezone.now() + timedelta(hours=5)
        late = TherapySessionFactory(
            relationship=relationship, starts_at=soon, ends_at=soon + timedelta(minutes=50)
        )
        assert "so the fee of £80.00 stands" in text_of(signed_in.get(address("cancel", late)))
        signed_in.post(address("cancel", late), {"cancelled_by": "client"})
        late.refresh_from_db()
        assert late.status == Status.LATE_CANCELLED

    @pytest.mark.parametrize(
        ("who", "status"),
        [("client", Status.CANCELLED), ("therapist", Status.CANCELLED_BY_THERAPIST)],
    )
    def test_by_whom(self, signed_in, therapy_session, who, status) -> None:
        url = address("cancel", therapy_session)
        for _ in range(2):
            response = signed_in.post(url, {"cancelled_by": who})
            assert response.url == address("session", therapy_session)
        therapy_session.refresh_from_db()
        assert therapy_session.status == status

    def test_nobody_cancels(self, signed_in, therapy_session) -> None:
        text = text_of(signed_in.post(address("cancel", therapy_session), {"cancelled_by": "cat"}))
        assert "Select a valid choice" in text


class TestMove:
    @pytest.fixture
    def other(self, relationship):
        return RelationshipFactory(
            therapist=relationship.therapist,
            attendee=relationship.attendee,
            payer=ClientFactory(first_name="Paul", last_name="Hart"),
        )

    def test_moves_it(self, signed_in, therapy_session, other) -> None:
        url = address("move", therapy_session)
        assert "Paul Hart (Third Party Relationship)" in text_of(signed_in.get(url))
        signed_in.post(url, {"to": other.pk})
        therapy_session.refresh_from_db()
        assert therapy_session.relationship == other

    def test_other_peoples_relationship(self, signed_in, therapy_session, other) -> None:
        foreign = RelationshipFactory(therapist=other.therapist)
        response = signed_in.post(address("move", therapy_session), {"to": foreign.pk})
        assert "Select a valid choice" in text_of(response)
        therapy_session.refresh_from_db()
        assert therapy_session.relationship != foreign

    def test_nobody_else_pays(self, signed_in, therapy_session) -> None:
        assert "Nobody else pays" in text_of(signed_in.get(address("move", therapy_session)))
