"""Memory of a stack's processes while a rehearsal goes on: the emulator, each environment of a function, the proxy.

The emulator keeps the tables in memory, so that it grows with each record; functions and proxy have no reason to.
"""

import statistics
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from ops.local.processes import ProcessRegister
from ops.local.stack_location import StackLocation
from ops.pilot.checking.checks import Check

EVERY_SECONDS = 5.0
FEWEST = 24  # samples of a process that say something: two minutes
SLACK_MB, SLACK_SHARE = 5.0, 0.10  # what counts as no growth: allocators give back late
PROC = Path("/proc")
FUNCTION = b"AWS_LAMBDA_FUNCTION_NAME="


@dataclass(frozen=True)
class MemoryTrend:
    """One process: its megabytes after the warm-up (median of its second fifth) and at the end (of its last).

    `warm` is the most that one of the same name held then: an environment that is seldom called warms late.
    """

    name: str
    samples: int
    early: float
    late: float
    warm: float

    @property
    def grew(self) -> bool:
        """Whether it holds more than the slack beyond what such a process needs."""
        return self.late - self.warm > max(SLACK_MB, self.warm * SLACK_SHARE)


class MemoryWatch:
    """Samples the resident memory of every process of the stack at `place`, as a context manager."""

    def __init__(self, place: StackLocation, every: float = EVERY_SECONDS) -> None:
        self._register = ProcessRegister(place.folder / "processes.json")
        self._every = every
        self._samples: dict[tuple[int, str], list[float]] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "MemoryWatch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def find_trends(self) -> list[MemoryTrend]:
        """Every process that lived long enough, by name."""
        lived = [(name, taken) for (_, name), taken in self._samples.items() if len(taken) >= FEWEST]
        return judge_trends((name, len(taken), *_levels(taken)) for name, taken in lived)

    def _watch(self) -> None:
        while not self._over.wait(self._every):
            for pid, name in list_processes(self._register):
                megabytes = _resident(pid)
                if megabytes:
                    self._samples.setdefault((pid, name), []).append(megabytes)


def judge_trends(lived: Iterable[tuple[str, int, float, float]]) -> list[MemoryTrend]:
    """Name, samples, early and late of each process, with what its like held when warm."""
    known = list(lived)
    warm = {name: max(early for other, _, early, _ in known if other == name) for name, *_ in known}
    return sorted((MemoryTrend(*one, warm[one[0]]) for one in known), key=lambda one: (one.name, -one.late))


def check_memory(found: list[MemoryTrend]) -> Check:
    """No process but the emulator grew. With none that lived long enough there is nothing to say."""
    judged = [one for one in found if one.name != "emulator"]
    grown = sum(one.grew for one in judged)
    return Check("memory of functions and proxy does not grow", len(judged), len(judged) - grown, grown)


def list_processes(register: ProcessRegister) -> Iterator[tuple[int, str]]:
    """Process id and name of all that the stack runs; an environment is named for its function."""
    children = _children()
    for name, process in register.running().items():
        yield process.pid, name
        waiting = list(children.get(process.pid, ()))
        while waiting:
            pid = waiting.pop()
            waiting += children.get(pid, ())
            yield pid, _function(pid) or f"{name}: helper"


def _levels(taken: list[float]) -> tuple[float, float]:
    """Megabytes after the warm-up and at the end."""
    fifth = len(taken) // 5
    early, late = statistics.median(taken[fifth : 2 * fifth]), statistics.median(taken[-fifth:])
    return round(early, 1), round(late, 1)


def _children() -> dict[int, list[int]]:
    """Process id -> its children, of the whole machine."""
    found: dict[int, list[int]] = {}
    for folder in PROC.iterdir():
        if folder.name.isdecimal():
            try:
                parent = int((folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            except (OSError, IndexError):  # ended meanwhile
                continue
            found.setdefault(parent, []).append(int(folder.name))
    return found


def _function(pid: int) -> str | None:
    try:
        variables = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return None
    named = [variable.removeprefix(FUNCTION).decode() for variable in variables if variable.startswith(FUNCTION)]
    return named[0] if named else None


def _resident(pid: int) -> float | None:
    """Megabytes of a process that are in memory now."""
    try:
        lines = (PROC / str(pid) / "status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    sizes = [line.split()[1] for line in lines if line.startswith("VmRSS:")]
    return int(sizes[0]) / 1024 if sizes else None
