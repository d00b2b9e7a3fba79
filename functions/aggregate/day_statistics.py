"""From a snapshot to the day's exact and private statistics in Parquet."""

import datetime as dt
import tempfile
from pathlib import Path
from typing import Any

from functions.aggregate import buckets, daily_metrics
from functions.aggregate.count import engine, population
from functions.aggregate.forecast import daily_forecast
from functions.aggregate.settings import AggregateSettings
from functions.aggregate.snapshot import manifest
from health_record import observability

STATISTICS_TABLES = (*engine.TABLES, *engine.DERIVED, "population")


def write_statistics(settings: AggregateSettings, day: dt.date, summary_key: str) -> dict[str, Any]:
    """Write the statistics of `day` from the snapshot: `{residents, tables: {name: rows}}`."""
    files = manifest.list_data_files(settings.insights_bucket, summary_key)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = engine.connect(folder)
        try:
            _count(connection, settings, day, files, folder)
            tables = _write(connection, settings, day, folder)
            daily_forecast.write_forecasts(connection, settings, day, folder)
            residents = int(connection.execute("SELECT coalesce(sum(residents), 0) FROM coverage").fetchone()[0])
            daily_metrics.count_residents(connection, residents)
            return {"residents": residents, "tables": tables}
        finally:
            connection.close()


def load_statistics(connection: Any, settings: AggregateSettings, day: dt.date, folder: Path) -> None:
    """Read the statistics of `day` into tables of `connection`."""
    for name in STATISTICS_TABLES:
        _load(connection, settings, _key(settings, day, name), folder / f"{name}.parquet")
    for name in daily_forecast.COLUMNS:
        _load(connection, settings, daily_forecast.table_key(settings, day, name), folder / f"{name}.parquet")


def _load(connection: Any, settings: AggregateSettings, key: str, path: Path) -> None:
    buckets.download_file(settings.insights_bucket, key, path)
    engine.read_parquet(connection, path.stem, path)


def _count(
    connection: Any, settings: AggregateSettings, day: dt.date, files: list[manifest.DataFile], folder: Path
) -> None:
    current = population.ward_codes(settings.insights_bucket, settings.province)
    engine.prepare(connection, current)
    engine.load_population(connection, population.read_population(settings.insights_bucket, current))
    engine.count_table(connection, [_empty(folder)], day)
    for batch in manifest.split_batches(files):
        paths = manifest.fetch_batch(settings.insights_bucket, batch, folder)
        engine.count_table(connection, paths, day)
        for path in paths:
            path.unlink()
        observability.log_event("facts_counted", items=sum(file.items for file in batch), files=len(batch))
    engine.count_derived(connection)


def _empty(folder: Path) -> Path:
    """A data file without items, so that an empty table makes empty statistics and not an error."""
    import gzip

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


def _key(settings: AggregateSettings, day: dt.date, name: str) -> str:
    return f"{buckets.statistics_prefix(settings.province, day)}/{name}.parquet"
