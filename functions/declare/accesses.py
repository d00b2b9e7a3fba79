"""Who looked: every access of a facility and by a link to a record, from the audit table's index by record."""

from typing import Any

from functions.declare.config import config
from health_record.clients import client
from health_record.dynamo import Item, from_wire, to_wire

AT_ONCE = 100
PAGES = 10
INDEX = "by-record"


def of_record(record_id: str) -> list[dict[str, Any]]:
    """The newest accesses first, denials and emergencies marked; what the residents did themselves is left out."""
    request: dict[str, Any] = {
        "TableName": config().table_audit,
        "IndexName": INDEX,
        "KeyConditionExpression": "record_id = :record",
        "FilterExpression": "attribute_exists(facility_id) OR attribute_exists(recipient)",
        "ExpressionAttributeValues": to_wire({":record": record_id}),
        "ScanIndexForward": False,
        "Limit": AT_ONCE,
    }
    found: list[dict[str, Any]] = []
    for _ in range(PAGES):
        answer = client("dynamodb").query(**request)
        found += [_shown(from_wire(item)) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer or len(found) >= AT_ONCE:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    return found[:AT_ONCE]


def _shown(item: Item) -> dict[str, Any]:
    members = {
        "at": item["at"],
        "facility": item.get("facility_id"),
        "facility_name": item.get("facility_name"),
        "practitioner": item.get("practitioner"),
        "recipient": item.get("recipient"),
        "share": item.get("share_id"),
        "action": item["action"],
        "purpose": item.get("purpose"),
        "reason": item.get("reason"),
        "emergency": item.get("emergency") is True,
        "outcome": item["outcome"],
    }
    return {name: value for name, value in members.items() if value is not None}
