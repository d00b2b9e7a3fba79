"""The live code of a phone and the messages of its last day: one item.

    access  phone#<phone mac> / anyone          version, seed, made_at, expires_at, previous, messages, used (ids whose
                                                messages were proven), poster, phone (sealed), writer (the id whose
                                                call wrote last), ttl

A code is a MAC of a stored random seed: the same one can be sent again, and neither it nor a ciphertext is kept. A new
code leaves the one before (`previous`) good until its own end, so that a late message still opens.
"""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from functions.otp.code.send_policy import (
    Caller,
    Phone,
    Rule,
    SentMessage,
    carries_same_code,
    find_refusal,
    find_renewal_refusal,
)
from functions.otp.limits import Limits
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.table_keys import access_keys

KEPT_SECONDS = 2 * 86_400


@dataclass(frozen=True)
class LiveCode:
    """One code that still opens."""

    seed: str
    expires_at: int


@dataclass(frozen=True)
class CodeState:
    """The item as it was read, empty for a phone that nobody has asked for."""

    phone_mac: str
    item: Mapping[str, Any] = field(default_factory=dict)

    @property
    def messages(self) -> list[SentMessage]:
        """The messages of the last days."""
        return [SentMessage(**message) for message in self.item.get("messages", [])]

    @property
    def proven(self) -> frozenset[str]:
        """The ids whose messages their own caller has proven."""
        return frozenset(self.item.get("used", ()))

    @property
    def version(self) -> int:
        """How often the item was written as a whole."""
        return int(self.item.get("version", 0))

    def live_codes(self, now: int) -> list[LiveCode]:
        """The codes that still open, newest first."""
        kept = [self.item, self.item.get("previous") or {}]
        codes = [LiveCode(code["seed"], int(code["expires_at"])) for code in kept if code.get("seed")]
        return [code for code in codes if code.expires_at > now]

    def phone(self, now: int) -> Phone:
        """What the rules of messages look at."""
        return Phone(tuple(self.messages), self.proven, frozenset(code.seed for code in self.live_codes(now)))

    def find_refusal(self, caller: Caller, limits: Limits, now: int) -> Rule | None:
        """By which rule no message goes out now."""
        return find_refusal(self.phone(now), caller, limits, now)

    def find_renewal_refusal(self, limits: Limits, now: int) -> Rule | None:
        """The same for who typed a code of the day too late."""
        return find_renewal_refusal(self.phone(now), limits, now)

    def late_seeds(self, limits: Limits, now: int) -> list[str]:
        """The codes of the last day that open nothing any more, of messages that count against the phone.

        Also one that was used: the prover's own messages count no more, those of strangers that carried it do.
        """
        phone = self.phone(now)
        counted = [message for message in phone.recent(limits, now) if message.challenge not in phone.proven]
        return [seed for seed in dict.fromkeys(message.seed for message in counted) if seed not in phone.live]

    def messages_of(self, seeds: set[str]) -> list[SentMessage]:
        """The messages that carried one of these codes."""
        return [message for message in self.messages if message.seed in seeds]


@dataclass(frozen=True)
class NewMessage:
    """What a message about to be sent adds: who caused it, what pays, and what the verification will need."""

    challenge: str
    caller: Caller
    charge: Mapping[str, Any]
    poster: str | None
    phone: bytes
    is_renewal: bool = False


def code_of(macs: KeyedHash, phone_mac: str, seed: str) -> str:
    """The six digits of `seed`. Of 2**256 values a million divides nearly evenly: no code is likelier by 1e-70."""
    return f"{int(macs.compute('code', phone_mac, seed), 16) % 1_000_000:06d}"


def add_message(state: CodeState, message: NewMessage, limits: Limits, now: int) -> dict[str, Any]:
    """The item with one more message: of the code that lives, or of a new one where it ends soon or is used up."""
    current = next(iter(state.live_codes(now)), None)
    again = carries_same_code(current.expires_at if current else None, limits, now)
    seed = current.seed if current and again else secrets.token_hex(16)
    caller = message.caller
    sent = SentMessage(
        now,
        message.challenge,
        seed,
        caller.network,
        caller.device,
        message.charge,
        wide=caller.wide,
        is_renewal=message.is_renewal,
    )
    messages = [old for old in state.messages if old.at + limits.sends_seconds > now] + [sent]
    kept = {old.challenge for old in messages}
    code = {"seed": seed, "made_at": now, "expires_at": now + limits.code_seconds}
    if again:
        code = {name: state.item[name] for name in code}
    before = state.item.get("previous") if again else current and asdict(current)
    return {
        **code,
        "previous": before,
        "messages": [asdict(old) for old in messages],
        "used": sorted(state.proven & kept),
        "poster": message.poster or (state.item.get("poster") if again else None),
        "phone": message.phone,
        "version": state.version + 1,
        "writer": message.challenge,
        "ttl": now + KEPT_SECONDS,
    }


def mark_uncertain(item: Mapping[str, Any]) -> dict[str, Any]:
    """The item after a message whose arrival nobody knows: its code lives, and limits of their own count it."""
    return {**item, "messages": [*item["messages"][:-1], {**item["messages"][-1], "is_certain": False}]}


def put_item(
    table: str, phone_mac: str, item: Mapping[str, Any], before: int, writer: str | None = None
) -> dict[str, Any]:
    """What writes the item if version `before` still stands (0: if there is none), for a TransactWriteItems call.

    `writer` names the id whose call must have written that version.
    """
    values = {":before": before} | ({":writer": writer} if writer else {})
    condition = {
        "ConditionExpression": "version = :before AND writer = :writer" if writer else "version = :before",
        "ExpressionAttributeValues": to_wire(values),
    }
    content = {name: value for name, value in item.items() if name not in ("pk", "sk")}
    return {
        "Put": {
            "TableName": table,
            "Item": {**wire_key(access_keys.code_key(phone_mac)), **to_wire(content)},
            **(condition if before else {"ConditionExpression": "attribute_not_exists(version)"}),
        }
    }


def consume_codes(table: str, state: CodeState, own: list[SentMessage]) -> dict[str, Any]:
    """What uses the live codes up, for a TransactWriteItems call; of two at once, one finds the seed gone.

    The phone stays sealed beside the day's messages: who types another one's code too late is sent a new one. `own` are
    the prover's messages, which count as proven; those of others count on.
    """
    used = sorted(state.proven | {message.challenge for message in own})
    return {
        "Update": {
            "TableName": table,
            "Key": wire_key(access_keys.code_key(state.phone_mac)),
            "UpdateExpression": "SET used = :used, version = version + :one REMOVE seed, previous, poster",
            "ConditionExpression": "seed = :seed",
            "ExpressionAttributeValues": to_wire({":used": used, ":one": 1, ":seed": state.item["seed"]}),
        }
    }
