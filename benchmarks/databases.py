"""The measured databases: built once a day and kept; each run works on copies, so that it finds them fresh."""

import hashlib
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parent.parent
SERVER = os.environ.get("BENCH_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432").rstrip("/")
BROKER = os.environ.get("BENCH_BROKER_URL", "redis://127.0.0.1:6379/9")
LOCAL = Path(os.environ.get("LOCAL_DIR") or ROOT / ".local" / "bench")


class Database:
    """A database of one name on the measured PostgreSQL server."""

    def __init__(self, name: str) -> None:
        self.name = name

    def url(self, name: str = "") -> str:
        return f"{SERVER}/{name or self.name}"

    def environment(self) -> dict[str, str]:
        """The process environment of whatever works on this database."""
        return os.environ | {
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
            "LOCAL_DIR": str(LOCAL),
            "DATABASE_URL": self.url(),
            "CELERY_BROKER_URL": BROKER,
            "REDIS_URL": BROKER if BROKER.startswith("redis") else "",
        }

    def run(self, *arguments: str) -> None:
        """Run Python in the database's environment. Raises CalledProcessError when it fails."""
        command = [sys.executable, *arguments]
        subprocess.run(command, cwd=ROOT, env=self.environment(), check=True)


def kept(clients: int) -> Database:
    """The practice of so many clients, built anew when the schema, this folder or the day is another."""
    database = Database(f"bench_{clients}")
    if _note(database.name) != _stamp():
        start = time.monotonic()
        _administer("DROP DATABASE IF EXISTS {}", database.name)
        _administer("CREATE DATABASE {}", database.name)
        # So that a statement's whole work is done, and counted, in its own connection's process.
        _administer("ALTER DATABASE {} SET max_parallel_workers_per_gather = 0", database.name)
        database.run("manage.py", "migrate", "--verbosity", "0")
        database.run("manage.py", "build_practice", str(clients))
        _administer("COMMENT ON DATABASE {} IS " + f"'{_stamp()}'", database.name)
        print(f"Built {database.name} in {time.monotonic() - start:.0f} s.", flush=True)
    return database


def copy_of(original: Database) -> Database:
    """A copy to work on; `drop` it afterwards."""
    database = Database(f"{original.name}_run")
    drop(database)
    text = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
    _administer(text, database.name, original.name)
    _administer("ALTER DATABASE {} SET max_parallel_workers_per_gather = 0", database.name)
    return database


def drop(database: Database) -> None:
    _administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", database.name)


def _stamp() -> str:
    """Names the schema (its migrations), the way it is filled, and the day that sessions lie around."""
    files = sorted([*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/*/migrations/*.py")])
    files += [ROOT / "benchmarks" / name for name in ("build.py", "plan.py", "people.py")]
    content = b"".join(path.read_bytes() for path in files)
    return f"{datetime.now(UTC).date()} {hashlib.sha256(content).hexdigest()[:16]}"


def _note(name: str) -> str | None:
    text = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s"
    with _connection() as connection:
        row = connection.execute(text, [name]).fetchone()
    return row[0] if row else None


def _administer(text: str, *names: str) -> None:
    with _connection() as connection:
        connection.execute(sql.SQL(text).format(*map(sql.Identifier, names)))


def _connection() -> "psycopg.Connection[tuple[str]]":
    return psycopg.connect(f"{SERVER}/postgres", autocommit=True)
