"""Sends queued events to the application, signed as Stripe signs them, until it answers 2xx."""

import hashlib
import hmac
import json
import threading
import time
import urllib.error
import urllib.request

from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.checkout import expire_all_over
from practice.demo.stripe_stand_in.config import Config
from practice.demo.stripe_stand_in.events import with_pending
from practice.demo.stripe_stand_in.store import Json, Store

MOST_ATTEMPTS = 12
LONGEST_PAUSE = 60.0
TIMEOUT = 10.0
LOOK_AROUND = 1.0

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Deliverer(threading.Thread):
    """Also expires Checkout Sessions whose time is over, once a second."""

    def __init__(self, store: Store, config: Config) -> None:
        super().__init__(daemon=True, name="webhooks")
        self._store = store
        self._config = config
        self._stopped = False

    def run(self) -> None:
        """Until ``stop``: what is due, one after the other, then waits for more."""
        while not self._stopped:
            self._store.news.clear()
            with self._store.transaction():
                expire_all_over(Call(self._store, self._config))
            while not self._stopped and self._deliver_next():
                pass
            self._store.news.wait(self._pause())

    def stop(self) -> None:
        """Finishes the delivery under way and ends."""
        self._stopped = True
        self._store.news.set()
        self.join(TIMEOUT)

    def _pause(self) -> float:
        rows = self._store.run("SELECT min(due) FROM deliveries WHERE state = 'due'")
        return (
            LOOK_AROUND
            if rows[0][0] is None
            else max(0.01, min(LOOK_AROUND, rows[0][0] - time.time()))
        )

    def _deliver_next(self) -> bool:
        sql = "SELECT id, event, attempts FROM deliveries WHERE state = 'due' AND due <= ? ORDER BY due, id LIMIT 1"
        rows = self._store.run(sql, time.time())
        for delivery_id, event_id, attempts in rows:
            event = self._store.get(event_id, "event")
            answer = self._send(event) if event else "the event is gone"
            self._keep(
                delivery_id, attempts + 1, answer, delivered=answer.startswith("2") or event is None
            )
        return bool(rows)

    def _send(self, event: Json) -> str:
        body = json.dumps(with_pending(Call(self._store, self._config), event), indent=2).encode()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": signature(body, self._config.webhook_secret, int(time.time())),
        }
        request = urllib.request.Request(self._config.webhook_url, body, headers)  # noqa: S310 (our own setting)
        try:
            with DIRECT.open(request, timeout=TIMEOUT) as answer:
                return str(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return str(error.code)
        except (OSError, ValueError) as error:
            return type(error).__name__

    def _keep(self, delivery_id: int, attempts: int, answer: str, *, delivered: bool) -> None:
        state = "done" if delivered else "failed" if attempts >= MOST_ATTEMPTS else "due"
        pause = min(LONGEST_PAUSE, self._config.retry_seconds * 2 ** (attempts - 1))
        sql = "UPDATE deliveries SET state = ?, attempts = ?, answer = ?, due = ? WHERE id = ?"
        self._store.run(sql, state, attempts, answer, time.time() + pause, delivery_id)


def signature(body: bytes, secret: str, timestamp: int) -> str:
    """The ``Stripe-Signature`` header of a body sent at ``timestamp`` (Unix seconds)."""
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"
