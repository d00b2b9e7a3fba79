"""Which records an account holds, and how many it may: twelve at most."""

from collections.abc import Iterable
from typing import Any

from functions.declare import transaction_items
from functions.declare.account_tag import AccountTag
from functions.declare.settings import config
from health_record.aws.dynamo import to_wire, wire_key
from health_record.table_keys import access_keys, record_keys

MAX_RECORDS = 12


def add_to_account(account: str, record_id: str, tag: AccountTag) -> Iterable[tuple[str, dict[str, Any]]]:
    """The account's pointer to a new record, and its count of records, which ends at twelve.

    A tag that was just made is the account's only if no other record was added meanwhile; a refusal shows which was.
    """
    table, pk = config().table_records, record_keys.account_pk(account)
    condition, values = "attribute_not_exists(held)", {":one": 1, ":record": record_id}
    if tag.made_for is None:
        condition, values = f"{condition} OR held < :most", values | {":most": MAX_RECORDS}
    elif tag.made_for:
        condition, values = "held = :held AND held < :most", values | {":held": tag.made_for, ":most": MAX_RECORDS}
    yield (
        "pointer",
        transaction_items.put_item(table, {"pk": pk, "sk": record_keys.record_pk(record_id), "record_id": record_id}),
    )
    yield (
        "account",
        {
            "Update": {
                "TableName": table,
                "Key": wire_key((pk, record_keys.ACCOUNT)),
                "UpdateExpression": "SET newest = :record ADD held :one",
                "ConditionExpression": condition,
                "ExpressionAttributeValues": to_wire(values),
                "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
            }
        },
    )


def remove_from_account(account: str, record_id: str, held: int) -> Iterable[tuple[str, dict[str, Any]]]:
    """The other way round, for a record that is erased, on the condition that the account holds `held` of them.

    With the last one goes the account: who made its first record, and the PIN, which must not bind the number's
    next owner.
    """
    table, pk = config().table_records, record_keys.account_pk(account)
    yield "pointer", transaction_items.delete_item(table, pk, record_keys.record_pk(record_id))
    if held > 1:
        yield "account", _decrement_held(table, pk, held)
        return
    last = transaction_items.delete_item(table, pk, record_keys.ACCOUNT)
    last["Delete"] |= {
        "ConditionExpression": "attribute_not_exists(pk) OR held <= :one",
        "ExpressionAttributeValues": to_wire({":one": 1}),
    }
    yield "account", last
    for sk in access_keys.OF_ACCOUNT:
        yield "access", transaction_items.delete_item(config().table_access, pk, sk)


def _decrement_held(table: str, pk: str, held: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key((pk, record_keys.ACCOUNT)),
            "UpdateExpression": "ADD held :less",
            "ConditionExpression": "held = :held",
            "ExpressionAttributeValues": to_wire({":less": -1, ":held": held}),
        }
    }
