"""A facility's permission to set a new PIN: written by `contribute` at `$verify`, used up by `otp`.

    access  permit#<account> / pin    ticket, until, opened (`<record id>@<until>` of each card seen)

The permission is for the records whose cards were seen; the account's other records stay closed to the new PIN.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.table_keys.access_keys import pin_grant_key

LIVE_SECONDS = 24 * 3600


@dataclass(frozen=True)
class PinGrant:
    """A permission as it was read: the records whose cards were seen in the last day."""

    ticket: str
    opened: frozenset[str]


def grant_item(table: str, account: str, record_id: str) -> dict[str, Any]:
    """What permits one new PIN within 24 hours for `record_id`, as a member of a TransactWriteItems call.

    Permissions for several records add up, each for its own day.
    """
    until = int(time.time()) + LIVE_SECONDS
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key(pin_grant_key(account)),
            "UpdateExpression": "SET #ticket = :ticket, #until = :until, #ttl = :until ADD #opened :opened",
            "ExpressionAttributeNames": {f"#{name}": name for name in ("ticket", "until", "ttl", "opened")},
            "ExpressionAttributeValues": to_wire(
                {
                    ":ticket": secrets.token_hex(8),
                    ":until": until,
                    ":opened": {f"{record_id}@{until}"},
                }
            ),
        }
    }


def usable(item: Mapping[str, Any] | None) -> PinGrant | None:
    """The permission, if it can still be used."""
    now = int(time.time())
    if item is None or int(item["until"]) <= now:
        return None
    entries = [entry.partition("@") for entry in item["opened"]]
    opened = frozenset(record_id for record_id, _, until in entries if int(until) > now)
    return PinGrant(item["ticket"], opened)


def consume_item(table: str, account: str, grant: PinGrant) -> dict[str, Any]:
    """What uses the permission up, as a member of a TransactWriteItems call; it fails if it is another one by now."""
    return {
        "Delete": {
            "TableName": table,
            "Key": wire_key(pin_grant_key(account)),
            "ConditionExpression": "#ticket = :ticket AND #until > :now",
            "ExpressionAttributeNames": {"#ticket": "ticket", "#until": "until"},
            "ExpressionAttributeValues": to_wire({":ticket": grant.ticket, ":now": int(time.time())}),
        }
    }
