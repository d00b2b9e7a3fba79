"""moto's DynamoDB tables made to cost what a call touches, and not what lies in them.

None changes an answer: before a transaction only the items that it names are copied, to be put back if it fails, a
query looks at its own partition or at the items under its index's key, items are sorted by plain texts, and copies of
items are made by what they are and not by what could be anything.
"""

import copy
import threading
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import moto.dynamodb.models
from moto.dynamodb.exceptions import ItemSizeTooLarge
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import DynamoType, Item, LimitedSizeDict
from moto.dynamodb.models.table import Table

MOST_BYTES = 405_000  # moto's own border, between those that AWS was seen to have

type Members = list[dict[str, dict[str, Any]]]

_transact = DynamoDBBackend.transact_write_items
_query = Table.query
_item_init, _item_deepcopy, _value_deepcopy = Item.__init__, Item.__deepcopy__, DynamoType.__deepcopy__


def speed_up() -> None:
    """Put the faster ways into moto."""
    DynamoDBBackend.transact_write_items = _transacted  # type: ignore[assignment]
    moto.dynamodb.models.copy = _copies  # type: ignore[assignment]
    Table.query = _queried  # type: ignore[method-assign]
    Table.all_items = _all_items  # type: ignore[method-assign]
    Item.__init__ = _item_made  # type: ignore[method-assign]
    Item.__deepcopy__ = _item_copy  # type: ignore[method-assign]
    DynamoType.__deepcopy__ = lambda self, memo: _value_copy(self)  # type: ignore[method-assign]


def _item_made(self: Item, hash_key: DynamoType, range_key: DynamoType | None, attrs: dict[str, Any]) -> None:
    """Make an item, which may have 405,000 bytes; moto measures all that is there anew with each attribute."""
    self.hash_key, self.range_key = hash_key, range_key
    self.attrs = LimitedSizeDict()
    dict.update(self.attrs, {name: DynamoType(value) for name, value in attrs.items()})
    if self.size() > MOST_BYTES:
        raise ItemSizeTooLarge


def _item_copy(self: Item, memo: Any) -> Any:
    """An item of its own; attribute values hold nothing twice and no ring, so nothing needs to be remembered."""
    made: Any = Item.__new__(Item)
    made.hash_key = _value_copy(self.hash_key)
    made.range_key = _value_copy(self.range_key) if self.range_key else self.range_key
    made.attrs = LimitedSizeDict.__new__(LimitedSizeDict)
    for name, value in self.attrs.items():
        dict.__setitem__(made.attrs, name, _value_copy(value))
    return made


def _value_copy(value: DynamoType) -> DynamoType:
    made: DynamoType = DynamoType.__new__(DynamoType)
    kind, content = value.type, value.value
    made.type = kind
    if kind == "L":
        made.value = [_value_copy(one) for one in content]
    elif kind == "M":
        made.value = {name: _value_copy(one) for name, one in content.items()}
    else:
        made.value = list(content) if kind in ("SS", "NS", "BS") else content
    return made


class _Copies(threading.local):
    """`copy` as moto's tables use it; while a transaction prepares, a table's copy is what could be put back."""

    members: Members | None = None
    tables: dict[str, Table]

    def deepcopy(self, original: Any) -> Any:
        if self.members is None or not isinstance(original, Table):
            return copy.deepcopy(original)
        if original.name not in self.tables:
            self.tables[original.name] = _as_before(original, self.members)
        return self.tables[original.name]


class _Narrowed(threading.local):
    """What a query may find at all, while it goes on."""

    items: list[Item] | None = None


_copies, _narrowed = _Copies(), _Narrowed()


def _transacted(self: Any, items: Any) -> None:
    """Make the transaction; what it may have to put back are the items that it names."""
    _copies.members, _copies.tables = items, {}
    try:
        _transact(self, items)
    finally:
        _copies.members = None


def _as_before(table: Any, members: Members) -> Any:
    """The table with copies of the items that a transaction changes; all others are the same in both."""
    kept = copy.copy(table)
    kept.items = defaultdict(dict, table.items)
    keys = list(_keys(table, members))
    if table.range_key_attr is None:
        kept.items.update({partition: copy.deepcopy(table.items[partition]) for partition, _ in keys})
        return kept
    kept.items.update({partition: dict(table.items[partition]) for partition, _ in keys})
    for partition, place in keys:
        if place in table.items[partition]:
            kept.items[partition][place] = copy.deepcopy(table.items[partition][place])
    return kept


def _keys(table: Any, members: Members) -> Iterator[tuple[DynamoType, DynamoType | None]]:
    """The partition and the place in it of each item that is there, or whose neighbours are."""
    for operation in (operation for member in members for operation in member.values()):
        given = operation.get("Item") or operation.get("Key") or {}
        if operation.get("TableName") == table.name and table.hash_key_attr in given:
            partition, place = DynamoType(given[table.hash_key_attr]), given.get(table.range_key_attr)
            if partition in table.items:
                yield partition, DynamoType(place) if place else None


def _queried(self: Any, hash_key: Any, *places: Any, **conditions: Any) -> Any:
    """Query as moto does, among what lies in the partition or under the index's key."""
    index = conditions.get("index_name", places[6] if len(places) > 6 else None)
    _narrowed.items = _under(self, conditions["hash_key_conditions"]) if index else _partition(self, hash_key)
    try:
        return _query(self, hash_key, *places, **conditions)
    finally:
        _narrowed.items = None


def _partition(table: Any, hash_key: DynamoType) -> list[Item]:
    found = table.items.get(hash_key)
    if found is None:
        return []
    return [found] if table.range_key_attr is None else list(found.values())


def _under(table: Any, conditions: list[tuple[str, DynamoType]]) -> list[Item]:
    """Every item with an index's key; moto looks at the rest of the conditions."""
    name, wanted = conditions[0]
    return [item for item in _items(table) if name in item.attrs and item.attrs[name].value == wanted.value]


def _all_items(self: Any) -> list[Item]:
    """What moto would go through, in its order."""
    if _narrowed.items is not None:
        return _narrowed.items
    found = list(_items(self))
    if self.range_key_attr is None:
        return sorted(found, key=lambda item: item.hash_key.cast_value)
    return sorted(found, key=lambda item: (item.hash_key.cast_value, item.range_key.cast_value))  # type: ignore[union-attr]


def _items(table: Any) -> Iterator[Item]:
    if table.range_key_attr is None:
        yield from table.items.values()
    else:
        for partition in table.items.values():
            yield from partition.values()
