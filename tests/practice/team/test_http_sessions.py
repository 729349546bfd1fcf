"""Signed-in people who do nothing for a while are signed out; renewing costs little."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tests.factories import UserFactory

URL = reverse("clients:list")


@pytest.fixture
def browser(practice):
    browser = Browser()
    browser.force_login(UserFactory())
    return browser


@pytest.fixture
def start():
    return timezone.now()


def get_at(browser, moment):
    with time_machine.travel(moment, tick=False):
        return browser.get(URL)


def writes_at(browser, moment) -> list[str]:
    """What a page writes to HTTP sessions."""
    with CaptureQueriesContext(connection) as captured:
        assert get_at(browser, moment).status_code == 200
    return [one["sql"] for one in captured if one["sql"].startswith('UPDATE "django_session"')]


def test_idle_for_half_an_hour_is_signed_out(browser, start):
    answer = get_at(browser, start + timedelta(minutes=31))
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={URL}"


def test_work_keeps_one_signed_in(browser, start):
    for minutes in (25, 50, 75, 100):
        assert get_at(browser, start + timedelta(minutes=minutes)).status_code == 200
    assert get_at(browser, start + timedelta(minutes=131)).status_code == 302


def test_it_is_renewed_once_a_minute_in_one_statement(browser, start):
    at = {seconds: start + timedelta(seconds=seconds) for seconds in (30, 90, 120, 145, 155)}
    assert [len(writes_at(browser, moment)) for moment in at.values()] == [0, 1, 0, 0, 1]


def test_renewing_leaves_what_another_request_wrote(browser, start):
    mine = browser.session
    mine.setdefault("x", 0)
    theirs = type(mine)(mine.session_key)
    theirs["typed"] = "kept"
    theirs.save()
    get_at(browser, start + timedelta(minutes=5))
    assert type(mine)(mine.session_key)["typed"] == "kept"


def test_signing_out_meanwhile_is_no_error(browser, start):
    Session.objects.all().delete()
    assert get_at(browser, start + timedelta(minutes=5)).status_code == 302


def test_a_length_of_its_own_is_left_alone(browser, start):
    own = browser.session
    own.set_expiry(timedelta(days=10))
    own.save()
    assert writes_at(browser, start + timedelta(days=2)) == []
