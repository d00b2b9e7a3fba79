"""Which weeks release what: totals and the allow-listed weekly counts each week, all tables four times a year."""

import datetime as dt
from collections.abc import Iterator

from functions.aggregate import buckets
from functions.aggregate.forecast import series

FULL_WEEKS = (13, 26, 39, 52)
LEAST_DAYS = 7  # between two releases
CLOSED_AFTER = 4  # weeks after its end the count of a week or month is taken for the last time


def is_full(day: dt.date) -> bool:
    """Whether the release of this day's ISO week has all tables."""
    return day.isocalendar().week in FULL_WEEKS


def is_due(day: dt.date, before: dt.date | None) -> bool:
    """Whether a release may follow that of `before`: in a later week, and at least seven days after it."""
    return before is None or (day - before).days >= LEAST_DAYS


def complete_weeks(day: dt.date, number: int) -> Iterator[str]:
    """The last `number` ISO weeks that were over on `day`, oldest first."""
    monday = day - dt.timedelta(days=day.weekday())
    return (buckets.iso_week(monday - dt.timedelta(weeks=back)) for back in range(number, 0, -1))


def is_closed(period: str, day: dt.date) -> bool:
    """Whether reports of an ISO week or month are taken for complete on `day`: four weeks after its end."""
    return period < series.current_period(period, day - dt.timedelta(weeks=CLOSED_AFTER))
