"""Changes of what may be done with a record: sharing, statistics, notices, restriction. Each takes effect at once."""

from collections.abc import Callable
from typing import Any

from functions.declare import precondition
from functions.declare.clock import Moment
from functions.declare.consent import statistics_opt_out
from functions.declare.own_record import Held
from functions.declare.settings import config
from health_record.aws.dynamo import to_wire
from health_record.aws.transaction import RefusedError, Transaction
from health_record.record import record_items
from health_record.record.record_items import Meta

ATTEMPTS = 3


def change(
    find: Callable[[], Held], changes: dict[str, Any], moment: Moment, *, members: Callable[[str], list[dict[str, Any]]]
) -> None:
    """Set `changes` on the meta item with `members` (given the record id), and count or forget the person with it.

    `find` reads the record anew for each try, since a change of it meanwhile starts over.
    """
    for _ in range(ATTEMPTS):
        held = find()
        transaction = Transaction()
        transaction.add("meta", _set(held.meta, changes))
        for member in members(held.meta.record_id):
            transaction.add("evidence", member)
        forgotten = _facts(transaction, held, changes, moment)
        try:
            transaction.commit()
        except RefusedError:
            continue
        if forgotten:
            statistics_opt_out.forget_rest(forgotten)
        return
    raise precondition.failed()


def _facts(transaction: Transaction, held: Held, changes: dict[str, Any], moment: Moment) -> str | None:
    """What follows for the facts; the pseudonym where they are to be forgotten.

    A withdrawal forgets again even where it was withdrawn before, so that a broken one can be repeated.
    """
    statistics = changes.get("statistics", held.meta.statistics)
    restricted = changes.get("restricted", held.meta.restricted)
    if not {"statistics", "restricted"}.intersection(changes):
        return None
    key = held.open_key()
    if statistics and not restricted:
        statistics_opt_out.count_again(transaction, held, key, moment)
        return None
    pseudonym = record_items.open_identity(key, held.meta).pseudonym
    statistics_opt_out.forget_first(transaction, pseudonym)
    return pseudonym


def _set(meta: Meta, changes: dict[str, Any]) -> dict[str, Any]:
    """The update of the meta item, on the condition that it is as it was read."""
    removed = [name for name, value in changes.items() if value is None]
    kept = {name: value for name, value in changes.items() if value is not None}
    parts = ["SET " + ", ".join(f"#{name} = :{name}" for name in kept)] if kept else []
    parts += ["REMOVE " + ", ".join(f"#{name}" for name in removed)] if removed else []
    values = {f":{name}": value for name, value in kept.items()}
    values |= {":v": meta.version, ":s": meta.statistics, ":r": meta.restricted, ":no": False}
    return {
        "Update": {
            "TableName": config().table_records,
            "Key": to_wire({"pk": record_items.record_pk(meta.record_id), "sk": record_items.META}),
            "UpdateExpression": " ".join(parts),
            "ConditionExpression": "#version = :v AND #statistics = :s AND #restricted = :r AND #erasing = :no",
            "ExpressionAttributeNames": {
                f"#{name}": name for name in {*changes, "version", "statistics", "restricted", "erasing"}
            },
            "ExpressionAttributeValues": to_wire(values),
        }
    }
