"""Whether a person is counted: their rows of `facts`, put when they may be used and deleted when they may not."""

from typing import Any

from functions.declare import transaction_items
from functions.declare.clock import Moment
from functions.declare.own_record import Held
from functions.declare.settings import config, form, ward_here
from functions.declare.view import versions
from health_record.aws.clients import client
from health_record.aws.dynamo import to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import Transaction
from health_record.questionnaire import reread
from health_record.record import record_items

AT_ONCE = 50  # of the 100 members that one transaction takes


def count_again(transaction: Transaction, held: Held, key: DataKey, moment: Moment) -> None:
    """Put the resident's row anew from the current version."""
    pseudonym = record_items.open_identity(key, held.meta).pseudonym
    declaration = reread(form(), versions.newest(held, key), today=moment.day, ward=ward_here)
    transaction.add("facts", transaction_items.facts_row(declaration, pseudonym, held.meta.created_at, moment))


def forget_first(transaction: Transaction, pseudonym: str) -> None:
    """Delete the resident's row in the transaction, and as many diagnosis rows as fit."""
    transaction.add(
        "facts",
        transaction_items.delete(config().table_facts, record_items.resident_pk(pseudonym), record_items.RESIDENT),
    )
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
    table, pk = config().table_facts, record_items.resident_pk(pseudonym)
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
        found += [transaction_items.delete(table, pk, item["sk"]["S"]) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
