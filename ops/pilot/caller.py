"""One resident's phone on the network: a connection of its own, kept open, from an address of its own.

It behaves as a patient client does: it waits where the service asks it to, and sends again only what was refused.
"""

import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from ops.errors import OpsError
from ops.pilot.timing import Stopwatch

ATTEMPTS = 6
LONGEST_WAIT = 60.0
# What a person waits out and tries again: too busy, or no answer of the function or of what it stands on.
NO_ANSWER = (HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.GATEWAY_TIMEOUT)
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, *NO_ANSWER)
BROKEN = (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)


class UnexpectedAnswerError(OpsError):
    """A call was not answered as it should be. The text names call, status and problem type, and no person."""


@dataclass(frozen=True)
class Reply:
    """What came back; `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body read as JSON; None where it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


@dataclass
class Caller:
    """Calls to the stack at `origin` from `source`. Use it as a context manager; it belongs to one thread."""

    origin: str
    source: str
    stopwatch: Stopwatch
    pause: Callable[[float], None] = time.sleep
    timeout: float = 60
    unanswered: Counter[str] = field(default_factory=Counter)  # by kind: nobody knows whether the work was done
    _cookies: dict[str, str] = field(default_factory=dict)
    _connection: http.client.HTTPConnection | None = None
    _used: bool = False

    def __enter__(self) -> "Caller":
        parts = urlsplit(self.origin)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=self.timeout, source_address=(self.source, 0)
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._connection:
            self._connection.close()

    @property
    def cookie_header(self) -> str:
        """What a browser with these cookies sends."""
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    def call(
        self,
        kind: str,
        method: str,
        path: str,
        body: Any = None,
        *,
        expect: int | None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send one call; wait out refusals for load and gateway errors. `kind` is the name under which it is timed.

        Raises UnexpectedAnswerError for another status than `expect` (None: the caller looks at it).
        """
        for attempt in range(1, ATTEMPTS + 1):
            with self.stopwatch.timing(kind):
                reply = self._send(method, path, body, headers or {})
            if reply.status not in BUSY or attempt == ATTEMPTS:
                break
            self.stopwatch.count(_told(reply))
            self.unanswered[kind] += reply.status in NO_ANSWER
            if reply.status == 429 and isinstance(reply.json, dict) and "work" in reply.json:
                break
            self.pause(min(LONGEST_WAIT, _retry_after(reply, attempt)))
        return reply if expect is None else self.call_expecting(kind, reply, expect)

    def call_once(self, method: str, path: str, body: Any) -> Reply:
        """Send one call and wait out nothing."""
        return self._send(method, path, body, {})

    def call_expecting(self, kind: str, reply: Reply, status: int) -> Reply:
        """The reply itself. Raises UnexpectedAnswerError unless it has this status."""
        if reply.status != status:
            raise UnexpectedAnswerError(f"{kind}: {_told(reply)} instead of {int(status)}")
        return reply

    def _send(self, method: str, path: str, body: Any, headers: Mapping[str, str]) -> Reply:
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        sent = {"Accept-Language": "vi", "X-Requested-With": "ssk", "Origin": self.origin, **headers}
        if content is not None:
            sent["Content-Type"] = "application/json"
        if self._cookies:
            sent["Cookie"] = self.cookie_header
        try:
            return self._exchange(method, path, content, sent)
        except BROKEN:
            # The server closed a connection that had been idle: nothing was read of this call.
            if not self._used or not self._connection:
                raise
            self.stopwatch.count("reconnected")
            self._connection.close()
            return self._exchange(method, path, content, sent)

    def _exchange(self, method: str, path: str, content: bytes | None, headers: Mapping[str, str]) -> Reply:
        if self._connection is None:
            raise RuntimeError("a Caller is used inside `with`")
        self._connection.request(method, path, content, dict(headers))
        response = self._connection.getresponse()
        body = response.read()
        self._used = True
        cookies = _cookies(response.headers.get_all("Set-Cookie") or [])
        self._cookies.update(cookies)
        return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, cookies, body)


def _cookies(lines: list[str]) -> dict[str, str]:
    pairs = (line.split(";")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, _, value in pairs}


def _retry_after(reply: Reply, attempt: int) -> float:
    text = reply.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else 0.5 * 2**attempt


def _told(reply: Reply) -> str:
    kind = reply.json.get("type", "") if isinstance(reply.json, dict) else ""
    return f"{reply.status} {kind}".strip()
