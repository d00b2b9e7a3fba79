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
from functions.aggregate.protect import cells, risen
from functions.aggregate.settings import AggregateSettings
from functions.aggregate.snapshot import manifest
from health_record import observability

PERTURBED = "perturbed"
STATISTICS_TABLES = (*engine.WRITTEN, "population", PERTURBED)

Batches = Callable[[Path], Iterable[list[Path]]]  # data files in a folder of their own, a batch at a time


def of_snapshot(bucket: str, summary_key: str) -> Batches:
    """The data files that a snapshot's manifest names; each batch is removed when the next one is asked for."""
    files = manifest.list_data_files(bucket, summary_key)

    def batches(folder: Path) -> Iterable[list[Path]]:
        for batch in manifest.split_batches(files):
            paths = manifest.fetch_batch(bucket, batch, folder)
            yield paths
            for path in paths:
                path.unlink()

    return batches


def write_statistics(settings: AggregateSettings, day: dt.date, batches: Batches, cell_key: bytes) -> dict[str, Any]:
    """Write the statistics of `day` from batches of data files: `{residents, tables: {name: rows}}`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = engine.connect(folder)
        try:
            given = series.load_department_series(settings.insights_bucket, day)
            _count(connection, settings, day, batches, cell_key, folder)
            noisy = cells.perturb(connection, cell_key, day, given)
            engine.create_table(connection, PERTURBED, cells.COLUMNS, cells.rows(noisy))
            tables = _write(connection, settings, day, folder)
            daily_forecast.write_forecasts(connection, settings, day, folder, given)
            residents = int(connection.execute("SELECT coalesce(sum(residents), 0) FROM coverage").fetchone()[0])
            daily_metrics.count_residents(connection, residents, settings.province)
            return {"residents": residents, "tables": tables}
        finally:
            connection.close()


def load_statistics(
    connection: Any, settings: AggregateSettings, day: dt.date, folder: Path, names: Iterable[str]
) -> None:
    """Read some statistics of `day` into tables of `connection`."""
    for name in names:
        path = folder / f"{name}.parquet"
        buckets.download_file(settings.insights_bucket, key(settings, day, name), path)
        engine.read_parquet(connection, name, path)


def key(settings: AggregateSettings, day: dt.date, name: str) -> str:
    """Where one of the tables lies."""
    return f"{buckets.statistics_prefix(settings.province, day)}/{name}.parquet"


def _count(
    connection: Any, settings: AggregateSettings, day: dt.date, batches: Batches, cell_key: bytes, folder: Path
) -> None:
    current = population.ward_codes(settings.insights_bucket, settings.province)
    engine.prepare(connection, current)
    engine.load_population(connection, population.read_population(settings.insights_bucket, current))
    engine.count_table(connection, [_empty(folder)], day, cell_key, folder)
    data = folder / "data"
    data.mkdir()
    for paths in batches(data):
        engine.count_table(connection, paths, day, cell_key, folder)
        observability.log_event("facts_counted", files=len(paths))
    engine.count_derived(connection, day, folder)
    usual = risen.load_usual(connection, settings, day, folder)
    engine.count_weeks(connection, risen.choose(connection, cell_key, day, usual))


def _empty(folder: Path) -> Path:
    """A data file without items, so that an empty table makes empty statistics and not an error."""
    path = folder / "empty.json.gz"
    path.write_bytes(gzip.compress(b"", mtime=0))
    return path


def _write(connection: Any, settings: AggregateSettings, day: dt.date, folder: Path) -> dict[str, int]:
    rows = {}
    for name in STATISTICS_TABLES:
        path = folder / f"{name}.parquet"
        rows[name] = engine.write_parquet(connection, name, path)
        prefix = buckets.statistics_prefix(settings.province, day)
        buckets.put_table(settings.insights_bucket, prefix, name, settings.province, day, path.read_bytes())
    observability.log_event("statistics_written", **{f"{name}_rows": count for name, count in rows.items()})
    return rows
