"""What each e-mail says, and what none of them may."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

from notifications import emails
from notifications.models import OutgoingEmail
from notifications.wording import has_health_words, when
from tests.notifications.samples import NASTY, NOW, SAMPLES, agreement, letter, line, link

pytestmark = pytest.mark.django_db
FOLDERS = Path(settings.BASE_DIR) / "templates" / "emails"


def written(name: str) -> OutgoingEmail:
    SAMPLES[name](letter())
    return OutgoingEmail.objects.get()


def test_every_email_has_a_function_a_folder_and_a_sample():
    folders = {path.name for path in FOLDERS.iterdir() if path.is_dir()}
    assert folders == set(emails.__all__) == set(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
class TestEveryEmail:
    def test_is_text_and_html(self, name: str):
        email = written(name)
        assert email.text.startswith(f"Hello {NASTY},\n")
        assert email.html.lstrip().startswith("<!DOCTYPE html>")
        assert "{" not in email.text
        assert "&quot;" not in email.text
        assert "&amp;" not in email.text
        assert "None" not in email.text + email.html

    def test_gives_nothing_of_health_away(self, name: str):
        email = written(name)
        assert email.subject
        assert not has_health_words(email.subject)
        assert not has_health_words(email.sender_name)
        addresses = re.findall(r"https?://\S+", email.text)
        assert not any("session" in address or "therap" in address for address in addresses)

    def test_escapes_names(self, name: str):
        email = written(name)
        assert "<b onclick" not in email.html
        assert "&lt;b onclick" in email.html

    def test_loads_nothing_from_anywhere(self, name: str):
        sources = Attributes(written(name).html).of({"src", "background", "style"})
        assert sources == []

    def test_wraps_its_text(self, name: str):
        lines = written(name).text.splitlines()
        assert [text for text in lines if len(text) > 72 and "http" not in text] == []
        assert "\n\n\n" not in written_again(name)


def written_again(name: str) -> str:
    return OutgoingEmail.objects.get().text


class Attributes(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += attrs

    def of(self, names: set[str]) -> list[tuple[str, str | None]]:
        return [(name, value) for name, value in self.found if name in names]


def test_the_card_request_says_what_for_how_much_when_and_until():
    emails.add_your_card(letter(), agreements=[agreement(attendee="Mia Hart")], link=link())
    email = OutgoingEmail.objects.get()
    text = email.text.replace("\n ", "").replace("\n", " ")
    assert "Dr Priya Nair for Mia Hart, £80.00 each" in text
    assert "48 hours before it starts" in text
    assert "Sun 29 Nov 2026, 10:00 (London time)" in text
    assert "good until Sun 6 Dec 2026" in text


def test_the_former_organiser_reads_what_is_still_theirs():
    SAMPLES["your_part_has_ended"](letter())
    assert "Tue 1 Dec 2026, 10:00 (London time)" in OutgoingEmail.objects.get().text


def test_a_series_is_one_email():
    emails.sessions_booked(letter(), sessions=[line(week) for week in range(104)])
    email = OutgoingEmail.objects.get()
    assert email.subject == "Your 104 appointments from Tue 1 Dec 2026"
    assert email.text.count("(London time)") == 104


def test_what_is_not_given_is_not_shown():
    emails.sessions_booked(
        letter(), sessions=[line(fee="", charge_at=None, free_until=None, place="")]
    )
    email = OutgoingEmail.objects.get()
    assert "£" not in email.text + email.html
    assert "charge" not in email.text + email.html


def test_a_practice_whose_name_tells_of_health_is_not_named_as_the_sender():
    SAMPLES["sessions_booked"](letter(practice_name="Linden Therapy"))
    email = OutgoingEmail.objects.get()
    assert email.sender_name == ""
    assert "Linden" not in email.calendar


@pytest.mark.parametrize(
    ("zone", "expected"),
    [
        ("Europe/London", "Sun 22 Nov 2026, 09:00 (London time)"),
        ("America/Argentina/Buenos_Aires", "Sun 22 Nov 2026, 06:00 (Buenos Aires time)"),
        ("Pacific/Auckland", "Sun 22 Nov 2026, 22:00 (Auckland time)"),
        ("UTC", "Sun 22 Nov 2026, 09:00 (UTC)"),
        ("Etc/GMT+5", "Sun 22 Nov 2026, 04:00 (-05)"),
    ],
)
def test_times_name_their_zone(zone: str, expected: str):
    assert when(NOW, zone) == expected
