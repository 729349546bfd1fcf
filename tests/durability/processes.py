"""The whole site as processes that can be killed: gunicorn, a Celery worker with beat, a broker."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(settings.BASE_DIR)
GUNICORN = "practice.wsgi --workers 2 --threads 2 --preload --no-control-socket --log-level warning"
CELERY = (
    "--app practice worker --beat --pool threads --concurrency 2 --hostname killed@localhost "
    "--without-gossip --without-mingle --without-heartbeat --loglevel warning"
)


def wait_for(what: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
    return port


def is_listening(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def database_url() -> str:
    """The test database, for processes of their own."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    return f"postgresql://{of['USER']}:{of['PASSWORD']}@{of['HOST']}:{of['PORT']}/{of['NAME']}"


class Process:
    """One command and its children: started, and killed without a chance to tidy up."""

    def __init__(self, log: Path, env: dict[str, str], *command: str) -> None:
        self.log, self.env, self.command = log, env, command
        self.running: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.running = subprocess.Popen(
                self.command, cwd=ROOT, env=self.env, stdout=log, stderr=log, start_new_session=True
            )

    def kill(self) -> None:
        """SIGKILL to all of its group, children such as beat and gunicorn's workers included."""
        if self.running:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
            self.running = None

    def freeze(self) -> None:
        """Alive, and silent: what a machine does whose disk or network hangs."""
        assert self.running
        self.running.send_signal(signal.SIGSTOP)

    def kill_children(self) -> None:
        """SIGKILL to the children only; gunicorn's master puts others in their place."""
        assert self.running
        for child in children(self.running.pid):
            os.kill(child, signal.SIGKILL)


def children(parent: int) -> list[int]:
    """Process ids, as Linux tells them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        if int(after_name[1]) == parent and after_name[0] != "Z":
            found.append(int(stat.parent.name))
    return found


class FolderBroker:
    """The filesystem broker. It has no process: it is dead while its folder is gone, with what was in it."""

    url = "filesystem://localhost"

    def __init__(self, folder: Path) -> None:
        self.messages = folder / "broker" / "messages"

    def start(self) -> None:
        self.messages.mkdir(parents=True, exist_ok=True)

    def kill(self) -> None:
        shutil.rmtree(self.messages, ignore_errors=True)


class RedisBroker(Process):
    """A Redis of our own that keeps nothing on disk."""

    def __init__(self, folder: Path) -> None:
        if not shutil.which("redis-server"):
            pytest.skip("a Redis that may be killed needs redis-server on this machine")
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        options = [
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--dir",
            str(folder),
        ]
        super().__init__(folder / "redis.log", dict(os.environ), "redis-server", *options)

    def start(self) -> None:
        super().start()
        wait_for(lambda: is_listening(self.port))


class Site:
    """Web, worker and broker in a folder of their own, on the test database."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder, self.port = folder, free_port()
        is_redis = settings.CELERY_BROKER_URL.startswith("redis")
        self.broker = RedisBroker(folder) if is_redis else FolderBroker(folder)
        env = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.durability.server_settings",
            "PYTHONPATH": str(ROOT),
            "LOCAL_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": self.broker.url,
            "REDIS_URL": "",
            "SITE_URL": self.address,
            "DEMO": "false",
            **changes,
        }
        python = (sys.executable, "-m")
        bind = ("--bind", f"127.0.0.1:{self.port}")
        self.web = Process(folder / "web.log", env, *python, "gunicorn", *GUNICORN.split(), *bind)
        self.worker = Process(folder / "worker.log", env, *python, "celery", *CELERY.split())

    @property
    def address(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        self.broker.start()
        self.worker.start()
        self.start_web()

    def start_web(self) -> None:
        self.web.start()
        wait_for(lambda: is_listening(self.port))

    def bring_broker_back(self) -> None:
        """A worker waits for its Redis; without its folder it ends, and its supervisor starts it again."""
        self.broker.start()
        if isinstance(self.broker, FolderBroker):
            self.worker.kill()
            self.worker.start()

    def kill(self) -> None:
        for one in (self.web, self.worker, self.broker):
            one.kill()

    def hold_mail(self) -> None:
        """Let no mail leave: whoever delivers one waits with it in hand."""
        (self.folder / "hold").touch()

    def release_mail(self) -> None:
        (self.folder / "hold").unlink(missing_ok=True)

    def arrived(self) -> str:
        """All mail that has left, as text."""
        return "".join(file.read_text() for file in (self.folder / "mail").glob("*.log"))
