"""The PINs of an account: nearly always one, and more where a facility permitted one beside it.

    access  account#<account> / pin    slots {<generation>: {salt, mac, closed, set_at, used_at}}

A PIN by a facility's word takes the records whose cards were seen away from the PINs before and leaves them the others:
who borrows a phone, or holds a number next, takes nothing from who declared there. A PIN that opens nothing is gone.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from health_record.aws.keyed_hash import KeyedHash
from health_record.identity.pin_grants import PinGrant


@dataclass(frozen=True)
class PinEntry:
    """One PIN: its salted MAC, and the records that it does not open."""

    generation: str
    salt: str
    mac: str
    closed: frozenset[str]
    set_at: int
    used_at: int

    def matches(self, macs: KeyedHash, account: str, pin: str) -> bool:
        """Whether it is this PIN."""
        return macs.verify(self.mac, "pin", account, self.salt, pin)


def new_entry(macs: KeyedHash, account: str, pin: str, closed: frozenset[str], now: int) -> PinEntry:
    """A PIN set now."""
    salt = secrets.token_hex(16)
    return PinEntry(secrets.token_hex(8), salt, macs.compute("pin", account, salt, pin), closed, now, now)


def from_item(item: Mapping[str, Any] | None) -> dict[str, PinEntry]:
    """The PINs of an account's item by generation, newest first."""
    entries = [
        PinEntry(
            name,
            stored["salt"],
            stored["mac"],
            frozenset(stored["closed"]),
            int(stored["set_at"]),
            int(stored["used_at"]),
        )
        for name, stored in (item or {}).get("slots", {}).items()
    ]
    return {entry.generation: entry for entry in sorted(entries, key=lambda entry: entry.set_at, reverse=True)}


def find_matching(entries: Mapping[str, PinEntry], macs: KeyedHash, account: str, pin: str) -> PinEntry | None:
    """The newest of the PINs that is `pin`; all are compared."""
    return next(iter([entry for entry in entries.values() if entry.matches(macs, account, pin)]), None)


def replace_pin(
    entries: Mapping[str, PinEntry], new: PinEntry, grant: PinGrant | None, replaces: str | None
) -> dict[str, PinEntry]:
    """The account's PINs with `new` in the place of `replaces`; the others lose the records whose cards were seen."""
    others = [entry for entry in entries.values() if entry.generation != replaces]
    if grant:
        others = [replace(entry, closed=entry.closed | grant.opened) for entry in others]
        others = [entry for entry in others if not grant.held <= entry.closed]
    return {entry.generation: entry for entry in (new, *others)}


def to_item(entries: Mapping[str, PinEntry]) -> dict[str, Any]:
    """The other way round, for the item."""
    return {
        name: {
            "salt": entry.salt,
            "mac": entry.mac,
            "closed": sorted(entry.closed),
            "set_at": entry.set_at,
            "used_at": entry.used_at,
        }
        for name, entry in entries.items()
    }
