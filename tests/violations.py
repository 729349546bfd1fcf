"""Expecting that the database refuses a row, and for which reason."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import IntegrityError, connection, transaction


@contextmanager
def violates(name: str) -> Iterator[None]:
    """What stands within must violate the constraint of this name, and nothing else.

    SQLite names the columns, not the index, of a unique constraint: there any of the kind will do.
    """
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    said = str(caught.value)
    is_named = name in said
    assert is_named or (connection.vendor == "sqlite" and "UNIQUE constraint failed" in said), said
