"""A page about somebody is handed out once it is written who reads it (DESIGN 4.8)."""

from typing import Any

from django.db import models
from django.http import HttpResponse
from django.utils import timezone

from practice.audit.actor import Actor
from practice.audit.log import record


def served(
    response: HttpResponse,
    *,
    by: Actor,
    action: str,
    target: models.Model,
    client_id: int | None = None,
    **details: Any,
) -> HttpResponse:
    """Write that `by` reads this finished page, then hand it out; unwritten, it is not served.

    One statement, which is its own transaction. A list's `target` is its reader, and `ids` are those
    of the clients shown.
    """
    record(by=by, action=action, target=target, client_id=client_id, now=timezone.now(), **details)
    return response
