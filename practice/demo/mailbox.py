"""The mail of the demo practice, as Django's file backend left it: files of messages between dashed lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cached_property
from pathlib import Path

from django.conf import settings

SHOWN_AT_MOST = 200
BETWEEN_MESSAGES = b"\n" + b"-" * 79 + b"\n"


@dataclass(frozen=True)
class Attachment:
    name: str
    content: str | bytes


class Mail:
    """One delivered message. `name` is its file's and its place in it: `20261122-101500-1401-0`."""

    def __init__(self, name: str, raw: bytes) -> None:
        self.name = name
        self.message: EmailMessage = message_from_bytes(raw, policy=policy.default)

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        return str(self.message["Subject"] or "")

    @property
    def to(self) -> str:
        return str(self.message["To"] or "")

    @property
    def sender(self) -> str:
        return str(self.message["From"] or "")

    @property
    def sent_at(self) -> datetime:
        date = self.message["Date"]
        moment: datetime | None = date.datetime if date else None
        return moment.astimezone(UTC) if moment else datetime.min.replace(tzinfo=UTC)

    @cached_property
    def text(self) -> str:
        return self._body("plain")

    @cached_property
    def html(self) -> str:
        return self._body("html")

    @property
    def link(self) -> str:
        """The first address of this site in the text; empty when there is none."""
        found = re.search(rf"{re.escape(settings.SITE_URL)}/\S+", self.text)
        return found[0] if found else ""

    @property
    def attachments(self) -> list[Attachment]:
        return [
            Attachment(part.get_filename("file"), part.get_content())
            for part in self.message.iter_attachments()
        ]

    def _body(self, kind: str) -> str:
        part = self.message.get_body((kind,))
        return str(part.get_content()) if part else ""


def newest() -> list[Mail]:
    """The mails that left last, newest first."""
    mails: list[Mail] = []
    for path in _files():
        mails += reversed(list(_mails_in(path)))
        if len(mails) >= SHOWN_AT_MOST:
            break
    return mails[:SHOWN_AT_MOST]


def find(name: str) -> Mail | None:
    """The mail of that name. Names are compared with the folder's own; none ever becomes a path."""
    stem, _, _ = name.rpartition("-")
    for path in _files():
        if path.stem == stem:
            return next((mail for mail in _mails_in(path) if mail.name == name), None)
    return None


def _files() -> list[Path]:
    folder = Path(settings.EMAIL_FILE_PATH)
    files = folder.glob("*.log") if folder.is_dir() else []
    return sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def _mails_in(path: Path) -> Iterator[Mail]:
    messages = path.read_bytes().split(BETWEEN_MESSAGES)
    for place, raw in enumerate(message for message in messages if message.strip()):
        yield Mail(f"{path.stem}-{place}", raw)
