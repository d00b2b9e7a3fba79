"""The proxy in the CDN's place, before a stand-in of the emulator that tells what reached it."""

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from infrastructure.api.security_headers import headers_of
from ops.local.edge_limits import MAX_BODY_BYTES, MAX_EVENT_BYTES
from ops.local.proxy import (
    COMPRESSED_FROM_BYTES,
    MAX_CONCURRENT_CALLS,
    SERVED_AS_SENT,
    Backend,
    Proxy,
)

API_HOST = "0a1b2c3d.execute-api.localhost:4566"
SITE = {"/index.html": "<p>Trang đầu</p>", "/en/index.html": "<p>Start</p>", "/404.html": "<p>Không có</p>"}
INBOX = {
    "+84901234567": [
        {"PhoneNumber": "+84901234567", "MessageId": "1", "Message": "Ma 111111"},
        {"PhoneNumber": "+84901234567", "MessageId": "2", "Message": "Ma 222222"},
    ],
    "+84912345678": [{"PhoneNumber": "+84912345678", "MessageId": "3", "Message": "Ma 333333"}],
}


@dataclass
class Emulator:
    """A stand-in: answers calls as told, holds a small site and an SMS inbox, and counts."""

    answer: Callable[[web.Request], Awaitable[web.Response]] | None = None
    page: bytes | None = None
    seen: list[dict[str, Any]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def serve(self, request: web.Request) -> web.Response:
        if request.path == "/_ministack/sns/sms-messages":
            phone = request.query.get("phoneNumber")
            return web.json_response({"sms_messages": {phone: INBOX.get(phone, [])} if phone else INBOX})
        if request.path.startswith("/site-bucket"):
            return self._object(request)
        self.seen.append(
            {
                "method": request.method,
                "target": request.raw_path,
                "headers": {name.lower(): value for name, value in request.headers.items()},
                "body": await request.read(),
            }
        )
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            return await self.answer(request) if self.answer else web.json_response({})
        finally:
            self.at_once -= 1

    def _object(self, request: web.Request) -> web.Response:
        if self.page is not None:
            return web.Response(body=self.page, content_type="text/html")
        text = SITE.get(request.path.removeprefix("/site-bucket"))
        if text is None or "Authorization" not in request.headers:
            return web.Response(status=404)
        if request.headers.get("If-None-Match") == '"tag"':
            return web.Response(status=304, headers={"ETag": '"tag"'})
        kept = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "max-age=60", "ETag": '"tag"'}
        return web.Response(text=text, headers={**kept, "x-amz-request-id": "1"})


def through(
    emulator: Emulator,
    use: Callable[[TestClient[Any, Any]], Awaitable[Any]],
    *,
    secret: str = "s3cret",
    longest_call_seconds: float = 60,
) -> Any:
    """What `use` finds out with a client of a proxy before this emulator."""

    async def run() -> Any:
        backing = web.Application(client_max_size=2 * MAX_BODY_BYTES)
        backing.router.add_route("*", "/{rest:.*}", emulator.serve)
        server = TestServer(backing)
        await server.start_server(**SERVED_AS_SENT)
        async with server:
            address = str(server.make_url("")).rstrip("/")
            backend = Backend(
                emulator_url=address,
                api_host=API_HOST,
                site_bucket="site-bucket",
                origin_secret=secret,
                longest_call_seconds=longest_call_seconds,
            )
            proxy = TestServer(Proxy(backend).application())
            await proxy.start_server(**SERVED_AS_SENT)
            async with TestClient(proxy, auto_decompress=False) as client:
                return await use(client)

    with ThreadPoolExecutor(1) as pool:  # a browser of other tests may keep a loop running in this thread
        return pool.submit(asyncio.run, run()).result()


def one_call(
    emulator: Emulator, method: str, target: str, *, longest_call_seconds: float = 60, **options: Any
) -> tuple[int, Any, bytes]:
    async def use(client: TestClient[Any, Any]) -> tuple[int, Any, bytes]:
        url = URL(str(client.make_url("")).rstrip("/") + target, encoded=True)
        async with client.session.request(method, url, **options) as answer:
            return answer.status, answer.headers, await answer.read()

    status, headers, body = through(emulator, use, longest_call_seconds=longest_call_seconds)
    return status, headers, body


@pytest.mark.parametrize(
    "target",
    [
        "/v1/fhir/Patient/$summary?identifier=http://fhir.ehealth.gov.vn/core/sid/national_id%7C079&birthdate=1985",
        "/v1/fhir/Patient/%24summary",
        "/v1/records/a%2Fb?x=%20+%C4%91&x=",
        "/v1/records//double/../up?",
    ],
)
def test_path_and_query_go_on_as_they_were_sent(target: str) -> None:
    emulator = Emulator()
    one_call(emulator, "GET", target)
    # An empty query is no query to a URL; everything else is untouched.
    assert [call["target"] for call in emulator.seen] == [target.removesuffix("?")]


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "identity", "unknown"])
def test_a_body_goes_on_as_it_was_sent(encoding: str) -> None:
    emulator, body = Emulator(), gzip.compress(b"{}")
    one_call(emulator, "POST", "/v1/fhir", headers={"Content-Encoding": encoding}, data=body)
    (call,) = emulator.seen
    assert (call["body"], call["headers"]["content-encoding"]) == (body, encoding)


