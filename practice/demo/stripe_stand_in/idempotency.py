"""The same key gets the same answer, for 24 hours."""

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.errors import Refusal, invalid
from practice.demo.stripe_stand_in.store import Json, Store

KEPT_SECONDS = 24 * 60 * 60
LONGEST_KEY = 255
REPLAYED = {"Idempotent-Replayed": "true"}


class KeysInUse:
    """Keys whose first request has not been answered yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: set[str] = set()

    @contextmanager
    def claim(self, key: str | None) -> Iterator[None]:
        """Holds the key until the answer is on its way. Raises 409 while another request holds it."""
        with self._lock:
            if key in self._keys:
                raise _in_use(key)
            if key:
                self._keys.add(key)
        try:
            yield
        finally:
            with self._lock:
                self._keys.discard(key or "")


def recall(call: Call, params: Json) -> tuple[int, Json] | None:
    """The answer given before under this key. Raises 400 ``idempotency_error`` when the key was used for another
    request or with other parameters."""
    if call.idempotency_key is None:
        return None
    call.store.run("DELETE FROM answers WHERE created < ?", call.now - KEPT_SECONDS)
    rows = call.store.run(
        "SELECT path, asked, status, body FROM answers WHERE key = ?", call.idempotency_key
    )
    if not rows:
        return None
    path, asked, status, body = rows[0]
    if path != call.path:
        raise _misused(
            f"can only be used for the same endpoint they were first used for ('{path}')", call
        )
    if asked != _digest(params):
        raise _misused("can only be used with the same parameters they were first used with", call)
    return status, json.loads(body)


def remember(call: Call, params: Json, status: int, body: Json) -> None:
    """Keeps the answer under the request's key."""
    if call.idempotency_key is not None:
        values = (
            call.idempotency_key,
            call.path,
            _digest(params),
            status,
            json.dumps(body),
            call.now,
        )
        call.store.run("INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?)", *values)


def forget_all(store: Store) -> None:
    """As though 24 hours had passed."""
    store.run("DELETE FROM answers")


def checked_key(key: str | None) -> str | None:
    """The key itself. Raises 400 for one beyond 255 characters."""
    if key and len(key) > LONGEST_KEY:
        raise invalid(f"Idempotency keys can be at most {LONGEST_KEY} characters.")
    return key or None


def _digest(params: Json) -> str:
    return hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest()


def _misused(rule: str, call: Call) -> Refusal:
    message = (
        f"Keys for idempotent requests {rule}. Try using a key other than '{call.idempotency_key}' if you meant to "
        "execute a different request."
    )
    return Refusal(400, {"message": message, "type": "idempotency_error"})


def _in_use(key: str | None) -> Refusal:
    message = (
        f"There is currently another in-progress request using this Idempotency Key ('{key}')."
    )
    return Refusal(
        409, {"message": message, "type": "idempotency_error", "code": "idempotency_key_in_use"}
    )
