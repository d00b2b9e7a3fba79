"""`make mutants`: tries every mutant, says which test run noticed it, and fails on each that nobody noticed.

Each processor has a copy of the tree of its own, which one mutant at a time breaks.
"""

import argparse
import os
import queue
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutants.broken_copy import BrokenCopy
from tests.mutants.catalogue import AREAS, Mutant, read_all

MARKS = {"caught": "green", "survived": "red", "not run": "yellow"}


def main() -> int:
    """The process's end: 0 if every mutant was noticed."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("--area", choices=AREAS, help="only the mutants of one area")
    parser.add_argument("--name", help="only those whose name has this in it")
    arguments = parser.parse_args()
    mutants = [
        mutant
        for mutant in read_all()
        if arguments.area in (None, mutant.area) and (arguments.name or "") in mutant.name
    ]
    console = Console()
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        copies = [BrokenCopy(Path(folder) / str(number)) for number in range(os.process_cpu_count() or 1)]
        console.print(f"{len(mutants)} mutants. First their tests, with nothing broken ...")
        passed, said = copies[0].passes(test for mutant in mutants for test in mutant.tests)
        if not passed:
            console.print(said, markup=False, highlight=False)
            console.print("These tests fail with nothing broken: mend them first.", style="red")
            return 1
        missed = _find_missed(mutants, copies, console)
    _summarize(mutants, missed, console)
    return 1 if missed else 0


def _find_missed(mutants: Sequence[Mutant], copies: Sequence[BrokenCopy], console: Console) -> list[Mutant]:
    """Those that nobody noticed."""
    free: queue.SimpleQueue[BrokenCopy] = queue.SimpleQueue()
    for copy in copies:
        free.put(copy)

    def is_noticed(mutant: Mutant) -> bool:
        copy = free.get()
        try:
            return _notice(copy, mutant, console)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        noticed = list(pool.map(is_noticed, mutants))
    return [mutant for mutant, is_seen in zip(mutants, noticed, strict=True) if not is_seen]


def _notice(copy: BrokenCopy, mutant: Mutant, console: Console) -> bool:
    begun = time.monotonic()
    outcome, said = copy.try_mutant(mutant)
    took = time.monotonic() - begun
    console.print(f"[{MARKS[outcome]}]{outcome:>9}[/] {took:5.0f} s  {mutant.area}: {mutant.name}", highlight=False)
    if outcome != "caught":
        console.print(said, markup=False, highlight=False)
    return outcome == "caught"


def _summarize(mutants: list[Mutant], missed: list[Mutant], console: Console) -> None:
    table = Table("area", "mutants", "by fresh eyes", "noticed")
    for area in AREAS:
        mine = [mutant for mutant in mutants if mutant.area == area]
        fresh = sum(mutant.by == "fresh eyes" for mutant in mine)
        table.add_row(area, str(len(mine)), str(fresh), str(len(mine) - sum(mutant in missed for mutant in mine)))
    console.print(table)


if __name__ == "__main__":
    sys.exit(main())
