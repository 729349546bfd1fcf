"""Names as they are sorted and searched."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class FoldedField(models.CharField[str, str]):
    """Folded text (`clients.names.fold`), in the order of its code points on every engine.

    In a language's order PostgreSQL could sort by an index or find beginnings in it, but not both.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        collation = "C" if connection.vendor == "postgresql" else None
        return {**super().db_parameters(connection), "collation": collation}
