"""What it is told when it starts, and its clock."""

from pathlib import Path
from typing import Any

import pytest

from practice.demo.stripe_stand_in import checkout, customers
from practice.demo.stripe_stand_in.call import Call
from practice.demo.stripe_stand_in.config import LISTENED_TO, Config, read_config
from practice.demo.stripe_stand_in.money import shown
from practice.demo.stripe_stand_in.store import Store

NOW = 1_800_000_000


def test_it_starts_with_nothing_said():
    config = read_config([], {})
    assert (config.port, config.rate_limit, config.webhook_url) == (12111, 25, "")
    assert config.webhook_events == frozenset(LISTENED_TO.split(","))
    assert config.at_port(4000).public_url == "http://localhost:4000"


def test_the_command_line_beats_the_environment():
    environment = {
        "STRIPE_STAND_IN_PORT": "1",
        "STRIPE_STAND_IN_PUBLIC_URL": "http://pay.localhost/",
    }
    config = read_config(["--port", "2"], environment)
    assert (config.port, config.public_url) == (2, "http://pay.localhost")


@pytest.fixture
def call(tmp_path: Path):
    store = Store(tmp_path / "state.sqlite3")
    config: Config = read_config([], {}).at_port(1)
    yield Call(store, config, {}, now=NOW)
    store.close()


def at(call: Call, now: int, **params: Any) -> Call:
    return Call(call.store, call.config, params, now=now)


def test_sessions_expire_when_their_time_is_over(call):
    payer = customers.create_customer(call)
    ways = {
        "mode": "setup",
        "currency": "usd",
        "customer": payer["id"],
        "success_url": "http://localhost/",
    }
    short = checkout.create_session(at(call, NOW, expires_at=NOW + 1800, **ways))
    long = checkout.create_session(at(call, NOW, **ways))
    checkout.expire_all_over(at(call, NOW + 1800))
    statuses = [(call.store.get(each["id"]) or {})["status"] for each in (short, long)]
    assert statuses == ["expired", "open"]
    (event,) = call.store.find("event", {"type": "checkout.session.expired"})
    assert event["data"]["object"]["id"] == short["id"]


def test_a_failed_transaction_leaves_nothing(call):
    with pytest.raises(ZeroDivisionError):
        _create_and_fail(call)
    assert call.store.find("customer") == []


def _create_and_fail(call: Call) -> None:
    with call.store.transaction():
        customers.create_customer(call)
        raise ZeroDivisionError


def test_amounts_are_shown_in_their_currency():
    assert (shown(123456, "usd"), shown(5000, "jpy")) == ("1,234.56 USD", "5,000 JPY")
