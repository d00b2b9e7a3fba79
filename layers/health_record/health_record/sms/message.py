"""A text message, and what a channel may say of it."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Message:
    """One text message. `to` is E.164; `template` and `values` are for gateways that send registered texts only.

    `id` is the same however often the message is handed over, so that a gateway sends it once.
    """

    to: str
    template: str
    values: Mapping[str, str]
    text: str
    id: str = field(default_factory=lambda: str(uuid.uuid4()))

    def __repr__(self) -> str:
        return f"Message(template={self.template!r})"


class SmsNotConfirmedError(Exception):
    """The channel did not say that it took the message."""


class SmsRefusedError(SmsNotConfirmedError):
    """The channel did not take the message: none will arrive."""


class SmsOutcomeUnknownError(SmsNotConfirmedError):
    """The channel did not answer in its time: the message may arrive or not. What it costs counts as spent."""
