"""The series that are forecast: weekly diagnoses of facilities, and the department's own weekly or monthly counts."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from functions.aggregate import buckets
from health_record import observability

FOLDER = "reference/series/"
MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
WEEK = re.compile(r"(\d{4})-W(0[1-9]|[1-4]\d|5[0-3])")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
MOST_WEEKS = 10 * 52
FACILITIES, DEPARTMENT = "facilities", "department"  # where a series comes from


@dataclass(frozen=True)
class Series:
    """Counts without a gap, oldest first. `season` is 12 for months and 52 for weeks."""

    name: str
    season: int
    periods: tuple[str, ...]
    counts: tuple[float, ...]
    source: str


def next_period(period: str) -> str:
    """`2026-12` -> `2027-01`; `2026-W53` -> `2027-W01`."""
    if found := MONTH.fullmatch(period):
        year, month = int(found[1]), int(found[2])
        return f"{year + month // 12}-{month % 12 + 1:02d}"
    return buckets.iso_week(monday_of(period) + dt.timedelta(weeks=1))


def run_of(first: str, last: str) -> tuple[str, ...]:
    """Every period from `first` to `last`."""
    periods = [first]
    while periods[-1] < last:
        periods.append(next_period(periods[-1]))
    return tuple(periods)


def current_period(period: str, day: dt.date) -> str:
    """The week or month, as `period` is one, that `day` lies in."""
    return buckets.iso_week(day) if "W" in period else f"{day:%Y-%m}"


def monday_of(week: str) -> dt.date:
    """The first day of an ISO week. Raises ValueError for a week that its year does not have."""
    return dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


def load_diagnosis_series(connection: Any, day: dt.date) -> list[Series]:
    """The province's diagnoses by ICD-10 category, from the first week with one to the last complete week.

    Weeks of more than ten years ago are left out, so that one old date makes no series of thousands of weeks.
    """
    first, last = _span(day)
    found: dict[str, dict[str, float]] = {}
    for category, week, count in connection.execute(
        "SELECT category, week, sum(diagnoses) FROM weekly_diagnoses WHERE week BETWEEN ? AND ? GROUP BY ALL",
        [first, last],
    ).fetchall():
        found.setdefault(category, {})[week] = float(count)
    made = []
    for category, counts in sorted(found.items()):
        weeks = run_of(min(counts), last)
        made.append(Series(category, 52, weeks, tuple(counts.get(week, 0.0) for week in weeks), FACILITIES))
    return made


def _span(day: dt.date) -> tuple[str, str]:
    """The first and the last week that series are made of."""
    last = day - dt.timedelta(days=day.weekday() + 1)
    return buckets.iso_week(last - dt.timedelta(weeks=MOST_WEEKS)), buckets.iso_week(last)


def load_local_series(
    connection: Any, day: dt.date, table: str, place: str, people: str, *, least: int
) -> Iterator[tuple[Series, str]]:
    """Weekly counts of a category in one ward or facility, with its name, where four weeks had `least` cases."""
    first, last = _span(day)
    recent = buckets.iso_week(day - dt.timedelta(days=day.weekday() + 28))
    found: dict[tuple[str, str], dict[str, float]] = {}
    for name, category, week, count in connection.execute(
        f"SELECT {place}, category, week, sum({people}) FROM {table} WHERE week BETWEEN ? AND ? GROUP BY ALL",  # noqa: S608 - names of this module
        [first, last],
    ).fetchall():
        found.setdefault((name, category), {})[week] = float(count)
    for (name, category), counts in sorted(found.items()):
        if sum(count for week, count in counts.items() if week >= recent) >= least:
            weeks = run_of(min(counts), last)
            yield Series(category, 52, weeks, tuple(counts.get(week, 0.0) for week in weeks), FACILITIES), name


def load_department_series(bucket: str, day: dt.date) -> list[Series]:
    """`reference/series/<name>.csv` with the columns `period` and `cases`, its newest run without a gap.

    A file that cannot be read so is left out and named in the log. Periods that are not over on `day` are left out.
    """
    made = []
    for key in buckets.list_keys(bucket, FOLDER):
        name = key.removeprefix(FOLDER).removesuffix(".csv")
        if not key.endswith(".csv") or not NAME.fullmatch(name):
            continue
        try:
            made.append(_parse_series(name, buckets.get_object(bucket, key) or b"", day))
        except (KeyError, ValueError, UnicodeDecodeError) as error:
            observability.log_event("series_skipped", series=name, reason=type(error).__name__)
    return made


def _parse_series(name: str, content: bytes, day: dt.date) -> Series:
    counts = _parse_counts(content, day)
    if not counts or len({"W" in period for period in counts}) != 1 or min(counts.values()) < 0:
        raise ValueError("a series is of months or of weeks and has counts")
    periods = _newest_run(counts)
    season = 52 if "W" in periods[0] else 12
    return Series(name, season, tuple(periods), tuple(counts[period] for period in periods), DEPARTMENT)


def _parse_counts(content: bytes, day: dt.date) -> dict[str, float]:
    """Cases by period; lines of one period add up, and periods that are not over on `day` are left out."""
    counts: dict[str, float] = {}
    for line in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
        period, cases = (line["period"] or "").strip(), (line["cases"] or "").strip()
        if not MONTH.fullmatch(period) and not WEEK.fullmatch(period):
            raise ValueError("a period is neither YYYY-MM nor YYYY-Www")
        if cases and period < current_period(period, day):
            counts[period] = counts.get(period, 0.0) + float(int(cases))
    return counts


def _newest_run(counts: dict[str, float]) -> list[str]:
    """The newest periods that follow each other without a gap, oldest first."""
    periods = [max(counts)]
    earlier = {next_period(period): period for period in counts}
    while periods[0] in earlier:
        periods.insert(0, earlier[periods[0]])
    return periods
