"""The nightly check runs by itself, and says what it finds where errors are read."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from practice.celery import app
from practice.tasks import check_consistency
from sessions.models import TherapySession
from tests.factories import TherapySessionFactory, UserFactory

NIGHTLY = settings.CELERY_BEAT_SCHEDULE


@pytest.fixture(autouse=True)
def settings_row(practice):
    """The age rule asks the practice."""


def test_every_scheduled_task_exists():
    app.loader.import_default_modules()
    assert {one["task"] for one in NIGHTLY.values()} <= set(app.tasks)


def test_it_is_due_at_three():
    schedule = NIGHTLY["check-consistency"]["schedule"]
    last = datetime(2026, 11, 21, 3, 0, 1, tzinfo=UTC)
    schedule.nowfun = lambda: datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    try:
        assert schedule.remaining_estimate(last).total_seconds() == 0
        assert schedule.is_due(last).is_due
    finally:
        schedule.nowfun = None


def test_each_problem_is_an_error_in_the_log(caplog):
    one = TherapySessionFactory()
    TherapySession.objects.update(therapist=UserFactory())
    check_consistency()
    (error,) = caplog.records
    assert error.levelname == "ERROR"
    assert error.getMessage().startswith(f"Session {one.pk} is with another therapist")


def test_a_good_night_is_silent(caplog):
    TherapySessionFactory()
    check_consistency()
    assert caplog.records == []
