"""A small HTTP server before handlers, on the origin that the functions believe to be theirs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from health_record import settings


class QuietHandler(BaseHTTPRequestHandler):
    """Answers without a line of its own: tests read the functions' log lines."""

    def send_whole(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {**headers, "content-length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serve(monkeypatch: pytest.MonkeyPatch, handler: type[QuietHandler]) -> Iterator[str]:
    """The origin of a running server; the functions' public origin is set to it."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("SSK_PUBLIC_ORIGIN", origin)
        settings.forget()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield origin
        finally:
            server.shutdown()
