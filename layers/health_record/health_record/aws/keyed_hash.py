"""Keyed MACs for look-ups: one KMS `GenerateMac` per environment gives a root, all else is local.

Purposes have subkeys of their own, so that a MAC of one place says nothing in another. A province has two roots for
them, and a function has the keys of those alone that it needs: who may read records cannot tell which phone is whose.
The third root, of the noise in statistics, is `aggregate`'s alone (`functions.aggregate.protect.cell_key`).
"""

import functools
import hashlib
import hmac
from enum import Enum
from typing import Any, Self

from health_record.aws.clients import client
from health_record.settings import ApiSettings, MissingSettingError


class Root(Enum):
    """Whose root a purpose's subkey comes from."""

    PHONES = "phones"  # phones, their codes, sessions and networks
    IDENTIFIERS = "identifiers"  # numbers on cards, and what stands beside a record


ROOT_OF = {
    "phone": Root.PHONES,
    "phone-seal": Root.PHONES,
    "code": Root.PHONES,
    "challenge-id": Root.PHONES,
    "work": Root.PHONES,
    "attempt": Root.PHONES,
    "attempt-session": Root.PHONES,
    "attempt-device": Root.PHONES,
    "pin": Root.PHONES,
    "passkey-challenge": Root.PHONES,
    "passkey-user": Root.PHONES,
    "draft": Root.PHONES,
    "address": Root.PHONES,
    "neighbourhood": Root.PHONES,
    "thousand": Root.PHONES,
    "poster": Root.PHONES,
    "identifier": Root.IDENTIFIERS,
    "identifier-person": Root.IDENTIFIERS,
    "episode": Root.IDENTIFIERS,
    "accesses": Root.IDENTIFIERS,
    "passcode": Root.IDENTIFIERS,
    "receipt": Root.IDENTIFIERS,
}


def derive_root(kms: Any, key_id: str, province: str) -> bytes:
    """A root of the MACs of a province, from its HMAC_256 key. `kms` is a client of botocore."""
    message = f"ssk/{province}/root/v1".encode()
    answer = kms.generate_mac(KeyId=key_id, MacAlgorithm="HMAC_SHA_256", Message=message)
    return bytes(answer["Mac"])


def derive_subkey(root: bytes, purpose: str) -> bytes:
    """The key of one purpose."""
    return hmac.digest(root, purpose.encode(), hashlib.sha256)


def compute_mac(subkey: bytes, *parts: str) -> str:
    """The MAC of `parts`, 64 hex digits. Parts are joined with their lengths: ("ab", "c") and ("a", "bc") differ."""
    message = b"".join(f"{len(part.encode())}:".encode() + part.encode() for part in parts)
    return hmac.new(subkey, message, hashlib.sha256).hexdigest()


@functools.cache
def _root(key_id: str, province: str) -> bytes:
    return derive_root(client("kms"), key_id, province)


@functools.cache
def _subkey(key_id: str, province: str, purpose: str) -> bytes:
    return derive_subkey(_root(key_id, province), purpose)


class KeyedHash:
    """The MACs of one province's environment, for the roots whose HMAC_256 keys of KMS it is given."""

    def __init__(self, province: str, *, phones: str | None = None, identifiers: str | None = None) -> None:
        self._province = province
        self._key_ids = {Root.PHONES: phones, Root.IDENTIFIERS: identifiers}

    @classmethod
    def from_settings(cls, config: ApiSettings) -> Self:
        """The MACs that a function may make."""
        return cls(config.province, phones=config.phone_mac_key_id, identifiers=config.identifier_mac_key_id)

    def compute(self, purpose: str, *parts: str) -> str:
        """The MAC of `parts` for a `purpose` of `ROOT_OF`, 64 hex digits.

        Raises MissingSettingError where the function has no key of that root.
        """
        key_id = self._key_ids[ROOT_OF[purpose]]
        if key_id is None:
            raise MissingSettingError(f"no key for MACs of purpose {purpose}")
        return compute_mac(_subkey(key_id, self._province, purpose), *parts)

    def verify(self, mac: str, purpose: str, *parts: str) -> bool:
        """Whether `mac` is that of `parts`, compared in constant time."""
        return hmac.compare_digest(mac.encode(), self.compute(purpose, *parts).encode())


def forget() -> None:
    """Let the next call ask KMS again (tests run each in a world of its own)."""
    _root.cache_clear()
    _subkey.cache_clear()
