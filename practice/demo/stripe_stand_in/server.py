"""The HTTP server on 127.0.0.1: reads a request, asks the part it belongs to, writes the answer."""

import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from practice.demo.stripe_stand_in.api import Api
from practice.demo.stripe_stand_in.config import Config
from practice.demo.stripe_stand_in.errors import Refusal
from practice.demo.stripe_stand_in.exchange import Answer, Request, in_json, refused
from practice.demo.stripe_stand_in.pages import Pages
from practice.demo.stripe_stand_in.store import Store
from practice.demo.stripe_stand_in.switches import Switches
from practice.demo.stripe_stand_in.webhooks import Deliverer

HOST = "127.0.0.1"
LARGEST_BODY = 1_000_000
IDLE_SECONDS = 75


class Handler(BaseHTTPRequestHandler):
    """Keeps connections open, writes each answer in one piece."""

    server: "StandInServer"
    protocol_version = "HTTP/1.1"
    server_version = "StripeStandIn"
    sys_version = ""
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = IDLE_SECONDS

    def do_GET(self) -> None:
        """Reading."""
        self._exchange()

    def do_POST(self) -> None:
        """Writing."""
        self._exchange()

    def do_DELETE(self) -> None:
        """Removing."""
        self._exchange()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged: a form may hold a number somebody typed."""

    def _exchange(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > LARGEST_BODY:
            self.close_connection = True
            self._write(Answer(413))
            return
        path, _, query = self.path.partition("?")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(length)).decode("utf-8", "replace")
        self._write(self.server.answer(Request(self.command, path, query, headers, body)))

    def _write(self, answer: Answer) -> None:
        if answer.lost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.body.encode()
        self.send_response(answer.status)
        self.send_header("Content-Type", f"{answer.kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class StandInServer(ThreadingHTTPServer):
    """The whole stand-in: server, storage and the thread that sends webhooks."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, config: Config) -> None:
        super().__init__((HOST, config.port), Handler)
        self.config = config.at_port(self.server_address[1])
        self._store = Store(config.state)
        self._api = Api(self._store, self.config)
        self._pages = Pages(self._store, self.config)
        self._switches = Switches(self._api)
        self._deliverer = Deliverer(self._store, self.config)
        self._deliverer.start()

    def answer(self, request: Request) -> Answer:
        """The API, the switches or the hosted pages, by the beginning of the path. An error of our own is a 500
        that says so."""
        try:
            if request.path.startswith("/v1/"):
                return self._api.answer(request)
            if request.path.startswith("/_test/"):
                return self._switches.answer(request)
            return self._pages.answer(request)
        except Refusal as refusal:
            return refused(refusal)
        except Exception as error:  # noqa: BLE001 (the edge: a test must see what broke)
            message = f"The stand-in itself failed: {type(error).__name__}: {error}"
            return in_json(500, {"error": {"type": "api_error", "message": message}})

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing when who asked has gone away: a test was stopped, or gave up waiting."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def close(self) -> None:
        """Ends the webhooks and lets go of the port and the file."""
        self._deliverer.stop()
        self.server_close()
        self._store.close()
