"""Who looked, as a person is shown it, and the seals by which they find their own accesses in the public record.

key      of a record: a MAC that only its person is given (`PURPOSE`)
seal     of a record and a local day: HMAC-SHA256(key, "2026-11-22"), written beside each access
mark     in the public record, for who knows the seal: HMAC-SHA256(seal, "mark")
value    beside the mark: HMAC-SHA256(seal, the sorted SHA-256 of every access of that day, joined by commas)

Keys of HMACs are the bytes of what is written in hex. Nobody else can tell whose a mark is, nor that those of two days
are one person's (decision 0023).
"""

import hashlib
import hmac
import json
from collections.abc import Iterable
from typing import Any

from health_record.aws.dynamo import Item, to_wire
from health_record.aws.keyed_hash import KeyedHash

PURPOSE = "accesses"
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


def to_display(item: Item, recipient: str | None = None) -> dict[str, Any]:
    """One audit item of a facility's or a link's access, as its person sees it; `recipient` is for them alone.

    The public record holds hashes of it: another `MEMBERS`, or another word for a value, and every older day "differs".
    """
    members = {name: item.get(attribute) for name, attribute in MEMBERS.items()}
    members |= {"recipient": recipient, "emergency": item.get("emergency") is True, "outcome": item["outcome"]}
    return {name: value for name, value in members.items() if value is not None}


def build_query(record_id: str, at: str) -> dict[str, Any]:
    """The Query for a record's accesses up to the instant `at`, newest first, without its table."""
    return {
        "IndexName": "by-record",
        "KeyConditionExpression": "record_id = :record AND #at <= :at",
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": to_wire({":record": record_id, ":at": at}),
        "ScanIndexForward": False,
    }


def derive_key(macs: KeyedHash, record_id: str) -> str:
    """The key of a record's seals."""
    return macs.compute(PURPOSE, record_id)


def compute_seal(key: str, day: str) -> str:
    """The seal of a record's accesses of a local day."""
    return _hmac(key, day)


def compute_index(seal: str) -> str:
    """What stands for the record in the public record of that day."""
    return _hmac(seal, "mark")


def compute_commitment(seal: str, leaves: Iterable[str]) -> str:
    """What the public record says of the day's accesses, in whatever order they come."""
    return _hmac(seal, ",".join(sorted(leaves)))


def compute_leaf_hash(access: dict[str, Any]) -> str:
    """SHA-256 of one access as compact JSON with sorted members, in UTF-8, without the words that are sealed."""
    plain = {name: value for name, value in access.items() if name != "recipient"}
    text = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _hmac(key: str, message: str) -> str:
    return hmac.new(bytes.fromhex(key), message.encode(), hashlib.sha256).hexdigest()
