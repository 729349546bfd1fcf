"""What an e-mail is about, in plain values: to whom, which appointments, agreements and link."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.urls import reverse

from notifications.wording import day_of, moment, when
from practice.models import Practice
from practice.team.models import User

LINK_SECRET = "LINK-SECRET-IS-PUT-HERE-WHEN-DELIVERING-IT-"  # noqa: S105 its place, as long as a token


class Person(Protocol):
    """Someone known to the practice, whoever keeps the record."""

    pk: Any

    @property
    def first_name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def is_reachable(self) -> bool: ...


class EmailedLink(Protocol):
    """The record of a link: everything but the secret itself."""

    @property
    def purpose(self) -> str: ...
    @property
    def salt(self) -> str: ...
    @property
    def expires_at(self) -> datetime: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """To whom an e-mail goes, from which practice, and what makes it one of its kind.

    An empty `to` means there is nobody to write to: nothing is queued. `dedupe_key` names the cause
    (`relationship:7:ended`); the e-mail's name and its reader are added to it, so that the attendee's and
    the payer's mail of one cause share it. `client_id` is the reader's; None for the team.
    """

    to: str
    first_name: str
    client_id: int | None
    practice_name: str
    dedupe_key: str
    now: datetime
    reply_to: str = ""
    phone: str = ""


def letter_to(person: Person, *, practice: Practice, dedupe_key: str, now: datetime) -> Letter:
    """A letter to a client; to nobody when they have no address or must not be written to."""
    return Letter(
        to=person.email if person.is_reachable else "",
        first_name=person.first_name,
        client_id=person.pk,
        practice_name=practice.name,
        dedupe_key=dedupe_key,
        now=now,
        reply_to=practice.email,
        phone=practice.phone,
    )


def letter_to_staff(user: User, *, practice: Practice, dedupe_key: str, now: datetime) -> Letter:
    """A letter to a member of the team; to nobody when they have left."""
    return Letter(
        to=user.email if user.is_active else "",
        first_name=user.name,
        client_id=None,
        practice_name=practice.name,
        dedupe_key=dedupe_key,
        now=now,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkSecret:
    """An e-mailed link: its path with LINK_SECRET in place of the token, made while delivering.

    `expires_at` is shown as a day of `time_zone` (IANA; the practice's).
    """

    purpose: str
    salt: str
    path: str
    expires_at: datetime
    time_zone: str

    @property
    def expires_on(self) -> str:
        return day_of(self.expires_at, self.time_zone)


def link_to(link: EmailedLink, view: str, *, practice: Practice) -> LinkSecret:
    """The link to a page whose one argument is the token, such as `portal:add_card`."""
    return LinkSecret(
        purpose=link.purpose,
        salt=link.salt,
        path=reverse(view, args=[LINK_SECRET]),
        expires_at=link.expires_at,
        time_zone=practice.time_zone,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionLine:
    """One appointment as one reader may see it: what is left empty is not shown to them.

    `uid` names the appointment for ever (`session-12`), `sequence` counts its changes. `attendee` is given to a
    payer who does not attend; `fee` is money in words (`£80.00`), for whoever pays. `charge_at`: when the
    reader's card is charged; `free_until`: until when cancelling is free; both are shown in `time_zone`.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    therapist: str
    attendee: str = ""
    place: str = ""
    fee: str = ""
    charge_at: datetime | None = None
    free_until: datetime | None = None

    @property
    def when(self) -> str:
        return when(self.starts_at, self.time_zone)

    @property
    def day(self) -> str:
        return day_of(self.starts_at, self.time_zone)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def charged(self) -> str:
        """Without the zone's name: it stands beside `when`, which names it."""
        return moment(self.charge_at, self.time_zone) if self.charge_at else ""

    @property
    def free_before(self) -> str:
        return when(self.free_until, self.time_zone) if self.free_until else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AgreementLine:
    """What a payer agrees to: with which therapist, for whom, at which fee, charged when.

    `attendee` is empty when the reader attends. `fee` is money in words, for one appointment, or empty when it
    differs. `charged` completes "Each appointment is …": `charged to your card 48 hours before it starts`.
    """

    therapist: str
    charged: str
    time_zone: str
    attendee: str = ""
    fee: str = ""
    next_charge_at: datetime | None = None

    @property
    def next_charge(self) -> str:
        return when(self.next_charge_at, self.time_zone) if self.next_charge_at else ""
