"""The Stripe stand-in as a process of its own, for any test that needs Stripe."""

import json
import os
import re
import select
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from http.client import HTTPResponse
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 20.0
GOOD_CARD = "4242424242424242"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


class _AnyStatus(urllib.request.HTTPErrorProcessor):
    def http_response(self, request: urllib.request.Request, response: HTTPResponse) -> Any:
        return response


OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects, _AnyStatus)


class StandIn:
    """Starts on ``start()`` or ``with``; a free port for ``port=0``, kept over restarts, as is its state.

    ``rate_limit`` is requests per second, 0 for none; ``retry_seconds`` the first pause before a webhook is sent
    again; ``webhook_events`` comma separated, ``*`` for all.
    """

    def __init__(
        self,
        port: int = 0,
        webhook_url: str = "",
        webhook_secret: str = "whsec_test",
        *,
        state: Path | None = None,
        rate_limit: int = 0,
        retry_seconds: float = 0.05,
        webhook_events: str = "",
    ) -> None:
        self.port = port
        self.webhook_url = webhook_url
        self.webhook_secret = webhook_secret
        self._folder = tempfile.TemporaryDirectory()
        self.state = state or Path(self._folder.name) / "state.sqlite3"
        self._options = {"rate-limit": str(rate_limit), "retry-seconds": str(retry_seconds)}
        if webhook_events:
            self._options["webhook-events"] = webhook_events
        self._process: subprocess.Popen[str] | None = None

    @property
    def base_url(self) -> str:
        """For STRIPE_API_BASE, and where the hosted pages are."""
        return f"http://localhost:{self.port}"

    def start(self) -> "StandIn":
        """Runs it and returns once it answers. Raises RuntimeError when it does not come up."""
        options = {
            "port": str(self.port),
            "state": str(self.state),
            "webhook-url": self.webhook_url,
            "webhook-secret": self.webhook_secret,
            **self._options,
        }
        command = [sys.executable, "-m", "practice.demo.stripe_stand_in"]
        arguments = [f"--{name}={value}" for name, value in options.items()]
        kept = {name: value for name, value in os.environ.items() if "STRIPE" not in name}
        self._process = subprocess.Popen(
            [*command, *arguments], cwd=ROOT, env=kept, stdout=subprocess.PIPE, text=True
        )
        self.port = self._announced_port()
        return self

    def stop(self) -> None:
        """Asks it to end and waits."""
        if self._process:
            self._process.terminate()
            self._process.wait(START_SECONDS)
            self._forget_process()

    def kill(self) -> None:
        """SIGKILL, as when the machine fails."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._forget_process()

    def switch(self, path: str, /, **values: Any) -> dict[str, Any]:
        """Turns a switch, such as ``switch("webhooks", mode="hold")``. Raises ValueError when it is refused."""
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(
            f"{self.base_url}/_test/{path}", json.dumps(values).encode(), headers
        )
        return _read_json(request)

    def ask(self, path: str) -> dict[str, Any]:
        """What a reading switch says: ``charges``, ``deliveries`` or ``requests``."""
        return _read_json(urllib.request.Request(f"{self.base_url}/_test/{path}"))

    def charges(self) -> list[dict[str, Any]]:
        """Every charge, refused ones among them, newest first."""
        found: list[dict[str, Any]] = self.ask("charges")["data"]
        return found

    def requests(self, beginning: str = "/v1/") -> list[dict[str, Any]]:
        """The last requests to the API whose path begins so, oldest first."""
        return [
            entry for entry in self.ask("requests")["data"] if entry["path"].startswith(beginning)
        ]

    def visit(self, url: str, **form: str) -> tuple[int, str, str]:
        """A hosted page, or its form sent: status, address it leads to ("" if none), HTML."""
        body = urllib.parse.urlencode(form).encode() if form else None
        with OPENER.open(urllib.request.Request(url, body), timeout=10) as answer:
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def save_card(self, url: str, number: str = GOOD_CARD, *, authenticate: bool = True) -> str:
        """Fills in the Checkout page at ``url``, passing or failing 3-D Secure if asked. Returns where the payer
        is led, "" when the card was refused."""
        cvc = "1234" if number.startswith("3") else "123"
        _, location, _ = self.visit(
            url, number=number, expiry="12 / 34", cvc=cvc, name="Test Payer"
        )
        return (
            self.authenticate(location, passed=authenticate)
            if "/3d-secure/" in location
            else location
        )

    def authenticate(self, url: str, *, passed: bool = True) -> str:
        """Presses a button of the 3-D Secure page at ``url``. Returns where the payer is led."""
        return self.visit(url, result="complete" if passed else "fail")[1]

    def __enter__(self) -> "StandIn":
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._folder.cleanup()

    def _announced_port(self) -> int:
        assert self._process is not None
        assert self._process.stdout is not None
        select.select([self._process.stdout], [], [], START_SECONDS)
        match = re.search(r":(\d+)$", self._process.stdout.readline().strip())
        if match is None:
            self.kill()
            raise RuntimeError("The Stripe stand-in did not start.")
        return int(match[1])

    def _forget_process(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._process = None


def wait_until(true: Any, seconds: float = 5.0) -> None:
    """Returns as soon as ``true()`` holds. Raises AssertionError when it never does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def _read_json(request: urllib.request.Request) -> dict[str, Any]:
    with OPENER.open(request, timeout=10) as answer:
        body: dict[str, Any] = json.load(answer)
    if answer.status != 200:
        raise ValueError(body["error"]["message"])
    return body
