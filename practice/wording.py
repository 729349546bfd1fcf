"""Dates and times as people read them, unambiguous: `Tue 3 Mar 2026, 10:00`."""

from datetime import date, datetime, tzinfo

from django.utils import timezone


def say_day(day: date) -> str:
    """Say `Tue 3 Mar 2026`. A datetime is first put in the reader's zone."""
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return f"{local:%a} {local.day} {local:%b %Y}"


def say_when(moment: datetime, zone: tzinfo | None = None) -> str:
    """Say `Tue 3 Mar 2026, 10:00` in a zone; without one, in the reader's."""
    local = timezone.localtime(moment, zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"
