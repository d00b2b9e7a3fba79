"""A channel for text messages that is slow, refuses, stays silent and loses some, by the hour and the carrier."""

import math
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from health_record.sms.channel_settings import SmsSettings
from health_record.sms.message import Message, SmsOutcomeUnknownError, SmsRefusedError

MEDIAN_SECONDS, SPREAD = 6.0, 0.9  # log-normal: one in twenty takes over 26 s
SLOW_CARRIER, SLOW_HOURS, SLOW_TIMES = "+8491", (2.0, 3.0), 12.0  # hours since the doors opened
BAD_MINUTES = (330.0, 345.0)


@dataclass(frozen=True)
class Trouble:
    """Shares of the messages that the channel refuses, leaves unanswered (half of them arrive) and loses."""

    refused: float
    unanswered: float
    lost: float


USUAL, BAD = Trouble(0.01, 0.01, 0.02), Trouble(0.5, 0.2, 0.05)


@dataclass
class PoorChannel:
    """Stands in for SNS. `opened` is when the doors open."""

    opened: float
    random: random.Random
    inbox: dict[str, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    taken: Counter[str] = field(default_factory=Counter)  # messages the channel took, by phone
    outcomes: Counter[str] = field(default_factory=Counter)
    delays: list[float] = field(default_factory=list)

    def send(self, message: Message, _: SmsSettings) -> None:
        """Take, refuse or lose one message, as `delivery.CHANNELS` asks."""
        trouble, luck = self._trouble(), self.random.random()
        if luck < trouble.refused:
            self.outcomes["refused"] += 1
            raise SmsRefusedError
        self.taken[message.to] += 1
        if luck < trouble.refused + trouble.unanswered:
            self.outcomes["unanswered"] += 1
            if self.random.random() < 0.5:
                self._deliver(message)
            raise SmsOutcomeUnknownError
        if luck > 1 - trouble.lost:
            self.outcomes["lost"] += 1
            return
        self.outcomes["taken"] += 1
        self._deliver(message)

    def read(self, phone: str, after: float = 0.0) -> str | None:
        """The newest text that has arrived since `after`."""
        arrived = [(at, text) for at, text in self.inbox[phone] if after < at <= time.time()]
        return max(arrived)[1] if arrived else None

    def is_on_its_way(self, phone: str) -> bool:
        """Whether a message will still arrive."""
        return any(at > time.time() for at, _ in self.inbox[phone])

    def _deliver(self, message: Message) -> None:
        delay = self.random.lognormvariate(math.log(MEDIAN_SECONDS), SPREAD) * self._slowness(message.to)
        self.delays.append(delay)
        self.inbox[message.to].append((time.time() + delay, message.text))

    def _trouble(self) -> Trouble:
        return BAD if BAD_MINUTES[0] <= (time.time() - self.opened) / 60 < BAD_MINUTES[1] else USUAL

    def _slowness(self, phone: str) -> float:
        is_slow = SLOW_HOURS[0] <= (time.time() - self.opened) / 3600 < SLOW_HOURS[1]
        return SLOW_TIMES if is_slow and phone.startswith(SLOW_CARRIER) else 1.0
