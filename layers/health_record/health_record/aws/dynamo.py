"""DynamoDB's wire format, and its refusals told apart."""

import base64
from collections.abc import Mapping
from typing import Any

BEGUN_BEFORE = ("IdempotentParameterMismatchException", "TransactionInProgressException")
NEVER_SENT = ("ConnectTimeoutError", "EndpointConnectionError", "NoCredentialsError", "ProxyConnectionError")
Item = dict[str, Any]
WireItem = dict[str, dict[str, Any]]


def to_wire(item: Mapping[str, Any]) -> WireItem:
    """`{"pk": "a", "n": 1}` -> `{"pk": {"S": "a"}, "n": {"N": "1"}}`; members that are None are left out."""
    return {name: wire_value(value) for name, value in item.items() if value is not None}


def from_wire(item: Mapping[str, Mapping[str, Any]]) -> Item:
    """The other way round; numbers become int where they are whole, else float."""
    return {name: value["S"] if "S" in value else plain_value(value) for name, value in item.items()}


def wire_value(value: Any) -> dict[str, Any]:
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
            return {"L": [wire_value(member) for member in value]}
        case None:
            return {"NULL": True}
    raise TypeError(f"no DynamoDB type for {type(value).__name__}")


def plain_value(value: Mapping[str, Any]) -> Any:
    """One attribute value as Python holds it."""
    ((kind, content),) = value.items()
    match kind:
        case "N":
            return float(content) if any(mark in content for mark in ".eE") else int(content)
        case "SS":
            return set(content)
        case "M":
            return from_wire(content)
        case "L":
            return [plain_value(member) for member in content]
        case "NULL":
            return None
        case "B":
            return base64.b64decode(content) if isinstance(content, str) else bytes(content)
        case _:
            return content


def error_code(error: Exception) -> str:
    """The AWS error code of a botocore ClientError, else an empty string."""
    response = getattr(error, "response", None)
    return str(response.get("Error", {}).get("Code", "")) if isinstance(response, dict) else ""


def condition_failed(error: Exception) -> bool:
    """Whether a single write was refused by its own condition."""
    return error_code(error) == "ConditionalCheckFailedException"


def may_be_done(error: Exception) -> bool:
    """Whether a write may have been done all the same: no answer came, one of 500 and above, or that of a second try
    at a transaction which the first one has begun.

    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
    """
    response = getattr(error, "response", None)
    if isinstance(response, dict):
        failed = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)) >= 500
        return failed or error_code(error) in BEGUN_BEFORE
    return type(error).__module__.startswith(("botocore", "urllib3")) and type(error).__name__ not in NEVER_SENT


def cancelled_at(error: Exception) -> dict[int, str]:
    """Why a transaction was cancelled: position of the item -> reason code; empty for another error."""
    if error_code(error) != "TransactionCanceledException":
        return {}
    reasons = getattr(error, "response", {}).get("CancellationReasons", [])
    return {place: str(reason["Code"]) for place, reason in enumerate(reasons) if reason.get("Code", "None") != "None"}


def item_seen(error: Exception, place: int | None = None) -> Item | None:
    """The item as it stood when a condition failed, if `ReturnValuesOnConditionCheckFailure` asked for it."""
    response = getattr(error, "response", {})
    found = response.get("Item") if place is None else response.get("CancellationReasons", [])[place].get("Item")
    return from_wire(found) if found else None
