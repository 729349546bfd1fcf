"""The charging clock in words, told for one session as an example."""

from datetime import datetime, timedelta
from typing import NamedTuple

from practice.models import ChargeMoment, Practice

EXAMPLE = datetime(2026, 3, 5, 10, 0)  # noqa: DTZ001 a Thursday at ten, anywhere


class Step(NamedTuple):
    when: str
    what: str


def clock_in_words(practice: Practice) -> list[Step]:
    """What happens around a session on a Thursday at 10:00, in the order of time."""
    steps = [*_charging(practice), *_cancelling(practice), (0, "The session starts.")]
    if practice.charge_moment == ChargeMoment.AFTER_SESSION:
        steps.append((-1, "The card is charged once attendance is recorded."))
    return [Step(_when(hours), what) for hours, what in sorted(steps, key=lambda step: -step[0])]


def _charging(practice: Practice) -> list[tuple[int, str]]:
    if practice.charge_moment == ChargeMoment.AFTER_SESSION:
        return []
    tries = [(practice.first_retry_hours, "first"), (practice.second_retry_hours, "second")]
    retries = [(hours, f"If that failed: {word} retry.") for hours, word in tries if hours]
    steps = [(practice.charge_lead_hours, "The card is charged."), *retries]
    if practice.cancel_unpaid_hours is not None:
        steps.append((practice.cancel_unpaid_hours, "Still unpaid: the session is cancelled."))
    return steps


def _cancelling(practice: Practice) -> list[tuple[int, str]]:
    return [(practice.free_cancel_hours, "Cancelling is free until then; later it is paid.")]


def _when(hours: int) -> str:
    if hours < 0:
        return "Afterwards"
    at = EXAMPLE - timedelta(hours=hours)
    weeks = (EXAMPLE.date() - at.date()).days // 7
    before = "" if not weeks else ", a week before" if weeks == 1 else f", {weeks} weeks before"
    return f"{at:%A %H:%M}{before}"
