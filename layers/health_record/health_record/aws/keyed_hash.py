"""Keyed MACs for look-ups: one KMS `GenerateMac` per environment gives a root, all else is local.

Purposes have subkeys of their own, so that a MAC of one place says nothing in another.
"""

import functools
import hashlib
import hmac
from typing import Any

from health_record.aws.clients import client


def derive_root(kms: Any, key_id: str, province: str) -> bytes:
    """The root of all MACs of a province, from its HMAC_256 key. `kms` is a client of botocore."""
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
    """The MACs of one province's environment. `key_id` names an HMAC_256 key of KMS."""

    def __init__(self, key_id: str, province: str) -> None:
        self._key_id = key_id
        self._province = province

    def compute(self, purpose: str, *parts: str) -> str:
        """The MAC of `parts` for `purpose` (`phone`, `identifier`, `code`, `pin`, `body`, `poster`), 64 hex digits."""
        return compute_mac(_subkey(self._key_id, self._province, purpose), *parts)

    def verify(self, mac: str, purpose: str, *parts: str) -> bool:
        """Whether `mac` is that of `parts`, compared in constant time."""
        return hmac.compare_digest(mac.encode(), self.compute(purpose, *parts).encode())


def forget() -> None:
    """Let the next call ask KMS again (tests run each in a world of its own)."""
    _root.cache_clear()
    _subkey.cache_clear()
