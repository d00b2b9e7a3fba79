"""From a snapshot to the day's exact and private statistics in Parquet, and the noisy counts of a release."""

import datetime as dt
import gzip
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from functions.aggregate import buckets, daily_metrics
from functions.aggregate.count import engine, population
from functions.aggregate.forecast import daily_forecast, series
from functions.aggregate.protect import cells
from functions.aggregate.settings import AggregateSettings
from functions.aggregate.snapshot import manifest
from health_record import observability

PERTURBED = "perturbed"
FILES = (*engine.WRITTEN, "population", PERTURBED)

Batches = Callable[[Path], Iterable[list[Path]]]  # data files in a folder of their own, a batch at a time


def of_snapshot(bucket: str, summary_key: str) -> Batches:
    """The data files that a snapshot's manifest names; each batch is removed when the next one is asked for."""
    files = manifest.data_files(bucket, summary_key)

    def batches(folder: Path) -> Iterable[list[Path]]:
        for batch in manifest.batches(files):
            paths = manifest.fetch(bucket, batch, folder)
            yield paths
            for path in paths:
                path.unlink()

    return batches


def make(chosen: AggregateSettings, day: dt.date, batches: Batches, cell_key: bytes) -> dict[str, Any]:
    """Write the statistics of `day` from batches of data files: `{residents, tables: {name: rows}}`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = engine.connect(folder)
        try:
            given = series.of_department(chosen.insights_bucket, day)
            _count(connection, chosen, day, batches, cell_key, folder)
            noisy = cells.perturb(connection, cell_key, day, given)
            engine.table(connection, PERTURBED, cells.COLUMNS, cells.rows(noisy))
            tables = _write(connection, chosen, day, folder)
            daily_forecast.make(connection, chosen, day, folder, given)
            residents = int(connection.execute("SELECT coalesce(sum(residents), 0) FROM coverage").fetchone()[0])
            daily_metrics.show(connection, residents)
            return {"residents": residents, "tables": tables}
        finally:
            connection.close()


def load(connection: Any, chosen: AggregateSettings, day: dt.date, folder: Path, names: Iterable[str]) -> None:
    """Read some statistics of `day` into tables of `connection`."""
    for name in names:
        path = folder / f"{name}.parquet"
        buckets.download(chosen.insights_bucket, key(chosen, day, name), path)
        engine.read_parquet(connection, name, path)


def key(chosen: AggregateSettings, day: dt.date, name: str) -> str:
    """Where one of the tables lies."""
    return f"{buckets.statistics_prefix(chosen.province, day)}/{name}.parquet"


def _count(
    connection: Any, chosen: AggregateSettings, day: dt.date, batches: Batches, cell_key: bytes, folder: Path
) -> None:
    current = population.ward_codes(chosen.insights_bucket, chosen.province)
    engine.prepare(connection, current)
    engine.load_population(connection, population.read(chosen.insights_bucket, current))
    engine.count(connection, [_empty(folder)], day, cell_key, folder)
    data = folder / "data"
    data.mkdir()
    for paths in batches(data):
        engine.count(connection, paths, day, cell_key, folder)
        observability.info("facts counted", files=len(paths))
    engine.finish(connection, folder)


def _empty(folder: Path) -> Path:
    """A data file without items, so that an empty table makes empty statistics and not an error."""
    path = folder / "empty.json.gz"
    path.write_bytes(gzip.compress(b"", mtime=0))
    return path


def _write(connection: Any, chosen: AggregateSettings, day: dt.date, folder: Path) -> dict[str, int]:
    rows = {}
    for name in FILES:
        path = folder / f"{name}.parquet"
        rows[name] = engine.write_parquet(connection, name, path)
        prefix = buckets.statistics_prefix(chosen.province, day)
        buckets.put_table(chosen.insights_bucket, prefix, name, chosen.province, day, path.read_bytes())
    observability.info("statistics written", **{f"{name}_rows": count for name, count in rows.items()})
    return rows
