"""The end of a rehearsal: a table for people, one JSON object for machines."""

from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.pilot.checking.checks import Check
from ops.pilot.checking.memory import MemoryTrend
from ops.pilot.rehearsal import Rehearsal
from ops.pilot.timing import Stopwatch

REASONS_SHOWN = 10


@dataclass(frozen=True)
class Report:
    """Everything that is told of one rehearsal."""

    rehearsal: Rehearsal
    stopwatch: Stopwatch
    checks: list[Check]
    run: int
    concurrency: int
    memory: list[MemoryTrend] = field(default_factory=list)

    @property
    def failures(self) -> int:
        """Failed residents and readings, and checks that are not ok."""
        return self.rehearsal.failures + sum(not check.ok for check in self.checks)

    @property
    def calls_per_second(self) -> float:
        """HTTP calls of residents and facility in each second of the rehearsal."""
        return round(self.stopwatch.calls / self.rehearsal.seconds, 1)

    def as_json(self) -> dict[str, Any]:
        """The whole report as one JSON object."""
        return {
            "residents": self.rehearsal.residents,
            "failures": self.failures,
            "asked": self.rehearsal.asked,
            "accounts": len(self.rehearsal.outcomes),
            "read_by_facility": self.rehearsal.read,
            "run": self.run,
            "concurrency": self.concurrency,
            "seconds": round(self.rehearsal.seconds, 1),
            "requests": self.stopwatch.calls,
            "requests_per_second": self.calls_per_second,
            "calls": {kind: asdict(figures) for kind, figures in self.stopwatch.figures().items()},
            "events": dict(self.stopwatch.events),
            "reasons": dict(self.rehearsal.reasons),
            "memory": [asdict(one) for one in self.memory],
            "checks": [{**asdict(check), "ok": check.ok} for check in self.checks],
        }

    def show(self, console: Console) -> None:
        """Print the tables."""
        console.print(self._summary())
        console.print(self._calls())
        if self.memory:
            console.print(self._memory())
        console.print(self._checks())
        for reason, times in self.rehearsal.reasons.most_common(REASONS_SHOWN):
            console.print(f"[red]{times} x {reason}[/]")

    def _summary(self) -> Table:
        table = _table("Rehearsal", "", "")
        rehearsal = self.rehearsal
        rows = {
            "residents done": f"{rehearsal.residents} of {rehearsal.asked}",
            "accounts (phones)": len(rehearsal.outcomes),
            "read by the facility, or rightly refused": rehearsal.read,
            "failures": self.failures,
            "minutes": round(rehearsal.seconds / 60, 1),
            "requests per second": self.calls_per_second,
            "residents at once": self.concurrency,
            **{f"answers or events: {event}": times for event, times in self.stopwatch.events.items()},
        }
        for name, value in rows.items():
            table.add_row(name, str(value))
        return table

    def _calls(self) -> Table:
        table = _table("Milliseconds per call", "call", "calls", "p50", "p95", "p99")
        for kind, figures in self.stopwatch.figures().items():
            table.add_row(kind, *(str(value) for value in (figures.calls, figures.p50, figures.p95, figures.p99)))
        return table

    def _memory(self) -> Table:
        table = _table("Memory of processes, MB", "process", "samples", "after warm-up", "at the end")
        for one in self.memory:
            table.add_row(one.name, str(one.samples), str(one.early), str(one.late))
        return table

    def _checks(self) -> Table:
        table = _table("Checks", "promise", "expected", "found", "")
        for check in self.checks:
            verdict = "[green]ok[/]" if check.ok else f"[red]not ok: {check.differences} differ[/]"
            table.add_row(check.promise, str(check.expected), str(check.found), verdict)
        return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left", show_header=bool(first))
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
