"""The demo practice as `make run` starts it, in a folder and on ports of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from scripts.smoke import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 120.0
# `scripts/demo.py`, but for where its state is.
DEMO = (
    "import sys; from pathlib import Path; from scripts import demo; "
    "demo.LOCAL = Path(sys.argv[1]); demo.main(sys.argv[2:])"
)
ANOTHER_DAY = "tests.browser.another_day:application"


def wait_until(happened: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Return as soon as it has happened. Raises AssertionError when it does not."""
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, f"{seconds:.0f} s passed before {what}"
        time.sleep(0.05)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Site:
    """Web, worker and the Stripe stand-in under their supervisor; and their clock on another day."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / "log"
        self.env = _callers_environment() | {"PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        if database_url:
            self.env["DATABASE_URL"] = database_url
        self._read = 0
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Start everything as `make run` does; return when the pages and Stripe answer."""
        collect = self.command("python", "manage.py", "collectstatic", "--noinput", "-v0")
        subprocess.run(collect, cwd=ROOT, env=self.env, check=True)
        self._running = self._process()
        ports = (self.port, self.port + 1)
        running = self._running
        ready = lambda: all(map(is_listening, ports)) or running.poll() is not None  # noqa: E731
        wait_until(ready, "the demo was ready")
        assert running.poll() is None, self.log.read_text()

    def stop(self) -> None:
        if self._running:
            _stop(self._running)

    def command(self, *arguments: str) -> list[str]:
        """A command in the demo's environment; without arguments, the demo itself."""
        return [sys.executable, "-c", DEMO, str(self.folder / "local"), *arguments]

    @contextmanager
    def on(self, day: datetime) -> Iterator[str]:
        """The address of more web processes on the same data, whose clock stands there and runs on."""
        port = free_port()
        gunicorn = ("gunicorn", ANOTHER_DAY, "--bind", f"127.0.0.1:{port}", "--threads", "2")
        options = ("--no-control-socket", "--log-level", "warning")
        running = self._process(*gunicorn, *options, CLOCK=day.isoformat())
        try:
            wait_until(lambda: is_listening(port), "the other day began")
            yield f"http://localhost:{port}"
        finally:
            _stop(running)

    def new_complaints(self) -> str:
        """What the processes have written about errors since this was last asked."""
        text = self.log.read_text(errors="replace")
        new, self._read = text[self._read :], len(text)
        return new if "Traceback" in new or " ERROR " in new else ""

    def _process(self, *arguments: str, **env: str) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                self.command(*arguments),
                cwd=ROOT,
                env=self.env | env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )


def _stop(running: subprocess.Popen[bytes]) -> None:
    """Ask it to end, as Ctrl-C does; kill what is left of its group."""
    running.send_signal(signal.SIGINT)
    try:
        running.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _callers_environment() -> dict[str, str]:
    """What the caller has set, without what the settings of the tests put in its place."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}
    for name, ours in (("DATABASE_URL", "sqlite"), ("CELERY_BROKER_URL", "filesystem")):
        if env.get(name, "").startswith(ours):
            del env[name]
    return env


@contextmanager
def own_database() -> Iterator[str]:
    """The address of a new, empty database beside the caller's; "" for SQLite, whose file is in the folder."""
    given = os.environ.get("DATABASE_URL", "")
    if not given.startswith("postgres"):
        yield ""
        return
    name = f"browser_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(given, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(given)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
