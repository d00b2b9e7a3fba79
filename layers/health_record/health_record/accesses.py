"""Who looked, as a person is shown it, and the receipt by which anybody can check later that nothing was left out.

The receipt says how many accesses the list had and what they were (a SHA-256 over all of them), when, and back to when.
`code` is a MAC, so that a receipt cannot be made up. `ssk audit receipt` makes the list again from the audit table, and
`ssk audit verify` proves that table against the signed digests of each day.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from health_record.dynamo import Item, to_wire

PURPOSE = "accesses-receipt"
SIGNED = ("record", "at", "since", "count", "digest")
MEMBERS = {
    "at": "at",
    "facility": "facility_id",
    "facility_name": "facility_name",
    "practitioner": "practitioner",
    "share": "share_id",
    "action": "action",
    "purpose": "purpose",
    "reason": "reason",
}


def shown(item: Item, recipient: str | None = None) -> dict[str, Any]:
    """One audit item of a facility's or a link's access, as its person sees it; `recipient` is for them alone."""
    members = {name: item.get(attribute) for name, attribute in MEMBERS.items()}
    members |= {"recipient": recipient, "emergency": item.get("emergency") is True, "outcome": item["outcome"]}
    return {name: value for name, value in members.items() if value is not None}


def query(record_id: str, at: str) -> dict[str, Any]:
    """The Query for a record's accesses up to the instant `at`, newest first, without its table."""
    return {
        "IndexName": "by-record",
        "KeyConditionExpression": "record_id = :record AND #at <= :at",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": to_wire({":record": record_id, ":at": at}),
        "ScanIndexForward": False,
    }


def digest(accesses: Sequence[dict[str, Any]]) -> str:
    """SHA-256 over the list as compact JSON with sorted members, in UTF-8, without the words that are sealed."""
    plain = [{name: value for name, value in one.items() if name != "recipient"} for one in accesses]
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def unsigned_receipt(record_id: str, at: str, accesses: Sequence[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    """The receipt of a list, newest first. `since` is absent where it is `whole`, and begins with the first access."""
    since = {} if whole or not accesses else {"since": accesses[-1]["at"]}
    return {"record": record_id, "at": at, **since, "count": len(accesses), "digest": digest(accesses)}


def signed_parts(receipt: dict[str, Any]) -> list[str]:
    """What the MAC is made over, in this order."""
    return [str(receipt.get(name, "")) for name in SIGNED]
