"""Wall-clock times made into moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from practice.refusals import Refused


def moment(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant a wall clock in `zone` shows this; of two (autumn) the first.

    Raises Refused for a time that the clock skips (spring).
    """
    local = datetime.combine(day, at, zone)
    if local.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
        raise Refused(
            f"{at:%H:%M} does not exist on {day:%a} {day.day} {day:%b %Y}: "
            "the clocks go forward then. Choose another time."
        )
    return local.astimezone(UTC)


def occurrences(
    *, first: date, at: time, zone: ZoneInfo, times: int, weeks_apart: int
) -> Iterator[datetime]:
    """The starts of a series: the same wall-clock time every so many weeks."""
    for number in range(times):
        yield moment(first + timedelta(weeks=weeks_apart * number), at, zone)
