"""A facility's permission to set a new PIN: written by `contribute` at `$verify`, used up by `otp`.

    access  permit#<account> / pin    ticket, until, opened (`<record id>@<until>` of each card seen)

The permission is for the records whose cards were seen; the account's other records stay closed to the new PIN. A code
on paper shows no phone: on an account that has a PIN or passkey such a session uses the permission on the second and
third day only, so that whoever has the phone is told in time.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.table_keys.access_keys import pin_grant_key

LIVE_SECONDS = 24 * 3600
WAITING_LIVE_SECONDS = 48 * 3600  # after the first day


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
    kept_until = until + WAITING_LIVE_SECONDS
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key(pin_grant_key(account)),
            "UpdateExpression": "SET #ticket = :ticket, #until = :until, #ttl = :ttl ADD #opened :opened",
            "ExpressionAttributeNames": {f"#{name}": name for name in ("ticket", "until", "ttl", "opened")},
            "ExpressionAttributeValues": to_wire(
                {
                    ":ticket": secrets.token_hex(8),
                    ":until": until,
                    ":ttl": kept_until,
                    ":opened": {f"{record_id}@{until}"},
                }
            ),
        }
    }


def usable(item: Mapping[str, Any] | None, *, waits: bool = False) -> PinGrant | None:
    """The permission, if it can be used now; with `waits` by a session that has to wait a day."""
    now = int(time.time())
    if item is None:
        return None
    entries = [entry.partition("@") for entry in item["opened"]]
    opened = frozenset(record_id for record_id, _, until in entries if _is_in_time(int(until), now, waits=waits))
    return PinGrant(item["ticket"], opened) if opened else None


def parse(item: Mapping[str, Any] | None) -> PinGrant | None:
    """The permission, whenever it can be used."""
    return PinGrant(item["ticket"], frozenset()) if item else None


def find_wait(item: Mapping[str, Any] | None) -> int | None:
    """In how many seconds a session that has to wait may use the permission; None where there is none to wait for."""
    now = int(time.time())
    waits = [int(entry.partition("@")[2]) - now for entry in (item or {}).get("opened", ())]
    return min((wait for wait in waits if wait > 0), default=None)


def _is_in_time(until: int, now: int, *, waits: bool) -> bool:
    return until <= now < until + WAITING_LIVE_SECONDS if waits else now < until


def consume_item(table: str, account: str, grant: PinGrant) -> dict[str, Any]:
    """What uses the permission up, as a member of a TransactWriteItems call; it fails if it is another one by now."""
    return {
        "Delete": {
            "TableName": table,
            "Key": wire_key(pin_grant_key(account)),
            "ConditionExpression": "#ticket = :ticket",
            "ExpressionAttributeNames": {"#ticket": "ticket"},
            "ExpressionAttributeValues": to_wire({":ticket": grant.ticket}),
        }
    }
