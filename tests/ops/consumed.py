"""Counts what calls to DynamoDB and KMS would be billed for: request units, by the sizes of what is written and read.

A write unit is 1 KB, a read unit 4 KB read consistently or 8 KB not; both double in a transaction; an item that is in
an index is written there as well.
"""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.client import BaseClient

from tests.conftest import INDEXES

KB = 1024
OVERHEAD = 100  # bytes of each item, which DynamoDB adds to its size


@dataclass
class ConsumedUnits:
    """What was billed so far."""

    writes: float = 0
    reads: float = 0
    keys: int = 0

    def note(self, operation: str, sent: dict[str, Any], answer: dict[str, Any]) -> None:
        """Add one call."""
        if operation in ("GenerateDataKey", "Decrypt"):
            self.keys += 1
        elif operation in ("PutItem", "UpdateItem", "DeleteItem"):
            self.writes += written(sent)
        elif operation == "TransactWriteItems":
            for member in sent["TransactItems"]:
                ((_, inner),) = member.items()
                self.writes += 2 * written(inner)
        elif operation in ("GetItem", "Query"):
            found = answer.get("Items", [answer["Item"]] if "Item" in answer else [])
            self.reads += read(sum(map(size, found)), consistent=sent.get("ConsistentRead", False))
        elif operation == "BatchGetItem":
            for table, wanted in sent["RequestItems"].items():
                consistent = wanted.get("ConsistentRead", False)
                found = answer["Responses"].get(table, [])
                self.reads += sum(read(size(item), consistent=consistent) for item in found)
                self.reads += read(0, consistent=consistent) * (len(wanted["Keys"]) - len(found))


def written(sent: dict[str, Any]) -> int:
    """The units of one write; an update counts as one, since every updated item here is small."""
    item = sent.get("Item", {})
    units = max(1, math.ceil(size(item) / KB))
    return units * (1 + sum(pair[0] in item for pair in INDEXES.get(sent["TableName"], {}).values()))


def read(size_of: int, *, consistent: bool) -> float:
    """The units of one read."""
    return max(1, math.ceil(size_of / (4 * KB))) * (1 if consistent else 0.5)


def size(item: dict[str, Any]) -> int:
    """An item's size as DynamoDB counts it: names and values, wire form."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def stored(table: str, items: list[dict[str, Any]]) -> int:
    """The bytes that storage is paid for: each item and its overhead, once more in every index that it is in.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.ReadWriteCapacityMode.html
    """
    places = [1 + sum(pair[0] in item for pair in INDEXES.get(table, {}).values()) for item in items]
    return sum((size(item) + OVERHEAD) * count for item, count in zip(items, places, strict=True))


def copied(items: list[dict[str, Any]]) -> int:
    """The bytes of a full copy, which has no indexes."""
    return sum(size(item) + OVERHEAD for item in items)


def _size(typed: dict[str, Any]) -> int:
    ((kind, value),) = typed.items()
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(inner) for name, inner in value.items())
    if kind == "L":
        return 3 + sum(1 + _size(inner) for inner in value)
    if kind in ("SS", "NS", "BS"):
        return sum(map(len, value))
    return {"S": lambda: len(value.encode()), "N": lambda: len(value) // 2 + 2, "B": lambda: len(value)}.get(
        kind, lambda: 1
    )()


@contextmanager
def consumption() -> Iterator[ConsumedUnits]:
    """Count while the block runs."""
    consumed = ConsumedUnits()
    real: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

    def counting(self: Any, operation: str, sent: Any) -> Any:
        answer = real(self, operation, sent)
        consumed.note(operation, sent, answer)
        return answer

    BaseClient._make_api_call = counting  # type: ignore[attr-defined]
    try:
        yield consumed
    finally:
        BaseClient._make_api_call = real  # type: ignore[attr-defined]
