"""What AWS's edge refuses before a function runs: each limit at its last allowed value and one above."""

import pytest

from infrastructure.config.routes import ROUTES
from infrastructure.config.settings import Throttle, read_provinces
from ops.local.edge_limits import (
    MAX_BODY_BYTES,
    MAX_EVENT_BYTES,
    MAX_HEADER_BYTES,
    MAX_URL_BYTES,
    RouteThrottles,
    refuse_at_edge,
)

SIGNED = {"Signature": "sig=:AAAA:"}
FHIR = {"Content-Type": "application/fhir+json", **SIGNED}
JSON = {"Content-Type": "application/json"}


def status(method: str = "POST", target: str = "/v1/otp", headers: dict[str, str] = JSON, body: bytes = b"") -> int:
    refusal = refuse_at_edge(method, target, headers, body)
    return 200 if refusal is None else refusal.status


def path_of(length: int) -> str:
    return "/v1/records/" + "a" * (length - len("/v1/records/"))


@pytest.mark.parametrize(("length", "expected"), [(MAX_URL_BYTES, 200), (MAX_URL_BYTES + 1, 413)])
def test_an_address_has_a_longest_length(length: int, expected: int) -> None:
    assert status("GET", path_of(length), {}) == expected


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_reads_has_no_body(method: str) -> None:
    assert status(method, "/v1/records", {}) == 200
    assert status(method, "/v1/records", {}, b"{}") == 403
    assert status("DELETE", "/v1/records/1", {}, b"{}") == 200


@pytest.mark.parametrize(("excess", "expected"), [(0, 200), (1, 431)])
def test_request_line_and_headers_have_a_largest_size_together(excess: int, expected: int) -> None:
    room = MAX_HEADER_BYTES - len("POST") - len("/v1/otp") - len("x-long")
    assert status(headers={"x-long": "a" * (room + excess)}) == expected


@pytest.mark.parametrize(
    ("length", "expected"), [("4499999", 200), ("4500000", 413), ("04500000", 413), ("10000000", 413)]
)
def test_the_web_acl_refuses_by_the_length_that_is_said(length: str, expected: int) -> None:
    assert status(headers={**JSON, "Content-Length": length}) == expected


def test_a_facilitys_call_without_a_signature_stops_at_the_web_acl() -> None:
    refusal = refuse_at_edge("POST", "/v1/fhir/Patient/$match", JSON, b"{}")
    assert refusal is not None
    assert (refusal.status, refusal.body["resourceType"]) == (401, "OperationOutcome")
    assert status("POST", "/v1/fhir/Patient/$match", SIGNED, b"{}") == 200
    assert status("GET", "/v1/fhir/metadata", {}) == 200
    assert status("GET", "/v1/fhirs", {}) == 200, "another word"


@pytest.mark.parametrize(
    ("headers", "size", "expected"),
    [
        (FHIR, MAX_EVENT_BYTES // 4 * 3, 200),
        (FHIR, MAX_EVENT_BYTES // 4 * 3 + 1, 413),
        (JSON, MAX_EVENT_BYTES, 200),
        (JSON, MAX_EVENT_BYTES + 1, 413),
        (JSON, MAX_BODY_BYTES + 1, 413),
    ],
)
def test_lambda_takes_an_event_of_six_megabytes_with_other_bytes_as_base64(
    headers: dict[str, str], size: int, expected: int
) -> None:
    assert status("POST", "/v1/fhir", {**headers, **SIGNED}, b"a" * size) == expected


def test_what_json_escapes_counts_twice() -> None:
    assert status(body=b'"' * (MAX_EVENT_BYTES // 2)) == 200
    assert status(body=b'"' * (MAX_EVENT_BYTES // 2 + 1)) == 413


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_route_takes_its_burst_and_then_its_rate() -> None:
    clock = Clock()
    few = dict.fromkeys(("otp", "declare", "lookup", "contribute"), Throttle(rate=2, burst=3))
    throttles = RouteThrottles(few, clock)

    def call(path: str = "/v1/records/1") -> int:
        refusal = throttles.take("GET", path)
        return 200 if refusal is None else refusal.status

    assert [call() for _ in range(4)] == [200, 200, 200, 429]
    assert call("/v1/records") == 200, "another route"
    assert call("/v1/records/2") == 429, "the same route"
    clock.now += 1
    assert [call() for _ in range(3)] == [200, 200, 429]
    assert [call("/v1/unknown") for _ in range(9)] == [200] * 9


def test_every_route_of_the_api_is_throttled() -> None:
    throttles = RouteThrottles(dict.fromkeys(read_provinces()["79"].throttle, Throttle(rate=1, burst=0)))
    for route in ROUTES:
        path = route.path.replace("{", "").replace("}", "")
        assert throttles.take(route.method, path) is not None, route.key
