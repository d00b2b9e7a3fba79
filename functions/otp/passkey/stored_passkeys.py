"""A passkey as the item of the account's generations holds it (`functions.otp.pin.generations`).

passkeys {<id>: {credential_id, data, counter, label, added_at, used_at, phone}}
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

type Label = Literal["android", "ios", "windows", "macos", "linux", "other"]
LABELS: frozenset[str] = frozenset(get_args(Label.__value__))


@dataclass(frozen=True)
class Passkey:
    """`data` is the attested credential data with the public key; `phone` the account's phone, sealed for a session.

    `label` says on what kind of device it was made; `counter` is the authenticator's, 0 where it keeps none.
    """

    credential_id: bytes
    data: bytes
    counter: int
    label: str
    added_at: int
    used_at: int | None = None
    phone: bytes | None = None

    @property
    def id(self) -> str:
        """What the account's owner calls it in a path."""
        return passkey_id(self.credential_id)


def passkey_id(credential_id: bytes) -> str:
    """A short name for a credential id, 32 hex digits."""
    return hashlib.sha256(credential_id).hexdigest()[:32]


def parse(stored: Mapping[str, Any]) -> Passkey:
    """A passkey from its part of the item."""
    return Passkey(
        bytes(stored["credential_id"]),
        bytes(stored["data"]),
        int(stored["counter"]),
        str(stored["label"]),
        int(stored["added_at"]),
        int(stored["used_at"]) if "used_at" in stored else None,
        stored.get("phone"),
    )


def to_stored(passkey: Passkey) -> dict[str, Any]:
    """The other way round."""
    return {
        "credential_id": passkey.credential_id,
        "data": passkey.data,
        "counter": passkey.counter,
        "label": passkey.label,
        "added_at": passkey.added_at,
        "used_at": passkey.used_at,
        "phone": passkey.phone,
    }
