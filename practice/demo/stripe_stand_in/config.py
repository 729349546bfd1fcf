"""What the stand-in is told when it starts: command line first, then ``STRIPE_STAND_IN_*``, then defaults."""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

PREFIX = "STRIPE_STAND_IN_"

# What STRIPE.md says the application listens to; "*" sends every event.
LISTENED_TO = (
    "checkout.session.completed,checkout.session.expired,setup_intent.setup_failed,payment_intent.succeeded,"
    "payment_intent.payment_failed,charge.refunded,refund.updated,refund.failed,charge.dispute.created,"
    "payment_method.detached,payment_method.automatically_updated"
)


@dataclass(frozen=True)
class Config:
    """Settings of one stand-in. ``rate_limit`` is requests per second (0 = none), ``retry_seconds`` the first
    pause before a webhook is sent again; it doubles each time, up to a minute."""

    port: int
    state: Path
    webhook_url: str
    webhook_secret: str
    public_url: str
    rate_limit: int
    retry_seconds: float
    webhook_events: frozenset[str]

    def at_port(self, port: int) -> "Config":
        """The same settings once the real port is known; fills in the public address if none was given."""
        return replace(self, port=port, public_url=self.public_url or f"http://localhost:{port}")


def read_config(arguments: Sequence[str], environment: Mapping[str, str] = os.environ) -> Config:
    """Settings from the command line and the environment. Exits with a usage message when one is wrong."""
    given = _parser(environment).parse_args(arguments)
    return Config(
        port=given.port,
        state=given.state,
        webhook_url=given.webhook_url,
        webhook_secret=given.webhook_secret,
        public_url=given.public_url.rstrip("/"),
        rate_limit=given.rate_limit,
        retry_seconds=given.retry_seconds,
        webhook_events=frozenset(name.strip() for name in given.webhook_events.split(",")),
    )


def _parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    def default(name: str, otherwise: str) -> str:
        return environment.get(PREFIX + name, otherwise)

    parser = argparse.ArgumentParser(
        prog="stripe_stand_in", description="A stand-in for Stripe, test cards only."
    )
    add = parser.add_argument
    add("--port", type=int, default=default("PORT", "12111"), help="0 picks a free one")
    add(
        "--state",
        type=Path,
        default=default("STATE", "stripe-stand-in.sqlite3"),
        help="file that keeps everything",
    )
    add("--webhook-url", default=default("WEBHOOK_URL", ""), help="empty: no webhooks are sent")
    add("--webhook-secret", default=default("WEBHOOK_SECRET", "whsec_stand_in"))
    add("--public-url", default=default("PUBLIC_URL", ""), help="address of the hosted pages")
    add(
        "--rate-limit",
        type=int,
        default=default("RATE_LIMIT", "25"),
        help="requests per second, 0 for none",
    )
    add(
        "--retry-seconds",
        type=float,
        default=default("RETRY_SECONDS", "1"),
        help="first pause before a webhook again",
    )
    add(
        "--webhook-events",
        default=default("WEBHOOK_EVENTS", LISTENED_TO),
        help="comma separated, or *",
    )
    return parser
