"""The calendar file of an e-mail about appointments (RFC 5545, RFC 5546)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from email.utils import parseaddr
from enum import StrEnum
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, vCalAddress, vText

from notifications.letters import Letter, SessionLine
from notifications.wording import has_health_words, one_line


class Method(StrEnum):
    REQUEST = "REQUEST"
    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Invite:
    """A calendar file as text, and its method, which the attachment's type repeats."""

    text: str
    method: Method


def booked(lines: Sequence[SessionLine], letter: Letter) -> Invite:
    """Put the appointments into the reader's calendar, or change those that are there.

    Several go out as PUBLISH: a REQUEST may hold one appointment only (RFC 5546, 3.2.2).
    """
    return _invite(lines, letter, Method.REQUEST if len(lines) == 1 else Method.PUBLISH)


def cancelled(lines: Sequence[SessionLine], letter: Letter) -> Invite:
    """Take the appointments out of the reader's calendar."""
    return _invite(lines, letter, Method.CANCEL)


def _invite(lines: Sequence[SessionLine], letter: Letter, method: Method) -> Invite:
    calendar = Calendar()
    calendar.add("prodid", "-//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method.value)
    for line in lines:
        calendar.add_component(_event(line, letter, method))
    return Invite(calendar.to_ical().decode(), method)


def _event(line: SessionLine, letter: Letter, method: Method) -> Event:
    event = Event()
    event.add("uid", f"{line.uid}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", line.sequence)
    event.add("dtstamp", letter.now.astimezone(UTC))
    event.add("dtstart", line.starts_at.astimezone(UTC))
    event.add("dtend", line.ends_at.astimezone(UTC))
    event.add("summary", summary(letter.practice_name))
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if method == Method.CANCEL else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if line.attendee else "OPAQUE")
    event.add("organizer", _organiser(letter))
    if method != Method.PUBLISH:
        event.add("attendee", _reader(letter))
    if line.place:
        event.add("location", line.place)
    return event


def summary(practice_name: str) -> str:
    """Say `Appointment, Linden Practice`; no more than "Appointment" where the name tells of health."""
    name = one_line(practice_name)
    return "Appointment" if not name or has_health_words(name) else f"Appointment, {name}"


def _organiser(letter: Letter) -> vCalAddress:
    address = letter.reply_to or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    organiser = vCalAddress(f"mailto:{address}")
    name = one_line(letter.practice_name)
    if name and not has_health_words(name):
        organiser.params["CN"] = vText(name.replace('"', "'"))
    return organiser


def _reader(letter: Letter) -> vCalAddress:
    reader = vCalAddress(f"mailto:{letter.to}")
    reader.params["ROLE"] = vText("REQ-PARTICIPANT")
    reader.params["PARTSTAT"] = vText("ACCEPTED")
    reader.params["RSVP"] = vText("FALSE")
    return reader
