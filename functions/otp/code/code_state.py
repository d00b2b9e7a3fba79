"""The state of codes: messages, the live code and wrong tries of one phone, from anywhere or from one device.

    access  phone#<phone mac> / anyone             what strangers and first-timers share
    access  phone#<phone mac> / device#<hash>      a device that has verified this phone: budgets of its own

An item holds: version, sends (instants of the last day), challenge, code_mac, sent_at, expires_at, tries, failures,
failures_until, poster, phone (sealed), pin_set, known_until (devices), ttl. The one live code is part of it, so that a
new code kills the old one and tries and failures are counted in one write.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.otp.settings import Limits
from health_record.aws.dynamo import Item, WireItem, to_wire, wire_key
from health_record.table_keys import access_keys

KEPT_SECONDS = 2 * 86_400
CODE_ATTRIBUTES = ("challenge", "code_mac", "sent_at", "expires_at", "tries", "poster", "phone", "pin_set")


@dataclass(frozen=True)
class CodeState:
    """The state as it was read; `item` is empty for a phone that nobody has asked for."""

    account: str
    device: str | None = None
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, str]:
        """The item's key."""
        return access_keys.code_key(self.account, self.device)

    @property
    def wire_key(self) -> WireItem:
        """The item's key as DynamoDB takes it."""
        return wire_key(self.key)

    def is_trusted(self, now: int) -> bool:
        """Whether the device has verified this phone lately."""
        return self.device is not None and int(self.item.get("known_until", 0)) > now


def from_key(pk: str, sk: str) -> CodeState:
    """The state whose item has this key, not yet read."""
    return CodeState(*access_keys.account_and_device_from(pk, sk))


@dataclass(frozen=True)
class SendWait:
    """No message now. `challenge` is the live code's, if there is one with `expires_in` seconds left."""

    rule: str
    resend_after: int
    challenge: str | None
    expires_in: int


def from_item(account: str, device: str | None, item: Item | None) -> CodeState:
    """The state at its place in the table."""
    return CodeState(account, device, item or {})


def find_wait(state: CodeState, everything: list[int], limits: Limits, now: int) -> SendWait | None:
    """Why no message may go to this phone now, and for how long; None if one may.

    `everything` are the instants of all messages of the day for the phone, whichever device asked for them.
    """
    waits = _waits(state, recent_sends(state, limits, now), everything, limits, now)
    if not waits:
        return None
    rule, until = max(waits, key=lambda wait: wait[1])
    alive = "challenge" in state.item and int(state.item["expires_at"]) > now
    return SendWait(
        rule=rule,
        resend_after=until - now,
        challenge=str(state.item["challenge"]) if alive else None,
        expires_in=int(state.item["expires_at"]) - now if alive else limits.code_seconds,
    )


def recent_sends(state: CodeState, limits: Limits, now: int) -> list[int]:
    """The instants of the messages that still count."""
    return [at for at in map(int, state.item.get("sends", [])) if at + limits.sends_seconds > now]


def seconds_until_resend(sends: list[int], everything: list[int], limits: Limits, now: int) -> int:
    """Seconds until the next message may go out, after the last of `sends`."""
    return max(until for _, until in _after_sends(sends, everything, limits)) - now


def _waits(
    state: CodeState, sends: list[int], everything: list[int], limits: Limits, now: int
) -> list[tuple[str, int]]:
    waits = _after_sends(sends, everything, limits)
    if int(state.item.get("failures", 0)) >= limits.failures:
        waits.append(("failures", int(state.item["failures_until"])))
    return [(rule, until) for rule, until in waits if until > now]


def _after_sends(sends: list[int], everything: list[int], limits: Limits) -> list[tuple[str, int]]:
    waits = [("cooldown", sends[-1] + limits.cooldown_after(len(sends)))] if sends else []
    if len(sends) >= limits.sends:
        waits.append(("phone-day", sends[-limits.sends] + limits.sends_seconds))
    if len(everything) >= limits.sends_all:
        waits.append(("phone-all", everything[-limits.sends_all] + limits.sends_seconds))
    return waits


@dataclass(frozen=True)
class Code:
    """A code about to be sent: its challenge, its keyed MAC, and what the verification will need."""

    challenge: str
    mac: str
    poster: str | None
    phone: bytes
    pin_set: bool


