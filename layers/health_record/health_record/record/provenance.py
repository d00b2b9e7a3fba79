"""Who wrote an entry of a record, what it is, and when: sealed beside the entry, so that it ends with the record's key.

records  contribution#<keyed id>#000001    sealed, provenance {kind, resource_id, mac, recorded, facility_id, ...}
records  episode#<keyed id>                sealed, provenance {provider_code, pointer, ...}, touched {prepared}

A backup of `records` without the key tells how much was written about somebody, and not by whom, of what kind or when.
Items from before have the same members in clear, and are read alike.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

from health_record import exact_json
from health_record.aws.dynamo import Item
from health_record.aws.envelope_encryption import DataKey, decrypt
from health_record.record import record_items
from health_record.table_keys import record_keys

ATTRIBUTES = ("provenance", "touched")  # what a later one says replaces what an earlier one said


def name_entry(key: DataKey, kind: str, resource_id: str) -> str:
    """What the tables call an entry: 32 hex digits that lead back to type and id for nobody else."""
    return hmac.new(key.plain, f"entry\0{kind}\0{resource_id}".encode(), hashlib.sha256).hexdigest()[:32]


def seal(key: DataKey, record_id: str, sk: str, members: Mapping[str, Any], attribute: str = "provenance") -> bytes:
    """The attribute of the item `sk` that holds `members`."""
    return record_items.encrypt_json(key, record_id, place_of(sk, attribute), dict(members))


def reveal(key: DataKey, record_id: str, item: Item) -> Item:
    """The item with the members that lie sealed in it. Raises DecryptionError for those of another record or item."""
    revealed = item
    for attribute in ATTRIBUTES:
        if attribute in item:
            sealed = decrypt(key, record_keys.record_pk(record_id), place_of(item["sk"], attribute), item[attribute])
            revealed = {**revealed, **exact_json.loads_without_decimals(sealed)}
    return revealed


def reveal_all(key: DataKey, record_id: str, items: Mapping[str, Item]) -> dict[str, Item]:
    """The items of a record by sort key, each revealed."""
    return {sk: reveal(key, record_id, item) for sk, item in items.items()}


def entry_of(item: Item) -> tuple[str, str]:
    """Type and id of the resource in a contribution, which was revealed."""
    if "kind" in item:
        return item["kind"], item["resource_id"]
    _, kind, resource_id, _ = item["sk"].split("#")
    return kind, resource_id


def list_contributions(items: Mapping[str, Item]) -> list[Item]:
    """The contributions among the revealed items of a record: by type and id, each with its versions in their order."""
    found = [item for sk, item in items.items() if sk.startswith(record_keys.CONTRIBUTION_PREFIX)]
    return sorted(found, key=lambda item: (*entry_of(item), record_keys.version_from(item["sk"])))


def place_of(sk: str, attribute: str) -> str:
    """The sort key for which the attribute of the item `sk` is sealed: no other one's bytes open in its place."""
    return f"{sk}/{attribute}"
