"""moto answers with the faster tables, and by the shorter way, as it does with its own."""

import copy
from typing import Any

import pytest
import time_machine
from botocore.endpoint import Endpoint
from botocore.exceptions import ClientError
from moto.backends import get_backend
from moto.core import DEFAULT_ACCOUNT_ID
from moto.core.botocore_stubber import BotocoreStubber
from moto.dynamodb.models.dynamo_type import DynamoType, Item
from moto.dynamodb.models.table import Table
from moto.dynamodb.parsing import validators

from tests import fast_tables, fast_wire
from tests.conftest import REGION, World, aws


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


KEY = row("account#a", "pin")
VALUE = {"M": {"text": {"S": "Ơ"}, "list": {"L": [{"N": "1"}, {"B": b"\x00"}]}, "set": {"SS": ["b", "a"]}}}
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "put_item", {"TableName": "access", "Item": KEY | {"kept": VALUE}}),
    ("dynamodb", "put_item", {"TableName": "access", "Item": KEY, "ConditionExpression": "attribute_not_exists(pk)"}),
    ("dynamodb", "put_item", {"TableName": "access", "Item": row("x", "x", long="x" * (405_000 - 10))}),
    ("dynamodb", "put_item", {"TableName": "access", "Item": row("x", "x", long="x" * (405_000 - 9))}),
    ("dynamodb", "put_item", {"TableName": "nowhere", "Item": KEY}),
    ("dynamodb", "get_item", {"TableName": "access", "Key": KEY}),
    ("dynamodb", "get_item", {"TableName": "access", "Key": row("nobody", "pin"), "ConsistentRead": True}),
    ("dynamodb", "batch_get_item", {"RequestItems": {"access": {"Keys": [KEY, row("account#a", "device#2")]}}}),
    (
        "dynamodb",
        "update_item",
        {
            "TableName": "access",
            "Key": KEY,
            "UpdateExpression": "SET #n = if_not_exists(#n, :no) + :one, kept = :kept REMOVE account",
            "ExpressionAttributeNames": {"#n": "tries"},
            "ExpressionAttributeValues": {":no": {"N": "0"}, ":one": {"N": "1"}, ":kept": VALUE},
            "ReturnValues": "ALL_NEW",
        },
    ),
    (
        "dynamodb",
        "update_item",
        {
            "TableName": "access",
            "Key": KEY,
            "UpdateExpression": "SET seen = :seen",
            "ConditionExpression": "attribute_exists(nothing)",
            "ExpressionAttributeValues": {":seen": {"S": "now"}},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        },
    ),
    ("dynamodb", "delete_item", {"TableName": "access", "Key": KEY, "ReturnValues": "ALL_OLD"}),
    ("dynamodb", "describe_table", {"TableName": "access"}),
    ("dynamodb", "scan", {"TableName": "access", "Limit": 2}),
    (
        "dynamodb",
        "transact_write_items",
        {
            "TransactItems": [
                {"Put": {"TableName": "access", "Item": row("new", "pin")}},
                {"ConditionCheck": {"TableName": "access", "Key": KEY, "ConditionExpression": "attribute_exists(no)"}},
            ]
        },
    ),
    ("kms", "generate_mac", {"KeyId": "phones", "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}),
    ("kms", "generate_mac", {"KeyId": "nobody's", "Message": b"m", "MacAlgorithm": "HMAC_SHA_256"}),
    ("kms", "describe_key", {"KeyId": "phones"}),
    ("kms", "decrypt", {"CiphertextBlob": b"of no key", "EncryptionContext": {"record": "1"}}),
]


def answered(service: str, operation: str, words: dict[str, Any]) -> Any:
    """What the caller sees of it, an error as well; without its number, which is drawn."""
    try:
        answer: Any = getattr(aws(service), operation)(**words)
    except ClientError as error:
        answer = {"kind": type(error).__name__, "says": str(error), **error.response}
    seen = answer["ResponseMetadata"]
    drawn = seen.pop("RequestId")
    assert len(drawn) == len(seen["HTTPHeaders"].pop("x-amzn-requestid")) == 52
    return answer


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("service", "operation", "words"), CALLS, ids=[f"{i}-{call[1]}" for i, call in enumerate(CALLS)]
)
def test_a_call_by_the_shorter_way_is_answered_as_by_the_whole(
    world: World, monkeypatch: pytest.MonkeyPatch, service: str, operation: str, words: dict[str, Any]
) -> None:
    words = words | ({"KeyId": world.phone_mac_key_id} if words.get("KeyId") == "phones" else {})
    with time_machine.travel("2026-11-30T08:00:00Z", tick=False):
        before = copy.deepcopy(get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].__dict__)
        short = answered(service, operation, words), world.items("access")
        get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION].__dict__.update(before)
        monkeypatch.setattr(Endpoint, "create_request", fast_wire._create_request)
        monkeypatch.setattr(BotocoreStubber, "process_request", fast_wire._process_request)
        monkeypatch.setattr(Item, "__init__", fast_tables._item_init)
        monkeypatch.setattr(Item, "__deepcopy__", fast_tables._item_deepcopy)
        monkeypatch.setattr(DynamoType, "__deepcopy__", fast_tables._value_deepcopy)
        monkeypatch.setattr(validators, "deepcopy", copy.deepcopy)
        assert short == (answered(service, operation, words), world.items("access"))


def test_other_services_go_the_whole_way(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those whose protocol is another: objects, secrets and messages."""
    gone: list[str] = []
    whole = fast_wire._create_request
    monkeypatch.setattr(
        fast_wire,
        "_create_request",
        lambda *words: gone.append(words[2].name) or whole(*words),  # type: ignore[func-returns-value]
    )
    aws("s3").put_object(Bucket="site", Key="a", Body=b"a")
    aws("secretsmanager").list_secrets()
    aws("dynamodb").describe_table(TableName="access")
    assert gone == ["PutObject", "ListSecrets"]
