"""Forecasts and signals of every series, with their scores: private Parquet beside the statistics of the day."""

import dataclasses
import datetime as dt
import math
from collections.abc import Mapping, Sequence
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
Shares = Sequence[float] | None  # of a week's reports, after one, two ... weeks; None where that is not known
COMPLETE = (1.0,) * (nowcast.DELAYS + 1)


def write_forecasts(
    connection: Any, settings: AggregateSettings, day: dt.date, folder: Path, given: Sequence[Series]
) -> None:
    """Forecast every series that facilities report and that the department has `given`, and write the tables."""
    rows: Rows = {name: [] for name in COLUMNS}
    by_category = delays.load_reports(connection, settings, day, folder)
    by_facility = delays.load_reports(connection, settings, day, folder, delays.FACILITIES)
    shares = {name: nowcast.delay_shares(reports) for name, reports in (by_category | by_facility).items()}
    reported = series.load_diagnosis_series(connection, day)
    for one in [*reported, *given]:
        _look(rows, one, shares.get(one.name) if one.source == series.FACILITIES else COMPLETE)
    for one in [*(completed(one, shares.get(one.name)) for one in _busiest(reported)), *given]:
        _forecast(rows, one)
    rows["signals"] += _local_signals(connection, day, shares)
    rows["nowcast"] += [
        (name, week.week, week.reported, week.share, week.estimate, week.low, week.high)
        for name, reports in sorted(by_category.items())
        for week in nowcast.estimate_weeks(reports)
    ]
    rows["facility_delays"] += delays.facility_rows(by_facility, day)
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


def completed(one: Series, shares: Shares) -> Series:
    """The series with its newest weeks scaled up to what will have been reported.

    Without a delay table those weeks are left out, so that no forecast starts from an incomplete one.
    """
    if len(one.counts) <= nowcast.DELAYS:
        return one
    known, newest = one.counts[: -nowcast.DELAYS], one.counts[-nowcast.DELAYS :]
    if shares is None or not min(shares):
        return dataclasses.replace(one, periods=one.periods[: -nowcast.DELAYS], counts=known)
    estimates = (count / share for count, share in zip(newest, shares[nowcast.DELAYS - 1 :: -1], strict=True))
    return dataclasses.replace(one, counts=(*known, *estimates))


def _look(rows: Rows, one: Series, shares: Shares) -> None:
    rows["history"] += [
        (one.name, one.source, one.season, period, count)
        for period, count in list(zip(one.periods, one.counts, strict=True))[-HISTORY_PERIODS:]
    ]
    rows["signals"] += _signals(one, shares)


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


def _signals(one: Series, shares: Shares, place: str = "all") -> list[tuple[Any, ...]]:
    """The newest week, and the newest four together as far as they are reported; months tell too late.

    Without a delay table the four weeks are taken for complete, which finds less and never more.
    """
    if one.season != signals.WEEKLY.season:
        return []
    at, week = len(one.counts) - 1, one.periods[-1]
    found: list[tuple[Any, ...]] = []
    bound = signals.farrington(one.counts, at)
    if bound is not None:
        found.append((one.name, place, week, "farrington", one.counts[at], bound, one.counts[at] > bound))
    four = outbreaks.look(one.counts, (shares or COMPLETE)[outbreaks.BACK - 1 :: -1])
    if four is not None:
        found.append((one.name, place, week, "four_weeks", four.count, four.usual_at_most, four.is_raised))
    return found


def _local_signals(connection: Any, day: dt.date, shares: Mapping[str, Shares]) -> list[tuple[Any, ...]]:
    """The four newest weeks of each ward and facility that has had enough cases in them to look at.

    A ward's reports are as late as the category's, a facility's as late as its own.
    """
    found: list[tuple[Any, ...]] = []
    for table, place, people in (("weekly_diagnoses", "ward", "diagnoses"), ("timeliness", "facility", "people")):
        for one, name in series.load_local_series(connection, day, table, place, people, least=LOCAL_CASES):
            late = shares.get(name if place == "facility" else one.name)
            found += [line for line in _signals(one, late, name) if line[3] == "four_weeks"]
    return found
