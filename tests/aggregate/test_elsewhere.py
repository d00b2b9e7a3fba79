"""Weekly counts without the facility that has risen most: what a signal must be as well, to be shown without a word."""

import datetime as dt
from pathlib import Path
from typing import Any

from functions.aggregate.protect import cells, promise
from functions.aggregate.protect.perturbation import Cell
from tests.aggregate import attack
from tests.aggregate.attack import Look
from tests.aggregate.cell_counts import count_cells
from tests.aggregate.conftest import DAY, diagnosis
from tests.aggregate.test_attacks import others, with_target
from tests.aggregate.test_protection import data_file

WEEK, ONSET = "2026-W47", "2026-11-17"
HOSPITAL, CLINIC = "79001", "79666"


def count(folder: Path, rows: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """People and accounts of a week, where the hospital is known for ten people a week."""
    found = count_cells(folder, [data_file(folder / "one.json.gz", rows)], {("A91", HOSPITAL): 90.0})
    return {measure: _size(found.get((measure, "A91", "week", WEEK))) for measure in cells.BY_WEEK}


def _size(cell: Cell | None) -> tuple[int, int]:
    return (cell.people, cell.accounts) if cell else (0, 0)


def usual(facility: str, people: int) -> list[dict[str, Any]]:
    """So many people each week of the two years before, and of this week."""
    day = dt.date.fromisoformat(ONSET)
    return [
        diagnosis(f"{facility} {back} {place}", onset=(day - dt.timedelta(weeks=back)).isoformat(), facility=facility)
        for back in range(110)
        for place in range(people)
    ]


def test_the_facility_that_rose_most_is_left_out_and_not_the_largest(tmp_path: Path) -> None:
    forged = [
        diagnosis(f"new {place}", account=f"phone {place % 3}", card_seen=True, facility=CLINIC) for place in range(36)
    ]
    assert count(tmp_path, [*usual(HOSPITAL, 10), *forged]) == {"diagnoses": (46, 13), "elsewhere": (10, 10)}


def test_whom_another_facility_reported_as_well_is_counted_elsewhere(tmp_path: Path) -> None:
    rows = [diagnosis(f"{place}", facility=CLINIC) for place in range(20)]
    rows += [diagnosis(f"{place}", 2, facility=HOSPITAL) for place in range(4)]
    assert count(tmp_path, rows) == {"diagnoses": (20, 20), "elsewhere": (4, 4)}


def test_a_row_without_a_facility_is_one_facility_s(tmp_path: Path) -> None:
    rows = [diagnosis(f"{place}", facility=None) for place in range(20)]
    assert count(tmp_path, [*rows, diagnosis("x", facility=HOSPITAL)]) == {"diagnoses": (21, 21), "elsewhere": (1, 1)}


def test_an_illness_that_also_stands_there_stays_within_the_promise() -> None:
    """A second figure of its week in each release; all that is shown of it is whether a signal waits."""
    for size in (0, 14, 200):
        worlds = (with_target(others(size, 3, 0)), others(size, 3, 0))
        looks = [Look(f"{measure} {place}", worlds, open=True) for measure in cells.BY_WEEK for place in range(5)]
        assert attack.exact([looks[0], looks[5]]) <= promise.ONE_RELEASE
        assert attack.exact(looks) <= promise.ONE_YEAR


def test_a_week_has_its_count_elsewhere_though_nobody_was_ill() -> None:
    names = set(cells._weekly(dt.date.fromisoformat(DAY)))
    assert ("elsewhere", "B05", "week", WEEK) in names
    assert len(names) == 2 * len({name for name in names if name[0] == "diagnoses"})
