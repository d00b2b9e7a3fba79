"""One POST over HTTPS within a strict time, and whether anything of it can have arrived.

The standard library's timeouts bound each step and not the whole: a name that does not resolve and an answer that comes
byte by byte take as long as they like. So each of the two phases runs in a thread that is waited for as long as it may
take. No connection is kept: one that was frozen with its function is cut, and nobody would know what it had carried.
"""

import functools
import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult

MAX_ANSWER_BYTES = 16_384


class NeverSentError(Exception):
    """No connection came about: nothing was sent."""


class NoAnswerError(Exception):
    """What was sent may have arrived; no whole answer came in time."""


@dataclass(frozen=True)
class HttpAnswer:
    """Status and body of an answer."""

    status: int
    body: bytes


def post(
    url: SplitResult, headers: Mapping[str, str], body: bytes, *, connect_seconds: float, deadline: float
) -> HttpAnswer:
    """Post `body`; `deadline` is a moment of `time.monotonic`. Raises NeverSentError, NoAnswerError."""
    assert url.hostname
    connection = http.client.HTTPSConnection(
        url.hostname, url.port, timeout=max(0.1, deadline - time.monotonic()), context=_tls()
    )
    pool = ThreadPoolExecutor(1)
    try:
        try:
            pool.submit(connection.connect).result(min(connect_seconds, deadline - time.monotonic()))
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise NeverSentError(type(error).__name__) from None
        try:
            asked = pool.submit(_ask, connection, url.path, body, headers)
            return asked.result(max(0, deadline - time.monotonic()))
        except (OSError, ValueError, http.client.HTTPException) as error:
            raise NoAnswerError(type(error).__name__) from None
    finally:
        _end(connection)
        pool.shutdown(wait=False, cancel_futures=True)


def _ask(connection: http.client.HTTPSConnection, path: str, body: bytes, headers: Mapping[str, str]) -> HttpAnswer:
    connection.request("POST", path, body, headers)
    with connection.getresponse() as answer:
        content = answer.read(MAX_ANSWER_BYTES + 1)
    if len(content) > MAX_ANSWER_BYTES:
        raise http.client.HTTPException
    return HttpAnswer(answer.status, content)


def _end(connection: http.client.HTTPSConnection) -> None:
    """Close, so that a thread that still reads ends as well."""
    if connection.sock:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)
    connection.close()


@functools.cache
def _tls() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def forget() -> None:
    """Let the next call read again whose certificates are trusted."""
    _tls.cache_clear()
