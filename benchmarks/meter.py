"""What a request takes of our own: processor time less what the emulated AWS uses, and calls to AWS."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient
from moto.core.botocore_stubber import BotocoreStubber


@dataclass
class Meter:
    """Figures of each route: own CPU milliseconds, those beyond calls to AWS, and AWS calls of a request.

    `in_calls_ns` is what calls to AWS took, botocore's own part and the emulated one together.
    """

    own: dict[str, list[float]] = field(default_factory=dict)
    beyond: dict[str, list[float]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    emulated_ns: int = 0
    emulated_calls: int = 0
    in_calls_ns: int = 0

    def run(self, route: str, work: Callable[[], Any]) -> Any:
        """Measure one request of `route`."""
        emulated, in_calls, calls = self.emulated_ns, self.in_calls_ns, self.emulated_calls
        started = time.process_time_ns()
        answer = work()
        spent = time.process_time_ns() - started
        self.own.setdefault(route, []).append((spent - (self.emulated_ns - emulated)) / 1e6)
        self.beyond.setdefault(route, []).append((spent - (self.in_calls_ns - in_calls)) / 1e6)
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

    made = BaseClient._make_api_call

    def called(self: Any, *args: Any, **kwargs: Any) -> Any:
        started = time.process_time_ns()
        try:
            return made(self, *args, **kwargs)
        finally:
            meter.in_calls_ns += time.process_time_ns() - started

    BotocoreStubber.__call__ = timed  # type: ignore[method-assign]
    BaseClient._make_api_call = called
    try:
        yield meter
    finally:
        BotocoreStubber.__call__ = real  # type: ignore[method-assign]
        BaseClient._make_api_call = made
