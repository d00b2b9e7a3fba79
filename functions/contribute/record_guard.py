"""The condition under which facilities write: the record is as it was read, and may be written to."""

from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys


def check_unchanged(table_records: str, record: DecryptedRecord) -> dict[str, Any]:
    """Nothing is written to a record that was erased, restricted or withdrawn from statistics meanwhile."""
    return {
        "ConditionCheck": {
            "TableName": table_records,
            "Key": wire_key((record_keys.record_pk(record.record_id), record_keys.META)),
            "ConditionExpression": "#statistics = :statistics AND restricted = :no AND erasing = :no",
            "ExpressionAttributeNames": {"#statistics": "statistics"},
            "ExpressionAttributeValues": to_wire({":statistics": record.meta.statistics, ":no": False}),
        }
    }
