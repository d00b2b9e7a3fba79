"""A reference population that is wrong or not complete never makes a share of the population too high or too low."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from functions.aggregate import buckets
from functions.aggregate.count import age_bands, engine, population
from functions.aggregate.errors import BrokenReferenceError
from functions.aggregate.publish import rates
from functions.aggregate.publish.suppression import TOTAL, PublishedTable
from health_record import wards
from ops.synthetic_population import PEOPLE, YEAR, build_population
from tests.aggregate.conftest import LATEST, Province, population_csv, resident

WHOLE = build_population("79").decode()
WARD = "26911"
Change = Callable[[str], str]


def load(folder: Path, text: str, merged: str = "old,new\n") -> tuple[rates.Population, rates.Population]:
    """What is known by ward and by age of a file with this text."""
    (folder / "reference").mkdir(exist_ok=True)
    (folder / "reference/population.csv").write_text(text)
    (folder / "reference/merged_wards.csv").write_text(merged)
    buckets.use(buckets.Folders({"insights": folder}))
    try:
        rows = population.read_population("insights", population.ward_codes("insights", "79"))
    finally:
        buckets.use(buckets.S3())
    connection = engine.connect(folder)
    engine.load_population(connection, rows)
    return tuple(rates.load_population_by(connection, kind, "79") for kind in ("ward", "age_band"))  # type: ignore[return-value]


def without(*words: str) -> Change:
    """The file without the lines that begin with these cells."""
    return lambda text: "\n".join(line for line in text.splitlines() if not line.startswith(",".join(words)))


def rewritten(find: str, put: str) -> Change:
    return lambda text: text.replace(find, put)


# How a file may lack people, and what of it is still known: the ward in all, its men, all men, all children.
LACKS: dict[str, tuple[Change, tuple[bool, bool, bool, bool]]] = {
    "nothing": (lambda text: text, (True, True, True, True)),
    "a ward": (without(WARD), (False, False, False, False)),
    "another ward": (without("26929"), (True, True, False, False)),
    "the men of a ward": (without(WARD, "male"), (False, False, False, False)),
    "the women of a ward": (without(WARD, "female"), (False, True, True, False)),
    "children of a ward": (without(WARD, "male", "0-4"), (False, False, False, False)),
    "old people of a ward": (without(WARD, "male", "85+"), (False, False, False, True)),
    "all old people, in bands of its own": (rewritten(",85+,", ",85-89,"), (False, False, False, True)),
    "women, called something else": (rewritten(",female,", ",nữ,"), (False, True, True, False)),
    "a ward, by a code that is no more": (rewritten(f"\n{WARD},", "\n11111,"), (False, False, False, False)),
}


@pytest.mark.parametrize("what", LACKS)
def test_a_sum_is_known_only_where_no_part_of_it_is_missing(tmp_path: Path, what: str) -> None:
    change, known = LACKS[what]
    whole, now = load(tmp_path, WHOLE), load(tmp_path, change(WHOLE))
    asked = ((0, (WARD, TOTAL)), (0, (WARD, "male")), (0, (TOTAL, "male")), (1, ("0-14", TOTAL)))
    assert tuple(key in now[table] for table, key in asked) == known
    for before, after in zip(whole, now, strict=True):
        assert after.items() <= before.items()  # what is known is right
    assert ((TOTAL, TOTAL) in now[0]) == ((TOTAL, TOTAL) in now[1]) == (what == "nothing")


def test_thousands_with_a_point_are_no_smaller_population(tmp_path: Path) -> None:
    head, first, *lines = WHOLE.splitlines()
    cells = first.split(",")
    cells[3] = "1.200"
    by_ward, _ = load(tmp_path, "\n".join([head, ",".join(cells), *lines]))
    assert (cells[0], TOTAL) not in by_ward
    assert (TOTAL, TOTAL) not in by_ward


def test_of_several_years_the_newest_of_each_ward_counts(tmp_path: Path) -> None:
    """Two years in one file are not twice the people."""
    later = WHOLE.replace(f",{YEAR},s", f",{YEAR + 1},s")
    both = WHOLE + "\n".join(later.splitlines()[1:])
    assert load(tmp_path, both)[0][TOTAL, TOTAL] == PEOPLE["79"]
    of_one_ward = [line for line in later.splitlines() if line.startswith(WARD)]
    assert load(tmp_path, WHOLE + "\n".join(of_one_ward))[0][TOTAL, TOTAL] == PEOPLE["79"]


def test_of_a_newer_year_that_is_not_complete_nothing_is_filled_in(tmp_path: Path) -> None:
    found = load(tmp_path, f"{WHOLE}{WARD},male,0-4,999,{YEAR + 1},office\n")[0]
    assert (WARD, TOTAL) not in found
    assert ("26929", TOTAL) in found


def test_wards_that_were_merged_are_added_up_where_their_year_is_the_same(tmp_path: Path) -> None:
    whole = load(tmp_path, WHOLE)[0]
    parted = "\n".join(
        f"{line}\n{line.replace(WARD, '11111', 1)}" if line.startswith(WARD) else line for line in WHOLE.splitlines()
    )
    found = load(tmp_path, parted, f"old,new\n11111,{WARD}\n")[0]
    assert found[WARD, TOTAL] == 2 * whole[WARD, TOTAL]
    newer = parted.replace(f"\n{WARD},", "\nX").replace(f",{YEAR},s", f",{YEAR - 1},s").replace("\nX", f"\n{WARD},")
    assert load(tmp_path, newer, f"old,new\n11111,{WARD}\n")[0][WARD, TOTAL] == 2 * whole[WARD, TOTAL]
    old_ones = WHOLE + "\n".join(
        line.replace(WARD, "11111", 1).replace(f",{YEAR},s", f",{YEAR - 2},s")
        for line in WHOLE.splitlines()
        if line.startswith(WARD)
    )
    assert load(tmp_path, old_ones, f"old,new\n11111,{WARD}\n")[0][WARD, TOTAL] == whole[WARD, TOTAL]


def test_a_group_that_stands_twice_stops_the_run(tmp_path: Path) -> None:
    line = next(line for line in WHOLE.splitlines() if line.startswith(WARD))
    with pytest.raises(BrokenReferenceError):
        load(tmp_path, f"{WHOLE}{line}\n")


def test_weights_are_of_all_ages_or_of_none() -> None:
    by_age = PublishedTable("conditions_age", ("x",), age_bands.WIDE_BANDS, (("500",) * 6,))
    answered = dataclasses.replace(by_age, cells=(("1000",) * 6,))
    living = {(band, TOTAL): 100 for band in age_bands.WIDE_BANDS}
    assert rates.standardised_rates(by_age, answered, living).figure("x", "post_stratified") == "50.0"
    del living["75+", TOTAL]
    assert rates.standardised_rates(by_age, answered, living).figure("x", "post_stratified") == "unknown"


def test_the_page_says_that_the_population_is_not_complete_and_of_when_it_is(province: Province) -> None:
    province.refer("population.csv", without(WARD)(WHOLE))
    province.put(*(resident(f"{place}", ward="26929") for place in range(90)))
    province.run()
    shown = province.page()
    assert "The reference population is not complete for 1 wards" in shown
    assert "Số dân tham chiếu còn thiếu ở 1 phường xã" in shown
    assert f"of {YEAR}." in shown
    assert f"năm {YEAR}." in shown
    assert b'"progress_percent": "unknown"' in province.read(f"{LATEST}/summary.json")
    assert province.published("coverage_total_rate")["total"]["residents"] == "unknown"
    assert province.published("coverage_ward_rate")["26929"]["total"] not in ("unknown", "*")


@pytest.mark.parametrize(("people", "said"), [(110, True), (200, False)])
def test_a_ward_with_more_records_than_inhabitants_is_told_in_words(
    province: Province, people: int, said: bool
) -> None:
    living = population_of(WARD, people)
    province.refer("population.csv", living)
    province.put(*(resident(f"{place}") for place in range(150)))
    province.run()
    assert ("more records than people in the reference" in province.page()) is said
    assert (float(province.published("coverage_ward_rate")[WARD]["total"]) > 100) is said


def population_of(ward: str, people: int) -> str:
    """Everybody else lives in another ward, so that the province's share is low."""
    other = next(code for code in sorted(wards.list_wards("79")) if code != ward)
    return population_csv({(ward, "female", "45-49"): people, (other, "female", "45-49"): 1_000_000})
