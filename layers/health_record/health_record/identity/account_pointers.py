"""Which account a phone leads to: a random id, found by a pointer under the phone's MAC and by nothing else.

    keys  phone#<mac of the phone>   account, and until (= ttl) while no record was made under it

The pointer is made when the phone is proven. The account's first record makes it lasting, the erasure of its last one
takes it away in the transaction that destroys the key. So no backup of another table leads from a phone to an account.
"""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from health_record.aws.dynamo import WireItem, to_wire
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity.sessions import MAX_SECONDS
from health_record.table_keys import record_keys

DRAFT_SECONDS = 24 * 3600  # a draft is tied to the account, and may be begun in the session's last minute
HELD_SECONDS = MAX_SECONDS + DRAFT_SECONDS
ACCOUNT_BYTES = 16


@dataclass(frozen=True)
class AccountPointer:
    """The account of a phone. `has_records` says that the pointer lasts; `is_stored` that it is in the table at all."""

    phone_mac: str
    account: str
    has_records: bool = False
    is_stored: bool = True


def phone_mac(macs: KeyedHash, phone: str) -> str:
    """What the tables call a phone (E.164)."""
    return macs.compute("phone", phone)


def key(phone_mac: str) -> WireItem:
    """Where the pointer of a phone lies in `keys`."""
    return to_wire({"pk": record_keys.phone_pk(phone_mac)})


def from_item(phone_mac: str, item: Mapping[str, Any] | None) -> AccountPointer:
    """The pointer that was read; a phone that has none, or one that is over, gets a new account."""
    if item is None or ("until" in item and int(item["until"]) <= int(time.time())):
        return AccountPointer(phone_mac, secrets.token_hex(ACCOUNT_BYTES), is_stored=False)
    return AccountPointer(phone_mac, str(item["account"]), has_records="until" not in item)


def hold_item(table_keys: str, pointer: AccountPointer) -> dict[str, Any]:
    """What holds the account for the phone that was proven now, as a member of a TransactWriteItems call.

    For an account without records. Fails if the phone leads to another account by now, or has a record.
    """
    now = int(time.time())
    until = now + HELD_SECONDS
    values = {"account": pointer.account, "until": until, "ttl": until}
    return {
        "Put": {
            "TableName": table_keys,
            "Item": {**key(pointer.phone_mac), **to_wire(values)},
            "ConditionExpression": "attribute_not_exists(pk) OR #until <= :now"
            " OR (account = :account AND attribute_exists(#until))",
            "ExpressionAttributeNames": {"#until": "until"},
            "ExpressionAttributeValues": to_wire({":now": now, ":account": pointer.account}),
        }
    }


def keep_item(table_keys: str, pointer: AccountPointer) -> dict[str, Any]:
    """What makes the pointer lasting, for the transaction that creates a record of the account.

    Fails, with the item as it stands, if the phone does not lead to the account. One that is not stored is made.
    """
    condition, values = "account = :account", {":account": pointer.account}
    if not pointer.is_stored:
        condition, values = f"attribute_not_exists(pk) OR {condition} OR #until <= :now", values | _now()
    return {
        "Update": {
            "TableName": table_keys,
            "Key": key(pointer.phone_mac),
            "UpdateExpression": "SET account = :account REMOVE #until, #ttl",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": {"#until": "until", "#ttl": "ttl"},
            "ExpressionAttributeValues": to_wire(values),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def drop_item(table_keys: str, pointer: AccountPointer) -> dict[str, Any]:
    """What takes the pointer away together with the account's last record; fails if it changed since it was read."""
    return {
        "Delete": {
            "TableName": table_keys,
            "Key": key(pointer.phone_mac),
            "ConditionExpression": "account = :account",
            "ExpressionAttributeValues": to_wire({":account": pointer.account}),
        }
    }


def _now() -> dict[str, Any]:
    return {":now": int(time.time())}
