"""Erasure: the key, the pointers and the facts first, the rest by a sweep that goes on where it broke."""

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import EndpointConnectionError

from tests.conftest import World
from tests.declare.people import ALICE, BOB, NAME, OTHER_ID, RECORD, RECORD_ID, call, declaration, dump, put, sign_in


def everything(world: World) -> str:
    return dump([item for name in ("records", "keys", "facts") for item in world.items(name)])


def test_an_erased_record_leaves_nothing_but_the_audit(world: World) -> None:
    put(sign_in())
    put(sign_in(level=2), declaration(measurements_weight=None), version=1)
    for sk in [f"contribution#Observation#{number:03}#000001" for number in range(60)]:
        world.table("records").put_item(Item={"pk": f"record#{RECORD_ID}", "sk": sk, "sealed": b"x"})
    (pk,) = {one["pk"] for one in world.items("facts")}
    for number in range(60):
        world.table("facts").put_item(Item={"pk": pk, "sk": f"diagnosis#2026-11-20#{number:03}"})
    cookies = sign_in(level=2)
    answer = call("DELETE", RECORD, cookies)
    assert (answer.status, answer.body) == (204, "")
    assert world.items("keys") == world.items("facts") == []
    assert [(one["pk"], one["sk"], one["held"]) for one in world.items("records")] == [
        (f"account#{ALICE}", "account", 0)
    ]
    assert [one["action"] for one in world.items("audit")].count("erase") == 1
    assert call("GET", "/v1/records", cookies).json == {"records": []}
    assert call("DELETE", RECORD, cookies).status == call("GET", RECORD, cookies).status == 404


def test_a_verified_number_is_free_after_erasure_and_another_records_is_not(world: World) -> None:
    put(sign_in())
    put(sign_in(BOB), record_id=OTHER_ID)
    pks = sorted({one["pk"] for one in world.items("records") if one["pk"].startswith("identifier#")})
    world.table("records").put_item(Item={"pk": pks[0], "sk": "verified", "record_id": RECORD_ID})
    world.table("records").put_item(Item={"pk": pks[1], "sk": "verified", "record_id": OTHER_ID})
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    left = sorted((one["pk"], one["sk"]) for one in world.items("records") if one["pk"].startswith("identifier#"))
    assert left == [
        (pks[0], f"claim#{OTHER_ID}"),
        (pks[1], f"claim#{OTHER_ID}"),
        (pks[1], "verified"),
    ]


@pytest.mark.parametrize("survived", range(1, 12))
def test_a_broken_erasure_shows_nothing_and_is_resumed(
    world: World, monkeypatch: pytest.MonkeyPatch, survived: int
) -> None:
    put(sign_in())
    cookies = sign_in(level=2)
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    calls: list[str] = []

    def breaking(self: Any, operation: str, arguments: Any) -> Any:
        calls.append(operation)
        if len(calls) > survived + 1:  # the session's own call, then `survived` more
            raise EndpointConnectionError(endpoint_url="https://dynamodb")
        return real(self, operation, arguments)

    with monkeypatch.context() as patch:
        patch.setattr(BaseClient, "_make_api_call", breaking)
        assert call("DELETE", RECORD, cookies).status == 503
    if survived >= 2:
        assert call("GET", RECORD, cookies).status == 404
        assert put(cookies, version=1).status == 404
        assert call("GET", "/v1/records", cookies).json == {"records": []}
    if not world.items("keys"):
        assert world.items("facts") == []
        assert not [one for one in world.items("records") if one["pk"].startswith("identifier#")]
    assert call("DELETE", RECORD, cookies).status == 204
    assert RECORD_ID not in everything(world)


def test_a_backup_of_records_restored_beside_it_shows_nobody(world: World) -> None:
    put(sign_in())
    backup = world.items("records")
    call("DELETE", RECORD, sign_in(level=2))
    for item in backup:
        world.table("records").put_item(Item=item)
    cookies = sign_in(level=2)
    assert call("GET", RECORD, cookies).status == 404
    assert call("GET", "/v1/records", cookies).json == {"records": []}
    assert NAME not in everything(world)


def test_erasing_one_record_of_a_family_leaves_the_others(world: World) -> None:
    bare = declaration(identity_national_id=None, identity_insurance_number=None)
    put(sign_in(), bare)
    put(sign_in(), bare, record_id=OTHER_ID)
    assert call("DELETE", RECORD, sign_in(level=2)).status == 204
    assert call("GET", RECORD, sign_in(level=2), record_id=OTHER_ID).status == 200
    assert len(world.items("facts")) == len(world.items("keys")) == 1
    assert put(sign_in(), bare).status == 201