def test_only_the_proxy_says_who_calls_and_that_it_is_the_edge() -> None:
    emulator = Emulator()
    forged = {
        "X-SSK-Client": "8.8.8.8",
        "x-ssk-origin": "guessed",
        "X-Forwarded-For": "8.8.8.8",
        "Forwarded": "for=8.8.8.8",
    }
    one_call(emulator, "POST", "/v1/otp", headers=forged, json={"phone": "0901234567"})
    (call,) = emulator.seen
    assert call["headers"]["x-ssk-client"] == "127.0.0.1"
    assert call["headers"]["x-ssk-origin"] == "s3cret"
    assert call["headers"]["host"] == API_HOST
    assert not {"x-forwarded-for", "forwarded"} & call["headers"].keys()


def test_each_loopback_address_is_a_caller_of_its_own() -> None:
    emulator = Emulator()

    async def use(client: TestClient[Any, Any]) -> None:
        connector = aiohttp.TCPConnector(local_addr=("127.7.8.9", 0))
        async with aiohttp.ClientSession(connector=connector) as session:
            await session.get(client.make_url("/v1/session"))

    through(emulator, use)
    assert emulator.seen[0]["headers"]["x-ssk-client"] == "127.7.8.9"


def test_method_body_and_other_headers_go_on_and_the_answer_comes_back() -> None:
    async def answer(_: web.Request) -> web.Response:
        found = web.json_response({"detail": "ngày sinh"}, status=412)
        found.headers["ETag"] = '"3"'
        found.headers.add("Set-Cookie", "__Host-session=a; Path=/; Secure")
        found.headers.add("Set-Cookie", "__Host-device=b; Path=/; Secure")
        return found

    emulator = Emulator(answer)
    headers = {"If-Match": '"2"', "Cookie": "__Host-session=a", "Content-Type": "application/fhir+json"}
    status, answered, body = one_call(emulator, "PUT", "/v1/records/1", headers=headers, data="{ é }".encode())
    (call,) = emulator.seen
    assert (call["method"], call["body"]) == ("PUT", "{ é }".encode())
    assert {name: call["headers"][name] for name in ("if-match", "cookie", "content-type")} == {
        "if-match": '"2"',
        "cookie": "__Host-session=a",
        "content-type": "application/fhir+json",
    }
    assert (status, json.loads(body), answered["ETag"]) == (412, {"detail": "ngày sinh"}, '"3"')
    assert [cookie.split("=")[0] for cookie in answered.getall("Set-Cookie")] == ["__Host-session", "__Host-device"]


def test_no_more_than_twelve_calls_go_on_at_once() -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        return web.Response(status=204)

    emulator = Emulator(answer)

    async def use(client: TestClient[Any, Any]) -> list[int]:
        answers = await asyncio.gather(*(client.get("/v1/session") for _ in range(3 * MAX_CONCURRENT_CALLS)))
        return [answer.status for answer in answers]

    assert through(emulator, use) == [204] * 3 * MAX_CONCURRENT_CALLS
    assert emulator.most_at_once == MAX_CONCURRENT_CALLS == 8


@pytest.mark.parametrize("target", ["/", "/en/", "/nowhere", "/v1/session", "/_local/sms", "/declare.html"])
def test_every_answer_carries_the_headers_of_the_edge(target: str) -> None:
    _, headers, _ = one_call(Emulator(), "GET", target)
    assert {name: headers.get(name) for name in headers_of(target)} == headers_of(target)


@pytest.mark.parametrize(
    ("target", "status", "text"),
    [
        ("/", 200, SITE["/index.html"]),
        ("/?p=pilot-0001", 200, SITE["/index.html"]),
        ("/en/", 200, SITE["/en/index.html"]),
        ("/en", 404, SITE["/404.html"]),
        ("/../site-bucket/index.html", 404, SITE["/404.html"]),
    ],
)
def test_pages_come_from_the_sites_bucket(target: str, status: int, text: str) -> None:
    found, headers, body = one_call(Emulator(), "GET", target)
    assert (found, body.decode(), headers["Content-Type"]) == (status, text, "text/html; charset=utf-8")
    assert headers["Cache-Control"] == "max-age=60"
    assert "x-amz-request-id" not in headers


def test_a_page_that_the_browser_has_is_not_sent_again() -> None:
    status, headers, body = one_call(Emulator(), "GET", "/", headers={"If-None-Match": '"tag"'})
    assert (status, body, headers["ETag"]) == (304, b"", '"tag"')


def test_pages_are_only_read() -> None:
    status, _, _ = one_call(Emulator(), "POST", "/index.html", data=b"x")
    assert status == 403, "as CloudFront answers a method that the behaviour does not name"


