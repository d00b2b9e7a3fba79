"""What facilities that lie do to public signals: `python -m benchmarks.lying_facilities [runs]`, a line for each scene.

Nine facilities of different size share the weeks of `benchmarks.outbreaks`; their reports come late, and each Monday is
released by the product's own code. A figure is the share of runs in which the public is shown a signal of the weeks in
question, where the department says nothing.
"""

import datetime as dt
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import outbreaks as simulation
from functions.aggregate import buckets
from functions.aggregate.forecast import series
from functions.aggregate.protect import cells, release_calendar, risen
from functions.aggregate.protect.promise import NARROW
from functions.aggregate.publish import signal_notices
from functions.aggregate.publish.released import Released
from functions.aggregate.settings import AggregateSettings
from health_record import observability

CATEGORY = "A97"
SHARES = (0.25, 0.15, 0.10, 0.10, 0.10, 0.10, 0.10, 0.05, 0.05)
LIAR, SEVERAL = len(SHARES) - 1, len(SHARES)  # a facility with few patients; people whom two facilities reported
HISTORY = 5 * 52
BEGINS = HISTORY + 6  # the week in which an outbreak begins, or the second of the forged ones
LAST = BEGINS + 11
MONDAY = dt.date(2026, 11, 30) - dt.timedelta(weeks=HISTORY)
SETTINGS = AggregateSettings(province="79", table_facts="", insights_bucket="insights", site_bucket="site")

# People added: (facility, week counted from BEGINS, people, week from which they are known; None: when it is over).
Lies = Sequence[tuple[int, int, int, int | None]]
FORGED: Lies = ((LIAR, -1, 36, None), (LIAR, 1, 36, None))
PAST: Lies = tuple((LIAR, -back, 4, 0) for back in range(10, 113, 2))
PAST_SEEN: Lies = tuple((LIAR, -back, 12, 0) for back in range(10, 113))  # 36 records, each once in three weeks
FLOOD: Lies = tuple((LIAR, -back, 22, -2) for back in range(10, 200))
SCENES: Mapping[str, tuple[float, Lies]] = {
    "nothing": (1.0, ()),
    "one facility adds 72 people": (1.0, FORGED),
    "one facility adds 48 people and a past of two phones": (1.0, ((LIAR, -1, 24, None), (LIAR, 1, 24, None), *PAST)),
    "one facility adds 72 people and a past of 1,236": (1.0, (*FORGED, *PAST_SEEN)),
    "two facilities add the same 72 people": (1.0, tuple((SEVERAL, *lie[1:]) for lie in FORGED)),
    "an outbreak": (2.5, ()),
    "an outbreak after one facility added 72 people": (2.5, tuple((LIAR, week - 3, 36, None) for week in (-1, 1))),
    "an outbreak after one facility reported 4,180 of long ago": (2.5, FLOOD),
    "an outbreak 16 months after one facility added 200": (2.5, ((LIAR, -71, 100, None), (LIAR, -70, 100, None))),
}


@dataclass
class Province:
    """`known[facility][week]` is how many were reported until one, two ... weeks after a week's beginning."""

    draw: random.Random
    known: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    lies: Lies = ()

    def add_week(self, week: int, count: int) -> None:
        """Share a week's cases among the facilities, and their reports among the weeks after."""
        found = Counter(self.draw.choices(range(len(SHARES)), SHARES, k=count))
        for facility, people in found.items():
            delays = Counter(self.draw.choices(range(5), (0.3, 0.3, 0.2, 0.1, 0.1), k=people))
            self.known[facility, week] = [sum(delays[part] for part in range(delay + 1)) for delay in range(5)]

    def reported(self, now: int) -> dict[int, dict[int, int]]:
        """Facility -> week -> people, as known on the Monday that begins week `now`."""
        found: dict[int, dict[int, int]] = {facility: {} for facility in range(len(SHARES) + 1)}
        for (facility, week), counts in self.known.items():
            if week < now:
                found[facility][week] = counts[min(now - 1 - week, 4)]
        for facility, week, people, since in self.lies:
            at = BEGINS + week
            if at < now and (since is None or BEGINS + since <= now):
                found[facility][at] = found[facility].get(at, 0) + people
        return found

    def usual(self, facility: int, now: int) -> float:
        """What a facility usually reported in nine weeks, each week as it was known when it was closed."""
        weeks = range(max(now - risen.RECENT_WEEKS - risen.USUAL_WEEKS, 0), now - risen.RECENT_WEEKS)
        people = sum(self.known[facility, week][4] for week in weeks if (facility, week) in self.known)
        closed_after = release_calendar.CLOSED_AFTER + 1
        people += sum(
            more
            for who, week, more, since in self.lies
            if who == facility and BEGINS + week in weeks and (since is None or since <= week + closed_after)
        )
        return people * risen.RECENT_WEEKS / len(weeks)


