"""What facilities read on each day by the audit, and which days are unusual; pure.

A read is one person whom an answer named, as the bounds for reading count them.
"""

import statistics
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from health_record.audit import reading_patterns
from health_record.audit.reading_patterns import DeviceReading
from health_record.facility.read_bounds import NEAR_PERCENT, Windows, bounds_of

ACTIONS = reading_patterns.READINGS
REFUSED = "too-many-reads"
TIMES_USUAL = 3
FEW_READS = 50  # below which a day is never called unlike others
DAYS_TO_COMPARE = 28
HOUR_TEXT = len("2026-11-23T01")


@dataclass(frozen=True)
class Practitioner:
    """What one practitioner read: in all, and in the busiest hour of the clock."""

    practitioner: str
    reads: int
    busiest_hour: int


@dataclass(frozen=True)
class ReadingDay:
    """A facility's reads of one local day; `practitioners` by their reads, the most first.

    `fishing` are devices that read many people of whom the facility wrote nothing.
    """

    facility_id: str
    day: str
    reads: int
    people: int
    busiest_hour: int
    emergencies: int
    refused: int
    practitioners: tuple[Practitioner, ...]
    fishing: tuple[DeviceReading, ...] = ()


def count_day(
    facility_id: str, day: str, items: Iterable[Mapping[str, Any]], devices: Collection[str] = ()
) -> ReadingDay:
    """The reads among the audit items of a facility's day; `devices` are the key ids of those that may write."""
    items = list(items)
    hours: dict[str, Counter[str]] = defaultdict(Counter)
    people, emergencies, refused = set(), 0, 0
    for item in items:
        if item["action"] not in ACTIONS:
            continue
        refused += item.get("detail") == REFUSED
        if item.get("record_id") is None:
            continue
        hours[item["practitioner"]][item["at"][:HOUR_TEXT]] += 1
        people.add(item["record_id"])
        emergencies += item.get("purpose") == "ETREAT"
    readers = [
        Practitioner(name, counts.total(), max(counts.values())) for name, counts in sorted(hours.items()) if counts
    ]
    together = sum(hours.values(), Counter[str]())
    return ReadingDay(
        facility_id,
        day,
        reads=together.total(),
        people=len(people),
        busiest_hour=max(together.values(), default=0),
        emergencies=emergencies,
        refused=refused,
        practitioners=tuple(sorted(readers, key=lambda reader: -reader.reads)),
        fishing=tuple(each for each in reading_patterns.count_readings(items, devices) if each.is_fishing),
    )


def find_reasons(day: ReadingDay, before: Sequence[int], patients_a_day: int) -> list[str]:
    """Why the day is unusual; [] where it is not. `before` are the reads of earlier days on which there were any.

    `refused`: reads were refused. `near-bound`: four fifths of a bound or more. `practitioner-near-bound`: the same
    of one practitioner. `unlike-before`: three times the median of the days before, and 50 at least.
    `read-without-writing`: a device read many people of whom the facility wrote nothing.
    """
    bounds = bounds_of(patients_a_day)
    found = []
    if day.refused:
        found.append("refused")
    if _is_near(bounds.facility, day.busiest_hour, day.reads):
        found.append("near-bound")
    if any(_is_near(bounds.practitioner, reader.busiest_hour, reader.reads) for reader in day.practitioners):
        found.append("practitioner-near-bound")
    if before and day.reads >= max(FEW_READS, TIMES_USUAL * statistics.median(before)):
        found.append("unlike-before")
    if day.fishing:
        found.append("read-without-writing")
    return found


def to_row(day: ReadingDay, reasons: Sequence[str]) -> dict[str, Any]:
    """The day as JSON shows it."""
    return {
        **asdict(day),
        "practitioners": [asdict(reader) for reader in day.practitioners],
        "fishing": [asdict(reading) for reading in day.fishing],
        "why": list(reasons),
    }


def _is_near(windows: Windows, hour: int, day: int) -> bool:
    return any(
        100 * reads >= NEAR_PERCENT * (window.limit or 0) for window, reads in zip(windows, (hour, day), strict=True)
    )
