"""The proxy in the CDN's place: one origin with the site at `/` and the API at `/v1`.

Run as a process of its own: `python -m ops.local.proxy`, with the stack named by the environment.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler
from multidict import CIMultiDict
from yarl import URL

from infrastructure.api.security_headers import headers_of
from infrastructure.config.settings import Throttle, read_provinces
from ops.local.aws import create_client, read_outputs, signed_headers
from ops.local.edge_limits import MAX_BODY_BYTES, MAX_EVENT_BYTES, SITE_METHODS, Refusal, RouteThrottles, refuse_at_edge
from ops.local.stack_location import StackLocation, read_location

MAX_CONCURRENT_CALLS = 8  # the emulator answers no faster with more, and each new environment costs a second to start
COMPRESSED_FROM_BYTES = 1000  # as CloudFront
COMPRESSED_TYPES = ("text/", "application/json", "application/fhir+json", "application/problem+json", "image/svg+xml")
# RFC 9110 section 7.6.1, and what only this proxy may say.
HOP_BY_HOP = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "content-length"})
NOT_PASSED_ON = HOP_BY_HOP | {
    "forwarded",
    "host",
    "proxy-authorization",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-ssk-client",
    "x-ssk-origin",
}
NOT_PASSED_BACK = HOP_BY_HOP | {"date", "server"}
# What a caller did not say is not said for them: a content type of nothing is refused, gzip not asked for is unread.
ADDED_BY_AIOHTTP = frozenset({"Accept", "Accept-Encoding", "Content-Type", "User-Agent"})
FILE_HEADERS = ("Content-Type", "Cache-Control", "ETag")
# A packed body goes on packed, as through CloudFront and the gateway: a signature is of the bytes that were sent.
SERVED_AS_SENT: dict[str, Any] = {"auto_decompress": False}
NEVER_KEPT = {"Cache-Control": "no-store"}


@dataclass(frozen=True, kw_only=True)
class Backend:
    """Where calls go: the emulator, the API's own host name, the site's bucket, and the secret of the origin.

    `throttle` is that of each function's routes; None lets through what AWS would refuse at its edge.
    """

    emulator_url: str
    api_host: str
    site_bucket: str
    origin_secret: str
    longest_call_seconds: float
    throttle: Mapping[str, Throttle] | None = None


class Proxy:
    """Answers every request of the public origin."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._gate = asyncio.Semaphore(MAX_CONCURRENT_CALLS)
        self._seen: dict[str, str] = {}
        self._throttles = RouteThrottles(backend.throttle) if backend.throttle is not None else None

    def application(self) -> web.Application:
        """The routes: API, SMS inbox, everything else from the site's bucket."""
        application = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[_compression])
        application.cleanup_ctx.append(self._session)
        application.router.add_get("/_local/sms", self.sms_inbox)
        application.router.add_route("*", "/v1{rest:(/.*)?}", self.api)
        application.router.add_route("*", "/{key:.*}", self.page)
        application.on_response_prepare.append(_edge_headers)
        return application

    async def api(self, request: web.Request) -> web.Response:
        """Pass a call on as it came, but for the two headers that only the CDN may set."""
        try:
            body = await request.read()
        except web.HTTPRequestEntityTooLarge:
            return _gateway_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        headers = CIMultiDict((k, v) for k, v in request.headers.items() if k.lower() not in NOT_PASSED_ON)
        headers["Host"] = self._backend.api_host
        headers["x-ssk-client"] = _peer(request)
        headers["x-ssk-origin"] = self._backend.origin_secret
        if refusal := self._refuse(request, headers, body):
            return web.json_response(dict(refusal.body), status=refusal.status, headers=refusal.headers)
        url = URL(self._backend.emulator_url + request.raw_path, encoded=True)
        async with self._gate:
            try:
                async with self._client.request(
                    request.method, url, headers=headers, data=body, allow_redirects=False
                ) as answer:
                    content = await answer.read()
                    if len(content) > MAX_EVENT_BYTES:
                        return _gateway_error(HTTPStatus.INTERNAL_SERVER_ERROR)
                    return _passed_back(answer, content)
            except TimeoutError:
                return _gateway_error(HTTPStatus.GATEWAY_TIMEOUT)
            except aiohttp.ClientError:
                logging.exception("the emulator did not answer")
                return _gateway_error(HTTPStatus.BAD_GATEWAY)

    async def page(self, request: web.Request) -> web.Response:
        """A file of the site's bucket; `/` and folders mean their `index.html`."""
        if request.method not in SITE_METHODS:  # of which the distribution's behaviour says nothing else
            return web.Response(status=HTTPStatus.FORBIDDEN)
        conditions = {name: request.headers[name] for name in ("If-None-Match",) if name in request.headers}
        answer = await self._file(request.rel_url.raw_path, conditions)
        if answer.status == HTTPStatus.NOT_FOUND:
            answer = await self._file("/404.html", {})
            answer.set_status(HTTPStatus.NOT_FOUND)
        return answer

    def _refuse(self, request: web.Request, headers: CIMultiDict[str], body: bytes) -> Refusal | None:
        if self._throttles is None:
            return None
        length = {"Content-Length": request.headers["Content-Length"]} if "Content-Length" in request.headers else {}
        return refuse_at_edge(
            request.method, request.raw_path, CIMultiDict({**headers, **length}), body
        ) or self._throttles.take(request.method, request.rel_url.raw_path)

    async def sms_inbox(self, request: web.Request) -> web.Response:
        """`[{"to", "text", "at"}]` of one phone (of all without one), newest last; `at` is when it was first seen."""
        phone = request.query.get("phone", "").replace(" ", "+")  # a `+` that was not encoded
        url = f"{self._backend.emulator_url}/_ministack/sns/sms-messages"
        async with self._client.get(url, params={"phoneNumber": phone} if phone else {}) as answer:
            inbox = (await answer.json(content_type=None))["sms_messages"]
        messages = [
            {"to": to, "text": sent["Message"], "at": self._first_seen(sent["MessageId"])}
            for to, received in inbox.items()
            for sent in received
        ]
        return web.json_response(sorted(messages, key=lambda message: message["at"]), headers=NEVER_KEPT)

    async def _file(self, path: str, conditions: dict[str, str]) -> web.Response:
        key = f"{path}index.html" if path.endswith("/") else path
        if ".." in key.split("/"):
            return web.Response(status=HTTPStatus.NOT_FOUND)
        url = f"{self._backend.emulator_url}/{self._backend.site_bucket}{key}"
        headers = signed_headers(url) | conditions
        async with self._client.get(URL(url, encoded=True), headers=headers) as answer:
            body = await answer.read()
            if answer.status not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
                return web.Response(status=HTTPStatus.NOT_FOUND)
            kept = {name: answer.headers[name] for name in FILE_HEADERS if name in answer.headers}
            return web.Response(status=answer.status, headers=kept, body=body)

    def _first_seen(self, message_id: str) -> str:
        return self._seen.setdefault(message_id, datetime.now(UTC).isoformat(timespec="milliseconds"))

    async def _session(self, _: web.Application) -> AsyncIterator[None]:
        timeout = aiohttp.ClientTimeout(total=self._backend.longest_call_seconds)
        # The emulator closes idle connections after 75 s; ours go first, so that no call meets a closed one.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=30)
        async with aiohttp.ClientSession(
            connector=connector, timeout=timeout, auto_decompress=False, skip_auto_headers=ADDED_BY_AIOHTTP
        ) as self._client:
            yield


