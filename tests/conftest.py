"""Fixtures for all tests."""

import pytest

from practice.models import Practice


@pytest.fixture
def practice(db) -> Practice:
    """The practice's settings, also after a test that emptied the tables."""
    return Practice.objects.update_or_create(
        pk=1, defaults={"name": "Linden Practice", "email": "office@linden.example"}
    )[0]