@pytest.mark.parametrize(
    ("size", "accepts", "compressed"),
    [
        (COMPRESSED_FROM_BYTES - 1, "gzip, br", False),
        (COMPRESSED_FROM_BYTES, "gzip, br", True),
        (COMPRESSED_FROM_BYTES + 1, "gzip", True),
        (COMPRESSED_FROM_BYTES, "br", False),
    ],
)
def test_text_of_a_thousand_bytes_is_compressed(size: int, accepts: str, compressed: bool) -> None:
    emulator = Emulator(page=b"x" * size)
    _, headers, body = one_call(emulator, "GET", "/", headers={"Accept-Encoding": accepts})
    assert headers.get("Content-Encoding") == ("gzip" if compressed else None)
    assert (gzip.decompress(body) if compressed else body) == b"x" * size
    assert headers["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_what_a_caller_does_not_say_is_not_said_for_them(method: str) -> None:
    silent = ("Accept", "Accept-Encoding", "Content-Type", "User-Agent")
    emulator = Emulator()

    one_call(emulator, method, "/v1/fhir/metadata", skip_auto_headers=silent)

    (seen,) = emulator.seen
    assert not {name.lower() for name in silent} & set(seen["headers"])


def test_an_answer_of_the_api_passes_as_the_function_made_it() -> None:
    """CloudFront compresses only what it may cache, so functions do it where it is safe."""

    async def answer(request: web.Request) -> web.Response:
        packed = gzip.compress(request.headers["Accept-Encoding"].encode() * 1000)
        return web.Response(body=packed, content_type="application/fhir+json", headers={"Content-Encoding": "gzip"})

    _, headers, body = one_call(Emulator(answer), "GET", "/v1/fhir/x", headers={"Accept-Encoding": "gzip, br"})
    assert headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(body) == b"gzip, br" * 1000

    async def plain(_: web.Request) -> web.Response:
        return web.Response(body=b"x" * 5000, content_type="application/json")

    _, headers, body = one_call(Emulator(plain), "GET", "/v1/records", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in headers
    assert body == b"x" * 5000


@pytest.mark.parametrize(("size", "status"), [(MAX_EVENT_BYTES, 200), (MAX_EVENT_BYTES + 1, 500)])
def test_an_answer_beyond_lambdas_limit_is_a_500_in_the_gateways_words(size: int, status: int) -> None:
    async def large(_: web.Request) -> web.Response:
        return web.Response(body=bytes(size), content_type="application/fhir+json")

    found, _, body = one_call(Emulator(large), "GET", "/v1/fhir/metadata")
    assert found == status
    assert status == 200 or json.loads(body) == {"message": "Internal Server Error"}


@pytest.mark.parametrize(
    ("size", "status"), [(MAX_BODY_BYTES - 1, 200), (MAX_BODY_BYTES, 200), (MAX_BODY_BYTES + 1, 413)]
)
def test_a_body_beyond_the_gateways_limit_reaches_no_function(size: int, status: int) -> None:
    emulator = Emulator()
    found, _, _ = one_call(emulator, "POST", "/v1/fhir", data=bytes(size))
    assert (found, len(emulator.seen)) == (status, 1 if status == 200 else 0)


def test_a_function_that_takes_too_long_is_a_504_in_the_gateways_words() -> None:
    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response()

    status, _, body = one_call(Emulator(answer), "GET", "/v1/session", longest_call_seconds=0.05)
    assert (status, json.loads(body)) == (504, {"message": "Gateway Timeout"})


def test_an_emulator_that_is_gone_is_a_502_in_the_gateways_words() -> None:
    async def answer(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    status, _, body = one_call(Emulator(answer), "POST", "/v1/otp")
    assert (status, json.loads(body)) == (502, {"message": "Bad Gateway"})


@pytest.mark.parametrize("phone", ["%2B84901234567", "+84901234567"])
def test_the_inbox_of_a_phone_is_a_list_with_the_newest_last(phone: str) -> None:
    status, headers, body = one_call(Emulator(), "GET", f"/_local/sms?phone={phone}")
    messages = json.loads(body)
    assert (status, headers["Cache-Control"]) == (200, "no-store")
    assert [message.keys() for message in messages] == [{"to", "text", "at"}] * 2
    assert [(message["to"], message["text"]) for message in messages] == [
        ("+84901234567", "Ma 111111"),
        ("+84901234567", "Ma 222222"),
    ]


def test_the_inbox_of_a_phone_that_got_nothing_is_empty() -> None:
    assert one_call(Emulator(), "GET", "/_local/sms?phone=%2B84999999999")[2] == b"[]"


def test_a_message_keeps_the_time_at_which_it_was_first_seen() -> None:
    async def use(client: TestClient[Any, Any]) -> list[Any]:
        return [await (await client.get("/_local/sms?phone=%2B84901234567")).json() for _ in range(2)]

    first, second = through(Emulator(), use)
    assert first == second
