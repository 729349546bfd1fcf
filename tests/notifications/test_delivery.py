"""At least once each: claims, waits, giving up; never two at a time."""

import smtplib
import threading
from datetime import timedelta
from email.header import decode_header

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.db import connections, transaction

from notifications import delivery, emails
from notifications.models import OutgoingEmail
from practice.tokens import token_for
from tests.notifications.samples import NOW, SALT, SAMPLES, letter, line, link

pytestmark = pytest.mark.django_db


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self):
        return self.time

    def advance(self, **elapsed: float) -> None:
        self.time += timedelta(**elapsed)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def email() -> OutgoingEmail:
    emails.new_link(letter(first_name="Sam"), purpose="add your payment card", link=link())
    return OutgoingEmail.objects.get()


@pytest.fixture
def server(monkeypatch):
    """A mail server that fails with `server.error` while one is set."""

    class Server:
        error: Exception | None = None
        sent = 0

    def send(self, **_):
        Server.sent += 1
        if Server.error:
            raise Server.error
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    return Server


def test_it_leaves_once_with_its_link(email: OutgoingEmail, clock: Clock):
    assert delivery.sweep(now=clock) == 1
    assert delivery.sweep(now=clock) == 0
    assert not delivery.deliver(email_id=email.pk, now=clock)
    (message,) = mail.outbox
    assert token_for(purpose="ADD_CARD", salt=SALT) in str(message.body)
    assert "LINK-SECRET" not in message.message().as_string()
    email.refresh_from_db()
    assert email.sent_at == NOW


def test_how_it_looks_on_the_wire(clock: Clock):
    emails.sessions_booked(letter(first_name="Sam"), sessions=[line()])
    delivery.sweep(now=clock)
    message = mail.outbox[0].message()
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    invite = list(message.walk())[-1]
    assert invite.get_param("method") == "REQUEST"
    assert invite.get_filename() == "invite.ics"
    assert message["From"] == "Linden Practice <office@example.com>"
    assert message["Reply-To"] == "office@linden.example"
    assert message["Auto-Submitted"] == "auto-generated"


def test_a_practice_with_letters_of_its_own(clock: Clock):
    SAMPLES["card_removed"](letter(practice_name='Łódź, "Linden"'))
    delivery.sweep(now=clock)
    sender = mail.outbox[0].message()["From"]
    assert "Łódź" in "".join(
        part.decode(code or "ascii") if isinstance(part, bytes) else part
        for part, code in decode_header(sender)
    )


def test_every_attempt_has_the_same_message_id(email: OutgoingEmail):
    first, second = (delivery._message(email).extra_headers["Message-ID"] for _ in range(2))
    assert first == second
    assert first.endswith("@example.com>")


def test_a_failure_waits_longer_each_time(email: OutgoingEmail, clock: Clock, server):
    server.error = smtplib.SMTPServerDisconnected("gone")
    for number, wait in enumerate(delivery.RETRY_AFTER, 1):
        delivery.sweep(now=clock)
        assert server.sent == number
        clock.time += wait - timedelta(seconds=1)
        delivery.sweep(now=clock)
        assert server.sent == number
        clock.advance(seconds=1)
    email.refresh_from_db()
    assert email.given_up_at is None
    assert "gone" in email.last_error


def test_it_is_given_up_in_the_end_with_its_reason(email: OutgoingEmail, clock: Clock, server):
    server.error = ConnectionRefusedError("nobody there")
    for _ in range(delivery.MAX_ATTEMPTS + 5):
        delivery.sweep(now=clock)
        clock.advance(days=1)
    email.refresh_from_db()
    assert server.sent == delivery.MAX_ATTEMPTS
    assert email.given_up_at
    assert email.last_error == "ConnectionRefusedError: nobody there"


def test_a_server_that_is_back_gets_it(email: OutgoingEmail, clock: Clock, server):
    server.error = TimeoutError()
    delivery.sweep(now=clock)
    server.error = None
    clock.advance(minutes=2)
    assert delivery.sweep(now=clock) == 1
    email.refresh_from_db()
    assert (email.last_error, email.attempts) == ("", 2)


@pytest.mark.parametrize(("code", "is_final"), [(550, True), (450, False)])
def test_an_address_refused_for_good_is_not_tried_again(email, clock, server, code, is_final):
    server.error = smtplib.SMTPRecipientsRefused({"sam@example.com": (code, b"no")})
    delivery.sweep(now=clock)
    email.refresh_from_db()
    assert (email.given_up_at is not None) is is_final


def test_a_header_that_was_broken_afterwards_never_leaves(email: OutgoingEmail, clock: Clock):
    OutgoingEmail.objects.update(to="sam@example.com\nBcc: all@example.com")
    delivery.sweep(now=clock)
    email.refresh_from_db()
    assert mail.outbox == []
    assert email.given_up_at


def test_a_killed_worker_leaves_it_to_the_next_one(email: OutgoingEmail, clock: Clock):
    assert delivery._claim(email.pk, clock())
    assert delivery.sweep(now=clock) == 0
    clock.advance(seconds=61)
    assert delivery.sweep(now=clock) == 1
    assert len(mail.outbox) == 1


def test_one_that_kills_every_worker_is_given_up(email: OutgoingEmail, clock: Clock):
    OutgoingEmail.objects.update(attempts=delivery.MAX_ATTEMPTS)
    assert delivery.sweep(now=clock) == 0
    email.refresh_from_db()
    assert email.given_up_at
    assert email.last_error


def test_one_that_fails_does_not_keep_the_others(clock: Clock):
    for number in range(3):
        emails.card_removed(letter(dedupe_key=f"cause:{number}"), card="Visa ···· 4242")
    first = OutgoingEmail.objects.earliest("pk")
    OutgoingEmail.objects.filter(pk=first.pk).update(to="broken\n@example.com")
    assert delivery.sweep(now=clock) == 2


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(email, clock, monkeypatch):
    seen: list[bool] = []

    def send(self, **_):
        seen.append(transaction.get_connection().in_atomic_block)
        return 1

    monkeypatch.setattr(EmailMultiAlternatives, "send", send)
    delivery.sweep(now=clock)
    assert seen == [False]


def deliver_from_many_threads(email: OutgoingEmail, clock: Clock, threads: int = 8) -> None:
    start = threading.Barrier(threads)

    def run() -> None:
        try:
            start.wait()
            delivery.deliver(email_id=email.pk, now=clock)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=run) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_workers_send_it_once(email: OutgoingEmail, clock: Clock):
    deliver_from_many_threads(email, clock)
    assert len(mail.outbox) == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_they_would_send_it_often(email, clock, monkeypatch):
    """The test above can fail."""
    monkeypatch.setattr(
        delivery, "_claim", lambda pk, now: OutgoingEmail.objects.due(now).filter(pk=pk).first()
    )
    deliver_from_many_threads(email, clock)
    assert len(mail.outbox) > 1
