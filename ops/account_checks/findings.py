"""What a check found: a sentence, what to do about it, and how bad it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "fault", "unknown"]


@dataclass(frozen=True)
class Finding:
    """What a check found. A `fault` stops a deployment or the service, a `warning` will, `unknown` was not seen."""

    check: str
    state: State
    text: str


def worst(findings: Sequence[Finding]) -> State:
    """The state that counts."""
    order: tuple[State, ...] = ("fault", "unknown", "warning", "ok")
    return min((finding.state for finding in findings), key=order.index, default="ok")


def ok(text: str) -> Finding:
    """All is well."""
    return Finding("", "ok", text)


def warning(text: str) -> Finding:
    """It works today and will fail."""
    return Finding("", "warning", text)


def fault(text: str) -> Finding:
    """It does not work."""
    return Finding("", "fault", text)


def unknown(text: str) -> Finding:
    """It could not be seen; the text says why."""
    return Finding("", "unknown", text)
