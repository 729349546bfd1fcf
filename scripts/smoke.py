"""What a newcomer does: clone, `make run`, sign in, press Ctrl-C. Fails unless all goes as promised.

A pseudo-terminal stands for the newcomer's, so that Ctrl-C is a real one. The clone holds what is
committed, nothing else.
"""

import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROMISED = {"cold": 90, "warm": 5}  # seconds until the first page
STOP = 10
PATIENCE = 3  # how many times longer a busy machine may take before this fails
CTRL_C = b"\x03"
SIGN_IN = {"login": "therapist@example.com", "password": "demo-practice"}
# What the caller has set must reach neither the newcomer's make nor the demo.
NOT_THE_NEWCOMERS = re.compile(r"MAKE|MFLAGS|DATABASE_URL|CELERY_|REDIS_|STRIPE_|DEMO|DEBUG")


class Terminal:
    """`make run` in a terminal of its own."""

    def __init__(self, clone: Path, port: int) -> None:
        self.clone = clone
        self.printed: list[bytes] = []
        env = {k: v for k, v in os.environ.items() if not NOT_THE_NEWCOMERS.match(k)}
        self.child, self.handle = pty.fork()
        if self.child == 0:
            os.chdir(clone)
            os.execvpe("make", ["make", "run"], env | {"PORT": str(port)})
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        with contextlib.suppress(OSError):  # Linux answers EIO once the other end is closed
            while text := os.read(self.handle, 65536):
                self.printed.append(text)

    @property
    def text(self) -> str:
        return b"".join(self.printed).decode(errors="replace")

    def has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def press(self, keys: bytes) -> None:
        os.write(self.handle, keys)

    def started(self) -> list[int]:
        """Processes whose working directory is the clone: it is for all that `make run` starts."""
        found = []
        for link in Path("/proc").glob("[0-9]*/cwd"):
            with contextlib.suppress(OSError):
                if link.readlink().is_relative_to(self.clone):
                    found.append(int(link.parent.name))
        return found

    def has_stopped(self) -> bool:
        return self.has_ended() and set(self.started()) <= {self.child}

    def clean_up(self) -> None:
        for process in self.started():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        os.waitpid(self.child, 0)
        os.close(self.handle)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="smoke-") as folder:
        clone = Path(folder).resolve() / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        port = free_port()
        took = {kind: start_look_stop(clone, port, kind) for kind in PROMISED}
    for kind, seconds in took.items():
        print(f"make run, {kind}: ready after {seconds:.1f} s (promised: {PROMISED[kind]})")


def start_look_stop(clone: Path, port: int, kind: str) -> float:
    """Seconds until the sign-in page answered. Leaves nothing running, whatever happens."""
    site = f"http://localhost:{port}"
    terminal = Terminal(clone, port)
    began = time.monotonic()
    try:
        ready = lambda: terminal.has_ended() or answers(site)  # noqa: E731
        wait_until(ready, PATIENCE * PROMISED[kind], "it was ready", terminal)
        took = time.monotonic() - began
        if terminal.has_ended():
            sys.exit(f"`make run` ended by itself:\n{terminal.text}")
        try:
            sign_in(site)
        except OSError as error:
            time.sleep(1)  # until the reason is printed
            sys.exit(f"Signing in: {error}\n{terminal.text}")
        terminal.press(CTRL_C)
        wait_until(terminal.has_stopped, PATIENCE * STOP, "everything had stopped", terminal)
        check_printed(terminal.text, site, kind)
    finally:
        terminal.clean_up()
    return took


def wait_until(happened: Callable[[], bool], limit: float, what: str, terminal: Terminal) -> None:
    end = time.monotonic() + limit
    while not happened():
        if time.monotonic() > end:
            sys.exit(f"{limit:.0f} s passed before {what}:\n{terminal.text}")
        time.sleep(0.1)


def answers(site: str) -> bool:
    try:
        with urllib.request.urlopen(f"{site}/accounts/login/", timeout=5) as page:  # noqa: S310
            return bool(page.status == 200)
    except OSError:
        return False


def sign_in(site: str) -> None:
    """The demo's therapist signs in and sees the demo's clients."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    form = browser.open(f"{site}/accounts/login/", timeout=10).read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    given = SIGN_IN | {"csrfmiddlewaretoken": token.group(1) if token else ""}
    browser.open(f"{site}/accounts/login/", urllib.parse.urlencode(given).encode(), timeout=10)
    clients = browser.open(f"{site}/clients/", timeout=10)
    if (
        not clients.url.startswith(f"{site}/clients/")
        or "Sam Rivers" not in clients.read().decode()
    ):
        sys.exit(f"Signed in, but {clients.url} does not show Sam Rivers.")


def check_printed(text: str, site: str, kind: str) -> None:
    for expected in (f"{site}/", SIGN_IN["login"], SIGN_IN["password"]):
        if expected not in text:
            sys.exit(f"`make run` ({kind}) did not print {expected}:\n{text}")
    for unexpected in ("Traceback", "SIGKILL", "***"):
        if unexpected in text:
            sys.exit(f"`make run` ({kind}) printed {unexpected}:\n{text}")
    if (kind == "warm") != ("as you left it" in text):
        sys.exit(f"`make run` ({kind}) does not say rightly whether the data is new:\n{text}")


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
