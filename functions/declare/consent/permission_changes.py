"""Changes of what may be done with a record: sharing, statistics, notices, restriction. Each takes effect at once."""

import dataclasses
from collections.abc import Callable
from typing import Any

from functions.declare import own_additions, precondition
from functions.declare.clock import Timestamp
from functions.declare.consent import statistics_rows
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.record import access_policy, record_items
from health_record.record.access_policy import Action
from health_record.record.record_items import Meta
from health_record.table_keys import record_keys

ATTEMPTS = 3


def apply_changes(
    find: Callable[[], OwnRecord],
    changes: dict[str, Any],
    timestamp: Timestamp,
    *,
    members: Callable[[Meta], list[dict[str, Any]]],
    is_statement: bool = False,
) -> None:
    """Set `changes` on the meta item with `members` (given what it is now), and count or forget the person with it.

    `find` reads the record anew for each try, since a change of it meanwhile starts over. A statement of consent is
    kept beside the record for good, and counts (`own_additions`); one that stands already has no members, adds nothing
    and is carried out again. Raises TooManyRequestsError.
    """
    for _ in range(ATTEMPTS):
        record = find()
        transaction = Transaction()
        transaction.add("meta", _update_meta(record.meta, changes))
        evidence = members(record.meta)
        for member in evidence:
            transaction.add("evidence", member)
        if is_statement and evidence:
            is_refusable = not _withdraws(record.meta, changes)
            own_additions.count_statement(transaction, record.meta.record_id, timestamp, is_refusable=is_refusable)
        forgotten = _update_facts(transaction, record, changes, timestamp)
        try:
            transaction.commit()
        except ConditionFailedError as refused:
            if refused.names == {own_additions.MEMBER}:
                raise own_additions.too_many_error() from refused
            continue
        if forgotten:
            statistics_rows.delete_remaining_facts(forgotten)
        return
    raise precondition.failed_error()


def _withdraws(meta: Meta, changes: dict[str, Any]) -> bool:
    """Whether it takes back what is given now: that is never refused."""
    return any(not wanted and bool(getattr(meta, name)) for name, wanted in changes.items())


def _update_facts(
    transaction: Transaction, record: OwnRecord, changes: dict[str, Any], timestamp: Timestamp
) -> str | None:
    """What follows for the facts; the pseudonym where they are to be forgotten.

    A withdrawal forgets again even where it was withdrawn before, so that a broken one can be repeated.
    """
    if not {"statistics", "restricted"}.intersection(changes):
        return None
    key = record.decrypt_key()
    if access_policy.is_allowed(dataclasses.replace(record.meta, **changes), Action.COUNT, timestamp.day):
        statistics_rows.put_facts(transaction, record, key, timestamp)
        return None
    pseudonym = record_items.decrypt_identity(key, record.meta).pseudonym
    statistics_rows.delete_first_facts(transaction, pseudonym)
    return pseudonym


def _update_meta(meta: Meta, changes: dict[str, Any]) -> dict[str, Any]:
    """The update of the meta item, on the condition that it is as it was read, and so what is changed."""
    removed = [name for name, value in changes.items() if value is None]
    kept = {name: value for name, value in changes.items() if value is not None}
    parts = ["SET " + ", ".join(f"#{name} = :{name}" for name in kept)] if kept else []
    parts += ["REMOVE " + ", ".join(f"#{name}" for name in removed)] if removed else []
    values = {f":{name}": value for name, value in kept.items()}
    was = {name: getattr(meta, name) for name in changes}
    values |= {f":was_{name}": value for name, value in was.items() if value is not None}
    values |= {":v": meta.version, ":s": meta.statistics, ":r": meta.restricted, ":before": meta.sealed, ":no": False}
    return {
        "Update": {
            "TableName": config().table_records,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "UpdateExpression": " ".join(parts),
            "ConditionExpression": "#version = :v AND #statistics = :s AND #restricted = :r AND #erasing = :no"
            " AND #sealed = :before" + "".join(_as_it_was(name, value) for name, value in was.items()),
            "ExpressionAttributeNames": {
                f"#{name}": name for name in {*changes, "version", "statistics", "restricted", "erasing", "sealed"}
            },
            "ExpressionAttributeValues": to_wire(values),
        }
    }


def _as_it_was(name: str, value: Any) -> str:
    """That nobody changed an attribute meanwhile: what is stated would not be what holds."""
    return f" AND attribute_not_exists(#{name})" if value is None else f" AND #{name} = :was_{name}"
