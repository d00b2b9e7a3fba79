"""Counters of a calendar day or month, spent by a condition in the transaction that they bound.

    access  budget#<name> / day#2026-11-23      spent, ttl
    access  budget#<name> / month#2026-11       the same of a month

What is refused is spent nowhere. A counter is kept for two months, alike for whatever was counted in it when.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.declare.clock import Timestamp
from functions.declare.settings import config
from health_record.aws.dynamo import to_wire
from health_record.table_keys import access_keys

KEPT_DAYS = 62  # from the month's first day


def of_day(name: str, amount: int, most: int, timestamp: Timestamp) -> dict[str, Any]:
    """`amount` more of the day's `most`, as a member of a TransactWriteItems call."""
    return {"Update": spending(name, f"day#{timestamp.day.isoformat()}", amount, most, timestamp)}


def of_month(name: str, amount: int, most: int, timestamp: Timestamp) -> dict[str, Any]:
    """The same of the month's."""
    return {"Update": spending(name, f"month#{timestamp.day:%Y-%m}", amount, most, timestamp)}


def unconditional(member: dict[str, Any]) -> dict[str, Any]:
    """The same spending however much is left."""
    update = dict(member["Update"])
    del update["ConditionExpression"]
    values = {name: value for name, value in update["ExpressionAttributeValues"].items() if name != ":room"}
    return {"Update": update | {"ExpressionAttributeValues": values}}


def spending(name: str, sk: str, amount: int, most: int, timestamp: Timestamp) -> dict[str, Any]:
    """The update that spends on the condition that so much is left."""
    pk, _ = access_keys.rate_limit_key(name)
    return {
        "TableName": config().table_access,
        "Key": to_wire({"pk": pk, "sk": sk}),
        "UpdateExpression": "SET #ttl = :ttl ADD spent :amount",
        "ConditionExpression": "attribute_not_exists(spent) OR spent <= :room",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
        "ExpressionAttributeValues": to_wire(
            {":ttl": _kept_until(timestamp), ":amount": amount, ":room": most - amount}
        ),
    }


def _kept_until(timestamp: Timestamp) -> int:
    """The same for the whole month: beside the phone's MAC it does not say when somebody declared."""
    first = datetime(timestamp.day.year, timestamp.day.month, 1, tzinfo=UTC)
    return int((first + timedelta(days=KEPT_DAYS)).timestamp())
