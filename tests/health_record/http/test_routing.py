"""A handler is found by the route key that API Gateway matched; answers are as an HTTP API wants them."""

from typing import Any

import pytest

from health_record.errors import NotFoundError
from health_record.http.event import read_path_parameter
from health_record.http.routing import Response, Routes, dispatch


def search(_event: dict[str, Any]) -> Response:
    return Response(200, "search", {"Content-Type": "text/plain"})


def operate(event: dict[str, Any]) -> Response:
    return Response(200, f"operate {read_path_parameter(event, 'thing')}", {"Content-Type": "text/plain"})


def printed(_event: dict[str, Any]) -> Response:
    return Response(204, b"%PDF", {}, ["a=1"])


ROUTES: Routes = {
    "POST /v1/things/_search": search,
    "POST /v1/things/{thing}": operate,
    "OPTIONS /v1/things.pdf": printed,
}


@pytest.mark.parametrize(
    ("key", "parameters", "body"),
    [
        ("POST /v1/things/_search", None, "search"),
        ("POST /v1/things/{thing}", {"thing": "$match"}, "operate $match"),
        ("POST /v1/things/{thing}", {"thing": "Lê %2F"}, "operate Lê %2F"),
        ("POST /v1/things/{thing}", {"thing": "_search"}, "operate _search"),
    ],
)
def test_the_handler_of_the_route_key_answers_with_the_parameters_of_its_path(
    key: str, parameters: dict[str, str] | None, body: str
) -> None:
    assert dispatch(ROUTES, {"routeKey": key, "pathParameters": parameters}) == {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain"},
        "cookies": [],
        "body": body,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    "event",
    [
        {"routeKey": "GET /v1/things/_search"},
        {"routeKey": "post /v1/things/_search"},
        {"routeKey": "POST /v1/things/1"},
        {"routeKey": "$default"},
        {"routeKey": None},
        {},
    ],
)
def test_anything_else_is_not_there(event: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        dispatch(ROUTES, event)


def test_bytes_go_out_in_base64_and_cookies_beside_the_headers() -> None:
    assert dispatch(ROUTES, {"routeKey": "OPTIONS /v1/things.pdf"}) == {
        "statusCode": 204,
        "headers": {},
        "cookies": ["a=1"],
        "body": "JVBERg==",
        "isBase64Encoded": True,
    }
