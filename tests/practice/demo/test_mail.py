"""The demo's mail can be read by whoever has no mailbox, and can do nothing to them."""

from pathlib import Path

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from notifications import delivery, emails
from practice.demo import mailbox
from tests.notifications.samples import SAMPLES, letter, line

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.practice.demo.mail_urls")]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path, practice) -> Path:
    settings.DEMO = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    return tmp_path / "mail"


def deliver(*names: str) -> list[mailbox.Mail]:
    for name in names:
        SAMPLES[name](letter(now=timezone.now()))
    delivery.sweep(now=timezone.now)
    return mailbox.newest()


def test_an_empty_folder_says_what_will_be_there(client):
    page = client.get(reverse("demo:mail"))
    assert "No mail yet" in page.content.decode()


def test_the_list_shows_the_newest_first_to_anybody(client):
    deliver("card_saved")
    deliver("card_removed")
    page = client.get(reverse("demo:mail")).content.decode()
    assert page.index("Your payment card was removed") < page.index("Your payment card was saved")


def test_every_email_can_be_read(client):
    deliver(*SAMPLES)
    mails = mailbox.newest()
    assert len(mails) == len(SAMPLES)
    for one in mails:
        page = client.get(reverse("demo:mail_one", args=[one.name]))
        assert page.status_code == 200
        assert "<b onclick" not in page.content.decode()


def test_several_messages_of_one_file_are_told_apart(folder: Path):
    with mail.get_connection() as connection:
        for number in range(3):
            connection.send_messages(
                [mail.EmailMessage(f"Number {number}", "text", to=["a@example.com"])]
            )
    assert len(list(folder.iterdir())) == 1
    names = [one.name for one in mailbox.newest()]
    assert [str(mailbox.find(name)) for name in names] == ["Number 2", "Number 1", "Number 0"]


def test_the_link_can_be_pressed(client):
    (one,) = deliver("add_your_card")
    page = client.get(reverse("demo:mail_one", args=[one.name])).content.decode()
    assert one.link.startswith("http://localhost:8000/l/card/")
    assert "LINK-SECRET" not in one.link
    assert page.count(f'href="{one.link}"') == 2


def test_the_html_part_is_locked_up(client):
    (one,) = deliver("add_your_card")
    page = client.get(reverse("demo:mail_html", args=[one.name]))
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert page["X-Frame-Options"] == "SAMEORIGIN"
    assert page["Referrer-Policy"] == "no-referrer"
    around = client.get(reverse("demo:mail_one", args=[one.name]))
    assert reverse("demo:mail_html", args=[one.name]) + '">By itself' in around.content.decode()
    assert "frame-src 'self'" in around["Content-Security-Policy"]
    assert "unsafe-inline" not in around["Content-Security-Policy"]


def test_the_calendar_file_can_be_had(client):
    emails.sessions_booked(letter(now=timezone.now()), sessions=[line()])
    (one,) = deliver()
    found = client.get(reverse("demo:mail_file", args=[one.name, 0]))
    assert found.content.startswith(b"BEGIN:VCALENDAR")
    assert client.get(reverse("demo:mail_file", args=[one.name, 1])).status_code == 404


@pytest.mark.parametrize(
    "name", ["..%2F..%2Fsecret_key", "../../db", "20261122-1-1-0", "x", "secret-0", "-", "%00"]
)
def test_no_other_file_can_be_read(client, folder: Path, name: str):
    deliver("card_saved")
    (folder.parent / "secret.log").write_text("Subject: secret\n\nsecret")
    assert client.get(f"/demo/mail/{name}/").status_code == 404


def test_nothing_is_posted_here(client):
    assert client.post(reverse("demo:mail")).status_code == 405
