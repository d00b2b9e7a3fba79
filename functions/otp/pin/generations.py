"""The generations of an account: what one holder of the phone has set, and the records that it opens.

    access  account#<account> / pin    slots {<name>: {opened (`pin_scope.opened_by`), since, session, devices, salt,
                                       mac, set_at, used_at, changes,
                                       passkeys (`functions.otp.passkey.stored_passkeys`)}},
                                       newest, tries, tries_until (`functions.otp.pin.pin_tries`), version

Nearly every account has one. A permission of a facility begins another one, which takes the records whose cards were
seen: who borrows a phone, or holds a number next, takes nothing else. One from which a permission took all that it
opened is gone; one whose records were erased stays, and opens what is declared by it next.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from functions.otp.passkey import stored_passkeys
from functions.otp.passkey.stored_passkeys import Passkey
from health_record.aws.keyed_hash import KeyedHash
from health_record.identity import pin_scope, sessions
from health_record.identity.pin_grants import PinGrant
from health_record.identity.sessions import Session

MOST_DEVICES = 10
DAY = 86_400


@dataclass(frozen=True)
class StoredPin:
    """One PIN: its salted MAC, when it was set and when it was last given rightly."""

    salt: str
    mac: str
    set_at: int
    used_at: int

    def matches(self, macs: KeyedHash, account: str, pin: str) -> bool:
        """Whether it is this PIN."""
        return macs.verify(self.mac, "pin", account, self.salt, pin)

    def is_unused(self, days: int, now: int) -> bool:
        """Whether it was given for so many days by nobody: then the number may be somebody else's."""
        return self.used_at + days * 86_400 <= now


@dataclass(frozen=True)
class Generation:
    """What one holder has set. `since` is the instant from which the account's events are theirs to see.

    `session` is the hash of the session that began it; `devices` are those on which its PIN was set or given, newest
    last, and `changes` the instants of the last day at which its PIN was changed or a passkey added.
    """

    name: str
    opened: frozenset[str]
    since: int
    session: str
    devices: tuple[str, ...] = ()
    pin: StoredPin | None = None
    passkeys: Mapping[str, Passkey] = field(default_factory=dict)
    changes: tuple[int, ...] = ()

    def changes_before(self, now: int) -> tuple[int, ...]:
        """Those of the day before `now`, the earliest first."""
        return tuple(at for at in self.changes if at > now - DAY)

    def with_change(self, now: int) -> "Generation":
        """The same, changed at `now`."""
        return replace(self, changes=(*self.changes_before(now), now))

    def with_passkey(self, passkey: Passkey) -> "Generation":
        """The same with a passkey added or changed."""
        return replace(self, passkeys={**self.passkeys, passkey.id: passkey})

    def with_device(self, device: str | None) -> "Generation":
        """The same, its PIN given on `device` as well."""
        if device is None:
            return self
        others = [known for known in self.devices if known != device]
        return replace(self, devices=(*others, device)[-MOST_DEVICES:])


@dataclass(frozen=True)
class Credentials:
    """All generations of an account by name, newest first; `newest` changes whenever one is set."""

    generations: Mapping[str, Generation] = field(default_factory=dict)
    newest: str | None = None
    tries: Mapping[str, int] = field(default_factory=dict)
    tries_until: Mapping[str, int] = field(default_factory=dict)
    version: int = 0

    @property
    def with_pin(self) -> list[Generation]:
        """The generations that have a PIN."""
        return [generation for generation in self.generations.values() if generation.pin]

    @property
    def opened(self) -> frozenset[str]:
        """The records that any generation opens."""
        return frozenset().union(*(generation.opened for generation in self.generations.values()))

    def find(self, name: str | None) -> Generation | None:
        """The generation of that name, if the account has it."""
        return self.generations.get(name) if name is not None else None

    def put(self, changed: Generation) -> "Credentials":
        """The same with one generation changed."""
        return replace(self, generations={**self.generations, changed.name: changed})


def new_pin(macs: KeyedHash, account: str, pin: str, now: int) -> StoredPin:
    """A PIN set now."""
    salt = secrets.token_hex(16)
    return StoredPin(salt, macs.compute("pin", account, salt, pin), now, now)


