"""The condition under which facilities write: the record is as it was read, and may be written to."""

from typing import Any

from health_record.aws.dynamo import to_wire
from health_record.record import record_items
from health_record.record.record_reader import Opened


def unchanged(table_records: str, opened: Opened) -> dict[str, Any]:
    """Nothing is written to a record that was erased, restricted or withdrawn from statistics meanwhile."""
    return {
        "ConditionCheck": {
            "TableName": table_records,
            "Key": to_wire({"pk": record_items.record_pk(opened.record_id), "sk": record_items.META}),
            "ConditionExpression": "#statistics = :statistics AND restricted = :no AND erasing = :no",
            "ExpressionAttributeNames": {"#statistics": "statistics"},
            "ExpressionAttributeValues": to_wire({":statistics": opened.meta.statistics, ":no": False}),
        }
    }
