"""Routes are found by method and path, part by part; answers are as an HTTP API wants them."""

from typing import Any

import pytest

from health_record.errors import NotFoundError
from health_record.http.routing import Response, Router

app = Router()


def answer(*told: str) -> Response:
    return Response(200, " ".join(told), {"Content-Type": "text/plain"})


@app.post("/v1/things/_search")
def search() -> Response:
    return answer("search")


@app.post("/v1/things/<thing>")
def operate(thing: str) -> Response:
    return answer("operate", thing)


@app.get("/v1/things/<thing>/<part>")
def part_of(thing: str, part: str) -> Response:
    return answer("part", thing, part)


@app.route("/v1/things.pdf", "OPTIONS")
def printed() -> Response:
    return Response(204, b"%PDF", {}, ["a=1"])


def resolved(method: str, path: str) -> Any:
    return app.resolve({"requestContext": {"http": {"method": method}}, "rawPath": path})


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("POST", "/v1/things/_search", "search"),
        ("POST", "/v1/things/$match", "operate $match"),
        ("POST", "/v1/things/Lê %2F", "operate Lê %2F"),
        ("GET", "/v1/things/1/summary.pdf", "part 1 summary.pdf"),
    ],
)
def test_the_first_route_that_fits_answers_with_the_names_of_its_path(method: str, path: str, told: str) -> None:
    assert resolved(method, path) == {
        "statusCode": 200,
        "headers": {"Content-Type": "text/plain"},
        "cookies": [],
        "body": told,
        "isBase64Encoded": False,
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/things/_search"),
        ("post", "/v1/things/_search"),
        ("POST", "/v1/things/"),
        ("POST", "/v1/things"),
        ("POST", "/v1/things/1/2"),
        ("POST", "v1/things/1"),
        ("OPTIONS", "/v1/thingsxpdf"),
        ("GET", ""),
    ],
)
def test_anything_else_is_not_there(method: str, path: str) -> None:
    with pytest.raises(NotFoundError):
        resolved(method, path)


def test_bytes_go_out_in_base64_and_cookies_beside_the_headers() -> None:
    assert resolved("OPTIONS", "/v1/things.pdf") == {
        "statusCode": 204,
        "headers": {},
        "cookies": ["a=1"],
        "body": "JVBERg==",
        "isBase64Encoded": True,
    }
