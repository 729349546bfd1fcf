"""A row in the transaction of its cause, once; a wake-up that costs nothing when it fails."""

import time
from dataclasses import replace

import pytest
from django.db import transaction

from clients.models import AccessLink, ClientState, LinkPurpose
from notifications import emails, outbox
from notifications.letters import LINK_SECRET, letter_to, letter_to_staff, link_to
from notifications.models import OutgoingEmail
from notifications.tasks import deliver
from practice.tokens import token_for
from tests.factories import ClientFactory, UserFactory
from tests.notifications.samples import NOW, SALT, SAMPLES, letter, link

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker(monkeypatch):
    """A broker that hears every wake-up, and has not failed lately."""
    heard: list[int] = []
    monkeypatch.setattr(outbox._Broker, "failed_at", float("-inf"))
    monkeypatch.setattr(deliver, "apply_async", lambda args, **_: heard.append(args[0]))
    return heard


def write(**changes) -> OutgoingEmail | None:
    outbox_letter = letter(**changes)
    emails.new_link(outbox_letter, purpose="add your payment card", link=link())
    return OutgoingEmail.objects.order_by("-pk").first()


def test_the_secret_is_not_in_the_database():
    email = write()
    assert email
    secret = token_for(purpose="ADD_CARD", salt=SALT)
    assert secret not in email.text + email.html
    assert LINK_SECRET in email.text
    assert LINK_SECRET in email.html
    assert len(LINK_SECRET) == len(secret)


def test_one_cause_writes_to_each_reader_once():
    write()
    write()
    write(client_id=8, to="jo@example.com")
    assert OutgoingEmail.objects.count() == 2


def test_a_second_writing_leaves_the_transaction_usable():
    with transaction.atomic():
        write()
        write()
        assert OutgoingEmail.objects.count() == 1


def test_another_cause_writes_again():
    write()
    write(dedupe_key="cause:2")
    assert OutgoingEmail.objects.count() == 2


def test_a_long_cause_still_makes_a_key():
    write(dedupe_key="cause" * 60)
    write(dedupe_key="cause" * 60)
    assert OutgoingEmail.objects.count() == 1


def test_nobody_to_write_to_writes_nothing():
    assert write(to="") is None


@pytest.mark.parametrize(
    "address",
    ["sam@example.com\nBcc: all@example.com", "sam", "sam@example.com, jo@example.com", "a" * 300],
)
def test_what_is_no_address_is_given_up_at_once(address: str):
    email = write(to=address)
    assert email
    assert email.given_up_at == NOW
    assert email.last_error


def test_a_header_cannot_be_smuggled_in():
    email = write(practice_name="Linden\r\nBcc: all@example.com", reply_to="x@example.com\nBcc: y")
    assert email
    assert "\n" not in email.sender_name + email.subject
    assert email.reply_to == ""


def test_workers_are_woken_after_the_commit_only(broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        email = write()
        assert broker == []
    assert email
    assert broker == [email.pk]


def test_a_broker_that_is_away_breaks_nothing(monkeypatch, django_capture_on_commit_callbacks):
    def fail(*_, **__):
        time.sleep(0.2)
        raise ConnectionError

    monkeypatch.setattr(deliver, "apply_async", fail)
    started = time.monotonic()
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(5):
            write(dedupe_key=f"cause:{number}")
    assert time.monotonic() - started < 0.8, "it was asked again although it had just failed"
    assert OutgoingEmail.objects.count() == 5


def test_letters_to_people_who_must_not_be_written_to(practice):
    person = ClientFactory(state=ClientState.DO_NOT_CONTACT)
    member = UserFactory(is_active=False)
    assert letter_to(person, practice=practice, dedupe_key="k", now=NOW).to == ""
    assert letter_to_staff(member, practice=practice, dedupe_key="k", now=NOW).to == ""


def test_a_letter_to_a_client_carries_the_practice(practice):
    person = ClientFactory(first_name="Sam")
    made = letter_to(person, practice=practice, dedupe_key="k", now=NOW)
    assert (made.to, made.first_name, made.client_id) == (person.email, "Sam", person.pk)
    assert made.reply_to == practice.email


def test_waiting_mail_of_a_client_can_be_stopped():
    write()
    write(client_id=8)
    assert outbox.give_up_waiting(client_id=7, reason="Do not contact.", now=NOW) == 1
    assert OutgoingEmail.objects.due(NOW).get().client_id == 8


def test_a_link_keeps_the_place_of_its_secret(practice, monkeypatch):
    monkeypatch.setattr("notifications.letters.reverse", lambda view, args: f"/l/x/{args[0]}/")
    access = AccessLink(
        purpose=LinkPurpose.ADD_CARD, salt=SALT, expires_at=NOW, created_at=NOW, client_id=1
    )
    assert link_to(access, "portal:add_card", practice=practice) == replace(
        link(), path=f"/l/x/{LINK_SECRET}/", expires_at=NOW, time_zone=practice.time_zone
    )


def test_writing_takes_a_constant_number_of_statements(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        SAMPLES["you_pay_from_now_on"](letter())
