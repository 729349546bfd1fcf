"""Pages by the last row seen: every row once, in order, in both directions."""

import base64
import json
from datetime import UTC, datetime
from itertools import chain

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client
from practice.keyset import Cursor, decode, encode, fetch_page
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def walk(size, is_descending=False):
    """All pages forwards, then all pages backwards from the last one."""
    forwards, cursor, page = [], Cursor(), None
    while page is None or page.after:
        page = fetch_page(
            Client.objects.all(), "sort_name", cursor, size=size, is_descending=is_descending
        )
        forwards.append([one.pk for one in page.rows])
        cursor = Cursor(page.after)
    backwards = [forwards[-1]]
    while page.before:
        page = fetch_page(
            Client.objects.all(),
            "sort_name",
            Cursor(page.before, True),
            size=size,
            is_descending=is_descending,
        )
        backwards.insert(0, [one.pk for one in page.rows])
    return forwards, backwards


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    names=st.lists(st.sampled_from(["Ann", "Bea", "Cy", "Zoë"]), max_size=13),
    size=st.integers(1, 5),
    is_descending=st.booleans(),
)
def test_every_row_stands_on_one_page_in_order(names, size, is_descending):
    Client.objects.all().delete()
    for name in names:
        ClientFactory(first_name=name, last_name="Same")
    sign = "-" if is_descending else ""
    expected = list(
        Client.objects.order_by(f"{sign}sort_name", f"{sign}pk").values_list("pk", flat=True)
    )
    forwards, backwards = walk(size, is_descending)
    assert list(chain(*forwards)) == expected
    assert list(chain(*backwards)) == expected
    assert all(len(page) <= size for page in forwards)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "x",
        "ä",
        "a" * 5000,
        base64.urlsafe_b64encode(b"[1]").decode(),
        base64.urlsafe_b64encode(b'{"a": 1}').decode(),
        base64.urlsafe_b64encode(b'["a\\u0000b", 1]').decode(),
        base64.urlsafe_b64encode(b'["\\ud800", 1]').decode(),
        base64.urlsafe_b64encode(json.dumps(["a", 10**30]).encode()).decode(),
        base64.urlsafe_b64encode(b"[[[[[[[[").decode(),
        base64.urlsafe_b64encode(b'["a", Infinity]').decode(),
    ],
)
def test_what_nobody_encoded_leads_to_the_first_page(word):
    assert decode(word) is None
    query = QueryDict(mutable=True)
    query["after"] = word
    assert Cursor.read(query) == Cursor()


@pytest.mark.parametrize("text", ["2026-03-05T10:00:00", "0001-01-01T00:00:00+14:00", "soon"])
def test_odd_moments_lead_to_the_first_page(text):
    assert decode(encode((text, 3)), "moment") is None


def test_a_key_comes_back_as_it_was():
    moment = datetime(2026, 3, 5, 10, 0, 0, 123456, tzinfo=UTC)
    assert decode(encode(("rivers sam", 7))) == ("rivers sam", 7)
    assert decode(encode((moment, 7)), "moment") == (moment, 7)
