"""FHIR's partial dates: a year, a month or a day, as the span of days that each can mean.

The formats are those of http://hl7.org/fhir/R4/datatypes.html#date and #dateTime.
"""

import calendar
import datetime
import re
from typing import NamedTuple

EARLIEST_YEAR = 1900
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?")


class Span(NamedTuple):
    """The first and the last day that a partial date can mean."""

    first: datetime.date
    last: datetime.date


def parse_span(text: str) -> Span | None:
    """`1960` -> 1960-01-01 to 1960-12-31; `2020-02-29` is one day; None for a date that does not exist."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = datetime.date(year or 0, month or 1, day or 1)
    except ValueError:
        return None
    if day:
        return Span(first, first)
    last_month = month or 12
    return Span(first, datetime.date(first.year, last_month, calendar.monthrange(first.year, last_month)[1]))


def parse_date_time_span(text: str) -> Span | None:
    """Like `span` for a FHIR dateTime, which may also be a moment with its time zone."""
    found = _DATE_TIME.fullmatch(text)
    if not found:
        return parse_span(text)
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    return parse_span(found.group(1))


def is_time(text: str) -> bool:
    """Whether `text` is a FHIR time of day."""
    return _TIME.fullmatch(text) is not None
