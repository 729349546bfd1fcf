"""Dates, times and numbers as people read them, unambiguous: `Tue 3 Mar 2026, 10:00`."""

from datetime import date, datetime, tzinfo

import phonenumbers
from django.conf import settings
from django.utils import timezone
from phonenumber_field.phonenumber import PhoneNumber


def say_day(day: date) -> str:
    """Say `Tue 3 Mar 2026`. A datetime is first put in the reader's zone."""
    local = timezone.localtime(day) if isinstance(day, datetime) else day
    return f"{local:%a} {local.day} {local:%b %Y}"


def say_when(moment: datetime, zone: tzinfo | None = None) -> str:
    """Say `Tue 3 Mar 2026, 10:00` in a zone; without one, in the reader's."""
    local = timezone.localtime(moment, zone)
    return f"{local:%a} {local.day} {local:%b %Y, %H:%M}"


def say_number(number: PhoneNumber) -> str:
    """Say `0117 496 0122`; a number from abroad with its country's code."""
    home = phonenumbers.country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)
    return str(number.as_national if number.country_code == home else number.as_international)
