"""Rows of `facts` say whether the person's card was seen, and a record that does not count has none.

Whatever changes that rewrites or deletes all of them just after.

records  recounting / record#<uuid>    since    a change whose rows are not all rewritten, or not deleted

The transaction that changes the record puts the line, and the one that rewrites the last rows takes it. What breaks
between is resumed by the hourly job of `declare`. A row that is written at the same moment stands on the record
as it is then (`record_guard`), so that none says what was true before.
"""

import datetime
from typing import Any

from health_record.aws.dynamo import query_all, to_wire, wire_key
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import UnavailableError
from health_record.record import access_policy, record_guard
from health_record.record.access_policy import Action, Assurance
from health_record.record.record_items import Meta
from health_record.table_keys import fact_keys, record_keys

ATTEMPTS = 3
AT_ONCE = 90  # of the 100 members that one transaction takes


def is_card_seen(meta: Meta) -> bool:
    """What the rows of the record say."""
    return access_policy.assurance_of(meta) is Assurance.CARD_SEEN


def changes_rows(before: Meta, after: Meta, day: datetime.date) -> bool:
    """Whether rows have to be rewritten, deleted or put anew if the record becomes what `after` says; pure."""
    counted = [access_policy.is_allowed(meta, Action.COUNT, day) for meta in (before, after)]
    return counted[0] != counted[1] or (counted[0] and is_card_seen(before) != is_card_seen(after))


def put_line(table_records: str, record_id: str, at: str) -> dict[str, Any]:
    """The `recounting` item, put by the transaction that changes the assurance."""
    item = {"pk": record_keys.RECOUNTING, "sk": record_keys.record_pk(record_id), "since": at}
    return {"Put": {"TableName": table_records, "Item": to_wire(item)}}


def take_line(table_records: str, record_id: str) -> dict[str, Any]:
    """Delete the `recounting` item."""
    key = wire_key((record_keys.RECOUNTING, record_keys.record_pk(record_id)))
    return {"Delete": {"TableName": table_records, "Key": key}}


def rewrite_rows(table_records: str, table_facts: str, meta: Meta, pseudonym: str, day: datetime.date) -> None:
    """Rewrite every row of the record, or delete them where it does not count; then delete its `recounting` item.

    `meta` is the record as it is now; nothing is done where somebody changed it meanwhile. Any of it may have been done
    before. Raises UnavailableError if rows kept going meanwhile.
    """
    is_counted = access_policy.is_allowed(meta, Action.COUNT, day)
    for _ in range(ATTEMPTS):
        try:
            for members in _batches(table_records, table_facts, meta, pseudonym, is_counted=is_counted):
                transaction = Transaction()
                transaction.add("record", record_guard.check_unchanged(table_records, meta))
                for member in members:
                    transaction.add("row", member)
                transaction.commit()
        except ConditionFailedError as failed:
            if "record" in failed.names:  # whoever changed it leaves a line of their own, or takes the rows
                return
        else:
            return
    raise UnavailableError


def _batches(
    table_records: str, table_facts: str, meta: Meta, pseudonym: str, *, is_counted: bool
) -> list[list[dict[str, Any]]]:
    pk = fact_keys.resident_pk(pseudonym)
    rows = query_all(
        TableName=table_facts,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues=to_wire({":pk": pk}),
        ProjectionExpression="sk",
        ConsistentRead=True,
    )
    members = [
        _update_row(table_facts, pk, row["sk"], is_card_seen(meta))
        if is_counted
        else {"Delete": {"TableName": table_facts, "Key": wire_key((pk, row["sk"]))}}
        for row in rows
    ]
    members.append(take_line(table_records, meta.record_id))
    return [members[start : start + AT_ONCE] for start in range(0, len(members), AT_ONCE)]


def _update_row(table_facts: str, pk: str, sk: str, card_seen: bool) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table_facts,
            "Key": wire_key((pk, sk)),
            "UpdateExpression": "SET card_seen = :seen",
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeValues": to_wire({":seen": card_seen}),
        }
    }