def shown(seed: int, mean: float, size: float, scene: str) -> bool:
    """Whether the public is shown a signal of the weeks around BEGINS in one run of a scene."""
    draw = random.Random(seed)
    times, lies = SCENES[scene]
    province = Province(draw, lies=lies)
    means = simulation.seasonal_means(mean, LAST, season=0.4, first=draw.randrange(simulation.SEASON))
    for week, each in enumerate(means):
        ill = times if BEGINS <= week < BEGINS + 4 else 1.0
        province.add_week(week, simulation.draw_count(draw, each * ill, size))
    first = min([BEGINS - 10, *(BEGINS + lie[1] - 1 for lie in lies if lie[3] is None)])
    with tempfile.TemporaryDirectory() as folder:
        buckets.use(buckets.Folders({"insights": Path(folder)}))
        released = Released()
        kept: dict[tuple[str, int], int] = {}
        return any(_is_shown(_release(province, released, kept, now)) for now in range(first, LAST))


def _release(province: Province, released: Released, kept: dict[tuple[str, int], int], now: int) -> list[str]:
    """The weeks of all signals that the public sees in the week that begins with `now`."""
    day = MONDAY + dt.timedelta(weeks=now)
    found = province.reported(now)
    rises = [_newest(found[one], now) - province.usual(one, now) for one in range(len(SHARES))]
    noisy_rises = [rise + round(province.draw.gauss(0, NARROW)) for rise in rises]
    rising = noisy_rises.index(max(noisy_rises))
    noisy: dict[cells.Name, int] = {}
    for week in range(max(now - cells.DIAGNOSIS_WEEKS, 0), now):
        whole = sum(weeks.get(week, 0) for weeks in found.values())
        name = buckets.iso_week(MONDAY + dt.timedelta(weeks=week))
        for measure, people in ((cells.DIAGNOSES, whole), (cells.ELSEWHERE, whole - found[rising].get(week, 0))):
            added = round(province.draw.gauss(0, NARROW))
            if release_calendar.is_closed(name, day):
                added = kept.setdefault((measure, week), added)
            noisy[measure, CATEGORY, "week", name] = max(people + added, 0)
    released.close(noisy, day)
    notices = signal_notices.find_signals(SETTINGS, released, noisy, day)
    return [notice.week for notice in notices if any(notice.is_shown(day + dt.timedelta(days=ago)) for ago in range(7))]


def _newest(weeks: Mapping[int, int], now: int) -> int:
    return sum(people for week, people in weeks.items() if week >= now - risen.RECENT_WEEKS)


def _is_shown(weeks: Sequence[str]) -> bool:
    first = MONDAY + dt.timedelta(weeks=BEGINS - 2)
    return any(series.monday_of(week) >= first for week in weeks)


def main() -> None:
    """Print a line of JSON for each setting and scene."""
    observability.logger().setLevel("ERROR")
    runs = int(sys.argv[1]) if sys.argv[1:] else 40
    for mean, size in ((20, 10), (50, 10)):
        for scene in SCENES:
            share = sum(shown(seed, mean, size, scene) for seed in range(runs)) / runs
            print(json.dumps({"weekly_mean": mean, "dispersion": size, "scene": scene, "shown": share}), flush=True)


if __name__ == "__main__":
    main()
