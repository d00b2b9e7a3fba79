"""What was known of each week when: the private statistics of earlier Mondays, put side by side."""

import datetime as dt
from pathlib import Path
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.forecast import nowcast, series
from functions.aggregate.settings import AggregateSettings

TABLE = "weekly_diagnoses"
Reports = dict[str, dict[str, list[float]]]


def load_reports(connection: Any, settings: AggregateSettings, day: dt.date, folder: Path) -> Reports:
    """Category -> week -> people reported until one, two ... weeks after its beginning, as far as days were kept."""
    found: Reports = {}
    monday = day - dt.timedelta(days=day.weekday())
    for back in range(nowcast.MOST_WEEKS + nowcast.DELAYS, -1, -1):
        seen_on = monday - dt.timedelta(weeks=back)
        key = f"{buckets.statistics_prefix(settings.province, seen_on)}/{TABLE}.parquet"
        path = folder / "earlier.parquet"
        if not buckets.download_file(settings.insights_bucket, key, path):
            continue
        for category, week, people in connection.execute(
            f"SELECT category, week, sum(diagnoses) FROM read_parquet('{path}') WHERE week <> 'unknown' GROUP BY ALL"  # noqa: S608
        ).fetchall():
            delay = (seen_on - series.monday_of(week)).days // 7 - 1
            seen = found.setdefault(category, {}).setdefault(week, [])
            if delay == len(seen) <= nowcast.DELAYS:
                seen.append(float(people))
    return found
