"""How long calls took and how often something unusual happened, gathered from many threads."""

import math
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class CallFigures:
    """One kind of call: how many, and the milliseconds that 50, 95 and 99 of 100 stayed under."""

    calls: int
    p50: float
    p95: float
    p99: float


class Stopwatch:
    """Milliseconds by kind of call, and counts of events such as `429`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken: dict[str, list[float]] = {}
        self.events: Counter[str] = Counter()

    @contextmanager
    def timing(self, kind: str) -> Iterator[None]:
        """Time what happens inside, whether it succeeds or not."""
        started = time.perf_counter()
        try:
            yield
        finally:
            self.record(kind, (time.perf_counter() - started) * 1000)

    def record(self, kind: str, milliseconds: float) -> None:
        """One call of `kind` took so long."""
        with self._lock:
            self._taken.setdefault(kind, []).append(milliseconds)

    def count(self, event: str) -> None:
        """Something happened once more."""
        with self._lock:
            self.events[event] += 1

    @property
    def calls(self) -> int:
        """How many calls there were of all kinds."""
        return sum(len(taken) for taken in self._taken.values())

    def figures(self) -> dict[str, CallFigures]:
        """The figures by kind, in the order in which the kinds first occurred."""
        return {
            kind: CallFigures(len(taken), *(percentile(taken, share) for share in (0.5, 0.95, 0.99)))
            for kind, taken in self._taken.items()
        }


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least `share` of the values do not exceed (nearest rank), to 0.1."""
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 1)
