"""`python -m functions.aggregate`: the day's work on a snapshot's folder, without AWS.

So releases can be made, compared and attacked from outside: `--facts` holds `**/*.json.gz` (DynamoDB JSON lines as in
an export) and `reference/`, `--out` receives what the insights bucket would.
"""

import argparse
import datetime as dt
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from functions.aggregate import buckets, day_statistics
from functions.aggregate.day_statistics import Batches
from functions.aggregate.protect import perturbation
from functions.aggregate.publish import weekly_publication
from functions.aggregate.settings import AggregateSettings

BATCH_BYTES = 120_000_000  # of gzip, about 400,000 items
INSIGHTS, SITE = "insights", "site"


def main(arguments: list[str] | None = None) -> None:
    """Count, and publish if a release is due; the last line printed is what was written, as JSON."""
    given = _parser().parse_args(arguments)
    buckets.use(_folders(given.facts, given.out))
    _forget_other_keys(given.out / "released", given.cell_key)
    settings = AggregateSettings(
        province=given.province, table_facts="", insights_bucket=INSIGHTS, site_bucket=SITE, synthetic=given.synthetic
    )
    counted = day_statistics.write_statistics(settings, given.date, _batches(given.facts), given.cell_key)
    published = weekly_publication.publish_week(settings, given.date, full=given.full)
    print(json.dumps({"date": given.date.isoformat(), **counted, "published": published}))  # noqa: T201 - a command


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m functions.aggregate", description=__doc__)
    parser.add_argument("--facts", type=Path, required=True, help="folder with **/*.json.gz and reference/")
    parser.add_argument("--out", type=Path, required=True, help="folder for statistics, forecasts and published tables")
    parser.add_argument("--date", type=dt.date.fromisoformat, required=True, help="the day, YYYY-MM-DD")
    parser.add_argument("--cell-key", type=_cell_key, required=True, help="64 hexadecimal digits")
    parser.add_argument("--full", action="store_true", help="all tables, whatever the week")
    parser.add_argument("--province", default="79", help="code of the province (79)")
    parser.add_argument("--synthetic", action="store_true", help="the people are invented: publish at every run")
    return parser


def _cell_key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != perturbation.KEY_BYTES:
        raise ValueError("a cell key has 64 hexadecimal digits")
    return key


def _folders(facts: Path, out: Path) -> buckets.Folders:
    return buckets.Folders({INSIGHTS: out, SITE: out / SITE}, {"reference": facts / "reference"})


def _forget_other_keys(released: Path, cell_key: bytes) -> None:
    """Releases made with another cell key are not continued."""
    mark = released / "cell-key.txt"
    name = perturbation.person_key(cell_key, "name of the key").to_bytes(8).hex()
    if released.exists() and (not mark.exists() or mark.read_text() != name):
        shutil.rmtree(released)
    released.mkdir(parents=True, exist_ok=True)
    mark.write_text(name)


def _batches(facts: Path) -> Batches:
    """The data files where they lie, in batches by size."""
    files = sorted(facts.rglob("*.json.gz"))

    def batches(_folder: Path) -> Iterable[list[Path]]:
        batch: list[Path] = []
        for path in files:
            if batch and sum(file.stat().st_size for file in batch) + path.stat().st_size > BATCH_BYTES:
                yield batch
                batch = []
            batch.append(path)
        if batch:
            yield batch

    return batches


if __name__ == "__main__":
    main()
