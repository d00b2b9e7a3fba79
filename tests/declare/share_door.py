"""A small HTTP server with the share route, and the built site where wanted, so that real viewers can be tried."""

import mimetypes
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from functions.declare.handler import handler
from infrastructure.api.security_headers import SECURITY_HEADERS
from tests.conftest import call_handler
from tests.public_origin import QuietHandler, serve


@contextmanager
def door(monkeypatch: pytest.MonkeyPatch, site: Path | None = None) -> Iterator[str]:
    """The origin of a running server; the functions' public origin is set to it."""

    class Door(QuietHandler, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            file = (site or Path()) / self.path.lstrip("/").partition("?")[0]
            found = site is not None and file.is_file()
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            content = file.read_bytes() if found else b""
            self.send_whole(200 if found else 404, {**SECURITY_HEADERS, "content-type": kind}, content)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            headers: Any = {
                "content-type": self.headers["content-type"],
                "accept-language": self.headers["accept-language"],
                "x-requested-with": None,
            }
            path = {"token": self.path.rpartition("/")[2]}
            answer = call_handler(handler, "POST", "/v1/shares/{token}", path=path, body=body, headers=headers)
            self.send_whole(answer.status, answer.headers, answer.body.encode())

    with serve(monkeypatch, Door) as origin:
        yield origin
