"""Answers to facilities are compressed if they take it and it pays; answers to residents never are."""

import base64
import gzip
from typing import Any

import pytest

from health_record.http import compression, entry_point
from tests.conftest import Context, World, make_event

TEXT = '{"text": "' + "Nguyễn " * 200 + '"}'


def answer(body: str, *, packed: bool = False) -> dict[str, Any]:
    return {"statusCode": 200, "headers": {"Cache-Control": "no-store"}, "body": body, "isBase64Encoded": packed}


@pytest.mark.parametrize(
    ("accepted", "packed"),
    [
        ("gzip", True),
        ("GZIP", True),
        ("br, gzip;q=0.5", True),
        ("*", True),
        ("gzip; q=0", False),
        ("gzip;q=0.000", False),
        ("br", False),
        ("identity", False),
        ("", False),
        (None, False),
    ],
)
def test_only_whoever_takes_gzip_gets_it(accepted: str | None, packed: bool) -> None:
    made = compression.compress(answer(TEXT), accepted)

    assert made["isBase64Encoded"] is packed
    if packed:
        assert gzip.decompress(base64.b64decode(made["body"])).decode() == TEXT
        assert made["headers"] == {"Cache-Control": "no-store", "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        assert len(made["body"]) < len(TEXT) // 4
    else:
        assert made == answer(TEXT)


@pytest.mark.parametrize(("length", "packed"), [(999, False), (1000, True), (1001, True)])
def test_what_is_short_stays_as_it_is(length: int, packed: bool) -> None:
    assert compression.compress(answer("x" * length), "gzip")["isBase64Encoded"] is packed


def test_what_is_not_text_stays_as_it_is() -> None:
    picture = answer(base64.b64encode(bytes(5000)).decode(), packed=True)

    assert compression.compress(picture, "gzip") == picture


@pytest.mark.parametrize(("audience", "packed"), [("facility", True), ("resident", False)])
def test_a_resident_s_answer_is_never_compressed(world: World, audience: Any, packed: bool) -> None:
    """They are known by a cookie: the size of a compressed answer could tell of its secrets (BREACH)."""
    event = make_event("GET", "/v1/x", headers={"Accept-Encoding": "gzip"})
    routes = {"GET /v1/x": lambda _: entry_point.respond(200, TEXT)}

    made = entry_point.handle_event(routes, event, Context(), audience)

    assert made["isBase64Encoded"] is packed
    assert ("Content-Encoding" in made["headers"]) is packed
