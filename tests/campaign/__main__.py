"""`make campaign`: plays the day, prints its tables, and fails where anybody is lost."""

import argparse
import contextlib
import json
import os
import sys
import time
from pathlib import Path

from tests.campaign import report
from tests.campaign.launch_day import Plan, play


def main() -> int:
    parser = argparse.ArgumentParser(prog="make campaign", description=__doc__)
    parser.add_argument("--people", type=int, default=Plan.people)
    parser.add_argument("--steps", type=int, default=Plan.steps, help="of each attacker")
    parser.add_argument("--seed", type=int, default=Plan.seed)
    parser.add_argument("--no-event", action="store_true", help="operations vouched for nothing")
    parser.add_argument("--json", action="store_true", help="the last line is one JSON object")
    given = parser.parse_args()
    started = time.monotonic()
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):  # the handlers' log
        day = play(Plan(people=given.people, steps=given.steps, seed=given.seed, vouched=not given.no_event))
    found = report.findings(day)
    print(report.tables(day), *found, f"{time.monotonic() - started:.0f} s of this machine", sep="\n")  # noqa: T201
    if given.json:
        print(json.dumps({"people": len(day.people), "lost": len(day.lost), "findings": found}))  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
