"""DynamoDB's wire format, its readings of many items, and its refusals told apart."""

import binascii
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from health_record.aws.clients import client
from health_record.aws.service_errors import error_code
from health_record.errors import UnavailableError

Item = dict[str, Any]
WireItem = dict[str, dict[str, Any]]


def to_wire(item: Mapping[str, Any]) -> WireItem:
    """`{"pk": "a", "n": 1}` -> `{"pk": {"S": "a"}, "n": {"N": "1"}}`; members that are None are left out."""
    return {name: to_wire_value(value) for name, value in item.items() if value is not None}


def from_wire(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """The other way round; numbers become int where they are whole, else float."""
    return {name: value["S"] if "S" in value else from_wire_value(value) for name, value in item.items()}


def to_wire_value(value: Any) -> dict[str, Any]:
    """One attribute value. Raises TypeError for a type that no table of ours holds."""
    match value:
        case bool():
            return {"BOOL": value}
        case str():
            return {"S": value}
        case int() | float():
            return {"N": repr(value)}
        case bytes():
            return {"B": value}
        case set() | frozenset():
            return {"SS": sorted(value)}
        case dict():
            return {"M": to_wire(value)}
        case list() | tuple():
            return {"L": [to_wire_value(member) for member in value]}
        case None:
            return {"NULL": True}
    raise TypeError(f"no DynamoDB type for {type(value).__name__}")


def from_wire_value(value: Mapping[str, Any]) -> Any:
    """One attribute value as Python holds it."""
    ((kind, content),) = value.items()
    match kind:
        case "B":
            return binascii.a2b_base64(content) if isinstance(content, str) else bytes(content)
        case "N":
            return float(content) if any(mark in content for mark in ".eE") else int(content)
        case "SS":
            return set(content)
        case "M":
            return from_wire(content)
        case "L":
            return [from_wire_value(member) for member in content]
        case "NULL":
            return None
        case _:
            return content


def wire_key(key: tuple[str, str]) -> WireItem:
    """A key `(pk, sk)` of `health_record.table_keys` as DynamoDB takes it."""
    return to_wire({"pk": key[0], "sk": key[1]})


def keys_request(keys: Iterable[WireItem]) -> dict[str, Any]:
    """What `batch_get` is to read of one table, as it stands."""
    return {"Keys": list(keys), "ConsistentRead": True}


def batch_get(requests: Mapping[str, Mapping[str, Any]]) -> dict[str, list[Item]]:
    """Items of several tables at once, by table; an empty list for a table in which nothing was found.

    Raises UnavailableError if DynamoDB left one of them unread.
    """
    answer = client("dynamodb").batch_get_item(RequestItems=requests)
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    return {table: [from_wire(item) for item in answer["Responses"].get(table, [])] for table in requests}


def get_items(table: str, keys: Sequence[tuple[str, str]]) -> list[Item | None]:
    """The items at `keys` (at most 100), in their order, in one consistent read."""
    if not keys:
        return []
    items = batch_get({table: keys_request(wire_key(key) for key in dict.fromkeys(keys))})[table]
    by_key = {(item["pk"], item["sk"]): item for item in items}
    return [by_key.get(key) for key in keys]


def query_all(**request: Any) -> list[Item]:
    """Every item that a Query finds, over all its pages."""
    return [from_wire(item) for page in read_pages(client("dynamodb").query, request) for item in page]


def read_pages(read: Callable[..., Mapping[str, Any]], request: Mapping[str, Any]) -> Iterator[list[WireItem]]:
    """The items of each page of a Query or Scan (`read`, a client's method), read as they are asked for."""
    start: dict[str, Any] = {}
    while True:
        answer = read(**{**request, **start})
        yield answer["Items"]
        if "LastEvaluatedKey" not in answer:
            return
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}


def is_condition_failure(error: Exception) -> bool:
    """Whether a single write was refused by its own condition."""
    return error_code(error) == "ConditionalCheckFailedException"


def read_cancellation_reasons(error: Exception) -> dict[int, str]:
    """Why a transaction was cancelled: position of the item -> reason code; empty for another error."""
    if error_code(error) != "TransactionCanceledException":
        return {}
    reasons = getattr(error, "response", {}).get("CancellationReasons", [])
    return {place: str(reason["Code"]) for place, reason in enumerate(reasons) if reason.get("Code", "None") != "None"}


def read_conflicting_item(error: Exception, index: int | None = None) -> Item | None:
    """The item as it stood when a condition failed, if `ReturnValuesOnConditionCheckFailure` asked for it."""
    response = getattr(error, "response", {})
    found = response.get("Item") if index is None else response.get("CancellationReasons", [])[index].get("Item")
    return from_wire(found) if found else None
