"""gunicorn as in production, and what it and its database connections have used of the processor."""

import subprocess
import sys
import time
from http.client import HTTPException
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import psycopg

from benchmarks.databases import Database
from benchmarks.visitor import HOST, Visit, Visitor

WORKERS, THREADS = 2, 2
START_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent


class Cpu(NamedTuple):
    """Processor time in seconds: of the application's processes, and of their database connections."""

    application: float
    database: float

    @property
    def total(self) -> float:
        return self.application + self.database

    def since(self, before: "Cpu") -> "Cpu":
        return Cpu(self.application - before.application, self.database - before.database)


class Memory(NamedTuple):
    """MB of master and workers: pages they share counted once (`shared`), or in each (`resident`)."""

    shared: float
    resident: float


class Server:
    """One gunicorn on one database; a context manager that stops it."""

    def __init__(self, database: Database, port: int) -> None:
        self.database, self.port = database, port
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "practice.wsgi",
            "--bind",
            f"{HOST}:{self.port}",
        ]
        command += ["--workers", str(WORKERS), "--threads", str(THREADS), "--preload"]
        command += ["--keep-alive", "60", "--no-control-socket", "--log-level", "warning"]
        self._process = subprocess.Popen(command, cwd=ROOT, env=self.database.environment())
        self._wait()
        self._monitor = psycopg.connect(self.database.url("postgres"), autocommit=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._process
        self._process.terminate()
        self._process.wait(timeout=30)
        self._monitor.close()

    def _wait(self) -> None:
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                Visitor(self.port).go(Visit(1, "/null/"))
            except (OSError, HTTPException):
                time.sleep(0.2)
            else:
                return
        raise RuntimeError("gunicorn did not start.")

    def cpu(self) -> Cpu:
        return Cpu(_cpu(self._pids()), _cpu(self._backends()))

    def memory(self) -> Memory:
        texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in self._pids()]
        return Memory(_megabytes("Pss:", texts), _megabytes("Rss:", texts))

    def _pids(self) -> list[int]:
        assert self._process
        master = self._process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
        return [master, *map(int, children)]

    def _backends(self) -> list[int]:
        rows = self._monitor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = %s", [self.database.name]
        )
        return [pid for (pid,) in rows]


def _cpu(pids: list[int]) -> float:
    """Seconds on a processor, of all threads; the kernel counts them in nanoseconds."""
    threads = [path for pid in pids for path in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    return sum(int(path.read_text().split()[0]) for path in threads) / 1e9


def _megabytes(label: str, texts: list[str]) -> float:
    lines = [line for text in texts for line in text.splitlines() if line.startswith(label)]
    return sum(int(line.split()[1]) for line in lines) / 1024
