"""The shared entry point, seen through a small function of our own."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from health_record.errors import Fault, InvalidContentError
from health_record.http import entry_point
from health_record.http.event import Event, read_cookies, read_json_body, read_path_parameter
from health_record.language import Translated
from tests.conftest import Answer, World, call_handler

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def echo(event: Event) -> Any:
    return entry_point.respond(200, read_json_body(event), cookies=["a=1; Path=/", "b=2; Path=/"])


def fail(event: Event) -> Any:
    raise {
        "secret": ValueError("0912345678"),
        "throttled": ClientError({"Error": {"Code": "ThrottlingException"}}, "PutItem"),
        "unreachable": EndpointConnectionError(endpoint_url="https://dynamodb"),
        "taken": ClientError({"Error": {"Code": "IdempotentParameterMismatchException"}}, "TransactWriteItems"),
        "broken": ClientError(
            {"Error": {"Code": "AnyName"}, "ResponseMetadata": {"HTTPStatusCode": 500}},  # type: ignore[typeddict-item]
            "PutItem",
        ),
        "denied": ClientError({"Error": {"Code": "AccessDeniedException"}}, "PutItem"),
        "faults": InvalidContentError(
            Translated("Xin sửa.", "Please mend."),
            faults=[Fault("/item/0", Translated("Thiếu tên.", "No name."), link_id="identity.full-name")],
        ),
    }[read_path_parameter(event, "kind")]


ROUTES = {"POST /v1/echo": echo, "GET /v1/broken/{kind}": fail}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return entry_point.handle_event(ROUTES, event, context)


def facility_handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return entry_point.handle_event(ROUTES, event, context, "facility")


def post(body: Any, *, through: Handler = handler, **changes: Any) -> Answer:
    return call_handler(through, "POST", "/v1/echo", body=body, **changes)


def test_a_call_with_all_it_needs_is_answered_with_its_cookies(world: World) -> None:
    answer = post({"tên": "Y Blep"})
    assert (answer.status, answer.json) == (200, {"tên": "Y Blep"})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.cookies == ["a=1; Path=/", "b=2; Path=/"]


@pytest.mark.parametrize("secret", [None, "", "another", "origin-secret-of-the-test"])
def test_a_call_round_the_front_door_is_refused(world: World, secret: str | None) -> None:
    answer = post({}, headers={"x-ssk-origin": secret})  # type: ignore[dict-item]
    assert answer.status == 403
    assert answer.headers["content-type"] == "application/problem+json; charset=utf-8"
    assert answer.json == {
        "type": "/problems/not-through-edge",
        "title": "Không được phép",
        "status": 403,
        "detail": "Yêu cầu không đi qua cổng của hệ thống.",
    }


def test_during_rotation_the_previous_secret_still_opens(world: World) -> None:
    assert post({}, headers={"x-ssk-origin": "the-one-before"}).status == 200


@pytest.mark.parametrize(("size", "status"), [(256 * 1024 - 1, 200), (256 * 1024, 200), (256 * 1024 + 1, 413)])
def test_a_body_may_have_256_kilobytes(world: World, size: int, status: int) -> None:
    body = json.dumps({"a": ""})
    answer = post(body[:-2] + "x" * (size - len(body)) + body[-2:])
    assert answer.status == status
    if status == 413:
        assert answer.json["detail"] == "Dữ liệu gửi lên vượt quá 256 KB."


def test_a_facility_may_send_a_megabyte_and_is_refused_with_an_outcome(world: World) -> None:
    assert post(b'{"a":"' + b"x" * (1024 * 1024 - 8) + b'"}', through=facility_handler).status == 200
    answer = post(b"x" * (1024 * 1024 + 1), through=facility_handler, headers={"accept-language": "en"})
    assert answer.status == 413
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    assert answer.json == {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "too-long",
                "details": {"text": "The body is larger than 1024 KB."},
                "diagnostics": "too-large",
            }
        ],
    }


@pytest.mark.parametrize(
    ("headers", "type_"),
    [
        ({"x-requested-with": None}, "header-missing"),
        ({"x-requested-with": "XMLHttpRequest"}, "header-missing"),
        ({"origin": "https://evil.example"}, "foreign-origin"),
        ({"origin": "null"}, "foreign-origin"),
        ({"origin": "http://127.0.0.1:8000/"}, "foreign-origin"),
    ],
)
def test_a_page_of_another_site_cannot_change_anything(
    world: World, headers: dict[str, str | None], type_: str
) -> None:
    answer = post({}, headers=headers)
    assert (answer.status, answer.json["type"]) == (403, f"/problems/{type_}")


def test_our_own_page_may(world: World) -> None:
    assert post({}, headers={"origin": "http://127.0.0.1:8000"}).status == 200


@pytest.mark.parametrize(
    "body",
    ["", "{", "[]", "null", '"a"', '{"a":NaN}', '{"a":1,"a":2}', "[" * 100_000, b"\xff{}", "\ud800"],
)
def test_anything_but_one_json_object_is_a_400(world: World, body: Any) -> None:
    answer = post(body)
    assert (answer.status, answer.json["type"]) == (400, "/problems/not-json")


def test_base64_that_is_none_is_a_400(world: World) -> None:
    from tests.conftest import Context, make_event

    event = make_event("POST", "/v1/echo", body=b"{}")
    event["body"] = "%%%"
    assert handler(event, Context())["statusCode"] == 400


@pytest.mark.parametrize(
    ("kind", "status", "retry"),
    [
        ("throttled", 503, "5"),
        ("unreachable", 503, "5"),
        ("taken", 503, "5"),
        ("broken", 503, "5"),
        ("denied", 500, None),
        ("secret", 500, None),
    ],
)
def test_what_fails_underneath_is_told_apart_and_never_shown(
    world: World, written: Callable[[], str], kind: str, status: int, retry: str | None
) -> None:
    answer = call_handler(
        handler, "GET", "/v1/broken/{kind}", path={"kind": kind}, headers={"accept-language": "en-GB,en;q=0.9"}
    )
    assert (answer.status, answer.headers.get("retry-after")) == (status, retry)
    assert answer.json["title"] == {500: "Internal error", 503: "Temporarily unavailable"}[status]
    assert "0912345678" not in answer.body + written()


def test_every_fault_is_told_at_once_with_its_place(world: World) -> None:
    answer = call_handler(handler, "GET", "/v1/broken/{kind}", path={"kind": "faults"})
    assert answer.status == 422
    assert answer.json == {
        "type": "/problems/invalid-content",
        "title": "Có câu trả lời chưa đúng",
        "status": 422,
        "detail": "Xin sửa.",
        "errors": [{"pointer": "/item/0", "linkId": "identity.full-name", "message": "Thiếu tên."}],
    }


def test_an_address_that_is_none_is_a_404(world: World) -> None:
    answer = call_handler(handler, "GET", "/v1/nothing")
    assert (answer.status, answer.json["type"]) == (404, "/problems/not-found")


def test_each_request_writes_one_line_without_path_or_query(world: World, written: Callable[[], str]) -> None:
    call_handler(handler, "GET", "/v1/broken/{kind}", path={"kind": "secret-number"}, query="identifier=1")
    text = written()
    lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
    answered = [line for line in lines if line["message"] == "request_answered"]
    assert [(line["route"], line["status"]) for line in answered] == [("GET /v1/broken/{kind}", 500)]
    assert "secret-number" not in text
    assert "identifier=1" not in text


def test_cookies_are_read_from_the_list_and_from_the_header() -> None:
    assert read_cookies({"cookies": ["a=1", "b=x=y"]}) == {"a": "1", "b": "x=y"}
    assert read_cookies({"headers": {"cookie": "a=1; b=x=y"}}) == {"a": "1", "b": "x=y"}
    assert read_cookies({}) == {}