def find_matching(generations: Iterable[Generation], macs: KeyedHash, account: str, pin: str) -> Generation | None:
    """The newest of the generations whose PIN is `pin`; all are compared."""
    right = [known for known in generations if known.pin and known.pin.matches(macs, account, pin)]
    return next(iter(right), None)


def claim_records(
    made: Iterable[str], taken: frozenset[str], tokens: Iterable[str], device: str | None, since: int
) -> set[str]:
    """The records that no generation opens yet and that one of the sessions made, or the device at `since` or later."""
    sessions_named = {f"session:{token}" for token in tokens}
    claimed = set()
    for record_id, at, maker in map(sessions.parse_made, made):
        is_own = maker in sessions_named or (device is not None and maker == f"device:{device}" and at >= since)
        if is_own and record_id not in taken:
            claimed.add(record_id)
    return claimed


def begin(session: Session, opened: Iterable[str], pin: StoredPin | None, since: int) -> Generation:
    """A new generation, set in `session`."""
    begun = Generation(secrets.token_hex(8), frozenset(opened), since, session.token_hash, pin=pin)
    return begun.with_device(session.device)


def succeed(before: Generation, opened: Iterable[str], pin: StoredPin | None, device: str | None) -> Generation:
    """What follows `before` under a new name, so that sessions of before are of level 2 no longer."""
    name = secrets.token_hex(8)
    return replace(before, name=name, opened=before.opened | set(opened), pin=pin).with_device(device)


def add(known: Credentials, new: Generation, grant: PinGrant | None, replaces: str | None) -> Credentials:
    """The account's generations with `new` in the place of `replaces`; the others lose what a permission took."""
    others = [generation for name, generation in known.generations.items() if name != replaces]
    if grant:
        taken = grant.opened
        others = [replace(one, opened=one.opened - taken) for one in others if not one.opened or one.opened - taken]
    return replace(known, generations={one.name: one for one in (new, *others)}, newest=new.name)


def from_item(item: Mapping[str, Any] | None) -> Credentials:
    """What an account's item holds."""
    stored = item or {}
    found = [_parse(name, slot) for name, slot in stored.get("slots", {}).items()]
    newest = stored.get("newest")
    found.sort(key=lambda generation: generation.pin.set_at if generation.pin else generation.since, reverse=True)
    found.sort(key=lambda generation: generation.name != newest)
    tries, until = dict(stored.get("tries", {})), dict(stored.get("tries_until", {}))
    return Credentials({one.name: one for one in found}, newest, tries, until, int(stored.get("version", 0)))


def to_item(known: Credentials) -> dict[str, Any]:
    """The other way round, without key and version; wrong tries at what is gone are forgotten."""
    kept = [name for name in known.tries if name.partition("/")[0] in known.generations]
    return {
        "slots": {name: _to_slot(generation) for name, generation in known.generations.items()},
        "newest": known.newest,
        "tries": {name: known.tries[name] for name in kept},
        "tries_until": {name: known.tries_until[name] for name in kept},
    }


def _parse(name: str, slot: Mapping[str, Any]) -> Generation:
    pin = StoredPin(slot["salt"], slot["mac"], int(slot["set_at"]), int(slot["used_at"])) if "mac" in slot else None
    opened, devices = pin_scope.opened_by(slot), tuple(slot["devices"])
    passkeys = {one: stored_passkeys.parse(stored) for one, stored in slot.get("passkeys", {}).items()}
    changes = tuple(map(int, slot.get("changes", ())))
    return Generation(name, opened, int(slot["since"]), slot["session"], devices, pin, passkeys, changes)


def _to_slot(generation: Generation) -> dict[str, Any]:
    slot: dict[str, Any] = {
        "since": generation.since,
        "session": generation.session,
        "devices": list(generation.devices),
        "opened": set(generation.opened) or None,
        "changes": list(generation.changes) or None,
    }
    if pin := generation.pin:
        slot |= {"salt": pin.salt, "mac": pin.mac, "set_at": pin.set_at, "used_at": pin.used_at}
    if generation.passkeys:
        slot["passkeys"] = {one: stored_passkeys.to_stored(passkey) for one, passkey in generation.passkeys.items()}
    return slot
