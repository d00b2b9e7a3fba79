"""A facility's permission to set a new PIN: written by `contribute` at `$verify`, used up by `otp`.

    access  permit#<account> / pin    ticket, until, opened (`<record id>@<until>` of each card seen)

The permission is for the records whose cards were seen; the account's other records stay closed to the new PIN. A code
on paper shows no phone: such a session uses what is for the record of the card that it was given for, and on an account
that has a PIN or passkey on the second and third day only, so that whoever has the phone is told in time. A session
that was opened before the card was seen uses it for no record but its own: it may be of whoever had the phone in hand
then.
"""

import secrets
import time
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Any

from health_record.aws.dynamo import to_wire, wire_key
from health_record.table_keys.access_keys import pin_grant_key

LIVE_SECONDS = 24 * 3600
WAITING_LIVE_SECONDS = 48 * 3600  # after the first day


@dataclass(frozen=True)
class PinGrant:
    """A permission as it was read: the records whose cards were seen in the last day, and how the item has them."""

    ticket: str
    opened: frozenset[str]
    entries: frozenset[str]

    def used_by(self, opened_at: int, opened: AbstractSet[str]) -> "PinGrant | None":
        """What of it a new PIN uses up: what was given before its session was opened, and what is for its records."""
        used = {entry for entry in self.entries if _given_at(entry) <= opened_at or _record_of(entry) in opened}
        return replace(self, entries=frozenset(used)) if used else None


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
    found = {entry for entry in _entries(item) if _is_in_time(_until(entry), now, waits=waits)}
    if item is None or not found:
        return None
    return PinGrant(item["ticket"], frozenset(map(_record_of, found)), frozenset(found))


def parse(item: Mapping[str, Any] | None) -> PinGrant | None:
    """The permission, whenever it can be used."""
    return PinGrant(item["ticket"], frozenset(), _entries(item)) if item and _entries(item) else None


def known_to(item: Mapping[str, Any] | None, opened_at: int, made: AbstractSet[str]) -> dict[str, Any] | None:
    """Of the permission what a session may use that was opened at `opened_at` and made the records `made`."""
    if item is None:
        return None
    known = {entry for entry in _entries(item) if _given_at(entry) <= opened_at or _record_of(entry) in made}
    return {**item, "opened": known}


def find_wait(item: Mapping[str, Any] | None) -> int | None:
    """In how many seconds a session that has to wait may use the permission; None where there is none to wait for."""
    now = int(time.time())
    waits = [_until(entry) - now for entry in _entries(item)]
    return min((wait for wait in waits if wait > 0), default=None)


def narrow(item: Mapping[str, Any] | None, record_id: str | None) -> dict[str, Any] | None:
    """Of the permission what is for this record alone."""
    if item is None:
        return None
    return {**item, "opened": {entry for entry in _entries(item) if _record_of(entry) == record_id}}


def _entries(item: Mapping[str, Any] | None) -> frozenset[str]:
    return frozenset((item or {}).get("opened", ()))


def _record_of(entry: str) -> str:
    return entry.partition("@")[0]


def _until(entry: str) -> int:
    return int(entry.partition("@")[2])


def _given_at(entry: str) -> int:
    return _until(entry) - LIVE_SECONDS


def _is_in_time(until: int, now: int, *, waits: bool) -> bool:
    return until <= now < until + WAITING_LIVE_SECONDS if waits else now < until


def consume_item(table: str, account: str, grant: PinGrant) -> dict[str, Any]:
    """What uses up these entries, as a member of a TransactWriteItems call; it fails if it is another one by now."""
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key(pin_grant_key(account)),
            "UpdateExpression": "SET #ticket = :next DELETE #opened :used",
            "ConditionExpression": "#ticket = :ticket",
            "ExpressionAttributeNames": {"#ticket": "ticket", "#opened": "opened"},
            "ExpressionAttributeValues": to_wire(
                {":ticket": grant.ticket, ":next": secrets.token_hex(8), ":used": set(grant.entries)}
            ),
        }
    }
