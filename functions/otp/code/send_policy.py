"""Whether a message may go to a phone now, and with which code: pure functions of the phone's last day and who asks.

A number that strangers raise is never one that the owner must pass: each stranger has two messages, the last ones are
kept for networks that caused none, known devices have their own, and a proof gives back the prover's messages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from functions.otp.limits import Limits

type Rule = Literal["cooldown", "phone-day", "phone-network", "phone-device", "phone-proven", "phone-renewed"]


@dataclass(frozen=True)
class SentMessage:
    """One message of the last day. `challenge` names the id whose call sent it, `seed` the code that it carried.

    `network` is the /24 or /56 of the caller, `wide` the /48 where that is another; `device` a device that had verified
    the phone; `charge` what paid for it; `is_certain` tells that the channel took it; `is_renewal` that its cause was
    a code of the day, typed too late.
    """

    at: int
    challenge: str
    seed: str
    network: str
    device: str | None = None
    charge: Mapping[str, Any] = field(default_factory=dict)
    is_certain: bool = True
    wide: str | None = None
    is_renewal: bool = False


@dataclass(frozen=True)
class Phone:
    """What is known of a phone's messages: `proven` are the ids whose messages were proven, `live` the open codes."""

    messages: tuple[SentMessage, ...] = ()
    proven: frozenset[str] = frozenset()
    live: frozenset[str] = frozenset()

    def recent(self, limits: Limits, now: int) -> list[SentMessage]:
        """The messages of the last day."""
        return [message for message in self.messages if message.at + limits.sends_seconds > now]


@dataclass(frozen=True)
class Caller:
    """Who asks: the network (`wide` as in `SentMessage`), and the device if it has verified this phone lately."""

    network: str
    device: str | None = None
    wide: str | None = None


def find_refusal(phone: Phone, caller: Caller, limits: Limits, now: int) -> Rule | None:
    """By which rule no message goes out now; None if one does."""
    if rule := _find_refusal_for_all(phone, limits, now):
        return rule
    recent = phone.recent(limits, now)
    counted = [message for message in recent if message.challenge not in phone.proven and not message.is_renewal]
    certain = [message for message in counted if message.is_certain]
    is_own = is_own_network(recent, phone.proven, caller)
    return _find_rule(certain, caller, limits, is_own=is_own) or _find_rule(
        counted, caller, _with_unknown(limits), is_own=is_own
    )


def find_renewal_refusal(phone: Phone, limits: Limits, now: int) -> Rule | None:
    """The same for somebody who typed a code of the day too late, and so reads this phone's messages.

    No message that a stranger causes counts, but for the cooldown: only who reads messages causes renewals.
    """
    if rule := _find_refusal_for_all(phone, limits, now):
        return rule
    unproven = [message for message in phone.recent(limits, now) if message.challenge not in phone.proven]
    renewals = sum(message.is_renewal for message in unproven)
    return "phone-renewed" if renewals >= limits.renewed_sends else None


def is_own_network(messages: Iterable[SentMessage], proven: frozenset[str], caller: Caller) -> bool:
    """Whether the phone was proven from the caller's neighbourhood: then no other one of its /48 counts for it."""
    return any(message.network == caller.network for message in messages if message.challenge in proven)


def find_stranger(messages: Iterable[SentMessage], proven: frozenset[str], caller: Caller) -> str:
    """What a caller without a known device is called where tries are counted.

    One name for a whole /48, but for the neighbourhood from which the phone was proven: that one has its own.
    """
    return caller.network if is_own_network(messages, proven, caller) else caller.wide or caller.network


def has_own_tries(messages: Iterable[SentMessage], proven: frozenset[str], challenge: str, limits: Limits) -> bool:
    """Whether the id of a message has tries of its own.

    Of messages whose outcome is unknown as many have as if the channel had taken them, since nobody can say that it did
    not; none of a known device, which has tries anyway.
    """
    granted: list[SentMessage] = []
    for message in (each for each in messages if each.challenge not in proven):
        caller = Caller(message.network, wide=message.wide)
        has = message.is_certain or (
            message.device is None and _find_rule(granted, caller, limits, is_own=False) is None
        )
        if message.challenge == challenge:
            return has
        if has:
            granted.append(message)
    return False


def find_own(messages: Iterable[SentMessage], names: frozenset[str], caller: Caller) -> list[SentMessage]:
    """Those that the caller caused: by one of the page's ids, or on this device.

    Others may carry the same code; they are a stranger's, whom the caller's proof gives nothing back. The network tells
    nothing: a carrier's address is shared by thousands.
    """
    return [
        message
        for message in messages
        if message.challenge in names or (caller.device is not None and message.device == caller.device)
    ]


def find_credited(messages: list[SentMessage], own: list[SentMessage], caller: Caller) -> list[SentMessage]:
    """Those whose money a proof gives back: the prover's own; else one of the network that the code was proven from."""
    near = [message for message in messages if message.network == caller.network]
    return own or near[-1:]


def carries_same_code(expires_at: int | None, limits: Limits, now: int) -> bool:
    """Whether a new message carries the code that lives until `expires_at` (None: none does), and not a new one."""
    return expires_at is not None and expires_at - now >= limits.same_code_seconds


def _find_refusal_for_all(phone: Phone, limits: Limits, now: int) -> Rule | None:
    recent = phone.recent(limits, now)
    if any(message.seed in phone.live and message.at + limits.cooldown_seconds > now for message in recent):
        return "cooldown"  # of a code that was used up nobody waits for the message
    proven = sum(message.challenge in phone.proven for message in recent)
    return "phone-proven" if proven >= limits.proven_sends else None


def _find_rule(messages: list[SentMessage], caller: Caller, limits: Limits, *, is_own: bool) -> Rule | None:
    if caller.device:
        return _find_device_refusal([message for message in messages if message.device], caller.device, limits)
    strangers = [message for message in messages if message.device is None]
    return _find_network_refusal(strangers, caller, limits, is_own=is_own)


def _with_unknown(limits: Limits) -> Limits:
    """The limits of all messages, those whose outcome is unknown among them."""
    names = ("sends", "network_sends", "kept_sends", "device_sends")
    return replace(limits, **{name: getattr(limits, name) * limits.unknown_times for name in names})


def _find_device_refusal(messages: list[SentMessage], device: str, limits: Limits) -> Rule | None:
    own = [message for message in messages if message.device == device]
    return "phone-device" if len(own) >= limits.sends or len(messages) >= limits.device_sends else None


def _find_network_refusal(messages: list[SentMessage], caller: Caller, limits: Limits, *, is_own: bool) -> Rule | None:
    own = sum(_is_of(message, caller, is_own=is_own) for message in messages)
    if len(messages) >= limits.sends:
        return "phone-day"
    kept = limits.sends - limits.kept_sends
    return "phone-network" if own >= limits.network_sends or (own and len(messages) >= kept) else None


def _is_of(message: SentMessage, caller: Caller, *, is_own: bool) -> bool:
    """Whether the caller's stranger caused it: who is in the same /48, or near where the network is the owner's."""
    if is_own:
        return message.network == caller.network
    return (message.wide or message.network) == (caller.wide or caller.network)
