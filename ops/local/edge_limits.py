"""What CloudFront, the web ACL, API Gateway and Lambda refuse before a function runs, for the proxy in their place.

CloudFront: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/RequestAndResponseBehaviorCustomOrigin.html
API Gateway: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
Lambda: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from infrastructure.api.edge_rules import ANSWERS, HEADERS, LARGEST_BODY, PUBLIC_METADATA, TOO_LARGE, UNSIGNED, paths_of
from infrastructure.config.routes import CONTRIBUTE, LOOKUP, ROUTES
from infrastructure.config.settings import Throttle

MAX_BODY_BYTES = 10 * 1024 * 1024  # of API Gateway
MAX_EVENT_BYTES = 6 * 1024 * 1024  # of Lambda, either way; API Gateway answers 500 for a larger answer
MAX_URL_BYTES = 8192  # of CloudFront
MAX_HEADER_BYTES = 10240  # of an HTTP API: the request line and all header values
SITE_METHODS = ("GET", "HEAD")
WITHOUT_BODY = ("GET", "HEAD")  # CloudFront refuses them with one

_FACILITIES = re.compile(paths_of(LOOKUP, CONTRIBUTE))
_LARGE = re.compile(LARGEST_BODY)
_TEXT = re.compile(r"text/|application/(json|javascript|xml)\b", re.IGNORECASE)  # what an HTTP API passes on as it is


@dataclass(frozen=True)
class Refusal:
    """An answer in the words of the service that gives it."""

    status: HTTPStatus
    body: Mapping[str, Any]
    headers: Mapping[str, str] = MappingProxyType({})


def refuse_at_edge(method: str, target: str, headers: Mapping[str, str], body: bytes) -> Refusal | None:
    """What CloudFront, the web ACL, the API and Lambda say before a function runs; None lets the call through.

    `target` is the path with its query as it came, `headers` are those that the API would get, `body` is whole.
    """
    path = target.partition("?")[0]
    if len(target) > MAX_URL_BYTES:
        return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    if body and method in WITHOUT_BODY:
        return _plain(HTTPStatus.FORBIDDEN)
    if _LARGE.match(headers.get("Content-Length", "")):
        return Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ANSWERS[TOO_LARGE], HEADERS[TOO_LARGE])
    if not headers.get("Signature") and _FACILITIES.match(path) and path != PUBLIC_METADATA:
        return Refusal(HTTPStatus.UNAUTHORIZED, ANSWERS[UNSIGNED], HEADERS[UNSIGNED])
    if len(method) + len(target) + sum(len(name) + len(value) for name, value in headers.items()) > MAX_HEADER_BYTES:
        return _plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)  # which status it is, AWS's pages do not say
    if len(body) > MAX_BODY_BYTES or _event_bytes(body, headers.get("Content-Type", "")) > MAX_EVENT_BYTES:
        return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return None


class RouteThrottles:
    """The token bucket of each route, as API Gateway keeps them: `rate` calls a second, `burst` at once."""

    def __init__(self, throttle: Mapping[str, Throttle], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._routes = [
            (route.method, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", route.path)), throttle[route.function], route.key)
            for route in ROUTES
        ]
        self._left: dict[str, tuple[float, float]] = {}

    def take(self, method: str, path: str) -> Refusal | None:
        """Count one call; a refusal where its route has had too many. A path that is no route's has no limit here."""
        for known, pattern, limit, key in self._routes:
            if known == method and pattern.fullmatch(path):
                now = self._clock()
                left, then = self._left.get(key, (float(limit.burst), now))
                left = min(float(limit.burst), left + (now - then) * limit.rate)
                allowed = left >= 1
                self._left[key] = (left - allowed, now)
                return None if allowed else _plain(HTTPStatus.TOO_MANY_REQUESTS)
        return None


def _event_bytes(body: bytes, content_type: str) -> int:
    """How much of the event the body is: a text is written as JSON, everything else as base64, four bytes for three."""
    if _TEXT.match(content_type):
        return len(body) + sum(map(body.count, (b'"', b"\\", b"\n")))
    return -(-len(body) // 3) * 4


def _plain(status: HTTPStatus) -> Refusal:
    return Refusal(status, {"message": status.phrase})
