"""What a newcomer does: clone, `make run`, look, press Ctrl-C. Fails unless every step goes as promised.

A pseudo-terminal stands for the newcomer's, so that Ctrl-C is a real one. The clone holds what is committed.
"""

import contextlib
import os
import pty
import select
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLD, WARM, STOP = (
    90,
    5,
    10,
)  # seconds promised; a busy machine gets three times as long before it fails
PATIENCE = 3
CTRL_C = b"\x03"


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        number = free_port()
        cold = start_look_stop(clone, number, PATIENCE * COLD)
        kept = (clone / ".local" / "secret_key").read_text()
        warm = start_look_stop(clone, number, PATIENCE * WARM)
        if (clone / ".local" / "secret_key").read_text() != kept:
            sys.exit("The second `make run` did not keep .local/.")
        print(
            f"make run: ready after {cold:.1f} s cold (promised {COLD}) and {warm:.1f} s warm (promised {WARM})."
        )


def start_look_stop(clone: Path, number: int, limit: float) -> float:
    """Seconds until the sign-in page answered; afterwards nothing of the clone may be running."""
    started = time.monotonic()
    with terminal(clone, number) as (press, output):
        wait_until(lambda: answers(number), limit, "the sign-in page answers", output)
        took = time.monotonic() - started
        press(CTRL_C)
        wait_until(
            lambda: not processes_in(clone), PATIENCE * STOP, "everything has stopped", output
        )
    text = b"".join(output).decode(errors="replace")
    for expected in (f"http://localhost:{number}", "therapist@example.com"):
        if expected not in text:
            sys.exit(f"`make run` did not print {expected}:\n{text}")
    if "Traceback" in text or "SIGKILL" in text:
        sys.exit(f"`make run` did not go cleanly:\n{text}")
    return took


@contextlib.contextmanager
def terminal(clone: Path, number: int) -> Iterator[tuple[Callable[[bytes], int], list[bytes]]]:
    """`make run` in a terminal of its own: a function that presses keys, and what was printed so far."""
    unset = (
        "DATABASE_URL",
        "CELERY_BROKER_URL",
        "REDIS_URL",
        "STRIPE_API_BASE",
        "MAKEFLAGS",
        "MAKELEVEL",
    )
    env = {key: value for key, value in os.environ.items() if key not in unset}
    child, handle = pty.fork()
    if child == 0:
        os.chdir(clone)
        os.execvpe("make", ["make", "run"], env | {"PORT": str(number)})
    output: list[bytes] = []
    threading.Thread(target=drain, args=(handle, output), daemon=True).start()
    try:
        yield lambda keys: os.write(handle, keys), output
    finally:
        for process in processes_in(clone):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, 9)
        os.waitpid(child, 0)


def drain(handle: int, output: list[bytes]) -> None:
    with contextlib.suppress(OSError):  # Linux answers EIO once the other end is closed
        while select.select([handle], [], []):
            output.append(os.read(handle, 65536))


def wait_until(condition: Callable[[], bool], limit: float, what: str, output: list[bytes]) -> None:
    end = time.monotonic() + limit
    while not condition():
        if time.monotonic() > end:
            printed = b"".join(output).decode(errors="replace")
            sys.exit(f"{limit:.0f} s have passed before {what}:\n{printed}")
        time.sleep(0.1)


def answers(number: int) -> bool:
    address = f"http://localhost:{number}/accounts/login/"
    try:
        with urllib.request.urlopen(address, timeout=5) as page:
            return bool(page.status == 200)
    except OSError:
        return False


def processes_in(folder: Path) -> list[int]:
    """Processes whose working directory is that folder: it is for all that `make run` starts."""
    found = []
    for link in Path("/proc").glob("[0-9]*/cwd"):
        with contextlib.suppress(OSError):
            if link.readlink().is_relative_to(folder):
                found.append(int(link.parent.name))
    return found


def free_port() -> int:
    """A port that is free together with the next one, which the stand-in for Stripe takes."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            number = int(first.getsockname()[1])
            with contextlib.suppress(OSError, OverflowError):
                second.bind(("127.0.0.1", number + 1))
                return number


if __name__ == "__main__":
    main()
