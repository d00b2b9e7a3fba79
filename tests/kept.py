"""What the tables hold as it lies in moto, many times faster than a Scan: to see that a refusal stored nothing."""

from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from health_record.aws.dynamo import from_wire
from health_record.aws.idempotent_write import CALL
from tests.conftest import REGION

TABLES = ("access", "records", "keys", "facts", "facilities")


def list_stored(*tables: str) -> dict[str, list[Any]]:
    """Every item by table; without names, of all tables but the audit.

    Which call wrote last is left out: a budget that was spent and given back is as it was.
    """
    return {name: [{key: row[key] for key in row if key != CALL} for row in _rows(name)] for name in tables or TABLES}


def list_audited() -> dict[str, dict[str, Any]]:
    """The audit's items by their keys."""
    return {item["pk"]: item for item in map(from_wire, _rows("audit"))}


def _rows(table: str) -> list[Any]:
    found = dynamodb_backends[DEFAULT_ACCOUNT_ID][REGION].tables[table].all_items()
    return [item.to_json()["Attributes"] for item in found]
