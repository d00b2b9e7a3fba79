"""FHIR's dates and instants as a reader in the province writes them: 23/11/2026, 11/2026, 2026, 08:00 23/11/2026.

An instant is not a date: it is shown in the province's time zone, so that a night is not told as the day before.
"""

import datetime
import functools
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo

from health_record.remembered import remembered

HOME = "Asia/Ho_Chi_Minh"  # the zone of every province
_LEAP_SECOND = re.compile(r"(?<=T\d\d:\d\d):60")


class _Local(NamedTuple):
    """An instant in a zone: as a day, as a moment, and as FHIR writes dates."""

    day: str
    moment: str
    date: str


def day(text: str, zone: str) -> str:
    """The day of a FHIR date, dateTime or instant: `23/11/2026`, or `11/2026` and `2026` where no more is known."""
    local = _local(text, zone)
    return local.day if local else _reversed(text.partition("T")[0])


def moment(text: str, zone: str) -> str:
    """The same with the time where there is one: `08:00 23/11/2026`."""
    local = _local(text, zone)
    return local.moment if local else _reversed(text.partition("T")[0])


def local_date(text: str, zone: str) -> str:
    """The day of a FHIR date, dateTime or instant in the zone, as FHIR writes dates: `2026-11-23`."""
    local = _local(text, zone)
    return local.date if local else text.partition("T")[0]


def instant(text: str, zone: str) -> datetime.datetime:
    """The earliest moment that a FHIR date, dateTime or instant can mean; the year 1 for what is none."""
    parts = text.partition("T")
    try:
        if parts[1]:
            return datetime.datetime.fromisoformat(_LEAP_SECOND.sub(":59", text))
        year, month, of_month = ([int(part) for part in text.split("-")] + [1, 1])[:3]
        return datetime.datetime(year, month, of_month, tzinfo=_zone(zone))
    except (OverflowError, ValueError):
        return datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)


@remembered(2048)
def _local(text: str, zone: str) -> _Local | None:
    """The local time of an instant; None for a date, and for a moment that Python's calendar does not hold."""
    if "T" not in text:
        return None
    try:
        readable = _LEAP_SECOND.sub(":59", text) if ":60" in text else text
        local = datetime.datetime.fromisoformat(readable).astimezone(_zone(zone))
    except (OverflowError, ValueError):
        return None
    day = f"{local.day:02}/{local.month:02}/{local.year}"
    return _Local(day, f"{local.hour:02}:{local.minute:02} {day}", local.date().isoformat())


def _reversed(date: str) -> str:
    return "/".join(reversed(date.split("-")))


@functools.cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
