"""The functions as one WSGI application: what API Gateway does between a client and a handler, signed in or signing."""

import base64
import gzip
import importlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from http_message_signatures.exceptions import HTTPMessageSignaturesException

from infrastructure.api.openapi import build_document
from infrastructure.config.routes import ROUTES
from tests.api_documents import text_of
from tests.conftest import Context, make_event
from tests.declare import people
from tests.facility_desk import Desk
from tests.fuzz.known import Known

type Environ = dict[str, Any]
PATTERNS = [(route, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]*)", re.escape(route.path)))) for route in ROUTES]
REASONS = {True: "OK", False: "Refused"}


class Gateway:
    """Calls reach their function as a resident of level 2, or signed by a facility that may do everything."""

    desk: Desk
    known: Known

    def __init__(self) -> None:
        self.seen: list[tuple[str, int, str]] = []

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one call."""
        path, method = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace"), environ["REQUEST_METHOD"]
        if path == "/openapi.json":
            start("200 OK", [("Content-Type", "application/json")])
            return [text_of(build_document()).encode()]
        answer = self._answered(method, path, environ)
        content = answer.get("body") or ""
        body = base64.b64decode(content) if answer.get("isBase64Encoded") else content.encode()
        headers = {name.lower(): str(value) for name, value in answer["headers"].items()}
        if headers.pop("content-encoding", None) == "gzip":  # a client unpacks it before it reads
            body = gzip.decompress(body)
        start(f"{answer['statusCode']} {REASONS[answer['statusCode'] < 400]}", list(headers.items()))
        return [body]

    def _answered(self, method: str, path: str, environ: Environ) -> dict[str, Any]:
        for route, pattern in PATTERNS:
            found = pattern.fullmatch(path)
            if found and route.method == method:
                handler = importlib.import_module(f"functions.{route.function}.handler").handler
                answer: dict[str, Any] = handler(self._event(route.path, found.groupdict(), method, environ), Context())
                self.seen.append((route.key, answer["statusCode"], str(answer.get("body"))))
                return answer
        return {"statusCode": 404, "headers": {"Content-Type": "application/json"}, "body": '{"message":"Not Found"}'}

    def _event(self, route: str, names: dict[str, str], method: str, environ: Environ) -> dict[str, Any]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        headers: dict[str, Any] = {
            name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")
        }
        headers["content-type"] = environ.get("CONTENT_TYPE") or None
        query, cookies = environ.get("QUERY_STRING", ""), None
        if route.startswith("/v1/fhir"):
            headers |= self._signed(method, environ, body, query) | {"x-requested-with": None}
        else:
            headers |= {"x-requested-with": "ssk", "origin": None}
            cookies = people.sign_in(level=2)
        sent = {name: value for name, value in headers.items() if name not in ("host", "cookie")}
        return make_event(
            method, route, path=names or None, query=query, body=body or None, headers=sent, cookies=cookies
        )

    def _signed(self, method: str, environ: Environ, body: bytes, query: str) -> dict[str, str]:
        """A facility's signature over the call as it is, where such a call can be signed at all."""
        target = environ["PATH_INFO"].removeprefix("/v1/fhir").removeprefix("/") + (f"?{query}" if query else "")
        kind = environ.get("CONTENT_TYPE") or "application/fhir+json"
        purpose, reason = environ.get("HTTP_PURPOSE_OF_USE", "TREAT"), environ.get("HTTP_PURPOSE_REASON")
        try:
            headers = self.desk.sign_call(
                method, target, body, content_type=kind, purpose=purpose, reason=reason
            ).headers
        except (ValueError, KeyError, HTTPMessageSignaturesException):
            return {}
        return {name.lower(): value for name, value in headers.items()}
