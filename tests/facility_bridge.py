"""A small HTTP server in front of the two facility functions, so that real clients of other languages can call them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import unquote

import pytest

from health_record import settings
from so_suc_khoe_client import Message
from tests import facility_desk
from tests.conftest import ORIGIN


@contextmanager
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The origin of a running server; the functions' public origin is set to it."""
    with HTTPServer(("127.0.0.1", 0), _Handler) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("SSK_PUBLIC_ORIGIN", origin)
        settings.forget()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield origin
        finally:
            server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.title(): value for name, value in self.headers.items() if name.lower() not in ("host",)}
        url = f"{ORIGIN}{unquote(path)}" + (f"?{query}" if query else "")  # the gateway decodes the path
        answer = facility_desk.call_through(Message(self.command, url, headers, body))
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None:
        """Tests read the functions' own log lines."""
