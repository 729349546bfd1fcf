"""The calendar file reads back with the right times, identity and method."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from notifications import calendar
from tests.notifications.samples import letter, line

LONDON = ZoneInfo("Europe/London")


def events(invite):
    return Calendar.from_ical(invite.text).walk("VEVENT")


def at(local: datetime):
    starts_at = local.astimezone(UTC)
    return line(starts_at=starts_at, ends_at=starts_at + timedelta(minutes=50))


@pytest.mark.parametrize(("day", "utc_hour"), [(24, 9), (25, 10)])
def test_ten_in_london_stays_ten_across_the_end_of_summer_time(day: int, utc_hour: int):
    local = datetime(2026, 10, day, 10, tzinfo=LONDON)
    (event,) = events(calendar.booked([at(local)], letter()))
    assert event.decoded("dtstart") == datetime(2026, 10, day, utc_hour, tzinfo=UTC)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=50)


def test_the_second_one_o_clock_is_told_from_the_first():
    second = datetime(2026, 10, 25, 1, 30, fold=1, tzinfo=LONDON)
    (event,) = events(calendar.booked([line(starts_at=second)], letter()))
    assert event.decoded("dtstart") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_booking_changing_and_cancelling_speak_of_one_entry():
    booked = calendar.booked([line()], letter())
    changed = calendar.booked([line(sequence=1)], letter())
    gone = calendar.cancelled([line(sequence=2)], letter())
    entries = [events(invite)[0] for invite in (booked, changed, gone)]
    assert {str(entry["uid"]) for entry in entries} == {"session-0@localhost"}
    assert [entry["sequence"] for entry in entries] == [0, 1, 2]
    assert [str(entry["status"]) for entry in entries] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert [booked.method, changed.method, gone.method] == ["REQUEST", "REQUEST", "CANCEL"]


def test_a_series_is_published_because_a_request_holds_one_entry():
    invite = calendar.booked([line(week) for week in range(4)], letter())
    assert invite.method == "PUBLISH"
    assert len(events(invite)) == 4


def test_names_are_quoted_and_tell_nothing_of_health():
    invite = calendar.booked(
        [line(place="Room 1; left, then\nup")], letter(practice_name='The "Linden", Practice')
    )
    (event,) = events(invite)
    assert str(event["summary"]) == 'Appointment, The "Linden", Practice'
    assert str(event["location"]) == "Room 1; left, then\nup"
    assert calendar.summary("Linden Counselling") == "Appointment"


def test_the_payers_copy_leaves_their_own_time_free():
    (event,) = events(calendar.booked([line(attendee="Sam Rivers")], letter()))
    assert str(event["transp"]) == "TRANSPARENT"
    assert "Sam" not in event.to_ical().decode().replace("sam@example.com", "")
