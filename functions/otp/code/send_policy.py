"""Whether a message may go to a phone now, and with which code: pure functions of the phone's last day and who asks.

A number that strangers raise is never one that the owner must pass: each network has two messages of its own, the last
ones are kept for networks that caused none, known devices have their own, and a proof gives back the prover's messages.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from functions.otp.limits import Limits

type Rule = Literal["cooldown", "phone-day", "phone-network", "phone-device", "phone-proven"]


@dataclass(frozen=True)
class SentMessage:
    """One message of the last day. `challenge` names the id whose call sent it, `seed` the code that it carried.

    `network` is the /24 or /56 of the caller; `device` a device that had verified the phone; `charge` what paid for it;
    `is_certain` tells that the channel took it.
    """

    at: int
    challenge: str
    seed: str
    network: str
    device: str | None = None
    charge: Mapping[str, Any] = field(default_factory=dict)
    is_certain: bool = True


@dataclass(frozen=True)
class Caller:
    """Who asks: the network, and the device if it has verified this phone lately."""

    network: str
    device: str | None = None


def find_refusal(
    messages: Iterable[SentMessage], proven: frozenset[str], caller: Caller, limits: Limits, now: int
) -> Rule | None:
    """By which rule no message goes out now; None if one does. `proven` are the ids whose messages were proven."""
    recent = [message for message in messages if message.at + limits.sends_seconds > now]
    unproven = [message for message in recent if message.challenge not in proven]
    if any(message.at + limits.cooldown_seconds > now for message in unproven):
        return "cooldown"
    if len(recent) - len(unproven) >= limits.proven_sends:
        return "phone-proven"
    counted = [message for message in unproven if message.is_certain]
    if caller.device:
        return _find_device_refusal([message for message in counted if message.device], caller.device, limits)
    strangers = [message for message in counted if message.device is None]
    return _find_network_refusal(strangers, caller.network, limits)


def find_own(messages: Iterable[SentMessage], challenge: str, caller: Caller) -> list[SentMessage]:
    """Those that the caller caused: by this id, from this network or on this device.

    Others may carry the same code; they are a stranger's, whom the caller's proof gives nothing back.
    """
    return [
        message
        for message in messages
        if message.challenge == challenge
        or message.network == caller.network
        or (caller.device is not None and message.device == caller.device)
    ]


def carries_same_code(expires_at: int | None, limits: Limits, now: int) -> bool:
    """Whether a new message carries the code that lives until `expires_at` (None: none does), and not a new one."""
    return expires_at is not None and expires_at - now >= limits.same_code_seconds


def _find_device_refusal(messages: list[SentMessage], device: str, limits: Limits) -> Rule | None:
    own = [message for message in messages if message.device == device]
    return "phone-device" if len(own) >= limits.sends or len(messages) >= limits.device_sends else None


def _find_network_refusal(messages: list[SentMessage], network: str, limits: Limits) -> Rule | None:
    own = sum(message.network == network for message in messages)
    if len(messages) >= limits.sends:
        return "phone-day"
    kept = limits.sends - limits.kept_sends
    return "phone-network" if own >= limits.network_sends or (own and len(messages) >= kept) else None