def store_code(state: CodeState, code: Code, limits: Limits, now: int) -> dict[str, Any]:
    """The update that makes `code` the only live one, if nobody has begun another since the state was read."""
    sets: dict[str, Any] = {
        "challenge": code.challenge,
        "code_mac": code.mac,
        "phone": code.phone,
        "pin_set": code.pin_set,
        "sent_at": now,
        "expires_at": now + limits.code_seconds,
        "tries": 0,
        "sends": [*recent_sends(state, limits, now), now],
        "version": _version(state) + 1,
        "ttl": max(now + KEPT_SECONDS, int(state.item.get("known_until", 0))),
    }
    removed = []
    if code.poster:
        sets["poster"] = code.poster
    else:
        removed.append("poster")
    if int(state.item.get("failures_until", now + 1)) <= now:
        removed += ["failures", "failures_until"]
    if _version(state):
        return _update(state, sets, removed, "#version = :before", {":before": _version(state)})
    return _update(state, sets, removed, "attribute_not_exists(#version)", {})


def revoke_code(state: CodeState, challenge: str) -> dict[str, Any]:
    """The update that takes back what `begin` did for `challenge`: no live code, and the messages as they were."""
    sets = {"sends": list(state.item.get("sends", [])), "version": _version(state) + 2}
    condition = "#version = :begun AND #challenge = :challenge"
    return _update(state, sets, CODE_ATTRIBUTES, condition, {":begun": _version(state) + 1, ":challenge": challenge})


def count_try(state: CodeState, challenge: str, limits: Limits, now: int) -> dict[str, Any]:
    """The update that counts one try of a live code, before anything is compared, and fails where none is left."""
    return {
        "Key": state.wire_key,
        "UpdateExpression": "SET failures_until = if_not_exists(failures_until, :until) ADD tries :one, failures :one",
        "ConditionExpression": (
            "challenge = :challenge AND expires_at > :now AND tries < :tries"
            " AND (attribute_not_exists(failures) OR failures < :failures OR failures_until <= :now)"
        ),
        "ExpressionAttributeValues": to_wire(
            {
                ":challenge": challenge,
                ":now": now,
                ":tries": limits.code_tries,
                ":failures": limits.failures,
                ":until": now + limits.failures_seconds,
                ":one": 1,
            }
        ),
    }


def consume_code(state: CodeState, challenge: str, limits: Limits, now: int, *, trusted: bool) -> dict[str, Any]:
    """The update that consumes the code and forgives the wrong tries; of two at once, one finds the challenge gone.

    `trusted` trusts the device of the state from now on: it is the one that verifies.
    """
    sets: dict[str, Any] = {"version": _version(state) + 1}
    if trusted:
        sets |= _trust(limits, now)
    removed = [*CODE_ATTRIBUTES, "failures", "failures_until"]
    condition = "#challenge = :challenge AND #version = :before"
    return _update(state, sets, removed, condition, {":challenge": challenge, ":before": _version(state)})


def trust_device(state: CodeState, limits: Limits, now: int) -> dict[str, Any]:
    """The update that trusts the device of `state` for its phone."""
    return _update(state, _trust(limits, now))


def _trust(limits: Limits, now: int) -> dict[str, int]:
    until = now + limits.device_days * 86_400
    return {"known_until": until, "ttl": until}


def _version(state: CodeState) -> int:
    return int(state.item.get("version", 0))


def _update(
    state: CodeState,
    sets: Mapping[str, Any],
    removed: Iterable[str] = (),
    condition: str | None = None,
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """An update that sets and removes attributes under `condition`; `#name` stands for an attribute."""
    removed = tuple(removed)
    expression = "SET " + ", ".join(f"#{name} = :{name}" for name in sets)
    if removed:
        expression += " REMOVE " + ", ".join(f"#{name}" for name in removed)
    named = {*sets, *removed, *re.findall(r"#(\w+)", condition or "")}
    return {
        "Key": state.wire_key,
        "UpdateExpression": expression,
        **({"ConditionExpression": condition} if condition else {}),
        "ExpressionAttributeNames": {f"#{name}": name for name in sorted(named)},
        "ExpressionAttributeValues": to_wire({**{f":{name}": value for name, value in sets.items()}, **(values or {})}),
    }
