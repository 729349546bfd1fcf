"""Asks the process that arranges people behind the scenes (`tests/browser/arrange.py`)."""

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.browser.site import ROOT, Site


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    email: str

    @property
    def first_name(self) -> str:
        return self.name.split(" ", 1)[0]


@dataclass(frozen=True)
class Booked:
    """A session: its id, and when it is in the words of the pages."""

    id: int
    when: str

    @property
    def path(self) -> str:
        return f"/sessions/{self.id}/"


@dataclass(frozen=True)
class Bond:
    """A relationship and its people."""

    id: int
    attendee: Person
    payer: Person
    sessions: tuple[Booked, ...] = ()

    @property
    def path(self) -> str:
        return f"/relationships/{self.id}/"


class Backstage:
    """`ask` for any function of `arrange`; the methods are the ones that answer with people."""

    def __init__(self, site: Site) -> None:
        self._running = subprocess.Popen(
            site.command(sys.executable, "-m", "tests.browser.arrange"),
            cwd=ROOT,
            env=site.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, what: str, /, **arguments: Any) -> Any:
        assert self._running.stdin
        assert self._running.stdout
        print(json.dumps([what, arguments]), file=self._running.stdin, flush=True)
        answer = self._running.stdout.readline()
        assert answer, f"{what} failed; its traceback is above"
        return json.loads(answer)

    def hand_over(self, therapist: int, **more: Any) -> Bond:
        return _bond(self.ask("hand_over", therapist=therapist, **more))

    def another_payer(self, bond: Bond, name: str) -> Bond:
        return _bond(self.ask("another_payer", relationship=bond.id, payer={"name": name}))

    def book(self, bond: Bond, week: int, at: str = "10:00") -> Booked:
        return Booked(**self.ask("book", relationship=bond.id, week=week, at=at))

    def stop(self) -> None:
        assert self._running.stdin
        assert self._running.stdout
        self._running.stdin.close()
        self._running.wait(20)
        self._running.stdout.close()


def _bond(answer: dict[str, Any]) -> Bond:
    return Bond(
        answer["id"],
        Person(**answer["attendee"]),
        Person(**answer["payer"]),
        tuple(Booked(**one) for one in answer.get("sessions", [])),
    )
