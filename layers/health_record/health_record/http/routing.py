"""The route table of one function: which of our functions answers which method and path, and what an answer is.

API Gateway has matched the route already, so that all that is left is one look at a few patterns. A general router
(Powertools' brings AppSync, Bedrock, asyncio and OpenAPI) is a third of what such a function imports.
"""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from health_record.errors import NotFoundError
from health_record.language import Text


@dataclass(frozen=True)
class Response:
    """An answer: text goes out as it is, bytes in base64; `cookies` are Set-Cookie values."""

    status: int
    body: str | bytes
    headers: Mapping[str, str]
    cookies: list[str] = field(default_factory=list)

    def for_gateway(self) -> dict[str, Any]:
        """As an HTTP API wants it (payload format 2.0)."""
        return {
            "statusCode": self.status,
            "headers": dict(self.headers),
            "cookies": self.cookies,
            "body": base64.b64encode(self.body).decode() if isinstance(self.body, bytes) else self.body,
            "isBase64Encoded": isinstance(self.body, bytes),
        }


type Answering = Callable[..., Response]


class Router:
    """Routes as `@app.get("/v1/records/<record_id>")` over functions that take the path's names as arguments."""

    def __init__(self) -> None:
        self.event: dict[str, Any] = {}  # the event that is being answered; an environment answers one at a time
        self._routes: list[tuple[str, list[str], Answering]] = []
        self._other: Answering | None = None

    def resolve(self, event: dict[str, Any]) -> dict[str, Any]:
        """What the event's route answers. Raises NotFoundError without one, and whatever the route raises."""
        self.event = event
        method, parts = event["requestContext"]["http"]["method"], event["rawPath"].split("/")
        for wanted, pattern, answering in self._routes:
            names = _names(pattern, parts) if wanted == method else None
            if names is not None:
                return answering(**names).for_gateway()
        if self._other is not None:
            return self._other().for_gateway()
        raise NotFoundError(Text("Không có địa chỉ này.", "There is no such address."))

    def other[Function: Answering](self, answering: Function) -> Function:
        """Let the decorated function answer what no route does."""
        self._other = answering
        return answering

    def route[Function: Answering](self, path: str, method: str) -> Callable[[Function], Function]:
        """Let the decorated function answer `method` at `path`, whose `<name>` are parts without a slash."""

        def added(answering: Function) -> Function:
            self._routes.append((method, path.split("/"), answering))
            return answering

        return added

    def get[Function: Answering](self, path: str) -> Callable[[Function], Function]:
        """Answer GET."""
        return self.route(path, "GET")

    def post[Function: Answering](self, path: str) -> Callable[[Function], Function]:
        """Answer POST."""
        return self.route(path, "POST")

    def put[Function: Answering](self, path: str) -> Callable[[Function], Function]:
        """Answer PUT."""
        return self.route(path, "PUT")

    def delete[Function: Answering](self, path: str) -> Callable[[Function], Function]:
        """Answer DELETE."""
        return self.route(path, "DELETE")


def _names(pattern: list[str], parts: list[str]) -> dict[str, str] | None:
    """What the path has in the places of the pattern's names, or None if it is another path."""
    if len(pattern) != len(parts):
        return None
    names = {}
    for wanted, part in zip(pattern, parts, strict=True):
        if wanted.startswith("<") and part:
            names[wanted[1:-1]] = part
        elif wanted != part:
            return None
    return names
