"""The facility of each category that published weeks are counted without a second time: the one that has risen most.

It is chosen with noise, as every figure is: which one it is decides what hundreds of weeks say, so an exact choice
between two that are nearly alike would hang on one person. What a facility usually reports is taken from the statistics
of earlier Mondays, each week as it was known four weeks after its end: reports of long ago that come now make no
facility look steady. Of an account two people count in a week.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.protect import perturbation, release_calendar
from functions.aggregate.protect.promise import NARROW
from functions.aggregate.settings import AggregateSettings

RECENT_WEEKS = 9  # of which a signal looks at four; the same as in recent.sql
USUAL_WEEKS = 52
USUAL = """
    SELECT category, facility, sum(least(people, 2 * accounts))
    FROM read_parquet($path) WHERE week = $week GROUP BY ALL"""

Reporter = tuple[str, str]  # category and facility


def load_usual(connection: Any, settings: AggregateSettings, day: dt.date, folder: Path) -> Mapping[Reporter, float]:
    """What each facility has usually reported of a category in nine weeks, by the year before the newest nine."""
    found: dict[Reporter, float] = {}
    known = 0
    for week, path in _as_closed(settings, day, folder):
        known += 1
        for category, facility, people in connection.execute(USUAL, {"path": str(path), "week": week}).fetchall():
            found[category, facility] = found.get((category, facility), 0.0) + float(people)
    return {who: people * RECENT_WEEKS / known for who, people in found.items()}


def _as_closed(settings: AggregateSettings, day: dt.date, folder: Path) -> Iterator[tuple[str, Path]]:
    """Each usual week, with the table of the Monday on which it was taken for complete, where that was kept."""
    monday = day - dt.timedelta(days=day.weekday())
    path = folder / "closed.parquet"
    for back in range(RECENT_WEEKS + 1, RECENT_WEEKS + USUAL_WEEKS + 1):
        seen_on = monday - dt.timedelta(weeks=back - release_calendar.CLOSED_AFTER - 1)
        key = f"{buckets.statistics_prefix(settings.province, seen_on)}/timeliness.parquet"
        if buckets.download_file(settings.insights_bucket, key, path):
            yield buckets.iso_week(monday - dt.timedelta(weeks=back)), path


def choose(connection: Any, cell_key: bytes, day: dt.date, usual: Mapping[Reporter, float]) -> dict[str, str]:
    """Category -> the facility whose newest nine weeks are most above what is usual of it, with noise.

    Every facility that has reported anything stands to be chosen: that one is there says nothing of a category.
    """
    counted = {(category, facility): tuple(map(int, more)) for category, facility, *more in _recent(connection)}
    facilities = [name for (name,) in connection.execute("SELECT DISTINCT facility FROM timeliness").fetchall()]
    found: dict[str, tuple[float, str]] = {}
    for category in sorted({category for category, _ in counted}):
        for facility in facilities:
            people, keys = counted.get((category, facility), (0, 0))
            number = perturbation.draw(cell_key, f"{buckets.iso_week(day)}|risen|{category}|{facility}", keys)
            rise = people + perturbation.noise(number, NARROW) - usual.get((category, facility), 0.0)
            found[category] = max(found.get(category, (rise, facility)), (rise, facility))
    return {category: facility for category, (_, facility) in found.items()}


def _recent(connection: Any) -> list[tuple[Any, ...]]:
    return list(connection.execute("SELECT category, facility, people, keys FROM recent").fetchall())
