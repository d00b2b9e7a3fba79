"""A small HTTP server with the share route, and the built site where wanted, so that real viewers can be tried."""

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from functions.declare.handler import handler
from health_record import settings
from infrastructure.api.security_headers import SECURITY_HEADERS
from tests.conftest import call_handler


@contextmanager
def door(monkeypatch: pytest.MonkeyPatch, site: Path | None = None) -> Iterator[str]:
    """The origin of a running server; the functions' public origin is set to it."""

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = (site or Path()) / self.path.lstrip("/").partition("?")[0]
            found = site is not None and file.is_file()
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            content = file.read_bytes() if found else b""
            self._send(200 if found else 404, {**SECURITY_HEADERS, "content-type": kind}, content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers: Any = {
                "content-type": self.headers["content-type"],
                "accept-language": self.headers["accept-language"],
                "x-requested-with": None,
            }
            path = {"token": self.path.rpartition("/")[2]}
            answer = call_handler(handler, "POST", "/v1/shares/{token}", path=path, body=body, headers=headers)
            self._send(answer.status, answer.headers, answer.body.encode())

        def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Tests read the functions' own log lines."""

    with HTTPServer(("127.0.0.1", 0), Door) as server:
        origin = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setenv("SSK_PUBLIC_ORIGIN", origin)
        settings.forget()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield origin
        finally:
            server.shutdown()
