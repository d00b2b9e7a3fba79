"""Writes of one item that count once, also where their answer is lost and botocore sends them again.

A transaction has a token for that. These leave in the item the name of the call that wrote last: a call that is
refused and finds its own name there was already served. Where another wrote between its two tries it is served twice
(decision 0025).
"""

import secrets
from typing import Any

from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, is_condition_failure, read_conflicting_item

CALL = "call"
_NOT_MINE = "(attribute_not_exists(#call) OR #call <> :call)"


def update_item(request: dict[str, Any]) -> Item:
    """The item after an UpdateItem call of botocore's form; what is refused raises, with the item as it stands.

    After a lost answer it is the item as it is by then: a transaction may have changed it meanwhile.
    """
    call = secrets.token_hex(8)
    expression, condition = request["UpdateExpression"], request.get("ConditionExpression")
    named = request | {
        "UpdateExpression": _set_call(expression),
        "ConditionExpression": f"({condition}) AND {_NOT_MINE}" if condition else _NOT_MINE,
        "ExpressionAttributeNames": {**request.get("ExpressionAttributeNames", {}), "#call": CALL},
        "ExpressionAttributeValues": {**request.get("ExpressionAttributeValues", {}), ":call": {"S": call}},
        "ReturnValues": "ALL_NEW",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    try:
        answer = client("dynamodb").update_item(**named)
    except Exception as error:
        done = _find_own_write(error, call)
        if done is None:
            raise
        return done
    return from_wire(answer["Attributes"])


def put_item(table: str, item: dict[str, Any]) -> None:
    """Put a new item, given as the wire has it; one that is there raises, with the item as it stands."""
    call = secrets.token_hex(8)
    try:
        client("dynamodb").put_item(
            TableName=table,
            Item={**item, CALL: {"S": call}},
            ConditionExpression="attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except Exception as error:
        if _find_own_write(error, call) is None:
            raise


def _set_call(expression: str) -> str:
    if "SET " in expression:
        return expression.replace("SET ", "SET #call = :call, ", 1)
    return f"SET #call = :call {expression}"


def _find_own_write(error: Exception, call: str) -> Item | None:
    """The item that this write has already made, where that is why it was refused."""
    seen = read_conflicting_item(error) if is_condition_failure(error) else None
    return seen if seen and seen.get(CALL) == call else None
