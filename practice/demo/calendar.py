"""When the demo practice's clients come.

A day is one of the next five working days, counted from tomorrow: 0 is the first of them, 4 the same
weekday as today. So day 2 is always more than 48 hours ahead, and day 4 makes today's list.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sessions.clock import moment
from sessions.models import Status

SATURDAY = 5
LETTERS = {
    "A": Status.ATTENDED,
    "N": Status.NO_SHOW,
    "C": Status.CANCELLED,
    "L": Status.LATE_CANCELLED,
    "T": Status.CANCELLED_BY_THERAPIST,
    "U": Status.CANCELLED_UNPAID,
}


class Habit(NamedTuple):
    """One attendee's hour: what became of the past ones (oldest first, a letter each), how many
    are booked ahead, and how many weeks ago the habit ended."""

    therapist: str
    attendee: str
    service: str
    day: int
    at: str
    past: str
    ahead: int
    weeks_apart: int = 1
    ended_weeks_ago: int = 0

    @property
    def place(self) -> str:
        return "Online" if self.attendee in ONLINE else ROOMS[self.therapist]


ROOMS = {"priya": "Room 1", "tom": "Room 2", "grace": "Garden room"}
ONLINE = {"yusuf", "carmen", "jamal", "amara"}

# One hour is free between habits that begin at 09:00, 10:00 …; a couple's takes two of them.
HABITS = (
    Habit("priya", "sam", "Individual", 2, "10:00", "AAAACAAANAAAAATAAAAA", 4),
    Habit("priya", "mia", "Individual", 1, "16:00", "AAAAAAACAAAAAN", 6),
    Habit("priya", "leo", "Individual", 3, "15:00", "AAAAAAATAAAAAAAALAAAAA", 5),
    Habit("priya", "ada", "Individual", 0, "11:00", "AAAAAAAAACAAAAAAAAAA", 8),
    Habit("priya", "hannah", "Couple", 4, "13:00", "AAAACAA", 3, weeks_apart=2),
    Habit("priya", "yusuf", "Individual", 1, "09:00", "AANAAAAAACAAAA", 4),
    Habit("priya", "chloe", "Individual", 3, "09:00", "AAAAAAAAAALU", 2),
    Habit("priya", "ewan", "Individual", 2, "14:00", "AAAAAAA", 3, weeks_apart=2),
    Habit("priya", "amara", "Individual", 4, "09:00", "AAAAAAACAAAAAAAAA", 4),
    Habit("priya", "zofia", "Individual", 0, "14:00", "AAAAACAAAA", 4),
    Habit("priya", "rhys", "Individual", 1, "11:00", "AAAAAAACAAAAA", 0, ended_weeks_ago=12),
    Habit("priya", "isla", "Child & family", 3, "16:00", "AAAAAAAAACAAAAAAAA", 6),
    Habit("priya", "ben", "Individual", 0, "16:00", "AA", 3),
    Habit("tom", "lily", "Child & family", 1, "15:00", "AAAAAANAAAAAAAA", 5),
    Habit("tom", "rosalind", "Individual", 4, "10:00", "AAAAAAAAAAATAAAAAAA", 6),
    Habit("tom", "jamal", "Individual", 2, "17:00", "AAAALAAAAA", 4),
    Habit("tom", "priscilla", "Individual", 0, "10:00", "AAAAAAAACAAAAA", 3),
    Habit("tom", "dylan", "Individual", 3, "16:00", "AAAAAAAAAAN", 4),
    Habit("tom", "nikhil", "Individual", 2, "09:00", "AAAAACAAAAAAAU", 3),
    Habit("tom", "edith", "Individual", 1, "11:00", "AAAAAAAACAAAA", 0, ended_weeks_ago=10),
    Habit("tom", "yusuf", "Couple", 4, "14:00", "AAA", 2, weeks_apart=2),
    Habit("grace", "noah", "Child & family", 0, "15:00", "AAAAAAAANAA", 5),
    Habit("grace", "freya", "Individual", 2, "11:00", "AAAAAAAAAAAACAAAAAAAAAAA", 5),
    Habit("grace", "carmen", "Individual", 1, "18:00", "AAAACAAAAAAAAA", 4),
    Habit("grace", "owen", "Individual", 4, "11:00", "AAALAAAAA", 6),
    Habit("grace", "leila", "Individual", 3, "10:00", "AAAAAAACAA", 3),
    Habit("grace", "victor", "Individual", 0, "12:00", "AAAAAANN", 0, ended_weeks_ago=31),
)


class Slot(NamedTuple):
    """One of a habit's sessions: its week (0 is the coming one), its start, and what became of it."""

    week: int
    starts_at: datetime
    status: Status


def working_day(today: date, number: int) -> date:
    """The working day with this number, 0 to 4, after today."""
    days = [today + timedelta(days=ahead) for ahead in range(1, 8)]
    return [day for day in days if day.weekday() < SATURDAY][number]


def working_day_weeks_ago(today: date, weeks: int) -> date:
    """So many weeks ago; the Friday before when that is a weekend."""
    day = today - timedelta(weeks=weeks)
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))


def slots(habit: Habit, *, now: datetime, zone: ZoneInfo) -> Iterator[Slot]:
    """All sessions of a habit, the oldest first. One that is not yet over is still scheduled."""
    first = working_day(now.astimezone(zone).date(), habit.day)
    oldest = -habit.ended_weeks_ago - len(habit.past) * habit.weeks_apart
    weeks = range(oldest, habit.ahead * habit.weeks_apart, habit.weeks_apart)
    letters = habit.past + "S" * habit.ahead
    for week, letter in zip(weeks, letters, strict=False):
        starts_at = moment(first + timedelta(weeks=week), time.fromisoformat(habit.at), zone)
        is_over = starts_at + timedelta(hours=2) <= now
        yield Slot(
            week, starts_at, LETTERS.get(letter, Status.SCHEDULED) if is_over else Status.SCHEDULED
        )
