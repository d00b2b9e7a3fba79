"""The PINs of an account: nearly always one, and more where a facility permitted one beside it.

    access  account#<account> / pin    slots {<generation>: {salt, mac, closed, set_at, used_at}}

A PIN by a facility's word takes the records whose cards were seen away from the PINs before and leaves them the others:
who borrows a phone, or holds a number next, takes nothing from who declared there. A PIN that opens nothing is gone.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from health_record.aws.keyed_hash import Macs
from health_record.identity.pin_grants import Permit


@dataclass(frozen=True)
class Slot:
    """One PIN: its salted MAC, and the records that it does not open."""

    generation: str
    salt: str
    mac: str
    closed: frozenset[str]
    set_at: int
    used_at: int

    def matches(self, macs: Macs, account: str, pin: str) -> bool:
        """Whether it is this PIN."""
        return macs.matches(self.mac, "pin", account, self.salt, pin)


def new(macs: Macs, account: str, pin: str, closed: frozenset[str], now: int) -> Slot:
    """A PIN set now."""
    salt = secrets.token_hex(16)
    return Slot(secrets.token_hex(8), salt, macs.of("pin", account, salt, pin), closed, now, now)


def of(item: Mapping[str, Any] | None) -> dict[str, Slot]:
    """The PINs of an account's item by generation, newest first."""
    slots = [
        Slot(name, kept["salt"], kept["mac"], frozenset(kept["closed"]), int(kept["set_at"]), int(kept["used_at"]))
        for name, kept in (item or {}).get("slots", {}).items()
    ]
    return {slot.generation: slot for slot in sorted(slots, key=lambda slot: slot.set_at, reverse=True)}


def found(slots: Mapping[str, Slot], macs: Macs, account: str, pin: str) -> Slot | None:
    """The newest of the PINs that is `pin`; all are compared."""
    return next((slot for slot in [one for one in slots.values() if one.matches(macs, account, pin)]), None)


def beside(slots: Mapping[str, Slot], mine: Slot, permit: Permit | None, replaces: str | None) -> dict[str, Slot]:
    """The account's PINs with `mine` in the place of `replaces`; the others lose the records whose cards were seen."""
    others = [slot for slot in slots.values() if slot.generation != replaces]
    if permit:
        others = [replace(slot, closed=slot.closed | permit.opened) for slot in others]
        others = [slot for slot in others if not permit.held <= slot.closed]
    return {slot.generation: slot for slot in (mine, *others)}


def kept(slots: Mapping[str, Slot]) -> dict[str, Any]:
    """The other way round, for the item."""
    return {
        name: {
            "salt": slot.salt,
            "mac": slot.mac,
            "closed": sorted(slot.closed),
            "set_at": slot.set_at,
            "used_at": slot.used_at,
        }
        for name, slot in slots.items()
    }
