"""How times and names read in mail, and which words stay out of what strangers may see."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import dateformat

HEALTH_WORDS = re.compile(
    r"therap|counsel|psych|session|client|patient|mental|health|clinic|treatment|medical|doctor"
    r"|diagnos|anxi|depress",
    re.IGNORECASE,
)


def day(on: date) -> str:
    """Say `Tue 1 Dec 2026`."""
    return dateformat.format(on, "D j M Y")


def when(at: datetime, time_zone: str) -> str:
    """Say `Tue 1 Dec 2026, 10:00 (London time)`, as clocks show it in that IANA zone."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{moment(at, time_zone)} ({zone_name(local, time_zone)})"


def moment(at: datetime, time_zone: str) -> str:
    """Say `Tue 1 Dec 2026, 10:00`, for where the zone is named beside it."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{day(local)}, {local:%H:%M}"


def day_of(at: datetime, time_zone: str) -> str:
    """Say `Tue 1 Dec 2026`, the day it is then in that IANA zone."""
    return day(at.astimezone(ZoneInfo(time_zone)))


def zone_name(local: datetime, time_zone: str) -> str:
    """Say `London time`; zones without a place in their name are said as their distance from UTC."""
    area, _, place = time_zone.rpartition("/")
    if not area or area == "Etc":
        return local.tzname() or time_zone
    return f"{place.replace('_', ' ')} time"


def has_health_words(text: str) -> bool:
    """Whether a stranger who sees this on a screen learns something of a person's health."""
    return HEALTH_WORDS.search(text) is not None


def one_line(text: str) -> str:
    """The text in one line: what may stand in a header."""
    return " ".join(text.split())
