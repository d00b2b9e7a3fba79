"""The files of a release: tables, charts, summary and, last, the page."""

import datetime as dt
import json

from functions.aggregate import release
from functions.aggregate.release import Release


def files(made: Release) -> dict[str, bytes]:
    """File name -> content, in the order in which they are written: what others stand on comes first."""
    found = {f"{name}.csv": release.to_csv(table) for name, table in made.tables.items()}
    return {**found, "summary.json": _summary(made), "index.html": b"<!doctype html><title>x</title>"}


def mark_late(page: bytes, day: dt.date) -> bytes:
    """The page with a notice that the run of `day` failed."""
    return page + day.isoformat().encode()


def _summary(made: Release) -> bytes:
    content = {
        "province": made.frame.province,
        "week": made.week,
        "date": made.frame.day.isoformat(),
        "synthetic": made.synthetic,
        "residents": made.residents,
        "progress_percent": made.progress,
        "target_percent": 90,
        "population_sources": list(made.sources),
        "tables": {
            name: {
                "file": f"{name}.csv",
                "rows": len(table.rows),
                "columns": len(table.columns),
                "withheld": list(table.withheld),
            }
            for name, table in made.tables.items()
        },
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()
