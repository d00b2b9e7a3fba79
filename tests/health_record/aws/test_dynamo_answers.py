"""Answers of DynamoDB are taken as JSON holds them: what comes of it is what botocore's own reading gives."""

from typing import Any

import botocore.session
import pytest

from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, read_conflicting_item, to_wire
from tests.conftest import REGION, World

KEY = {"pk": "record#1", "sk": "meta"}
ITEM: Item = {
    **KEY,
    "sealed": bytes(range(256)),
    "empty": b"",
    "text": "QUFB: chữ, không phải byte",
    "whole": 7,
    "part": 1.5,
    "yes": True,
    "held": {"a", "b"},
    "slots": {"one": {"mac": b"\x00\x01", "closed": ["x", None]}},
}


@pytest.mark.parametrize("reading", ["get_item", "query", "batch_get_item", "update_item"])
def test_an_item_is_what_was_put_however_it_is_read(world: World, reading: str) -> None:
    plain = botocore.session.get_session().create_client("dynamodb", region_name=REGION)
    plain.put_item(TableName="records", Item=to_wire(ITEM))
    assert _read(client("dynamodb"), reading) == _read(plain, reading) == ITEM


def test_the_item_of_a_refused_write_is_read_as_well(world: World) -> None:
    client("dynamodb").put_item(TableName="records", Item=to_wire(ITEM))
    with pytest.raises(Exception, match="ConditionalCheckFailed") as refused:
        client("dynamodb").update_item(
            TableName="records",
            Key=to_wire(KEY),
            UpdateExpression="SET whole = :n",
            ConditionExpression="whole = :n",
            ExpressionAttributeValues=to_wire({":n": 8}),
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    assert read_conflicting_item(refused.value) == ITEM


def _read(dynamodb: Any, reading: str) -> Item:
    key = to_wire(KEY)
    match reading:
        case "get_item":
            return from_wire(dynamodb.get_item(TableName="records", Key=key)["Item"])
        case "query":
            values = {":pk": key["pk"]}
            asked = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": values}
            return from_wire(dynamodb.query(TableName="records", **asked)["Items"][0])
        case "batch_get_item":
            answer = dynamodb.batch_get_item(RequestItems={"records": {"Keys": [key]}})
            assert not answer.get("UnprocessedKeys")
            return from_wire(answer["Responses"]["records"][0])
    values = to_wire({":n": 7})
    asked = {"UpdateExpression": "SET whole = :n", "ExpressionAttributeValues": values, "ReturnValues": "ALL_NEW"}
    return from_wire(dynamodb.update_item(TableName="records", Key=key, **asked)["Attributes"])
