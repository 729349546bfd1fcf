"""Things that go wrong between the application and Stripe, on demand; and too many requests."""

import threading
import time
from collections import deque
from dataclasses import dataclass

from practice.demo.stripe_stand_in.errors import invalid

KINDS = ("lose", "error", "slow")


@dataclass
class Fault:
    """For the next ``count`` requests of ``verb`` whose path begins with ``path``: ``lose`` closes the connection
    without an answer, ``error`` answers 500, ``slow`` waits ``seconds``. With ``effect`` the request is carried
    out first, without it never (``slow``: afterwards)."""

    kind: str
    count: int = 1
    effect: bool = True
    verb: str = "POST"
    path: str = "/v1/"
    seconds: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise invalid(f"A fault is one of {', '.join(KINDS)}.", param="kind")

    def concerns(self, verb: str, path: str) -> bool:
        """Whether it strikes this request."""
        return self.count > 0 and verb == self.verb and path.startswith(self.path)


class Faults:
    """The faults still to strike, first come first served. They do not outlive the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """One more."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """No more."""
        with self._lock:
            self._waiting.clear()

    def strike(self, verb: str, path: str) -> Fault | None:
        """The fault that strikes this request, one fewer to come; None when all is well."""
        with self._lock:
            self._waiting = [fault for fault in self._waiting if fault.count > 0]
            for fault in self._waiting:
                if fault.concerns(verb, path):
                    fault.count -= 1
                    return fault
        return None


class RateLimit:
    """At most ``per_second`` requests in any second; 0 allows all."""

    def __init__(self, per_second: int) -> None:
        self.per_second = per_second
        self._lock = threading.Lock()
        self._recent: deque[float] = deque()

    def change(self, per_second: int) -> None:
        """Another limit, counting from now."""
        with self._lock:
            self.per_second = per_second
            self._recent.clear()

    def exceeded(self) -> bool:
        """Counts this request unless it is one too many."""
        now = time.monotonic()
        with self._lock:
            while self._recent and self._recent[0] <= now - 1:
                self._recent.popleft()
            if self.per_second and len(self._recent) >= self.per_second:
                return True
            self._recent.append(now)
        return False
