"""The condition under which something is written for a record: it is as it was read, and may be written to."""

from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.record.record_items import Meta
from health_record.table_keys import record_keys

FLAGS = ("card_seen", "joined")  # absent means false


def check_unchanged(table_records: str, meta: Meta) -> dict[str, Any]:
    """Nothing is written to a record that was erased, restricted or withdrawn from statistics meanwhile.

    Nor to one whose card was seen or that was joined to another meanwhile, since rows of `facts` depend on both.
    """
    flags = " AND ".join(
        f"{name} = :{name}" if getattr(meta, name) else f"(attribute_not_exists({name}) OR {name} = :{name})"
        for name in FLAGS
    )
    return {
        "ConditionCheck": {
            "TableName": table_records,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "ConditionExpression": f"#statistics = :statistics AND restricted = :no AND erasing = :no AND {flags}",
            "ExpressionAttributeNames": {"#statistics": "statistics"},
            "ExpressionAttributeValues": to_wire(
                {":statistics": meta.statistics, ":no": False, **{f":{name}": getattr(meta, name) for name in FLAGS}}
            ),
        }
    }
