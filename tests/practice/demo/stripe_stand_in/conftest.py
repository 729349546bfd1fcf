"""One stand-in for all these tests, emptied before each, with somebody listening to its webhooks."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import stripe

from tests.stand_in import StandIn, wait_until

SECRET = "whsec_listened_to"


@dataclass
class Inbox:
    """What the webhook received: bodies and signatures, oldest first. It answers with the statuses in ``answers``,
    then 200."""

    url: str = ""
    received: list[tuple[bytes, str]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    def events(self) -> list[Any]:
        """The events, their signatures verified."""
        return [stripe.Webhook.construct_event(body, mark, SECRET) for body, mark in self.received]

    def types(self) -> list[str]:
        return [event.type for event in self.events()]

    def wait_for(self, event_type: str, times: int = 1) -> list[Any]:
        """Those events, as soon as there are as many."""
        wait_until(lambda: self.types().count(event_type) >= times)
        return [event for event in self.events() if event.type == event_type]

    def stays_without(self, event_type: str) -> bool:
        time.sleep(0.3)
        return event_type not in self.types()


@pytest.fixture(scope="session")
def listening() -> Iterator[Inbox]:
    inbox = Inbox()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            inbox.received.append((body, self.headers["Stripe-Signature"]))
            self.send_response(inbox.answers.pop(0) if inbox.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    inbox.url = f"http://127.0.0.1:{server.server_address[1]}/stripe/webhook"
    yield inbox
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def running(listening: Inbox) -> Iterator[StandIn]:
    with StandIn(webhook_url=listening.url, webhook_secret=SECRET) as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(running: StandIn, listening: Inbox) -> StandIn:
    running.switch("reset")
    time.sleep(0.02)
    listening.received.clear()
    listening.answers.clear()
    return running


@pytest.fixture
def inbox(stand_in: StandIn, listening: Inbox) -> Inbox:
    return listening


@pytest.fixture
def api(stand_in: StandIn):
    return client(stand_in)


def client(stand_in: StandIn, retries: int = 0, key: str = "sk_test_tests"):
    """The real library, talking to the stand-in."""
    addresses: dict[str, str] = {"api": stand_in.base_url}
    return stripe.StripeClient(key, base_addresses=addresses, max_network_retries=retries).v1  # type: ignore[arg-type]


@pytest.fixture
def payer(api) -> Any:
    return api.customers.create({"email": "payer@example.com", "name": "Pat Payer"})


def open_session(api, payer: Any, **more) -> Any:
    """A Checkout Session as the application makes one."""
    asked = {
        "mode": "setup",
        "currency": "usd",
        "customer": payer.id,
        "client_reference_id": "link-1",
        "success_url": "http://localhost/saved?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost/back",
        **more,
    }
    return api.checkout.sessions.create(
        {name: value for name, value in asked.items() if value is not None}
    )


def saved_card(stand_in: StandIn, api, payer: Any, number: str) -> Any:
    """The payer's card after the hosted page."""
    assert stand_in.save_card(open_session(api, payer).url, number)
    return api.customers.payment_methods.list(payer.id).data[0]


def charge(
    api,
    payer: Any,
    card: Any,
    amount: object = 9000,
    key: str | None = None,
    **more,
):
    """An off-session charge as the application makes one."""
    asked = {
        "amount": amount,
        "currency": "usd",
        "customer": payer.id,
        "payment_method": card.id,
        "off_session": True,
        "confirm": True,
        **more,
    }
    return api.payment_intents.create(asked, {"idempotency_key": key} if key else {})


def error_of(refused: pytest.ExceptionInfo[Any]) -> Any:
    """The error object of a refusal."""
    return refused.value.error
