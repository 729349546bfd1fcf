"""The PostgreSQL extension that lets an exclusion constraint compare ids beside time ranges."""

from typing import Any

from django.contrib.postgres.operations import BtreeGistExtension


class BtreeGistOnPostgres(BtreeGistExtension):
    """Install btree_gist on PostgreSQL; nothing elsewhere, backwards too."""

    def database_backwards(self, app_label: str, schema_editor: Any, *states: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, *states)
