"""Everything the stand-in remembers, in one SQLite file that survives being killed."""

import json
import secrets
import sqlite3
import string
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

ALPHABET = string.ascii_letters + string.digits

SCHEMA = """
PRAGMA journal_mode = WAL;
PRAGMA synchronous = NORMAL;
CREATE TABLE IF NOT EXISTS objects (
    position INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS objects_customer ON objects (kind, json_extract(body, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_intent ON objects (kind, json_extract(body, '$.payment_intent'));
CREATE TABLE IF NOT EXISTS answers (
    key TEXT PRIMARY KEY, path TEXT NOT NULL, asked TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    created INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT, event TEXT NOT NULL, state TEXT NOT NULL, due REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0, answer TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (state, due);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""
TABLES = ("objects", "answers", "deliveries", "settings")


def new_id(prefix: str, length: int = 24) -> str:
    """An id as Stripe makes them, such as ``cus_`` and 24 letters and digits."""
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(length))}"


def public(body: Json) -> Json:
    """The object as Stripe shows it: names with a leading underscore are ours alone."""
    return {name: value for name, value in body.items() if not name.startswith("_")}


class Store:
    """One connection behind one lock: a request is one transaction, so an effect and its idempotent answer are
    kept together or not at all. ``news`` is set whenever a webhook is due."""

    def __init__(self, path: Path) -> None:
        self.news = threading.Event()
        self._lock = threading.RLock()
        self._depth = 0
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=20)
        self._db.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; nested ones roll back on their own."""
        with self._lock:
            name = f"level_{self._depth}"
            self._db.execute(f"SAVEPOINT {name}")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._db.execute(f"ROLLBACK TO {name}")
                raise
            finally:
                self._depth -= 1
                self._db.execute(f"RELEASE {name}")

    def run(self, sql: str, *values: Any) -> list[Any]:
        """Runs one statement and returns its rows."""
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def put(self, body: Json) -> Json:
        """Inserts the object, or replaces the one with its id, which keeps its place in lists."""
        self.run(
            "INSERT INTO objects (id, kind, body) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            body["id"],
            body["object"],
            json.dumps(body),
        )
        return body

    def get(self, object_id: str, kind: str = "") -> Json | None:
        """The object with this id, None when there is none or it is of another kind."""
        rows = self.run("SELECT body, kind FROM objects WHERE id = ?", object_id)
        return json.loads(rows[0][0]) if rows and kind in ("", rows[0][1]) else None

    def position(self, object_id: str, kind: str) -> int | None:
        """Its place among all objects; a later one has a higher place."""
        rows = self.run("SELECT position FROM objects WHERE id = ? AND kind = ?", object_id, kind)
        return int(rows[0][0]) if rows else None

    def find(
        self, kind: str, where: Mapping[str, Any] | None = None, more: str = "", *values: Any
    ) -> list[Json]:
        """Objects of a kind whose named fields equal the given values, newest first. ``more`` is further SQL."""
        fields = dict(where or {})
        tests = "".join(f" AND json_extract(body, '$.{name}') = ?" for name in fields)
        order = "" if "ORDER BY" in more else " ORDER BY position DESC"
        sql = f"SELECT body FROM objects WHERE kind = ?{tests} {more}{order}"
        return [json.loads(row[0]) for row in self.run(sql, kind, *fields.values(), *values)]

    def setting(self, name: str, otherwise: str) -> str:
        """A switch's position."""
        rows = self.run("SELECT value FROM settings WHERE name = ?", name)
        return str(rows[0][0]) if rows else otherwise

    def set(self, name: str, value: str) -> None:
        """Turns a switch; it stays so after a restart."""
        self.run("INSERT OR REPLACE INTO settings VALUES (?, ?)", name, value)

    def forget_everything(self) -> None:
        """Back to an empty account."""
        with self.transaction():
            for table in TABLES:
                self.run(f"DELETE FROM {table}")

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._db.close()
