"""Wrong tries at PINs: counted for each PIN apart, and there for each known device and for all others together.

Whoever proves the phone can guess, so what they raise is never what the owner passes: a device on which a PIN was set
or given has tries of its own at that PIN, and a PIN that is new begins anew. One's own right PIN forgives no guess at
the one beside it. All of it is a pure function of what was counted, the caller and the instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from functions.otp.limits import Limits
from functions.otp.pin.generations import Credentials, Generation

OTHERS = "others"


@dataclass(frozen=True)
class CountedTry:
    """A try after it was counted: what is to be stored, which PINs it may be compared with, and what is left.

    `locked` are those of the PINs at which it is the last one.
    """

    credentials: Credentials
    compared: list[Generation]
    locked: list[Generation]
    remaining: int
    retry_after: int

    @property
    def is_last(self) -> bool:
        """Whether the caller has no further try at any of them."""
        return self.remaining == 0


def counter_name(generation: Generation, device: str | None) -> str:
    """Which counter a caller on `device` (None: none that is known) raises at the generation's PIN."""
    known = device is not None and device in generation.devices
    return f"{generation.name}/device:{device}" if known else f"{generation.name}/{OTHERS}"


def count_try(
    known: Credentials, candidates: list[Generation], device: str | None, limits: Limits, now: int
) -> CountedTry:
    """Count one try at each of the candidates' PINs for which one is left; those are compared with what was typed."""
    tries, until = _live(known, now)
    compared, locked, left, waits = [], [], [], []
    for generation in candidates:
        name = counter_name(generation, device)
        made = tries.get(name, 0)
        if made >= limits.pin_tries:
            waits.append(until[name] - now)
            continue
        tries[name] = made + 1
        until.setdefault(name, now + limits.pin_tries_seconds)
        compared.append(generation)
        left.append(limits.pin_tries - tries[name])
        if not left[-1]:
            locked.append(generation)
    counted = replace(known, tries=tries, tries_until=until)
    return CountedTry(counted, compared, locked, max(left, default=0), max(1, min(waits, default=1)))


def forgive(known: Credentials, right: Generation, compared: list[Generation], device: str | None) -> Credentials:
    """What a right PIN leaves: a known device's wrong tries at it are forgiven, elsewhere its own try is taken back."""
    tries = dict(known.tries)
    for generation in compared:
        name = counter_name(generation, device)
        if generation.name == right.name and not name.endswith(OTHERS):
            tries.pop(name, None)
        elif name in tries:
            tries[name] -= 1
    tries = {name: made for name, made in tries.items() if made > 0}
    return replace(known, tries=tries, tries_until={name: known.tries_until[name] for name in tries})


def _live(known: Credentials, now: int) -> tuple[dict[str, int], dict[str, int]]:
    """The counters whose time is not over."""
    until: Mapping[str, int] = {name: int(end) for name, end in known.tries_until.items() if int(end) > now}
    return {name: int(known.tries[name]) for name in until if name in known.tries}, dict(until)
