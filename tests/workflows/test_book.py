from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from notifications.models import OutgoingEmail
from practice.refusals import Refused
from sessions.actions import Clashes
from sessions.models import Series, TherapySession
from tests.factories import (
    CardFactory,
    MandateFactory,
    RelationshipFactory,
    ServiceTypeFactory,
    TherapySessionFactory,
    UserFactory,
)
from workflows.book import BookingOrder, book

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def now():
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def bookable(now, relationship):
    """The payer has a usable card."""
    CardFactory(client=relationship.payer)
    MandateFactory(relationship=relationship)
    return relationship


def order(**changes) -> BookingOrder:
    usual: dict[str, Any] = {
        "service_type": ServiceTypeFactory(),
        "first_on": date(2026, 3, 10),
        "at": time(10),
        "length_minutes": 50,
        "fee": Decimal("80.00"),
    }
    return BookingOrder(**(usual | changes))


def book_it(relationship, now, user=None, **changes) -> list[TherapySession]:
    return book(
        relationship_id=relationship.pk,
        order=order(**changes),
        user=user or relationship.therapist,
        now=now,
    )


def test_one_session_with_the_clock_frozen(bookable, now):
    (booked,) = book_it(bookable, now)
    assert booked.starts_at == datetime(2026, 3, 10, 10, tzinfo=UTC)
    assert (booked.charge_lead_hours, booked.free_cancel_hours) == (48, 48)
    assert booked.therapist == bookable.therapist
    assert booked.series is None
    told = OutgoingEmail.objects.filter(name="sessions_booked").values_list("to", flat=True)
    assert set(told) == {bookable.attendee.email, bookable.payer.email}


def test_a_series_keeps_its_wall_clock_over_the_change_of_clocks(bookable, now):
    booked = book_it(bookable, now, times=4, weeks_apart=1, first_on=date(2026, 3, 17))
    assert [one.starts_at.hour for one in booked] == [10, 10, 9, 9]
    assert Series.objects.get().therapy_sessions.count() == 4


def test_fortnightly(bookable, now):
    booked = book_it(bookable, now, times=3, weeks_apart=2)
    assert booked[2].starts_at - booked[0].starts_at == timedelta(weeks=4, hours=-1)


def test_a_time_that_the_clocks_skip(bookable, now):
    with pytest.raises(Refused, match="does not exist"):
        book_it(bookable, now, first_on=date(2026, 3, 29), at=time(1, 30))


def test_a_double_click_books_once(bookable, now):
    first = book_it(bookable, now, times=3)
    assert book_it(bookable, now, times=3) == first
    assert TherapySession.objects.count() == 3


def test_all_clashes_are_named_and_nothing_is_booked(bookable, now):
    other = RelationshipFactory(therapist=bookable.therapist)
    taken = [
        TherapySessionFactory(
            relationship=other, starts_at=datetime(2026, 3, day, 10, 30, tzinfo=UTC)
        )
        for day in (10, 24)
    ]
    with pytest.raises(Clashes) as clash:
        book_it(bookable, now, times=4)
    assert clash.value.sessions == taken
    assert TherapySession.objects.count() == 2


def test_one_that_ends_when_the_next_begins_is_no_clash(bookable, now):
    TherapySessionFactory(relationship=bookable, starts_at=datetime(2026, 3, 10, 9, 10, tzinfo=UTC))
    book_it(bookable, now)


class TestRefusals:
    def test_no_usable_card(self, relationship, now):
        with pytest.raises(Refused, match="no payment card"):
            book_it(relationship, now)

    def test_a_card_without_the_payers_agreement(self, relationship, now):
        CardFactory(client=relationship.payer)
        with pytest.raises(Refused, match="not agreed"):
            book_it(relationship, now)

    def test_an_expired_card(self, relationship, now):
        CardFactory(client=relationship.payer, expired=True)
        MandateFactory(relationship=relationship)
        with pytest.raises(Refused, match="expired"):
            book_it(relationship, now)

    def test_an_ended_relationship(self, therapist, now):
        with pytest.raises(Refused, match="has ended"):
            book_it(RelationshipFactory(therapist=therapist, ended=True), now)

    def test_the_past(self, bookable, now):
        with pytest.raises(Refused, match="still ahead"):
            book_it(bookable, now, first_on=date(2026, 3, 1))

    def test_less_than_a_card_can_be_charged(self, bookable, now):
        with pytest.raises(Refused, match="less than"):
            book_it(bookable, now, fee=Decimal("0.10"))

    def test_a_stranger(self, bookable, now):
        with pytest.raises(Refused, match="Only the therapist"):
            book_it(bookable, now, user=UserFactory())

    def test_rebooking_another_persons_session(self, bookable, now):
        foreign = TherapySessionFactory(cancelled=True)
        with pytest.raises(Refused, match="somebody else"):
            book_it(bookable, now, rebooked_from=foreign)


def test_by_invoice_no_card_is_needed(therapist, now):
    assert book_it(RelationshipFactory(therapist=therapist, by_invoice=True), now)
