"""Create Session and Rebook: defaults, series, clashes, refusals, double clicks."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from relationships.actions import set_payer_plan
from sessions.models import TherapySession
from tests.factories import (
    BY,
    CardFactory,
    MandateFactory,
    RelationshipFactory,
    ServiceTypeFactory,
    TherapySessionFactory,
)

LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def kind(db):
    return ServiceTypeFactory()


@pytest.fixture
def url(with_card) -> str:
    return reverse("sessions:create", args=[with_card.pk])


@pytest.fixture
def signed_in(client, therapist):
    client.force_login(therapist)
    return client


def next_monday() -> date:
    today = timezone.now().date()
    return today + timedelta(days=14 - today.weekday())


@pytest.fixture
def order(kind):
    return {
        "service_type": kind.pk,
        "first_on": next_monday().isoformat(),
        "at": "10:00",
        "length_minutes": "",
        "fee": "",
        "place": "Room 1",
        "repeat": "0",
        "times": "",
    }


def text_of(response):
    return response.content.decode()


class TestWho:
    def test_stranger(self, client, colleague, url, order) -> None:
        client.force_login(colleague)
        assert client.get(url).status_code == 404
        assert client.post(url, order).status_code == 404

    def test_colleague_who_may_read(self, client, colleague, url, with_card) -> None:
        with_card.attendee.care_team.create(user=colleague, joined_at=timezone.now())
        client.force_login(colleague)
        assert client.get(url).status_code == 404


class TestOnce:
    def test_with_the_usual_length_and_fee(self, signed_in, url, order) -> None:
        response = signed_in.post(url, order)
        booked = TherapySession.objects.get()
        assert response.url == reverse("sessions:session", args=[booked.pk])
        assert (booked.length_minutes, booked.fee) == (50, Decimal("80.00"))
        assert booked.starts_at.astimezone(LONDON).hour == 10

    def test_agreed_fee_wins(self, signed_in, url, order, with_card) -> None:
        with_card.agreed_fee = Decimal("65.50")
        with_card.save()
        assert "Empty: the agreed fee of £65.50." in text_of(signed_in.get(url))
        signed_in.post(url, order)
        assert TherapySession.objects.get().fee == Decimal("65.50")

    def test_twice_is_one(self, signed_in, url, order) -> None:
        first, second = signed_in.post(url, order), signed_in.post(url, order)
        assert first.url == second.url
        assert TherapySession.objects.count() == 1

    def test_starts_like_the_last_one(self, signed_in, url, with_card) -> None:
        last = TherapySessionFactory(relationship=with_card, place="Garden room")
        initial = signed_in.get(url).context["form"].initial
        assert initial["place"] == "Garden room"
        assert initial["first_on"] == last.starts_at.astimezone(LONDON).date() + timedelta(weeks=1)

    def test_statements(self, signed_in, url) -> None:
        with CaptureQueriesContext(connection) as statements:
            signed_in.get(url)
        assert len(statements) <= 10


class TestClashes:
    def test_names_the_time_and_who_may_be_opened(self, signed_in, url, order, therapist) -> None:
        signed_in.post(url, order)
        response = signed_in.post(url, order | {"at": "10:20"})
        assert "already has a session with Sam Rivers on" in text_of(response)
        assert TherapySession.objects.count() == 1

    def test_does_not_name_whom_the_user_may_not_open(
        self, signed_in, url, order, therapist
    ) -> None:
        foreign = RelationshipFactory(therapist=therapist, attendee__first_name="Zebedee")
        foreign.attendee.care_team.all().delete()
        start = datetime.combine(next_monday(), datetime.min.time(), LONDON).replace(hour=10)
        TherapySessionFactory(
            relationship=foreign, starts_at=start, ends_at=start + timedelta(minutes=50)
        )
        text = text_of(signed_in.post(url, order))
        assert "already has a session on" in text
        assert "Zebedee" not in text
        assert "Room 1" in text


class TestSeries:
    def test_is_shown_before_it_is_booked(self, signed_in, url, order) -> None:
        order |= {"repeat": "2", "times": "8"}
        assert "These 8 sessions will be booked" in text_of(signed_in.post(url, order))
        assert not TherapySession.objects.exists()
        signed_in.post(url, order | {"confirmed": "1"})
        starts = list(TherapySession.objects.values_list("starts_at", flat=True))
        assert len(starts) == 8
        assert {one.astimezone(LONDON).hour for one in starts} == {10}
        signed_in.post(url, order | {"confirmed": "1"})
        assert TherapySession.objects.count() == 8

    def test_taken_times_are_named(self, signed_in, url, order) -> None:
        signed_in.post(url, order)
        text = text_of(signed_in.post(url, order | {"at": "10:30", "repeat": "1", "times": "3"}))
        assert "Nothing is booked yet" in text
        assert "with Sam Rivers" in text
        assert 'name="confirmed"' not in text
        assert TherapySession.objects.count() == 1

    def test_back_to_the_form_keeps_what_was_typed(self, signed_in, url, order) -> None:
        text = text_of(signed_in.post(url, order | {"repeat": "1", "times": "3", "change": "1"}))
        assert 'value="Room 1"' in text
        assert "will be booked" not in text


class TestRefused:
    @pytest.mark.parametrize(
        ("changes", "sentence"),
        [
            ({"service_type": "999"}, "Select a valid choice"),
            ({"first_on": "someday"}, "That is not a date."),
            ({"first_on": "2020-01-01"}, "Choose a day that is still ahead."),
            ({"first_on": "9999-12-31"}, "Choose a day within the next 5 years."),
            ({"first_on": "99999-12-31"}, "That is not a date."),
            ({"at": "25:00"}, "Enter a valid time."),
            ({"length_minutes": "-5"}, "greater than or equal to 5"),
            ({"length_minutes": "9" * 50}, "less than or equal to 480"),
            ({"fee": "1e99"}, "fee"),
            ({"fee": "0.10"}, "A card cannot be charged less than"),
            ({"fee": "NaN"}, "Enter a number."),
            ({"place": "x" * 10_000}, "at most 200 characters"),
            ({"repeat": "7"}, "Select a valid choice"),
            ({"repeat": "1"}, "Say how many sessions: 2 to 104."),
            ({"repeat": "1", "times": "105"}, "less than or equal to 104"),
        ],
    )
    def test_bad_input(self, signed_in, url, order, changes, sentence) -> None:
        response = signed_in.post(url, order | changes)
        assert response.status_code == 200
        assert sentence in text_of(response)
        assert not TherapySession.objects.exists()

    def test_time_that_the_clock_skips(self, signed_in, url, order) -> None:
        last_of_march = date(timezone.now().year + 1, 3, 31)
        sunday = last_of_march - timedelta(days=(last_of_march.weekday() + 1) % 7)
        text = text_of(signed_in.post(url, order | {"first_on": sunday.isoformat(), "at": "01:30"}))
        assert f"01:30 does not exist on Sun {sunday.day} Mar" in text

    def test_no_card(self, signed_in, relationship, order) -> None:
        url = reverse("sessions:create", args=[relationship.pk])
        assert "has no payment card on file yet." in text_of(signed_in.get(url))
        assert signed_in.post(url, order).status_code == 409
        assert not TherapySession.objects.exists()

    def test_ended(self, signed_in, url, order, with_card) -> None:
        with_card.ended_at, with_card.ended_by = timezone.now(), BY
        with_card.end_reason = "MISTAKE"
        with_card.save()
        assert "This relationship has ended" in text_of(signed_in.post(url, order))
        assert not TherapySession.objects.exists()


class TestRebook:
    def test_under_the_planned_payer(self, signed_in, with_card, order) -> None:
        cancelled = TherapySessionFactory(relationship=with_card, cancelled=True, fee=75)
        own = RelationshipFactory(
            therapist=with_card.therapist, attendee=with_card.attendee, payer=with_card.attendee
        )
        set_payer_plan(default=own, by=BY, now=timezone.now())
        CardFactory(client=own.payer)
        MandateFactory(relationship=own)
        url = reverse("sessions:rebook", args=[cancelled.pk])
        page = signed_in.get(url)
        assert "Jo Rivers was to pay for that one; Sam Rivers pays" in text_of(page)
        assert page.context["form"].initial["fee"] == 75
        signed_in.post(url, order)
        again = TherapySession.objects.get(rebooked_from=cancelled)
        assert again.relationship == own

    def test_not_cancelled(self, signed_in, with_card) -> None:
        kept = TherapySessionFactory(relationship=with_card)
        response = signed_in.get(reverse("sessions:rebook", args=[kept.pk]))
        assert response.url == reverse("sessions:session", args=[kept.pk])

    def test_stranger(self, client, colleague, with_card) -> None:
        cancelled = TherapySessionFactory(relationship=with_card, cancelled=True)
        client.force_login(colleague)
        assert client.get(reverse("sessions:rebook", args=[cancelled.pk])).status_code == 404
