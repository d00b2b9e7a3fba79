"""Who reports the cases of a signal: what the department looks at first, as one facility alone can make one up."""

import datetime as dt
import tempfile
from pathlib import Path

from functions.aggregate import buckets, day_statistics
from functions.aggregate.count import engine
from functions.aggregate.forecast import outbreaks, series
from functions.aggregate.settings import AggregateSettings

TABLE = "timeliness"
QUERY = """
    SELECT facility, sum(people), sum(accounts)
    FROM timeliness
    WHERE category = $category AND list_contains($weeks, week)
    GROUP BY facility
    ORDER BY sum(people) DESC, facility"""
NOBODY = (
    "Trong thống kê của ngày không có báo cáo nào của bốn tuần này.\n"
    "The statistics of the day have no report of these four weeks.\n"
)


def describe(settings: AggregateSettings, category: str, week: str, day: dt.date) -> str:
    """Two lines on the facility that reports most of a category in the four weeks up to `week`, exactly.

    For the department alone: nothing of it is published.
    """
    first = series.monday_of(week) - dt.timedelta(weeks=outbreaks.BACK - 1)
    weeks = series.run_of(buckets.iso_week(first), week)
    with tempfile.TemporaryDirectory() as name:
        connection = engine.connect(Path(name))
        try:
            day_statistics.load_statistics(connection, settings, day, Path(name), (TABLE,))
            found = connection.execute(QUERY, {"category": category, "weeks": list(weeks)}).fetchall()
        finally:
            connection.close()
    if not found:
        return NOBODY
    facility, people, accounts = found[0]
    whole = sum(row[1] for row in found)
    return (
        f"Báo nhiều nhất: {facility}, {people} trong {whole} lượt người của {len(found)} cơ sở, thuộc {accounts} số "
        "điện thoại (mỗi cơ sở, mỗi tuần tính riêng).\n"
        f"Reports most: {facility}, {people} of {whole} people of {len(found)} facilities, in the records of "
        f"{accounts} phones (each facility and week by itself).\n"
    )
