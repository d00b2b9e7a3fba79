"""The challenges that an authenticator signs: made and recognised by a MAC, so that asking in vain stores nothing.

    access  challenge#<hash> / spent    ttl: one that was answered, until it would end by itself

A challenge is bound to what it was made for (registering in one session by one right, or signing in) and good once.
"""

import hmac
import secrets
import time
from collections.abc import Sequence
from typing import Any

from functions.otp.settings import OtpSettings
from health_record import settings
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.table_keys import access_keys

LIVE_SECONDS = 300
RANDOM_BYTES, UNTIL_BYTES = 16, 8
LENGTH = RANDOM_BYTES + UNTIL_BYTES + 32


def create(macs: KeyedHash, *bound: str) -> bytes:
    """A fresh challenge for what `bound` names, good for five minutes."""
    until = int(time.time()) + LIVE_SECONDS
    head = secrets.token_bytes(RANDOM_BYTES) + until.to_bytes(UNTIL_BYTES)
    return head + _mac(macs, head, bound)


def is_valid(macs: KeyedHash, challenge: bytes, *bound: str) -> bool:
    """Whether `challenge` was made for `bound` and is still live. It does not check whether it was already used."""
    if len(challenge) != LENGTH:
        return False
    head, mac = challenge[: RANDOM_BYTES + UNTIL_BYTES], challenge[RANDOM_BYTES + UNTIL_BYTES :]
    return hmac.compare_digest(mac, _mac(macs, head, bound)) and _until(challenge) > int(time.time())


def spend_item(challenge: bytes) -> dict[str, Any]:
    """What uses the challenge up, for a TransactWriteItems call; it fails where that was done."""
    return {
        "Put": {
            "TableName": settings.read_once(OtpSettings).table_access,
            "Item": {**wire_key(access_keys.spent_challenge_key(challenge)), **to_wire({"ttl": _until(challenge)})},
            "ConditionExpression": "attribute_not_exists(pk)",
        }
    }


def _until(challenge: bytes) -> int:
    return int.from_bytes(challenge[RANDOM_BYTES : RANDOM_BYTES + UNTIL_BYTES])


def _mac(macs: KeyedHash, head: bytes, bound: Sequence[str]) -> bytes:
    return bytes.fromhex(macs.compute("passkey-challenge", head.hex(), *bound))
