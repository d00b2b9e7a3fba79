"""Whether a person is counted: their rows of `facts`, put when they may be used and deleted when they may not."""

from typing import Any

from functions.declare import viewing, writes
from functions.declare.config import config, form, ward_here
from functions.declare.mine import Held
from functions.declare.moments import Moment
from health_record import records
from health_record.clients import client
from health_record.dynamo import to_wire
from health_record.questionnaire import reread
from health_record.sealing import DataKey
from health_record.transaction import Transaction

AT_ONCE = 50  # of the 100 members that one transaction takes


def count_again(transaction: Transaction, held: Held, key: DataKey, moment: Moment) -> None:
    """Put the resident's row anew from the current version."""
    pseudonym = records.open_identity(key, held.meta).pseudonym
    declaration = reread(form(), viewing.newest(held, key), today=moment.day, ward=ward_here)
    transaction.add("facts", writes.facts_row(declaration, pseudonym, held.meta.created_at, moment))


def forget_first(transaction: Transaction, pseudonym: str) -> None:
    """Delete the resident's row in the transaction, and as many diagnosis rows as fit."""
    transaction.add("facts", writes.delete(config().table_facts, records.resident_pk(pseudonym), records.RESIDENT))
    for member in _diagnoses_gone(pseudonym)[:AT_ONCE]:
        transaction.add("facts", member)


def forget_rest(pseudonym: str) -> None:
    """Delete the diagnosis rows that are left, those among them that were reported while the first were deleted."""
    write_all(_diagnoses_gone(pseudonym))


def write_all(members: list[dict[str, Any]]) -> None:
    """Write further members, some at a time; any of them may have been written before."""
    for start in range(0, len(members), AT_ONCE):
        transaction = Transaction()
        for member in members[start : start + AT_ONCE]:
            transaction.add("rest", member)
        transaction.commit()


def _diagnoses_gone(pseudonym: str) -> list[dict[str, Any]]:
    table, pk = config().table_facts, records.resident_pk(pseudonym)
    found: list[dict[str, Any]] = []
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk AND begins_with(sk, :diagnosis)",
        "ExpressionAttributeValues": to_wire({":pk": pk, ":diagnosis": "diagnosis#"}),
        "ProjectionExpression": "sk",
        "ConsistentRead": True,
    }
    while True:
        answer = client("dynamodb").query(**request)
        found += [writes.delete(table, pk, item["sk"]["S"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
