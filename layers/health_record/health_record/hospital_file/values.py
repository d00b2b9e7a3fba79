"""How single values are written in the tables: days and minutes, numbers, ICD-10 codes. Codes stay text."""

import datetime
import re
from typing import NamedTuple

from health_record.instants import HOME_ZONE
from health_record.remembered import remembered

DIGITS = re.compile(r"[0-9]+")
DECIMAL = re.compile(r"[0-9]{1,15}(?:[.,][0-9]{1,6})?")
# The lists of 2020 and 2026: dotted or not, up to five characters after the letter, with dagger or asterisk.
ICD_10 = re.compile(r"([A-Z][0-9][0-9A-Z])\.?([0-9A-Z]{0,4})[†‡*+!]?", re.IGNORECASE)
SEPARATORS = re.compile(r"[;,|\s]+")
# What programs write for want of a value. In a result a dash may say "negative", so it stays; so do "Na" and "nil".
NOTHING = frozenset({"null", "(null)", "[null]", "<null>", "dbnull", "undefined", "n/a", "#n/a"})
BEGINNINGS = frozenset("nNuUdD")  # of those, and of no number
DOTS, STROKES = re.compile(r"[.…\s]+"), re.compile(r"[-–—_.…\s]+")
EARLIEST_YEAR, LATEST_YEAR = 1900, 2100


class Moment(NamedTuple):
    """A local time as far as it is known: `time` is None for a day alone."""

    day: datetime.date
    time: datetime.time | None = None

    @property
    def fhir(self) -> str:
        """A FHIR dateTime: `2026-10-05` or `2026-10-05T08:00:00+07:00`."""
        return self.day.isoformat() if self.time is None else _instant(self.day, self.time)

    def is_before(self, other: "Moment") -> bool:
        """Whether it is certainly earlier: a day is compared with a minute as days."""
        if self.day != other.day:
            return self.day < other.day
        return self.time is not None and other.time is not None and self.time < other.time


@remembered(1024)  # an episode says the same minute in many places
def _instant(day: datetime.date, time: datetime.time) -> str:
    return datetime.datetime.combine(day, time, HOME_ZONE).isoformat()


@remembered(4096)
def moment(text: str) -> Moment | None:
    """`yyyymmddHHMM`, also with seconds or as a day alone; None for anything else. `0000` hours is a day alone."""
    if not _has_digits_of_date(text):
        return None
    try:
        day = datetime.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
        time = datetime.time(int(text[8:10]), int(text[10:12])) if len(text) > 8 else None
    except ValueError:
        return None
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR or (len(text) == 14 and int(text[12:]) > 59):
        return None
    return Moment(day, None if time == datetime.time.min else time)


def has_form_of_date(text: str) -> bool:
    """Whether it has the digits of a day or minute, and a year first: a wrong one names what is not in the calendar."""
    return _has_digits_of_date(text) and EARLIEST_YEAR - 50 <= int(text[:4]) <= LATEST_YEAR


def _has_digits_of_date(text: str) -> bool:
    return DIGITS.fullmatch(text) is not None and len(text) in (8, 12, 14)


def is_filler(text: str) -> bool:
    """Whether a date field was filled with zeros for want of a date."""
    return not text.strip("0")


def says_nothing(text: str, *, is_result: bool) -> bool:
    """Whether a program wrote a filler where it had no value: `NULL`, `N/A`, dots, and beside results strokes."""
    if text[0].isalnum() and text[0] not in BEGINNINGS:  # nearly all
        return False
    filler = DOTS if is_result else STROKES
    return text.casefold() in NOTHING or text == "NaN" or filler.fullmatch(text) is not None


def birth_date(text: str) -> str | None:
    """`195600000000` -> `1956`, `196008210000` -> `1960-08-21`: what is zero is not known. None for anything else."""
    if not _has_digits_of_date(text):
        return None
    year, month, day = text[:4], text[4:6], text[6:8]
    if not EARLIEST_YEAR - 50 <= int(year) <= LATEST_YEAR or (month == "00" and day != "00") or int(month) > 12:
        return None
    known = "-".join([year, *([] if month == "00" else [month]), *([] if day == "00" else [day])])
    if day != "00":
        try:
            datetime.date.fromisoformat(known)
        except ValueError:
            return None
    return known


def decimal(text: str) -> str | None:
    """The number with a dot, its digits as sent; None for what is none. Both a dot and a comma are none."""
    return text.replace(",", ".") if DECIMAL.fullmatch(text) else None


@remembered(4096)  # the same codes come back in every visit
def icd_10(text: str) -> str | None:
    """`e119`, `E11.9*` -> `E11.9`; None for what has not the form of a code."""
    found = ICD_10.fullmatch(text.strip())
    if found is None:
        return None
    return f"{found[1]}.{found[2]}".rstrip(".").upper()


def split_list(text: str) -> list[str]:
    """The members of a list joined by `;` (also seen: commas and blanks), each once."""
    return list(dict.fromkeys(part for part in SEPARATORS.split(text) if part))
