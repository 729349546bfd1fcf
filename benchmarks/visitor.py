"""A browser's part: one signed-in person after the other asks for pages, over connections that stay open."""

from collections.abc import Iterable
from html.parser import HTMLParser
from http.client import HTTPConnection
from itertools import cycle
from typing import NamedTuple
from urllib.parse import urlencode

HOST = "127.0.0.1"
CONNECTIONS = 4
TIMEOUT_SECONDS = 20
CSRF = "c" * 32
Fields = list[tuple[str, str]]


class Visit(NamedTuple):
    """One request: whose (the user's id), where to, and what is posted; None for a GET."""

    user: int
    path: str
    posted: Fields | None = None


class Answer(NamedTuple):
    status: int
    location: str
    text: str


def session_key(user: int) -> str:
    """The key of the HTTP session that `build` makes for each user."""
    return f"measurements{user:020}"


class Visitor:
    """Sequential requests to one server of this machine, taking its connections in turn."""

    def __init__(self, port: int) -> None:
        self._connections = [
            HTTPConnection(HOST, port, timeout=TIMEOUT_SECONDS) for _ in range(CONNECTIONS)
        ]
        self._turn = cycle(self._connections)

    def go(self, visit: Visit) -> Answer:
        """Ask, and read the whole answer. Raises OSError when there is none."""
        connection = next(self._turn)
        headers = {"Cookie": f"session={session_key(visit.user)}; csrf={CSRF}"}
        if visit.posted is None:
            connection.request("GET", visit.path, headers=headers)
        else:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode([*visit.posted, ("csrfmiddlewaretoken", CSRF)])
            connection.request("POST", visit.path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        return Answer(response.status, response.getheader("Location") or "", text)

    def go_all(self, visits: Iterable[Visit]) -> None:
        """Make each visit; a form must lead on, a page must be there. Raises RuntimeError otherwise."""
        for visit in visits:
            answer = self.go(visit)
            if answer.status != (200 if visit.posted is None else 302):
                raise RuntimeError(f"{visit} was answered {answer.status}: {answer.text[-3000:]}")


class _FormReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: Fields = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = dict(attrs)
        kind, name = field.get("type"), field.get("name")
        is_sent = kind == "hidden" or (kind == "checkbox" and "checked" in field)
        if tag == "input" and name and is_sent and name != "csrfmiddlewaretoken":
            self.fields.append((name, field.get("value") or "on"))


def hidden_and_ticked(text: str) -> Fields:
    """What a page's forms would send without anything typed: hidden fields and ticks."""
    reader = _FormReader()
    reader.feed(text)
    return reader.fields
