"""The log is read by people who may not open a client's link."""

import logging
from io import StringIO

import pytest
from django.test import Client as Browser

from billing.gateway import GatewayUnavailable
from clients.models import LinkPurpose
from practice.logs import without_secrets
from tests.world import build_world

LINES = [
    ("Not Found: /l/card/dG9rZW4tX3Rva2Vu/", "Not Found: /l/card/…/"),
    ("'/l/your-card/dG9rZW4/agreement/7/'", "'/l/your-card/…/agreement/7/'"),
    ("https://practice.example/l/card/dG9rZW4?x=1", "https://practice.example/l/card/…?x=1"),
    ("/accounts/password/reset/key/1-c8a-9f/", "/accounts/password/reset/key/…/"),
    ("Not Found: /clients/12/", "Not Found: /clients/12/"),
    ("/l/card/", "/l/card/"),
]


@pytest.mark.parametrize(("line", "masked"), LINES)
def test_secrets_are_masked_and_nothing_else(line, masked):
    assert without_secrets(line) == masked


@pytest.fixture
def written(monkeypatch):
    """What the console handler of the settings writes."""
    (console,) = (one for one in logging.getLogger().handlers if one.name == "console")
    stream = StringIO()
    monkeypatch.setattr(console, "stream", stream)
    return stream


@pytest.fixture
def world(practice):
    return build_world()


def test_an_answer_that_asks_for_a_tick_is_logged_without_the_token(world, written):
    address = world.address("portal:add_card")
    assert Browser().post(address).status_code == 422
    assert "/l/card/…/" in written.getvalue()
    assert world.links[LinkPurpose.ADD_CARD].token not in written.getvalue()


def test_neither_is_it_in_a_traceback(world, written, monkeypatch):
    def away(*_, **__):
        raise GatewayUnavailable(f"Could not hand over {address}")

    address = world.address("portal:your_card")
    monkeypatch.setattr("portal.views.your_card.start_setup", away)
    assert Browser().post(address).status_code == 503
    assert "Could not hand over /l/your-card/…/" in written.getvalue()
    assert world.links[LinkPurpose.YOUR_CARD].token not in written.getvalue()


def test_nor_when_a_page_fails(world, written, monkeypatch):
    monkeypatch.setattr("portal.views.add_card.look", lambda *_, **__: 1 / 0)
    address = world.address("portal:add_card")
    assert Browser(raise_request_exception=False).get(address).status_code == 500
    assert "Internal Server Error: /l/card/…/" in written.getvalue()
    assert world.links[LinkPurpose.ADD_CARD].token not in written.getvalue()
