"""`make adversaries`: lets each adversary play for long, says by which seed, and fails if one finds something."""

import argparse
import os
import subprocess
import sys
import time

from rich.console import Console
from rich.table import Table

from ops.local.stack_location import ROOT
from tests.adversaries import seeds
from tests.adversaries.catalogue import ADVERSARIES, Adversary


def main() -> int:
    """The process's end: 0 if no adversary found anything."""
    parser = argparse.ArgumentParser(prog="make adversaries", description=__doc__)
    parser.add_argument("--only", choices=[each.name for each in ADVERSARIES], action="append")
    parser.add_argument("--seed", type=int, default=seeds.first_seed(), help="of the first game; that of the day")
    arguments = parser.parse_args()
    chosen = [each for each in ADVERSARIES if arguments.only is None or each.name in arguments.only]
    console, table = Console(), Table("adversary", "seed", "seconds", "")
    found = 0
    for adversary in chosen:
        seed = str(arguments.seed) if adversary.has_seed else "all games"
        console.print(f"{adversary.name} ({seed}): {adversary.tries} ...", highlight=False)
        begun = time.monotonic()
        code = play(adversary, arguments.seed)
        table.add_row(adversary.name, seed, f"{time.monotonic() - begun:.0f}", "found something" if code else "nothing")
        found += code != 0
    console.print(table)
    return 1 if found else 0


def play(adversary: Adversary, seed: int) -> int:
    """The end of the adversary's long mode; what it says goes to the screen."""
    environment = {**os.environ, **adversary.environment, "SSK_SEED": str(seed)}
    return subprocess.run(adversary.long, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
