"""What is known of a message after it was handed over, and what follows from that: two pure policies."""

from collections.abc import Sequence
from enum import Enum


class Outcome(Enum):
    """What one try at a channel told."""

    ACCEPTED = "accepted"
    REFUSED = "refused"  # known: no message will arrive
    UNKNOWN = "unknown"  # nobody knows whether one will


def settle(tries: Sequence[Outcome]) -> Outcome:
    """What is known after several tries at one message with one id, at least one.

    A refusal after silence tells nothing of the message that may have gone through in silence.
    """
    for outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
        if outcome in tries:
            return outcome
    return Outcome.REFUSED


def may_ask_next_channel(outcome: Outcome, *, is_in_time: bool) -> bool:
    """Whether another channel may carry the message: never where one may be on its way already."""
    return outcome is Outcome.REFUSED and is_in_time
