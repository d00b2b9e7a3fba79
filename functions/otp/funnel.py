"""The poster's daily counter of proven phones, beside its visits and declarations; it names nobody."""

from health_record.clients import client
from health_record.dynamo import to_wire
from health_record.observe import info

MOST_PER_DAY = 100_000


def count_code(table_facts: str, poster: str, day: str) -> None:
    """Count one after the phone is proven, which a statistic that fails must not undo."""
    try:
        client("dynamodb").update_item(
            TableName=table_facts,
            Key=to_wire({"pk": f"poster#{poster}", "sk": f"day#{day}"}),
            UpdateExpression="ADD codes :one",
            ConditionExpression="attribute_not_exists(codes) OR codes < :most",
            ExpressionAttributeValues=to_wire({":one": 1, ":most": MOST_PER_DAY}),
        )
    except Exception as error:  # noqa: BLE001 - see above; the log tells
        info("poster not counted", counter="codes", error=type(error).__name__)
