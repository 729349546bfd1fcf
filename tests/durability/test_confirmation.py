"""SIGKILL around a confirmation: all or nothing, and the e-mail arrives once the worker is back."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from urllib.error import HTTPError

import pytest
from django.utils import timezone

from notifications.models import OutgoingEmail
from tests.durability.browser import CUT_SHORT, Browser, Fields
from tests.durability.hand_over import LETTERS, HandOver
from tests.durability.processes import RedisBroker, Site, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
TRIALS = 12


def confirm_and(kill: Callable[[], None], after: float, browser: Browser, one: HandOver) -> Fields:
    """Post the confirmation and kill while it is under way, so many seconds later."""
    answers = one.answers(browser)
    press = threading.Thread(target=press_once, args=(browser, one.path, answers))
    press.start()
    time.sleep(after)
    kill()
    press.join(timeout=30)
    return answers


def moments(number: int) -> list[float]:
    """Parts of the time a confirmation takes: evenly and by chance spread, in no order."""
    chance = random.Random(20261122)
    parts = [(one + chance.random()) / number for one in range(number)]
    chance.shuffle(parts)
    return parts


def press_once(browser: Browser, path: str, answers: Fields) -> None:
    try:
        browser.post(path, answers)
    except HTTPError as error:
        error.close()
    except CUT_SHORT:
        pass


def let_leases_run_out() -> None:
    """As if the minute had passed for which whoever was killed had claimed the mail in their hands."""
    OutgoingEmail.objects.filter(sent_at=None).update(next_try_at=timezone.now())


def seconds_to_confirm(browser: Browser, one: HandOver) -> float:
    answers = one.answers(browser)
    started = time.monotonic()
    one.confirm(browser, answers)
    return time.monotonic() - started


def test_killing_the_web_processes_tears_nothing(site, priya, hand_over, all_mail_arrives_once):
    takes = max(seconds_to_confirm(priya, hand_over()) for _ in range(2))
    for part in moments(TRIALS):
        one = hand_over()
        answers = confirm_and(site.web.kill_children, takes * part, priya, one)
        one.has_happened()
        one.confirm(priya, answers)
        assert one.has_happened()
        assert one.nobody_is_charged_instead()
    all_mail_arrives_once()


def test_killing_the_web_processes_after_the_answer_loses_nothing(
    site, priya, hand_over, all_mail_arrives_once
):
    one = hand_over()
    answers = one.answers(priya)
    one.confirm(priya, answers)
    site.web.kill_children()
    assert one.has_happened()
    one.confirm(priya, answers)
    assert one.has_happened()
    all_mail_arrives_once()


def test_killing_all_at_once_tears_nothing(site, priya, hand_over, all_mail_arrives_once):
    takes = seconds_to_confirm(priya, hand_over())
    all_mail_arrives_once()
    for part in (0.3, 0.6, 0.9):
        one = hand_over()
        answers = confirm_and(site.kill, takes * part, priya, one)
        one.has_happened()
        let_leases_run_out()
        site.start()
        one.confirm(priya, answers)
        assert one.has_happened()
        all_mail_arrives_once()


def test_mail_waits_for_a_worker(site, priya, hand_over, all_mail_arrives_once):
    site.worker.kill()
    one = hand_over()
    one.confirm(priya, one.answers(priya))
    assert one.has_happened()
    assert not OutgoingEmail.objects.exclude(sent_at=None).exists()
    site.worker.start()
    all_mail_arrives_once()


def test_mail_in_the_hands_of_a_killed_worker_arrives(
    site, priya, hand_over, all_mail_arrives_once
):
    site.hold_mail()
    one = hand_over()
    one.confirm(priya, one.answers(priya))
    wait_for(lambda: OutgoingEmail.objects.filter(attempts=1).exists())
    site.worker.kill()
    site.release_mail()
    assert OutgoingEmail.objects.filter(sent_at=None).count() == len(LETTERS)
    let_leases_run_out()
    site.worker.start()
    all_mail_arrives_once()


def test_a_dead_broker_delays_only_the_mail(site, priya, hand_over, all_mail_arrives_once):
    usual = seconds_to_confirm(priya, hand_over())
    all_mail_arrives_once()
    site.broker.kill()
    one = hand_over()
    assert seconds_to_confirm(priya, one) < usual + 1.5
    assert one.has_happened()
    assert OutgoingEmail.objects.filter(sent_at=None, created_at__lte=timezone.now()).exists()
    site.bring_broker_back()
    all_mail_arrives_once()


def test_a_broker_that_hangs_holds_one_page_up_once(site, priya, hand_over, all_mail_arrives_once):
    if not isinstance(site.broker, RedisBroker):
        pytest.skip("a folder does not hang: set CELERY_BROKER_URL to a Redis")
    usual = seconds_to_confirm(priya, hand_over())
    all_mail_arrives_once()
    site.broker.freeze()
    waits = [seconds_to_confirm(priya, hand_over()) for _ in range(4)]
    site.broker.kill()
    site.bring_broker_back()
    all_mail_arrives_once()
    assert max(waits) < usual + 7
    assert min(waits) < usual + 1.5, "a broker that has just failed is left alone"


@pytest.fixture
def torn_site(site, tmp_path) -> Iterator[Site]:
    """Web processes whose confirmations have no transaction."""
    torn = Site(tmp_path, TORN="1")
    torn.start_web()
    yield torn
    torn.web.kill()


def test_without_a_transaction_the_same_kills_tear_it(torn_site, therapist, hand_over):
    """Shows that the tests above can fail."""
    priya = Browser(torn_site.address)
    priya.sign_in(therapist.email)
    takes = seconds_to_confirm(priya, hand_over())

    def kill_at_every_moment() -> None:
        for part in moments(3 * TRIALS):
            one = hand_over()
            confirm_and(torn_site.web.kill_children, takes * part, priya, one)
            one.has_happened()

    with pytest.raises(AssertionError, match="torn"):
        kill_at_every_moment()
