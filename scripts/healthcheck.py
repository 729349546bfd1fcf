"""Is this container doing its work? Ends with 0 or 1. Docker asks: `python scripts/healthcheck.py web|worker|beat`."""

import os
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from celery import Celery

BEAT_WRITES_EVERY = 180  # seconds, celery's own rhythm for its schedule file


def web() -> bool:
    """The sign-in page answers, asked for as the proxy would ask."""
    site = urlsplit(os.environ["SITE_URL"])
    headers = {"Host": site.netloc, "X-Forwarded-Proto": site.scheme}
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/accounts/login/"
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=8) as answer:  # noqa: S310 - our own
        return bool(answer.status == 200)


def worker() -> bool:
    """The broker can be reached from here; that the process lives is Docker's own watch."""
    broker = Celery(broker=os.environ["CELERY_BROKER_URL"])
    with broker.connection_for_read() as connection:
        connection.ensure_connection(max_retries=1, timeout=5)
    return True


def beat() -> bool:
    """Beat has written its schedule lately."""
    [*files] = Path(os.environ["LOCAL_DIR"]).glob("beat-schedule*")
    return any(time.time() - file.stat().st_mtime < 3 * BEAT_WRITES_EVERY for file in files)


CHECKS: dict[str, Callable[[], bool]] = {"web": web, "worker": worker, "beat": beat}

if __name__ == "__main__":
    sys.exit(0 if CHECKS[sys.argv[1]]() else 1)
