"""moto answers with the faster tables as it does with its own."""

from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto.dynamodb.models.table import Table

from tests import fast_tables
from tests.conftest import World, aws


def row(partition: str, place: str, **more: str) -> dict[str, Any]:
    return {name: {"S": value} for name, value in ({"pk": partition, "sk": place} | more).items()}


@pytest.fixture
def rows(world: World) -> list[dict[str, Any]]:
    """Sessions of two accounts, put in no order; one without what the index needs."""
    made = [
        row("session#3", "session", account="a", created_at="2"),
        row("session#1", "session", account="a", created_at="9"),
        row("session#2", "session", account="b", created_at="1"),
        row("account#a", "pin", account="a"),
        row("account#a", "device#2"),
        row("account#a", "device#1"),
    ]
    for item in made:
        aws("dynamodb").put_item(TableName="access", Item=item)
    aws("dynamodb").put_item(TableName="keys", Item={"pk": {"S": "record#1"}, "key": {"S": "old"}})
    return made


def refused(*members: dict[str, Any]) -> None:
    """A transaction with one more member that fails, after the others are done."""
    never = {
        "ConditionCheck": {"TableName": "access", "Key": row("x", "x"), "ConditionExpression": "attribute_exists(pk)"}
    }
    with pytest.raises(ClientError) as error:
        aws("dynamodb").transact_write_items(TransactItems=[*members, never])
    assert error.value.response["Error"]["Code"] == "TransactionCanceledException"


@pytest.mark.usefixtures("rows")
def test_a_transaction_that_fails_leaves_every_item_as_it_was(world: World) -> None:
    change: dict[str, Any] = {
        "UpdateExpression": "SET seen = :seen",
        "ExpressionAttributeValues": {":seen": {"S": "now"}},
    }
    before = {name: world.items(name) for name in ("access", "keys")}
    refused(
        {"Put": {"TableName": "access", "Item": row("account#a", "device#3")}},
        {"Put": {"TableName": "access", "Item": row("account#new", "pin")}},
        {"Put": {"TableName": "access", "Item": row("account#a", "pin", account="b")}},
        {"Update": {"TableName": "access", "Key": row("account#a", "device#1"), **change}},
        {"Update": {"TableName": "access", "Key": row("session#9", "session"), **change}},
        {"Delete": {"TableName": "access", "Key": row("account#a", "device#2")}},
        {"Delete": {"TableName": "access", "Key": row("session#1", "session")}},
        {"Update": {"TableName": "keys", "Key": {"pk": {"S": "record#1"}}, **change}},
        {"Put": {"TableName": "keys", "Item": {"pk": {"S": "record#2"}}}},
    )
    assert {name: world.items(name) for name in before} == before


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("forward", [True, False])
@pytest.mark.parametrize(
    ("index", "condition", "wanted"),
    [
        (None, "pk = :it", "account#a"),
        (None, "pk = :it", "account#nobody"),
        ("by-account", "account = :it", "a"),
        ("by-account", "account = :it", "nobody"),
    ],
)
def test_a_query_finds_what_a_walk_through_the_table_finds(
    monkeypatch: pytest.MonkeyPatch, index: str | None, condition: str, wanted: str, forward: bool
) -> None:
    def found() -> list[Any]:
        return list(
            aws("dynamodb").query(
                TableName="access",
                **({"IndexName": index} if index else {}),
                KeyConditionExpression=condition,
                ExpressionAttributeValues={":it": {"S": wanted}},
                ScanIndexForward=forward,
            )["Items"]
        )

    fast = found()
    monkeypatch.setattr(Table, "query", fast_tables._query)
    assert fast == found()
    assert len(fast) == (0 if "nobody" in wanted else 2 if index else 3)


def test_a_scan_goes_by_the_keys_in_order(world: World, rows: list[dict[str, Any]]) -> None:
    keys = [(item["pk"], item["sk"]) for item in world.items("access")]
    assert keys == sorted((item["pk"]["S"], item["sk"]["S"]) for item in rows)
