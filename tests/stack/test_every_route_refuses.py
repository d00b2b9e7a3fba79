"""The deployed stack refuses what it must, in the contract's shape and with nothing stored.

`tests/test_routes.py` asks every handler everything; here each route of the deployed API is asked the few questions
whose answer also depends on gateway, proxy and template.
"""

import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from infrastructure.config.routes import ROUTES, Route
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import StackLocation
from tests import route_promises
from tests.route_promises import MARK
from tests.test_routes import LARGER

SAME_EVERYWHERE = "6c0ffee0-1111-4222-8333-444455556666"
STATE = ("access", "records", "keys", "facts", "facilities")
CHANGES = [
    route
    for route in ROUTES
    if not (route_promises.for_facilities(route) or route_promises.promise_of(route).cross_origin)
    and route.method != "GET"
]
SIGNED = [route for route in ROUTES if route_promises.promise_of(route).needs == "signature"]
FORM_ALONE = "sig1=:AAAA:"  # passes the web ACL and proves nothing
WITHOUT_BODY = ("POST /v1/passkeys/sign-in/options",)  # which asks for nothing, and reads none
LIMITED = [route for route in ROUTES if route.method in ("POST", "PUT")]


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def by_key(routes: list[Route]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("route", routes, ids=lambda route: route.key)


def send(base: str, route: Route, body: bytes | None = None, **headers: str) -> Answer:
    """Call a route at `base`: the public origin, or the gateway itself."""
    parts = urlsplit(base)
    operation = "$verify" if route.function == "contribute" else "$summary"
    path = route.path.replace("{id}", SAME_EVERYWHERE).replace("{operation}", operation)
    path = path.replace("{share}", SAME_EVERYWHERE).replace("{token}", "t" * 43)
    connection = http.client.HTTPConnection(parts.netloc, timeout=60)
    sent = (
        {"X-Requested-With": "ssk", "Content-Type": "application/json"}
        if body is not None
        else {"X-Requested-With": "ssk"}
    )
    try:
        connection.request(
            route.method, path, body, {**sent, **{name.replace("_", "-"): value for name, value in headers.items()}}
        )
        answer = connection.getresponse()
        known = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, known, answer.read().decode())
    finally:
        connection.close()


@pytest.fixture
def untouched(stack: dict[str, Any], stack_place: StackLocation) -> Any:
    """Whatever the test does, the tables hold afterwards what they held before; denials may be noted in `audit`."""

    def everything() -> list[Any]:
        pages = [
            page["Items"]
            for table in STATE
            for page in create_client(stack_place, "dynamodb")
            .get_paginator("scan")
            .paginate(TableName=stack["tables"][table])
        ]
        return sorted(json.dumps(item, sort_keys=True, default=repr) for items in pages for item in items)

    before = everything()
    yield stack
    assert everything() == before


def refused(route: Route, answer: Answer, status: int, kind: str) -> None:
    assert answer.status == status, answer.text[:300]
    assert MARK not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    if route_promises.for_facilities(route):
        assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
        assert answer.json["resourceType"] == "OperationOutcome"
        assert answer.json["issue"][0]["diagnostics"] == kind
    else:
        assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
        assert (answer.json["status"], answer.json["type"]) == (status, f"/problems/{kind}")
        assert {"type", "title", "status", "detail"} <= set(answer.json)


def test_calls_round_the_front_door_are_refused_by_every_route(
    untouched: dict[str, Any], stack_place: StackLocation
) -> None:
    gateway = read_outputs(stack_place)["ApiUrl"]
    for route in ROUTES:
        host = urlsplit(gateway).netloc
        answer = send(untouched["aws_endpoint_url"], route, Host=host, x_ssk_client="127.0.0.1")
        if route.method == "OPTIONS":
            assert answer.status == 403  # the emulator answers preflights itself, and no function is asked
        else:
            refused(route, answer, 403, "not-through-edge")


def test_the_two_headers_of_the_front_door_cannot_be_sent_by_a_caller(untouched: dict[str, Any]) -> None:
    for route in ROUTES:
        answer = send(untouched["web_url"], route, x_ssk_origin="guessed", x_ssk_client="203.0.113.9")
        assert "not-through-edge" not in answer.text, route.key


def test_no_change_passes_without_the_header_or_from_another_site(untouched: dict[str, Any]) -> None:
    for route in CHANGES:
        refused(route, send(untouched["web_url"], route, X_Requested_With="fetch"), 403, "header-missing")
        refused(route, send(untouched["web_url"], route, Origin="https://evil.example"), 403, "foreign-origin")


def test_no_session_opens_no_resident_route(untouched: dict[str, Any]) -> None:
    for route in ROUTES:
        if not route_promises.for_facilities(route) and route_promises.promise_of(route).needs != "nothing":
            refused(route, send(untouched["web_url"], route, Cookie="__Host-session=guessed"), 401, "signed-out")


def test_no_signature_opens_no_facility_route(untouched: dict[str, Any]) -> None:
    for route in SIGNED:
        answer = send(untouched["web_url"], route)  # the web ACL's, which has one type for all JSON
        assert (answer.status, answer.headers["content-type"]) == (401, "application/json; charset=utf-8")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.json["issue"][0]["diagnostics"] == "signature-missing"
        refused(route, send(untouched["web_url"], route, Signature=FORM_ALONE), 401, "signature-missing")


@by_key(LIMITED)
def test_a_body_above_the_limit_is_refused_and_one_at_the_limit_is_read(
    untouched: dict[str, Any], route: Route
) -> None:
    limit = LARGER.get(route.key, 1024 * 1024 if route_promises.for_facilities(route) else 256 * 1024)
    frame = b'{"a":"' + MARK.encode()
    at_limit, above = (frame + b"x" * (size - len(frame) - 2) + b'"}' for size in (limit, limit + 1))
    refused(route, send(untouched["web_url"], route, above, Signature=FORM_ALONE), 413, "too-large")
    read = send(untouched["web_url"], route, at_limit, Signature=FORM_ALONE).status
    assert read in ((200,) if route.key in WITHOUT_BODY else (400, 401, 422))


@by_key(
    [
        route
        for route in LIMITED
        if route_promises.promise_of(route).needs == "nothing" and route.key not in WITHOUT_BODY
    ]
)
def test_open_routes_refuse_what_is_no_json_object_and_members_of_a_wrong_type(
    untouched: dict[str, Any], route: Route
) -> None:
    for body in (b"{", b"[]", b"null", b"\xff{}", b'{"a": 1, "a": 2}'):
        refused(route, send(untouched["web_url"], route, body), 400, "not-json")
    promise = route_promises.promise_of(route)
    for wrong in promise.wrong:
        answer = send(untouched["web_url"], route, json.dumps(wrong).encode())
        assert (answer.status, answer.headers["content-type"]) == (
            promise.wrong_status,
            "application/problem+json; charset=utf-8",
        )
        assert answer.json["errors"]
        assert MARK not in answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/v1/records"),
        ("GET", "/v1/otp"),
        ("GET", "/v1"),
        ("POST", "/v1/records"),
        ("GET", "/v1/nothing/here"),
    ],
)
def test_what_is_no_route_reaches_no_function(untouched: dict[str, Any], method: str, path: str) -> None:
    answer = send(untouched["web_url"], Route("none", method, path))
    assert answer.status in (404, 405)
    assert answer.json["message"]
    assert answer.headers["content-type"].startswith("application/json")
