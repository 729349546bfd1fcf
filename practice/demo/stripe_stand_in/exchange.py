"""A request as it came and the answer to it, free of sockets."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from practice.demo.stripe_stand_in.errors import Refusal
from practice.demo.stripe_stand_in.store import Json


@dataclass(frozen=True)
class Request:
    """``headers`` have lower-case names; ``query`` and ``body`` are still encoded."""

    verb: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True)
class Answer:
    """``lost`` closes the connection instead of answering."""

    status: int
    body: str = ""
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False


def in_json(status: int, body: Json, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer as Stripe writes it."""
    return Answer(status, json.dumps(body, indent=2), headers=headers or {})


def refused(refusal: Refusal, headers: Mapping[str, str] | None = None) -> Answer:
    """A refusal as Stripe writes it."""
    return in_json(refusal.status, refusal.body, headers)
