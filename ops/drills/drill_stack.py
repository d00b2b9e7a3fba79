"""Where a drill takes place: a local stack of its own on free ports, ended when the drill is over."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ops.local.stack import LocalStack
from ops.local.stack_location import PROVINCE, StackLocation, find_free_port
from ops.progress_steps import ProgressSteps

# Templates name the port, so that the same ports let a later drill use them again.
PREFERRED_PORTS = (8279, 4779)


@dataclass(frozen=True)
class Finding:
    """One promise of a drill: what it compared, how much of it, and how often it did not hold."""

    promise: str
    looked_at: int
    broken: int

    @property
    def holds(self) -> bool:
        """Whether it held, of something at least."""
        return self.looked_at > 0 and self.broken == 0


def new_location(parent: Path, name: str, province: str = PROVINCE) -> StackLocation:
    """A place in a new folder of `parent` that only this user can read, on ports that nobody uses.

    New each time, because what watches over an earlier drill may just be ending it. A drill that breaks leaves it, with
    its logs.
    """
    parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=parent))
    port, emulator_port = (find_free_port(preferred) for preferred in PREFERRED_PORTS)
    return StackLocation(folder=folder, port=port, emulator_port=emulator_port, province=province)


def second_location(place: StackLocation, province: str) -> StackLocation:
    """A place for another province on the same emulator."""
    folder = place.folder / province
    folder.mkdir()
    return replace(place, folder=folder, port=find_free_port(place.port + 1), province=province)


@contextmanager
def run_stack(place: StackLocation, steps: ProgressSteps, *, guest: bool = False) -> Iterator[LocalStack]:
    """A local stack at `place` while the block runs, ended even if this process is killed."""
    stack = LocalStack(place, guest=guest)
    stack.end_with_this_process()
    try:
        stack.up(steps)
        yield stack
    finally:
        stack.down()


def print_findings(title: str, findings: Sequence[Finding], *, as_json: bool) -> int:
    """Print what was found; the exit status."""
    table = Table("promise", "looked at", "broken", "", title=title)
    for one in findings:
        table.add_row(one.promise, f"{one.looked_at:,}", f"{one.broken:,}", "ok" if one.holds else "NOT OK")
    Console(stderr=as_json).print(table)
    failed = sum(not one.holds for one in findings)
    if as_json:
        shown = [{**vars(one), "ok": one.holds} for one in findings]
        print(json.dumps({"findings": shown, "failures": failed}))
    return 1 if failed or not findings else 0
