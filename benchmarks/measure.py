"""How things are timed: medians of many runs, rivals in turn in one run, CPU time of this process."""

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table: a median in `unit`; `ratio` compares with `against`, measured in the same run."""

    section: str
    name: str
    value: float
    unit: str
    spread: str = ""
    ratio: float | None = None
    against: str = ""
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        """The row without its empty members."""
        return {name: value for name, value in asdict(self).items() if value not in ("", None)}


def measure_in_turn(rivals: dict[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Each rival's figure, `rounds` times in turn, so that a drift of the machine meets all of them."""
    for run in rivals.values():
        run()
    figures: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, run in rivals.items():
            figures[name].append(run())
    return figures


def process_cpu_ms(code: str) -> float:
    """CPU milliseconds of a fresh interpreter that runs `code`, its own start included."""
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000


def cpu_ms(work: Callable[[], Any], times: int) -> list[float]:
    """CPU milliseconds of each of `times` runs of `work` in this process, after three that do not count."""
    figures = []
    for turn in range(times + 3):
        started = time.process_time_ns()
        work()
        if turn >= 3:
            figures.append((time.process_time_ns() - started) / 1e6)
    return figures


def median_row(section: str, name: str, figures: list[float], unit: str, **more: Any) -> Row:
    """A row of a list of figures: its median, with the fastest and the 99th percentile beside it."""
    ordered = sorted(figures)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return Row(section, name, statistics.median(ordered), unit, f"{ordered[0]:.2f} to p99 {p99:.2f}", **more)
