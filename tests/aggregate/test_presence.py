"""That a file, a row or a column is there says of nobody that they are ill: whether it is there is no exact count."""

import csv
import datetime as dt
import io
import re
from pathlib import Path
from typing import Any

import pytest

from functions.aggregate.protect import sensitive_categories
from functions.aggregate.protect.cells import Noisy
from functions.aggregate.publish import released
from tests.aggregate import attack
from tests.aggregate.conftest import diagnosis, resident
from tests.aggregate.test_attacks import run, town

WEEK = "2026-W45"
ONSETS = {"two months ago": "2026-10-05", "last week": "2026-12-15", "long ago": "2021-11-01", "tomorrow": "2026-12-22"}


def shape(files: dict[str, bytes]) -> dict[str, Any]:
    """Every file, its rows and columns, and the headings of the page, without any figure."""
    found: dict[str, Any] = {"page": re.findall(r"<h[123]>(.*?)</h", files["index.html"].decode())}
    for name, body in files.items():
        if name.endswith(".csv") and name != "data.csv":
            head, *lines = list(csv.reader(io.StringIO(body.decode())))
            found[name] = (head, [line[0] for line in lines])
        else:
            found.setdefault(name, None)
    return found


@pytest.mark.parametrize("onset", ONSETS.values(), ids=list(ONSETS))
def test_the_first_person_ill_of_a_disease_adds_no_file_row_or_column(tmp_path: Path, onset: str) -> None:
    one = [diagnosis(f"{0:032x}", place, code=code, onset=onset, account="account 0") for place, code in CODES]
    for secret in attack.secrets(2):
        before = run(tmp_path / secret.hex(), town(0), secret)
        after = run(tmp_path / f"{secret.hex()} ill", [*town(0), *one], secret)
        assert shape(after) == shape(before)


CODES = tuple(enumerate(sensitive_categories.WEEKLY_CATEGORIES))


def test_nobody_of_a_sex_is_a_figure_with_noise_as_somebody_is(tmp_path: Path) -> None:
    """The province's totals have no threshold, so an exact 0 would say what 10 would."""
    nobody, somebody = set(), set()
    for place, secret in enumerate(attack.secrets(6)):
        nobody.add(_others(run(tmp_path / f"{place}", town(0), secret)))
        one = resident("f" * 32, sex="other")
        somebody.add(_others(run(tmp_path / f"{place} one", [*town(0), one], secret)))
    assert len(nobody) > 1
    assert nobody & somebody


def _others(files: dict[str, bytes]) -> str:
    head, *lines = list(csv.reader(io.StringIO(files["coverage_ward.csv"].decode())))
    column = next(place for place, name in enumerate(head) if name.startswith("other"))
    return lines[-1][column]


def test_a_week_in_which_nobody_was_ill_stands_among_the_noisy_counts() -> None:
    noisy: Noisy = {("diagnoses", "B05", "week", WEEK): 3, ("diagnoses", "B05", "week", "2026-W44"): 0}
    state = released.Released()
    state.close(noisy, dt.date(2026, 12, 21))
    assert state.closed == {"B05": {WEEK: 3, "2026-W44": 0}}


def test_a_series_begins_where_its_noisy_counts_do() -> None:
    quiet = {f"2026-W{week:02d}": week % 7 for week in range(1, 30)}
    assert released.weekly_counts(quiet) == ((), ())
    assert released.weekly_counts({}) == ((), ())

    weeks, counts = released.weekly_counts(quiet | {"2026-W20": 30, "2026-W21": 20})
    assert weeks[0] == "2026-W17"
    assert (len(weeks), counts[3:5]) == (13, (30.0, 20.0))
