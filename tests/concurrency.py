"""Running actions at the same instant, with the locks and with the locks taken out."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections
from django.db.models import QuerySet


def at_once(actions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run all in threads that start together; each answer is a result or the exception raised."""
    barrier = threading.Barrier(len(actions))
    answers: list[Any] = [None] * len(actions)

    def run(number: int) -> None:
        barrier.wait()
        try:
            answers[number] = actions[number]()
        except Exception as error:  # noqa: BLE001 the answer of this thread
            answers[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return answers


def take_locks_out(monkeypatch: Any) -> None:
    """Let `select_for_update` lock nothing, as if whoever wrote the action had forgotten it."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **options: self.all())
