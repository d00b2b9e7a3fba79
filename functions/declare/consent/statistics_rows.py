"""Whether a person is counted: their rows of `facts`, put when they may be used and deleted when they may not."""

from typing import Any

from functions.declare import transaction_items
from functions.declare.clock import Timestamp
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config, form, ward_here
from functions.declare.view import versions
from health_record.aws.dynamo import query_all, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.questionnaire import reread
from health_record.record import record_guard, record_items
from health_record.table_keys import fact_keys

AT_ONCE = 50  # of the 100 members that one transaction takes


def put_facts(transaction: Transaction, record: OwnRecord, key: DataKey, timestamp: Timestamp) -> None:
    """Put the resident's row anew from the current version."""
    transaction.add("facts", _put_row(record, key, timestamp))


def put_missing_facts(record: OwnRecord, key: DataKey, timestamp: Timestamp) -> None:
    """Put the resident's row where a person who counts has none; diagnoses come with what facilities write next."""
    put = _put_row(record, key, timestamp)
    put["Put"]["ConditionExpression"] = transaction_items.NEW
    transaction = Transaction()
    transaction.add("record", record_guard.check_unchanged(config().table_records, record.meta))
    transaction.add("facts", put)
    try:
        transaction.commit()
    except ConditionFailedError:  # it is there, or somebody changed the record: whoever does that sees to the row
        return


def delete_first_facts(transaction: Transaction, pseudonym: str) -> None:
    """Delete the resident's row in the transaction, and as many diagnosis rows as fit."""
    transaction.add(
        "facts",
        transaction_items.delete_item(config().table_facts, fact_keys.resident_pk(pseudonym), fact_keys.RESIDENT),
    )
    for member in _delete_diagnoses(pseudonym)[:AT_ONCE]:
        transaction.add("facts", member)


def delete_remaining_facts(pseudonym: str) -> None:
    """Delete the diagnosis rows that are left, those among them that were reported while the first were deleted."""
    write_in_batches(_delete_diagnoses(pseudonym))


def write_in_batches(members: list[dict[str, Any]]) -> None:
    """Write further members, some at a time; any of them may have been written before."""
    for start in range(0, len(members), AT_ONCE):
        transaction = Transaction()
        for member in members[start : start + AT_ONCE]:
            transaction.add("rest", member)
        transaction.commit()


def _put_row(record: OwnRecord, key: DataKey, timestamp: Timestamp) -> dict[str, Any]:
    identity = record_items.decrypt_identity(key, record.meta)
    declaration = reread(form(), versions.load_newest(record, key), today=timestamp.day, ward=ward_here)
    return transaction_items.put_facts(declaration, identity, record.meta, timestamp)


def _delete_diagnoses(pseudonym: str) -> list[dict[str, Any]]:
    table, pk = config().table_facts, fact_keys.resident_pk(pseudonym)
    items = query_all(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :diagnosis)",
        ExpressionAttributeValues=to_wire({":pk": pk, ":diagnosis": fact_keys.DIAGNOSIS_PREFIX}),
        ProjectionExpression="sk",
        ConsistentRead=True,
    )
    return [transaction_items.delete_item(table, pk, item["sk"]) for item in items]
