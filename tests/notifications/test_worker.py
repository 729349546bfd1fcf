"""Real processes: a page's commit, the broker, a Celery worker with beat; and what killing them costs."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from redis import Redis

from notifications.models import OutgoingEmail

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROOT = Path(settings.BASE_DIR)
OWN_REDIS_DATABASE = "/11"


def database_url() -> str:
    """The test database, for processes of their own."""
    of = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{of['NAME']}"
    return f"postgresql://{of['USER']}:{of['PASSWORD']}@{of['HOST']}:{of['PORT']}/{of['NAME']}"


def broker_url() -> str:
    url: str = settings.CELERY_BROKER_URL
    if not url.startswith("redis"):
        return url
    return urlsplit(url)._replace(path=OWN_REDIS_DATABASE).geturl()


class Processes:
    """What runs beside the tests, in a folder of its own."""

    def __init__(self, folder: Path, **changes: str) -> None:
        self.folder = folder
        self.worker: subprocess.Popen[bytes] | None = None
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.notifications.worker_settings",
            "PYTHONPATH": str(ROOT),
            "LOCAL_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "CELERY_BROKER_URL": broker_url(),
            "DEMO": "false",
            **changes,
        }

    def write_mail(self, *causes: str) -> list[float]:
        """Commit an e-mail per cause in a process of its own; seconds that each took."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.notifications.write_mail", *causes],
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            timeout=90,
        )
        return [float(seconds) for seconds in done.stdout.split()]

    def start_worker(self) -> None:
        options = "worker --beat --pool threads --concurrency 2 --hostname tests@localhost"
        quiet = "--without-gossip --without-mingle --without-heartbeat --loglevel warning"
        with (self.folder / "worker.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "practice", *f"{options} {quiet}".split()],
                cwd=ROOT,
                env=self.env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill_worker(self) -> None:
        """With its beat, which would go on by itself and hold the next one's schedule."""
        if self.worker:
            os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def lose_broker_messages(self) -> None:
        if broker_url().startswith("redis"):
            Redis.from_url(broker_url()).flushdb()
        else:
            for message in (self.folder / "broker" / "messages").iterdir():
                message.unlink()

    def arrived(self, cause: str) -> int:
        files = (self.folder / "mail").glob("*.log")
        return sum(path.read_text().count(f"Hello {cause},\n") for path in files)


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Processes]:
    running = Processes(tmp_path)
    yield running
    running.kill_worker()
    if broker_url().startswith("redis"):
        running.lose_broker_messages()


def wait_for(what: Callable[[], object], seconds: float = 45) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def test_mail_survives_the_worker_and_the_broker(processes: Processes):
    processes.start_worker()
    processes.write_mail("woken")
    wait_for(lambda: processes.arrived("woken"))

    (processes.folder / "hold").touch()
    processes.write_mail("in-hand")
    wait_for(lambda: OutgoingEmail.objects.filter(attempts=1, sent_at=None).exists())
    processes.kill_worker()
    processes.write_mail("meanwhile")
    processes.lose_broker_messages()
    assert processes.arrived("in-hand") == processes.arrived("meanwhile") == 0

    (processes.folder / "hold").unlink()
    OutgoingEmail.objects.update(next_try_at=timezone.now())  # as if the lease had run out
    processes.start_worker()
    wait_for(lambda: processes.arrived("in-hand") and processes.arrived("meanwhile"))
    wait_for(lambda: not OutgoingEmail.objects.filter(sent_at=None).exists())
    processes.write_mail("woken-again")
    wait_for(lambda: processes.arrived("woken-again"))
    for cause in ("woken", "in-hand", "meanwhile", "woken-again"):
        assert processes.arrived(cause) == 1


def test_a_dead_broker_neither_breaks_nor_slows_what_people_do(tmp_path: Path):
    processes = Processes(tmp_path, CELERY_BROKER_URL="redis://127.0.0.1:1/0")
    seconds = processes.write_mail("first", "second", "third")
    assert OutgoingEmail.objects.filter(sent_at=None, given_up_at=None).count() == 3
    assert max(seconds[1:]) < 0.5, "a broker that has just failed is left alone"
