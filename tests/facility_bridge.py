"""A small HTTP server in front of the two facility functions, so that real clients of other languages can call them."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from urllib.parse import unquote

import pytest

from so_suc_khoe_client import Message
from tests import facility_desk
from tests.conftest import ORIGIN
from tests.public_origin import QuietHandler, serve


@contextmanager
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The origin of a running server; the functions' public origin is set to it."""
    with serve(monkeypatch, _Handler) as origin:
        yield origin


class _Handler(QuietHandler, BaseHTTPRequestHandler):
    def _answer(self) -> None:
        path, _, query = self.path.partition("?")
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.title(): value for name, value in self.headers.items() if name.lower() not in ("host",)}
        url = f"{ORIGIN}{unquote(path)}" + (f"?{query}" if query else "")  # the gateway decodes the path
        answer = facility_desk.call_through(Message(self.command, url, headers, body))
        self.send_whole(answer.status, answer.headers, answer.body)

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()