def read_backend(place: StackLocation) -> Backend:
    """What the deployed stack says about itself."""
    deployed = read_outputs(place)
    secret = create_client(place, "secretsmanager").get_secret_value(SecretId=deployed["OriginSecretArn"])[
        "SecretString"
    ]
    return Backend(
        emulator_url=place.aws_endpoint_url,
        api_host=URL(deployed["ApiUrl"]).authority,
        site_bucket=deployed["SiteBucket"],
        origin_secret=json.loads(secret)["current"],
        longest_call_seconds=place.longest_call_seconds,
        throttle=read_provinces()[place.province].throttle if place.strict else None,
    )


def main() -> None:
    """Serve until ended."""
    place = read_location()
    application = Proxy(read_backend(place)).application()
    web.run_app(
        application,
        host="127.0.0.1",
        port=place.port,
        access_log=None,
        print=None,
        backlog=512,
        shutdown_timeout=1,
        **SERVED_AS_SENT,
    )


def _peer(request: web.Request) -> str:
    return request.remote or ""


def _passed_back(answer: aiohttp.ClientResponse, body: bytes) -> web.Response:
    headers = CIMultiDict((k, v) for k, v in answer.headers.items() if k.lower() not in NOT_PASSED_BACK)
    return web.Response(status=answer.status, headers=headers, body=body)


def _gateway_error(status: HTTPStatus) -> web.Response:
    """What API Gateway answers itself, in its own words and not in those of a function."""
    return web.json_response({"message": status.phrase}, status=status)


async def _edge_headers(request: web.Request, answer: web.StreamResponse) -> None:
    answer.headers.update(headers_of(request.path))


@web.middleware
async def _compression(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Gzip where it pays, as the CDN does: of pages only, since it may keep nothing of the API."""
    answer = await handler(request)
    if request.path.startswith("/v1"):
        return answer
    if isinstance(answer, web.Response) and answer.content_type.startswith(COMPRESSED_TYPES):
        answer.headers["Vary"] = "Accept-Encoding"
        large = (answer.content_length or 0) >= COMPRESSED_FROM_BYTES
        if large and "gzip" in request.headers.get("Accept-Encoding", ""):
            answer.enable_compression(web.ContentCoding.gzip)
    return answer


if __name__ == "__main__":
    main()
