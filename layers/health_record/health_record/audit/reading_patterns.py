"""A pattern of fishing: one device of a station reads many people whom its facility never writes about; pure.

A desk where people come writes about most of them: a measurement, a vaccination, a card that was seen. Who looks people
up for others writes nothing. Facilities' own software is left out: hospitals' files may come days after it read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

READINGS = frozenset({"search", "match", "summary", "everything", "attachment"})
WRITINGS = frozenset({"transaction", "verify", "hospital-file"})
MANY_PEOPLE = 20  # read and not written about, in a day
UNWRITTEN_PERCENT = 80


@dataclass(frozen=True)
class DeviceReading:
    """Whom a device read in a day, and of how many of them its facility wrote nothing."""

    key_id: str
    people: int
    unwritten: int

    @property
    def is_fishing(self) -> bool:
        """Whether somebody has to ask what it was for."""
        return self.unwritten >= MANY_PEOPLE and 100 * self.unwritten >= UNWRITTEN_PERCENT * self.people


def list_devices(items: Iterable[Mapping[str, Any]]) -> set[str]:
    """The key ids of the devices that may write, from items of the facilities' table."""
    return {
        f"{item['pk'].removeprefix('facility#')}.{item['sk'].removeprefix('key#')}"
        for item in items
        if item["sk"].startswith("key#") and "label" in item and "write" in item.get("permissions", ())
    }


def count_readings(items: Iterable[Mapping[str, Any]], devices: Collection[str]) -> list[DeviceReading]:
    """What each of the devices read, from the audit items of one facility's day; by key id."""
    read: dict[str, set[str]] = defaultdict(set)
    written: set[str] = set()
    for item in items:
        record_id = item.get("record_id")
        if record_id is None or item["outcome"] != "allowed":
            continue
        if item["action"] in WRITINGS:
            written.add(record_id)
        elif item["action"] in READINGS and item.get("key_id") in devices:
            read[item["key_id"]].add(record_id)
    return [DeviceReading(key_id, len(people), len(people - written)) for key_id, people in sorted(read.items())]
