"""A facility's permission to set a new PIN: written by `contribute` at `$verify`, used up by `otp`.

access  permit#<account> / pin    until
"""

import time
from typing import Any

from health_record.clients import client
from health_record.dynamo import Item, to_wire

LIVE_SECONDS = 24 * 3600


def place(account: str) -> tuple[str, str]:
    """The key of an account's permission."""
    return f"permit#{account}", "pin"


def give_item(table: str, account: str) -> dict[str, Any]:
    """What permits the account one new PIN within 24 hours, as a member of a TransactWriteItems call."""
    pk, sk = place(account)
    now = int(time.time())
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire({"pk": pk, "sk": sk}),
            "UpdateExpression": "SET #until = :until, #ttl = :until",
            "ExpressionAttributeNames": {"#until": "until", "#ttl": "ttl"},
            "ExpressionAttributeValues": to_wire({":until": now + LIVE_SECONDS}),
        }
    }


def give(table: str, account: str) -> None:
    """Permit the account one new PIN within 24 hours, at once."""
    client("dynamodb").update_item(**give_item(table, account)["Update"])


def live(item: Item | None) -> bool:
    """Whether the permission, as it was read, can still be used."""
    return item is not None and int(item["until"]) > int(time.time())


def use_item(table: str, account: str) -> dict[str, Any]:
    """What uses the permission up, as a member of a TransactWriteItems call; it fails if there is none any more."""
    pk, sk = place(account)
    return {
        "Delete": {
            "TableName": table,
            "Key": to_wire({"pk": pk, "sk": sk}),
            "ConditionExpression": "#until > :now",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_wire({":now": int(time.time())}),
        }
    }
