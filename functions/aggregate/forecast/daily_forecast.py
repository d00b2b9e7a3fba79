"""Forecasts and signals of every series, with their scores: private Parquet beside the statistics of the day."""

import datetime as dt
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.count import engine
from functions.aggregate.forecast import delays, model_combination, nowcast, outbreaks, series, signals
from functions.aggregate.forecast.series import Series
from functions.aggregate.settings import AggregateSettings
from health_record import observability

HISTORY_PERIODS = 104
MOST_FORECAST = 50  # categories of facilities
LOCAL_CASES = 10  # in the newest four weeks, before a ward or a facility is looked at
COLUMNS = {
    "history": {"series": "VARCHAR", "source": "VARCHAR", "season": "INTEGER", "period": "VARCHAR", "count": "DOUBLE"},
    "forecasts": {
        "series": "VARCHAR", "step": "INTEGER", "period": "VARCHAR", "model": "VARCHAR", "median": "DOUBLE",
        **{f"{end}_{level}": "DOUBLE" for level in model_combination.LEVELS for end in ("low", "high")},
    },
    "backtest": {
        "series": "VARCHAR", "step": "INTEGER", "model": "VARCHAR", "origins": "INTEGER",
        "mean_absolute_error": "DOUBLE", "interval_score": "DOUBLE",
        **{f"coverage_{level}": "DOUBLE" for level in model_combination.LEVELS},
    },
    "nowcast": {
        "series": "VARCHAR", "week": "VARCHAR", "reported": "DOUBLE", "share": "DOUBLE", "estimate": "DOUBLE",
        "low_80": "DOUBLE", "high_80": "DOUBLE",
    },
    "facility_delays": {
        "facility": "VARCHAR", "newest_week": "VARCHAR", "silent_weeks": "INTEGER", "gaps": "INTEGER",
        "people": "BIGINT", **{f"share_{weeks}": "DOUBLE" for weeks in range(1, nowcast.DELAYS + 1)},
    },
    "signals": {
        "series": "VARCHAR", "place": "VARCHAR", "period": "VARCHAR", "detector": "VARCHAR", "count": "DOUBLE",
        "usual_at_most": "DOUBLE", "signal": "BOOLEAN",
    },
}  # fmt: skip
Rows = dict[str, list[tuple[Any, ...]]]


def write_forecasts(
    connection: Any, settings: AggregateSettings, day: dt.date, folder: Path, given: Sequence[Series]
) -> None:
    """Forecast every series that facilities report and that the department has `given`, and write the tables."""
    rows: Rows = {name: [] for name in COLUMNS}
    reported = series.load_diagnosis_series(connection, day)
    for one in [*reported, *given]:
        _look(rows, one)
    for one in [*_busiest(reported), *given]:
        _forecast(rows, one)
    rows["signals"] += _local_signals(connection, day)
    rows["nowcast"] += [
        (name, week.week, week.reported, week.share, week.estimate, week.low, week.high)
        for name, reports in sorted(delays.load_reports(connection, settings, day, folder).items())
        for week in nowcast.estimate_weeks(reports)
    ]
    of_facilities = delays.load_reports(connection, settings, day, folder, delays.FACILITIES)
    rows["facility_delays"] += delays.facility_rows(of_facilities, day)
    for name, columns in COLUMNS.items():
        engine.create_table(connection, name, columns, rows[name])
        path = folder / f"{name}.parquet"
        engine.write_parquet(connection, name, path)
        prefix = buckets.forecasts_prefix(settings.province, day)
        buckets.put_table(settings.insights_bucket, prefix, name, settings.province, day, path.read_bytes())
    observability.log_event("forecasts_written", **{f"{name}_rows": len(found) for name, found in rows.items()})


def _busiest(reported: Sequence[Series]) -> list[Series]:
    """The categories with most cases in the last year: forecasting takes about a second each, and there are 2,000."""
    return sorted(reported, key=lambda one: (-sum(one.counts[-one.season :]), one.name))[:MOST_FORECAST]


def _look(rows: Rows, one: Series) -> None:
    rows["history"] += [
        (one.name, one.source, one.season, period, count)
        for period, count in list(zip(one.periods, one.counts, strict=True))[-HISTORY_PERIODS:]
    ]
    rows["signals"] += _signals(one)


def _forecast(rows: Rows, one: Series) -> None:
    try:
        found = model_combination.run_backtest(one.counts, one.season)
    except model_combination.TooShortError:
        observability.log_event("series_too_short", series=one.name, periods=len(one.counts))
        return
    period = one.periods[-1]
    for number, step in enumerate(found.steps, start=1):
        period = series.next_period(period)
        ends = [end for level in model_combination.LEVELS for end in step.intervals.get(level, (math.nan, math.nan))]
        rows["forecasts"].append((one.name, number, period, step.model, step.median, *ends))
    for (model, number), score in sorted(found.scores.items()):
        held = [score.coverage(level) for level in model_combination.LEVELS]
        rows["backtest"].append((one.name, number, model, len(score.errors), score.mean, score.interval_score, *held))


def _signals(one: Series, place: str = "all") -> list[tuple[Any, ...]]:
    """The newest week, and the newest four together, by whichever method has enough history; months tell too late."""
    if one.season != signals.WEEKLY.season:
        return []
    at, week = len(one.counts) - 1, one.periods[-1]
    found: list[tuple[Any, ...]] = []
    bound = signals.farrington(one.counts, at)
    if bound is not None:
        found.append((one.name, place, week, "farrington", one.counts[at], bound, one.counts[at] > bound))
    four = outbreaks.look(one.counts, [1.0] * outbreaks.BACK)
    if four is not None:
        found.append((one.name, place, week, "four_weeks", four.count, four.usual_at_most, four.is_raised))
    return found


def _local_signals(connection: Any, day: dt.date) -> list[tuple[Any, ...]]:
    """The four newest weeks of each ward and facility that has had enough cases in them to look at."""
    found: list[tuple[Any, ...]] = []
    for table, place, people in (("weekly_diagnoses", "ward", "diagnoses"), ("timeliness", "facility", "people")):
        for one, name in series.load_local_series(connection, day, table, place, people, least=LOCAL_CASES):
            found += [line for line in _signals(one, name) if line[3] == "four_weeks"]
    return found
