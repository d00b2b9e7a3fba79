"""What was known of each week when: the private statistics of earlier Mondays, put side by side."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.forecast import nowcast, series
from functions.aggregate.settings import AggregateSettings

GAP_WEEKS = 13  # the newest weeks in which gaps are counted

Reports = dict[str, dict[str, list[float]]]
Counts = Mapping[tuple[str, str], float]  # (who, week) -> people known of on a Monday


@dataclass(frozen=True)
class Source:
    """A private table by week: who or what its lines are told apart by, and the column that is added up."""

    table: str
    who: str
    people: str


CATEGORIES = Source("weekly_diagnoses", "category", "diagnoses")
FACILITIES = Source("timeliness", "facility", "people")


def load_reports(
    connection: Any, settings: AggregateSettings, day: dt.date, folder: Path, source: Source = CATEGORIES
) -> Reports:
    """Who -> week -> people reported until one, two ... weeks after its beginning, as far as Mondays were kept.

    A Monday on which nobody was reported yet counts 0. Weeks begin with the first of which anything was reported.
    """
    monday = day - dt.timedelta(days=day.weekday())
    known = dict(_mondays(connection, settings, monday, folder, source))
    begun: dict[str, str] = {}
    for who, week in sorted(key for counts in known.values() for key in counts):
        begun.setdefault(who, week)
    first = buckets.iso_week(min(known) - dt.timedelta(weeks=nowcast.DELAYS + 1)) if known else ""
    return {who: _of_one(who, max(week, first), known, monday) for who, week in sorted(begun.items())}


def _mondays(
    connection: Any, settings: AggregateSettings, monday: dt.date, folder: Path, source: Source
) -> Iterator[tuple[dt.date, Counts]]:
    """Every Monday whose statistics were kept, oldest first, with what was known then."""
    for back in range(nowcast.MOST_WEEKS + nowcast.DELAYS, -1, -1):
        seen_on = monday - dt.timedelta(weeks=back)
        key = f"{buckets.statistics_prefix(settings.province, seen_on)}/{source.table}.parquet"
        path = folder / "earlier.parquet"
        if buckets.download_file(settings.insights_bucket, key, path):
            rows = connection.execute(
                f"SELECT {source.who}, week, sum({source.people}) FROM read_parquet('{path}')"  # noqa: S608 - names of this module
                " WHERE week BETWEEN '1900' AND '9999' GROUP BY ALL"
            ).fetchall()
            yield seen_on, {(who, week): float(people) for who, week, people in rows}


def _of_one(who: str, begun: str, known: Mapping[dt.date, Counts], monday: dt.date) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for week in series.run_of(begun, buckets.iso_week(monday - dt.timedelta(weeks=1))):
        for delay in range(nowcast.DELAYS + 1):
            counts = known.get(series.monday_of(week) + dt.timedelta(weeks=delay + 1))
            if counts is None:
                break
            found.setdefault(week, []).append(counts.get((who, week), 0.0))
    return found


def facility_rows(reports: Reports, day: dt.date) -> Iterator[tuple[Any, ...]]:
    """Of each facility: its newest week with reports, silent weeks since, gaps, and how late its reports come.

    Shares are of what is reported four weeks after a week's end, None until eight weeks are that old.
    """
    last = buckets.iso_week(day - dt.timedelta(days=day.weekday() + 7))
    for facility, weeks in sorted(reports.items()):
        told = [week for week, counts in weeks.items() if counts[-1] > 0]
        if not told:
            continue
        silent = len(series.run_of(max(told), last)) - 1
        newest = series.run_of(min(told), last)[-GAP_WEEKS:]
        gaps = sum(week not in told for week in newest)
        people = sum(weeks[week][-1] for week in newest if week in weeks)
        shares: Sequence[float | None] = nowcast.delay_shares(weeks) or (None,) * nowcast.DELAYS
        yield facility, max(told), silent, gaps, int(people), *shares[: nowcast.DELAYS]
