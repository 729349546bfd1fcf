"""End this relationship, and restart one: choices, preview, refusals."""

import pytest
from django.urls import reverse
from django.utils import timezone

from relationships.models import EndReason
from sessions.models import Status
from tests.factories import (
    BY,
    ClientFactory,
    RelationshipFactory,
    TherapySessionFactory,
)


@pytest.fixture
def url(relationship) -> str:
    return reverse("relationships:end", args=[relationship.pk])


@pytest.fixture
def signed_in(client, therapist):
    client.force_login(therapist)
    return client


@pytest.fixture
def future(relationship):
    return TherapySessionFactory.create_batch(2, relationship=relationship)


@pytest.fixture
def other(relationship):
    return RelationshipFactory(
        therapist=relationship.therapist,
        attendee=relationship.attendee,
        payer=ClientFactory(first_name="Paul", last_name="Hart"),
    )


def confirmed(sessions, **changes):
    shown = ",".join(str(one.pk) for one in sessions)
    return {"reason": "THERAPY_ENDED", "confirmed": "1", "shown": shown, **changes}


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("name", ["end", "restart"])
def test_strangers(client, colleague, relationship, name) -> None:
    address = reverse(f"relationships:{name}", args=[relationship.pk])
    client.force_login(colleague)
    assert client.get(address).status_code == 404
    relationship.attendee.care_team.create(user=colleague, joined_at=timezone.now())
    assert client.post(address).status_code == 404


class TestEnd:
    def test_without_sessions(self, signed_in, url, relationship) -> None:
        assert "No future session is booked" in text_of(signed_in.get(url))
        preview = signed_in.post(url, {"reason": "PAYER_WITHDREW"})
        assert "What will happen" in text_of(preview)
        relationship.refresh_from_db()
        assert relationship.is_open
        signed_in.post(url, confirmed([], reason="PAYER_WITHDREW"))
        relationship.refresh_from_db()
        assert relationship.end_reason == EndReason.PAYER_WITHDREW

    def test_a_choice_for_each(self, signed_in, url, future, other, relationship) -> None:
        one, two = future
        choices = {"for_all": "cancel", f"session_{two.pk}": f"move-{other.pk}"}
        preview = text_of(signed_in.post(url, {"reason": "THERAPY_ENDED", **choices}))
        assert "Cancel, nothing is charged" in preview
        assert "Move to Paul Hart" in preview
        signed_in.post(url, confirmed(future, **choices))
        one.refresh_from_db()
        two.refresh_from_db()
        assert one.status == Status.CANCELLED_BY_THERAPIST
        assert two.relationship == other

    def test_keep_needs_agreement(self, signed_in, url, future, relationship) -> None:
        data = confirmed(future, for_all="keep")
        assert "only when Jo agrees to it" in text_of(signed_in.post(url, data))
        signed_in.post(url, data | {"has_payer_agreed": "on"})
        relationship.refresh_from_db()
        assert not relationship.is_open

    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({}, "Say what becomes of each future session."),
            ({"for_all": "burn"}, "Select a valid choice"),
            ({"for_all": "move-999999"}, "Select a valid choice"),
            ({"for_all": "cancel", "reason": ""}, "Say why it ends."),
            ({"for_all": "cancel", "reason": "MIGRATED"}, "Select a valid choice"),
        ],
    )
    def test_refused(self, signed_in, url, future, relationship, changes, sentence) -> None:
        response = signed_in.post(url, confirmed(future, **changes))
        assert sentence in text_of(response)
        relationship.refresh_from_db()
        assert relationship.is_open

    def test_a_session_booked_in_between(self, signed_in, url, future, relationship) -> None:
        data = confirmed(future, for_all="cancel")
        TherapySessionFactory(relationship=relationship)
        response = signed_in.post(url, data)
        assert "What will happen" in text_of(response)
        relationship.refresh_from_db()
        assert relationship.is_open

    def test_twice(self, signed_in, url) -> None:
        first, second = (signed_in.post(url, confirmed([])) for _ in range(2))
        assert first.url == second.url


class TestRestart:
    @pytest.fixture
    def ended(self, relationship):
        relationship.ended_at, relationship.ended_by = timezone.now(), BY
        relationship.end_reason = EndReason.MISTAKE
        relationship.save()
        return relationship

    @pytest.fixture
    def url(self, ended) -> str:
        return reverse("relationships:restart", args=[ended.pk])

    def test_needs_a_new_agreement(self, signed_in, url, ended) -> None:
        assert "How did Jo Rivers agree again to be charged?" in text_of(signed_in.get(url))
        assert "cannot be restarted" in text_of(signed_in.post(url, {}))
        for unspoken in ("LINK", "TOLD"):
            text = text_of(signed_in.post(url, {"manner": unspoken}))
            assert "Select a valid choice" in text
            assert f'value="{unspoken}"' not in text
        signed_in.post(url, {"manner": "PHONE"})
        ended.refresh_from_db()
        assert ended.is_open

    def test_by_invoice_needs_none(self, signed_in, url, ended) -> None:
        ended.payment_method = "BY_INVOICE"
        ended.save()
        signed_in.post(url)
        ended.refresh_from_db()
        assert ended.is_open

    def test_refused_while_the_new_one_is_open(self, signed_in, url, ended) -> None:
        own = RelationshipFactory(
            therapist=ended.therapist, attendee=ended.attendee, payer=ended.attendee
        )
        ended.moved_to, ended.end_reason = own, EndReason.MIGRATED
        ended.save()
        for response in (signed_in.get(url), signed_in.post(url, {"manner": "PHONE"})):
            assert "End that one first." in text_of(response)

    def test_twice(self, signed_in, url) -> None:
        first, second = (signed_in.post(url, {"manner": "PHONE"}) for _ in range(2))
        assert first.url == second.url
