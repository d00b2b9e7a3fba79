"""Audit items are written once, before anything is shown; this is the guard against replayed calls as well.

The key of a facility's item is `key_id#nonce`. A second call with the same nonce finds the item of the first, and the
condition of the put refuses it.
"""

from collections.abc import Sequence
from typing import Any

from health_record.aws import idempotent_write
from health_record.aws.dynamo import Item, is_condition_failure, read_conflicting_item, to_wire
from health_record.aws.transaction import ConditionFailedError, Transaction

NEW = "attribute_not_exists(pk)"


class ReplayedError(Exception):
    """The key and nonce of a facility's call have been used before. `seen` is the item they made, if it is known."""

    def __init__(self, seen: Item | None = None) -> None:
        super().__init__("replayed")
        self.seen = seen


def put_entry(table: str, entry: Item, beside: Sequence[dict[str, Any]] = ()) -> None:
    """Write one audit item, with what else is written with it (members of a transaction), or nothing.

    Raises ReplayedError if its key has been used.
    """
    if beside:
        _put_with(table, entry, beside)
        return
    try:
        idempotent_write.put_item(table, to_wire(entry))
    except Exception as error:
        if is_condition_failure(error):
            raise ReplayedError(read_conflicting_item(error)) from error
        raise


def _put_with(table: str, entry: Item, beside: Sequence[dict[str, Any]]) -> None:
    transaction = Transaction()
    transaction.add("audit", put_in_transaction(table, entry))
    for member in beside:
        transaction.add("beside", member)
    try:
        transaction.commit()
    except ConditionFailedError as failed:
        raise ReplayedError(failed.seen.get("audit")) from failed


def put_in_transaction(table: str, entry: Item) -> dict[str, Any]:
    """The same as a member of a TransactWriteItems call; its condition fails for a replay."""
    return {"Put": {"TableName": table, "Item": to_wire(entry), "ConditionExpression": NEW}}
