"""What earlier releases said: closed weeks and months, which no later release restates, and the newest full tables.

Kept beside the bucket's statistics as noisy counts; nothing in it counts anybody exactly.
"""

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.aggregate import buckets
from functions.aggregate.forecast import series
from functions.aggregate.protect import release_calendar, sensitive_categories
from functions.aggregate.protect.cells import DIAGNOSES, RESIDENTS, SERIES, Name, Noisy
from functions.aggregate.publish.suppression import PublishedTable

Weeks = dict[str, int]
BEGUN, BEGUN_WEEKS = 40, 4  # what the noise of weeks without anybody does not add up to


@dataclass
class Released:
    """`closed` has the noisy count of each week that is closed, by what is counted (`residents` or a category).

    `residents` has the published total of each release, `wards` the published figures by ward of each full one, `seen`
    what each release saw of a category's week: one, two ... weeks after its beginning, closed at last. `given` has the
    closed weeks or months of the department's series.
    """

    date: dt.date | None = None
    full_week: str | None = None
    full: dict[str, PublishedTable] = field(default_factory=dict)
    closed: dict[str, Weeks] = field(default_factory=dict)
    seen: dict[str, dict[str, list[int]]] = field(default_factory=dict)
    residents: dict[str, str] = field(default_factory=dict)
    wards: dict[str, dict[str, str]] = field(default_factory=dict)
    given: dict[str, Weeks] = field(default_factory=dict)

    def close(self, noisy: Noisy, day: dt.date) -> None:
        """Take in the weeks and months that are closed on `day` and were not before."""
        for name, people in noisy.items():
            measure, item, _, period = name
            if _is_closed(name, day):
                kept = self.given if measure == SERIES else self.closed
                kept.setdefault(item, {}).setdefault(period, people)
        self._see(noisy, day)

    def _see(self, noisy: Noisy, day: dt.date) -> None:
        """Take down what is reported so far of the open weeks; a week that a release missed is not continued."""
        weeks = list(release_calendar.complete_weeks(day, release_calendar.CLOSED_AFTER + 1))
        for item in {item for measure, item, kind, _ in noisy if measure == DIAGNOSES and kind == "week"}:
            if not sensitive_categories.is_published_series(item):
                continue
            seen = self.seen.setdefault(item, {})
            for delay, week in enumerate(reversed(weeks)):
                if len(seen.setdefault(week, [])) == delay:
                    seen[week].append(noisy.get((DIAGNOSES, item, "week", week), 0))
            for week in [week for week in seen if week < weeks[0] and len(seen[week]) <= release_calendar.CLOSED_AFTER]:
                del seen[week]


def _is_closed(name: Name, day: dt.date) -> bool:
    measure, item, kind, period = name
    if measure == RESIDENTS:
        return kind == "week" and period[:4].isdigit() and period < buckets.iso_week(day)
    listed = measure in (DIAGNOSES, SERIES) and sensitive_categories.is_published_series(item)
    return listed and release_calendar.is_closed(period, day)


def weekly_counts(closed: Mapping[str, int]) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """A category's closed weeks without a gap, from the first four on that have 40 people together; else nothing.

    Where a series begins is read off its noisy counts, as weeks without anybody stand in it too.
    """
    if not closed:
        return (), ()
    weeks = series.run_of(min(closed), max(closed))
    counts = tuple(float(closed.get(week, 0)) for week in weeks)
    for first in range(len(weeks) - BEGUN_WEEKS + 1):
        if sum(counts[first : first + BEGUN_WEEKS]) >= BEGUN:
            return weeks[first:], counts[first:]
    return (), ()


def read(province: str, bucket: str) -> Released:
    """What has been released so far; empty before the first release."""
    content = buckets.get_object(bucket, buckets.released_key(province))
    if content is None:
        return Released()
    found: dict[str, Any] = json.loads(content)
    return Released(
        date=dt.date.fromisoformat(found["date"]) if found["date"] else None,
        full_week=found["full_week"],
        full={name: _table(name, table) for name, table in found["full"].items()},
        closed=found["closed"],
        seen=found["seen"],
        residents=found.get("residents", {}),
        wards=found.get("wards", {}),
        given=found.get("given", {}),
    )


def write(province: str, bucket: str, state: Released) -> None:
    """Keep it for the next release."""
    content: Mapping[str, Any] = {
        "date": state.date.isoformat() if state.date else None,
        "full_week": state.full_week,
        "full": {name: dataclasses.asdict(table) for name, table in state.full.items()},
        "closed": state.closed,
        "seen": state.seen,
        "residents": state.residents,
        "wards": state.wards,
        "given": state.given,
    }
    buckets.put_object(bucket, buckets.released_key(province), json.dumps(content, ensure_ascii=False).encode())


def _table(name: str, found: Mapping[str, Any]) -> PublishedTable:
    cells = tuple(tuple(line) for line in found["cells"])
    return PublishedTable(name, tuple(found["rows"]), tuple(found["columns"]), cells)
