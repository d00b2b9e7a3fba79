"""`make bench`: measure CPU time, ratios and bytes, print one table, write benchmarks/results.json."""

import argparse
import json
import logging
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks import (
    aggregation,
    cost,
    declarations,
    hospital_files,
    imports,
    paint,
    parts,
    profile,
    rehearsal,
    routes,
    summaries,
    weights,
    wrong_pairs,
)
from benchmarks.measure import Row

RESULTS = Path(__file__).with_name("results.json")
SECTIONS = {
    "imports": imports.rows,
    "routes": routes.rows,
    "profile": profile.rows,
    "declarations": declarations.rows,
    "summaries": summaries.rows,
    "hospital-files": hospital_files.rows,
    "wrong-pairs": wrong_pairs.rows,
    "parts": parts.rows,
    "weights": weights.rows,
    "aggregation": aggregation.rows,
    "paint": paint.rows,
    "cost": cost.rows,
    "rehearsal": rehearsal.rows,
}


def main() -> None:
    """Measure the sections that are asked for (all by default)."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", choices=sorted(SECTIONS), help="one section; results.json is then left alone")
    only = parser.parse_args().only
    console = Console(width=118)
    rows = []
    for name, measure in SECTIONS.items():
        if only in (None, name):
            with console.status(f"measuring {name}"):
                rows += _quietly(measure)
    console.print(_table(rows))
    if only is None:
        RESULTS.write_text(json.dumps(_results(rows), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _quietly(measure: Callable[[], list[Row]]) -> list[Row]:
    """Measure with the functions' log lines written, as in Lambda, but to nowhere."""
    shown = os.dup(1)
    with Path(os.devnull).open("w") as nowhere:
        sys.stdout.flush()
        os.dup2(nowhere.fileno(), 1)
        try:
            return measure()
        finally:
            sys.stdout.flush()
            os.dup2(shown, 1)
            os.close(shown)
            logging.shutdown()


def _table(rows: list[Row]) -> Table:
    table = Table("", "median", "unit", "spread", "ratio", "", title="Sổ Sức Khỏe: what it costs")
    section = ""
    for row in rows:
        if row.section != section:
            table.add_section()
            table.add_row(f"[bold]{row.section}")
            section = row.section
        ratio = "" if row.ratio is None else f"{row.ratio:.2f} x {row.against}"
        table.add_row(row.name, f"{row.value:.2f}", row.unit, row.spread, ratio, row.note)
    return table


def _results(rows: list[Row]) -> dict[str, object]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": commit.stdout.strip(),
        "machine": f"{os.cpu_count()} cores {platform.machine()}, Python {platform.python_version()}",
        "rows": [row.as_json() for row in rows],
    }


if __name__ == "__main__":
    main()
