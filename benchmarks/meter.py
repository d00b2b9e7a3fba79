"""What a request takes of our own: processor time less what the emulated AWS uses, and calls to AWS."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from moto.core.botocore_stubber import BotocoreStubber


@dataclass
class Meter:
    """Figures of each route: own CPU milliseconds, and AWS calls of a request."""

    own: dict[str, list[float]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    emulated_ns: int = 0
    emulated_calls: int = 0

    def run(self, route: str, work: Callable[[], Any]) -> Any:
        """Measure one request of `route`."""
        emulated, calls, started = self.emulated_ns, self.emulated_calls, time.process_time_ns()
        answer = work()
        spent = time.process_time_ns() - started - (self.emulated_ns - emulated)
        self.own.setdefault(route, []).append(spent / 1e6)
        self.calls[route] = self.emulated_calls - calls
        status = getattr(answer, "status", 200)
        if status >= 300:
            raise RuntimeError(f"{route} answered {status}")
        return answer


@contextmanager
def run_metered() -> Iterator[Meter]:
    """Count and time what moto answers in AWS's place."""
    meter, real = Meter(), BotocoreStubber.__call__

    def timed(self: Any, *args: Any, **kwargs: Any) -> Any:
        started = time.process_time_ns()
        try:
            return real(self, *args, **kwargs)
        finally:
            meter.emulated_ns += time.process_time_ns() - started
            meter.emulated_calls += 1

    BotocoreStubber.__call__ = timed  # type: ignore[method-assign]
    try:
        yield meter
    finally:
        BotocoreStubber.__call__ = real  # type: ignore[method-assign]
