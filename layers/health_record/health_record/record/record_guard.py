"""The condition under which something is written for a record: it is as it was read, and may be written to."""

from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.record.record_items import Meta
from health_record.table_keys import record_keys

CARD_NOT_SEEN = "(attribute_not_exists(card_seen) OR card_seen = :seen)"


def check_unchanged(table_records: str, meta: Meta) -> dict[str, Any]:
    """Nothing is written to a record that was erased, restricted or withdrawn from statistics meanwhile.

    Nor to one whose card was seen meanwhile, since rows of `facts` say whether it was.
    """
    seen = "card_seen = :seen" if meta.card_seen else CARD_NOT_SEEN
    return {
        "ConditionCheck": {
            "TableName": table_records,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "ConditionExpression": f"#statistics = :statistics AND restricted = :no AND erasing = :no AND {seen}",
            "ExpressionAttributeNames": {"#statistics": "statistics"},
            "ExpressionAttributeValues": to_wire(
                {":statistics": meta.statistics, ":no": False, ":seen": meta.card_seen}
            ),
        }
    }
