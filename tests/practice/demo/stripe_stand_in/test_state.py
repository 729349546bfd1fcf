"""What was, is still so after the process was killed."""

import socket
import urllib.request

import pytest

from tests.practice.demo.stripe_stand_in.conftest import (
    SECRET,
    Inbox,
    charge,
    client,
    open_session,
    saved_card,
)
from tests.stand_in import StandIn


@pytest.fixture
def own(listening: Inbox):
    """A stand-in this test may kill."""
    listening.received.clear()
    with StandIn(webhook_url=listening.url, webhook_secret=SECRET) as stand_in:
        yield stand_in


def test_everything_survives_sigkill(own, listening):
    api = client(own)
    payer = api.customers.create({"email": "payer@example.com"})
    card = saved_card(own, api, payer, "4242424242424242")
    still_open = open_session(api, payer)
    paid = charge(api, payer, card, key="one")
    own.switch("webhooks", mode="hold")
    other = charge(api, payer, card, key="two")
    own.kill()
    own.start()

    api = client(own)
    assert charge(api, payer, card, key="one").id == paid.id
    assert len(own.charges()) == 2
    assert own.save_card(still_open.url)
    own.switch("webhooks/release")
    events = listening.wait_for("payment_intent.succeeded", 2)
    assert [event.data.object.id for event in events] == [paid.id, other.id]


def test_an_undelivered_webhook_survives_a_restart(own, listening):
    api = client(own)
    payer = api.customers.create({})
    listening.answers += [500] * 3
    session = open_session(api, payer)
    own.save_card(session.url)
    own.stop()
    own.start()
    listening.wait_for("checkout.session.completed")


def test_no_other_address_reaches_it(own):
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", own.port), timeout=1)


def test_switches_take_only_json(own):
    request = urllib.request.Request(f"{own.base_url}/_test/reset", b"a=b")
    with pytest.raises(urllib.request.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=5)
    assert refused.value.code == 415
    refused.value.close()
