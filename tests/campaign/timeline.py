"""The day's clock: whoever takes part is a generator that yields how long it waits, and what for."""

import heapq
import itertools
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field

import time_machine

type Steps = Generator[tuple[str, float]]  # (what for, seconds)
type Waited = Callable[[str, float], None]


@dataclass
class Timeline:
    """Resumes everybody in the order of their time; nobody sleeps."""

    clock: time_machine.Traveller
    queue: list[tuple[float, int, Steps, Waited]] = field(default_factory=list)
    order: "itertools.count[int]" = field(default_factory=itertools.count)

    def start(self, at: float, steps: Steps, waited: Waited = lambda reason, seconds: None) -> None:
        """Let somebody come at `at`; `waited` is told of each of their waits."""
        heapq.heappush(self.queue, (at, next(self.order), steps, waited))

    def run(self, until: float) -> None:
        """Move the clock from event to event; who is not done at `until` stays undone."""
        while self.queue and self.queue[0][0] < until:
            at, _, steps, waited = heapq.heappop(self.queue)
            self.clock.move_to(max(at, time.time()))
            if (step := next(steps, None)) is not None:
                reason, seconds = step
                waited(reason, seconds)
                self.start(at + seconds, steps, waited)
