"""The roles that every test runs under: a handler's call without its grant is refused and fails the test."""

import pytest

from tests import roles
from tests.conftest import Answer, World, call_handler
from tests.posters import poster
from tests.roles import Call, Right


def visit() -> Answer:
    from functions.declare.handler import handler

    return call_handler(handler, "POST", "/v1/visits", body={"poster": poster()})


def test_a_granted_call_passes(world: World) -> None:
    assert visit().status == 204


def test_a_call_that_is_not_granted_is_refused_and_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(roles.ROLES, "declare", ())

    with pytest.raises(AssertionError, match=r"grant it in .*declare: UpdateItem on \w+"), roles.enforced():
        assert visit().status >= 500


def test_what_a_test_does_itself_needs_no_role(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roles, "ROLES", {})

    with roles.enforced():
        world.table("facts").put_item(Item={"pk": "poster#bq-07", "sk": "day#2026-11-23"})


@pytest.mark.parametrize(
    ("call", "granted"),
    [
        (Call("UpdateItem", "access", "session#1"), True),
        (Call("UpdateItem", "access", "challenge#1"), False),
        (Call("DeleteItem", "access", "session#1"), False),
        (Call("UpdateItem", "access/by-account", "session#1"), False),
        (Call("UpdateItem", "records", "session#1"), False),
    ],
)
def test_a_right_is_on_its_table_its_actions_and_its_partitions_only(call: Call, granted: bool) -> None:
    right = Right("access", frozenset({"UpdateItem"}), ("session#", "budget#"))

    assert right.grants(call) is granted
