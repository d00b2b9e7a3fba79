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

FILES = (*engine.TABLES, *engine.DERIVED, "population")


def make(chosen: AggregateSettings, day: dt.date, summary_key: str) -> dict[str, Any]:
    """Write the statistics of `day` from the snapshot: `{residents, tables: {name: rows}}`."""
    files = manifest.data_files(chosen.insights_bucket, summary_key)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        connection = engine.connect(folder)
        try:
            _count(connection, chosen, day, files, folder)
            tables = _write(connection, chosen, day, folder)
            daily_forecast.make(connection, chosen, day, folder)
            residents = int(connection.execute("SELECT coalesce(sum(residents), 0) FROM coverage").fetchone()[0])
            daily_metrics.show(connection, residents)
            return {"residents": residents, "tables": tables}
        finally:
            connection.close()


def load(connection: Any, chosen: AggregateSettings, day: dt.date, folder: Path) -> None:
    """Read the statistics of `day` into tables of `connection`."""
    for name in FILES:
        _load(connection, chosen, _key(chosen, day, name), folder / f"{name}.parquet")
    for name in daily_forecast.COLUMNS:
        _load(connection, chosen, daily_forecast.key(chosen, day, name), folder / f"{name}.parquet")


def _load(connection: Any, chosen: AggregateSettings, key: str, path: Path) -> None:
    buckets.download(chosen.insights_bucket, key, path)
    engine.read_parquet(connection, path.stem, path)


def _count(
    connection: Any, chosen: AggregateSettings, day: dt.date, files: list[manifest.DataFile], folder: Path
) -> None:
    current = population.ward_codes(chosen.insights_bucket, chosen.province)
    engine.prepare(connection, current)
    engine.load_population(connection, population.read(chosen.insights_bucket, current))
    engine.count(connection, [_empty(folder)], day)
    for batch in manifest.batches(files):
        paths = manifest.fetch(chosen.insights_bucket, batch, folder)
        engine.count(connection, paths, day)
        for path in paths:
            path.unlink()
        observability.info("facts counted", items=sum(file.items for file in batch), files=len(batch))
    engine.finish(connection)


def _empty(folder: Path) -> Path:
    """A data file without items, so that an empty table makes empty statistics and not an error."""
    import gzip

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


def _key(chosen: AggregateSettings, day: dt.date, name: str) -> str:
    return f"{buckets.statistics_prefix(chosen.province, day)}/{name}.parquet"
