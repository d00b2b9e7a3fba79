"""Now, as it is written: instants in UTC, days in the province's time zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from functions.declare.settings import config
from health_record.instants import format_instant


@dataclass(frozen=True)
class Timestamp:
    """One instant: `at` is `2026-11-23T08:00:00.000Z`, `day` the local day."""

    at: str
    day: date


def now() -> Timestamp:
    """This instant."""
    instant = datetime.now(UTC)
    at = format_instant(instant)
    return Timestamp(at, instant.astimezone(ZoneInfo(config().time_zone)).date())


def local_day(at: str) -> date:
    """The local day of an instant as it is written."""
    return datetime.fromisoformat(at).astimezone(ZoneInfo(config().time_zone)).date()


def add_year(day: date) -> date:
    """The same day a year later; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)
