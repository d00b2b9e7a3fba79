"""Challenge ids: what one call gives its page, sealed, so that asking in vain stores nothing.

An id is nonce and ciphertext of the phone's MAC and the instant under a key derived from KMS. Each call has an id of
its own, which shows neither the phone nor whether a message was sent; only the id itself opens what its call may open.
"""

import base64
import binascii
import hashlib
import re
import secrets
from dataclasses import dataclass

from health_record.aws.keyed_hash import KeyedHash

FORM = re.compile(r"[A-Za-z0-9_-]{88}")
NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: random 96-bit nonces
PURPOSE = "challenge-id"
INSTANT_BYTES = 6  # epoch seconds; with them an id is 66 bytes, which base64 writes without a rest


@dataclass(frozen=True)
class Challenge:
    """An opened id: the phone's MAC, the name that the table has for the id, and the instant when it was given."""

    phone_mac: str
    name: str
    given_at: int


def create(macs: KeyedHash, phone_mac: str, now: int) -> str:
    """A fresh id for `phone_mac`, 88 characters."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    content = bytes.fromhex(phone_mac) + now.to_bytes(INSTANT_BYTES)
    sealed = AESGCM(_key(macs)).encrypt(nonce, content, PURPOSE.encode())
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def open_id(macs: KeyedHash, given: str, after: int) -> Challenge | None:
    """What `given` stands for, or None for one that nobody was given after the instant `after`."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not FORM.fullmatch(given):
        return None
    try:
        blob = base64.urlsafe_b64decode(given)
        content = AESGCM(_key(macs)).decrypt(blob[:NONCE_BYTES], blob[NONCE_BYTES:], PURPOSE.encode())
    except (InvalidTag, binascii.Error, ValueError):
        return None
    given_at = int.from_bytes(content[-INSTANT_BYTES:])
    if given_at <= after:
        return None
    return Challenge(content[:-INSTANT_BYTES].hex(), name_of(given), given_at)


def name_of(challenge: str) -> str:
    """What the table calls an id: a hash, so that a table's reader cannot use it."""
    return hashlib.sha256(challenge.encode()).hexdigest()[:32]


def _key(macs: KeyedHash) -> bytes:
    return bytes.fromhex(macs.compute(PURPOSE, "key"))
