"""Fixtures for all tests."""

import pytest
from django.db import connection

from practice.models import Practice


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip, and say so, what only PostgreSQL can prove."""
    if connection.vendor == "postgresql":
        return
    skip = pytest.mark.skip(reason="proves what only PostgreSQL can: set DATABASE_URL")
    for item in items:
        if "postgres" in item.keywords:
            item.add_marker(skip)


@pytest.fixture
def practice(db) -> Practice:
    """The practice's settings, also after a test that emptied the tables."""
    return Practice.objects.update_or_create(
        pk=1, defaults={"name": "Linden Practice", "email": "office@linden.example"}
    )[0]
