"""What the emulator and moto refuse as DynamoDB's documents do: ADD and DELETE inside of an attribute."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.local.emulator_changes.update_rules import find_nested, ruled
from tests.conftest import World, aws
from tests.ops.test_aws_limits import run_apart

REFUSED = {
    "ADD slots.#generation.#opened :record": ["slots.#generation.#opened"],
    "ADD #version :one, slots.#g :record": ["slots.#g"],
    "SET a = :a ADD b.c :one": ["b.c"],
    "add b.c :one set a = :a": ["b.c"],
    "DELETE a.b :set": ["a.b"],
    "REMOVE a.b DELETE c.d :set": ["c.d"],
    "ADD a[0] :one": ["a[0]"],
    "ADD a.b :one DELETE c :set, d.e :set": ["a.b", "d.e"],
}
TAKEN = [
    "ADD held :one",
    "ADD #opened :back, proven :more",
    "SET #call = :call, #ttl = :ttl ADD n60 :amount, n3600 :amount",
    "DELETE #made :made",
    "SET slots.#g0 = :g0, slots.#g1 = :g1 ADD #version :one",
    "SET a.b = if_not_exists(a.b, :zero) + :one",
    "REMOVE a.b, c[0]",
    "SET #add = :add, added.on = :delete REMOVE x.delete",
    "",
]


@pytest.mark.parametrize(("expression", "paths"), REFUSED.items())
def test_what_is_added_or_deleted_inside_of_an_attribute_is_found(expression: str, paths: list[str]) -> None:
    assert find_nested({"UpdateExpression": expression}) == paths
    assert find_nested({"TransactItems": [{"Put": {}}, {"Update": {"UpdateExpression": expression}}]}) == paths


@pytest.mark.parametrize("expression", TAKEN)
def test_everything_else_is_taken(expression: str) -> None:
    assert find_nested({"UpdateExpression": expression}) == []
    assert find_nested({"TransactItems": [{"Update": {"UpdateExpression": expression}}, {"Delete": {}}]}) == []


async def _reached(*_: Any) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, b"done"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        ({"UpdateExpression": "ADD a.b :one"}, 400),
        ({"TransactItems": [{"Update": {"UpdateExpression": "DELETE a.b :set"}}]}, 400),
        ({"UpdateExpression": "ADD a :one"}, 200),
        ({"TransactItems": [{"Update": {"UpdateExpression": "SET a.b = :one"}}, {"Put": {}}]}, 200),
        ({"Item": {"note": {"S": "ADD a.b :one"}}}, 200),
    ],
)
def test_the_emulator_answers_so(request_: dict[str, Any], status: int) -> None:
    async def ask() -> tuple[int, dict[str, str], bytes]:
        return await ruled(_reached)("POST", "/", {}, json.dumps(request_).encode(), {})

    answer = run_apart(ask())

    assert answer[0] == status
    assert (b"ValidationException" in answer[2]) == (status == 400)


@pytest.mark.usefixtures("world")
def test_so_do_the_worlds_of_the_tests(world: World) -> None:
    table, key = world.table("access").name, {"pk": {"S": "account#a"}, "sk": {"S": "pin"}}
    update = {
        "TableName": table,
        "Key": key,
        "UpdateExpression": "ADD slots.opened :one",
        "ExpressionAttributeValues": {":one": {"SS": ["x"]}},
    }
    for call, asked in (("update_item", update), ("transact_write_items", {"TransactItems": [{"Update": update}]})):
        with pytest.raises(ClientError, match="top-level"):
            getattr(aws("dynamodb"), call)(**asked)
    aws("dynamodb").update_item(**update | {"UpdateExpression": "ADD opened :one"})
