"""How far it is to the goal: what has changed, and when nine in ten will have a record at today's pace."""

import datetime as dt
import math
from collections.abc import Mapping

from functions.aggregate import buckets
from functions.aggregate.publish.suppression import UNKNOWN, WIDE_ERROR

GOAL = 0.9
PACE_WEEKS = 4
FURTHEST_WEEKS = 20 * 52  # beyond twenty years a date says nothing


def missing(people: int, population: int) -> int:
    """How many more people the goal needs; 0 where it is reached."""
    return max(math.ceil(GOAL * population) - people, 0)


def change(totals: Mapping[str, str], day: dt.date, weeks: int) -> int | None:
    """The newest total less that of so many weeks before; None where there was no release."""
    now, before = (totals.get(buckets.iso_week(day - dt.timedelta(weeks=back)), UNKNOWN) for back in (0, weeks))
    return None if UNKNOWN in (now, before) else int(now) - int(before)


def day_of_ward(left: int, now: int, before: int | None, weeks: int, day: dt.date) -> dt.date | None:
    """When a ward reaches the goal at its pace since an earlier release; None where noise may be all that changed."""
    if not left or before is None or now - before <= 2 * WIDE_ERROR:
        return None
    ahead = math.ceil(left * weeks / (now - before))
    return day + dt.timedelta(weeks=ahead) if ahead <= FURTHEST_WEEKS else None


def day_of_goal(people: int, population: int, totals: Mapping[str, str], day: dt.date) -> dt.date | None:
    """When the goal is reached at the pace of the last four weeks; None where that cannot be said."""
    gained = change(totals, day, PACE_WEEKS)
    if gained is None or gained <= 2 * WIDE_ERROR:
        return None
    weeks = math.ceil(missing(people, population) * PACE_WEEKS / gained)
    return day + dt.timedelta(weeks=weeks) if weeks <= FURTHEST_WEEKS else None
