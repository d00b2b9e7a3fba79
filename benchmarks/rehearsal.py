"""The last rehearsal by `make load`, kept as `benchmarks/rehearsal.json`: what a whole local stack answers."""

import json
from pathlib import Path

from benchmarks.measure import Row

KEPT = Path(__file__).with_name("rehearsal.json")
SECTION = "the last rehearsal on a local stack"


def rows() -> list[Row]:
    """Calls in a second, failures, and what a declaration took; the emulator is most of it."""
    if not KEPT.is_file():
        return []
    told = json.loads(KEPT.read_text(encoding="utf-8"))
    declare = told["calls"]["declare"]
    note = f"{told['residents']} residents, {told['concurrency']} clients, {told['seconds'] / 60:.0f} minutes"
    return [
        Row(SECTION, "calls", told["requests_per_second"], "per second", note=note),
        Row(SECTION, "residents lost or failed", told["asked"] - told["residents"], "people"),
        Row(SECTION, "a declaration", declare["p50"], "ms p50", f"p95 {declare['p95']}, p99 {declare['p99']}"),
    ]
