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


OLD, OLDER = "11111", "11112"
INTO_ONE = f"old,new\n{OLD},{WARD}\n{OLDER},{WARD}\n"
ONE_AFTER_ANOTHER = f"old,new\n{OLDER},{OLD}\n{OLD},{WARD}\n"

# Which code has figures of which year, counted back from the newest; how often the ward's people are in the sum.
MERGED: dict[str, tuple[str, dict[str, tuple[int, ...]], int]] = {
    "today's code alone": (INTO_ONE, {WARD: (0,)}, 1),
    "the ward and one that came to it, of one year": (INTO_ONE, {WARD: (0,), OLD: (0,)}, 2),
    "both, for two years": (INTO_ONE, {WARD: (1, 0), OLD: (1, 0)}, 2),
    "the ward by itself since then": (INTO_ONE, {WARD: (0,), OLD: (2,)}, 1),
    "the ward by itself since then, of two that came": (INTO_ONE, {WARD: (0,), OLD: (1,), OLDER: (2,)}, 1),
    "two old ones of one year": (INTO_ONE, {OLD: (0,), OLDER: (0,)}, 2),
    "two old ones, each for two years": (INTO_ONE, {OLD: (1, 0), OLDER: (1, 0)}, 2),
    "two old ones of different years": (INTO_ONE, {OLD: (0,), OLDER: (1,)}, 2),
    "two old ones, one for a year more": (INTO_ONE, {OLD: (1, 0), OLDER: (1,)}, 2),
    "one that is counted later than the ward was": (INTO_ONE, {WARD: (1,), OLD: (0,)}, 2),
    "one that had taken in the other": (ONE_AFTER_ANOTHER, {OLD: (0,), OLDER: (1,)}, 1),
    "one that had not yet taken in the other": (ONE_AFTER_ANOTHER, {OLD: (0,), OLDER: (0,)}, 2),
}


@pytest.mark.parametrize("what", MERGED)
def test_wards_that_were_merged_are_added_up_each_of_its_own_newest_year(tmp_path: Path, what: str) -> None:
    merged, years, times = MERGED[what]
    lines = [
        line.replace(WARD, code, 1).replace(f",{YEAR},s", f",{YEAR - back},s")
        for code, given in years.items()
        for back in given
        for line in of_ward()
    ]
    found = load(tmp_path, "\n".join([without(WARD)(WHOLE), *lines]), merged)[0]
    assert found[WARD, TOTAL] == times * load(tmp_path, WHOLE)[0][WARD, TOTAL]


@pytest.mark.parametrize("year", [YEAR, YEAR + 1])
def test_one_of_the_wards_that_were_merged_does_not_stand_for_the_other(tmp_path: Path, year: int) -> None:
    """The children of one code alone are not those of the ward, whether the other's lack or are of a newer year."""
    whole = [line.replace(WARD, OLD, 1) for line in of_ward()]
    part = [
        line.replace(WARD, OLDER, 1).replace(f",{YEAR},s", f",{year},s") for line in of_ward() if ",0-4," not in line
    ]
    found = load(tmp_path, "\n".join([without(WARD)(WHOLE), *whole, *part]), INTO_ONE)
    assert (WARD, TOTAL) not in found[0]
    assert ("0-14", TOTAL) not in found[1]
    assert ("75+", TOTAL) in found[1]


def of_ward() -> list[str]:
    return [line for line in WHOLE.splitlines() if line.startswith(WARD)]


def twice(line: str) -> str:
    return f"{line}\n{line}\n"


# Lines that belong to no group of the province stop nothing, however often they stand there.
HARMLESS = {
    "empty lines": twice(",,,,,"),
    "empty lines with blanks": twice(" , ,,,, "),
    "subtotals of a district": twice(f"Quận 1,male,0-4,999,{YEAR},office"),
    "the sum of a ward": twice(f"{WARD},male,all,999,{YEAR},office"),
    "both sexes of a ward": twice(f"{WARD},both,0-4,999,{YEAR},office"),
    "another province": twice(f"00001,male,0-4,999,{YEAR},office"),
    "an older year": twice(f"{WARD},male,0-4,999,{YEAR - 1},office"),
    "a line that is cut off": twice(WARD),
    "a year with the mark of a footnote": twice(f"{WARD},male,0-4,999,{YEAR}²,office"),
}


@pytest.mark.parametrize("what", HARMLESS)
def test_lines_of_no_group_of_the_province_stop_nothing(tmp_path: Path, what: str) -> None:
    assert load(tmp_path, WHOLE + HARMLESS[what]) == load(tmp_path, WHOLE)


def test_empty_lines_are_no_rows_that_were_left_out(tmp_path: Path, written: Callable[[], str]) -> None:
    load(tmp_path, WHOLE + twice(",,,,,"))
    assert "population_rows_skipped" not in written()
    load(tmp_path, WHOLE + twice("Quận 1,male,0-4,999,2025,office"))
    assert '"left_out":2' in written()


@pytest.mark.parametrize("code", [WARD, OLD])
@pytest.mark.parametrize("people", [None, 7])
def test_a_group_that_stands_twice_stops_the_run(tmp_path: Path, code: str, people: int | None) -> None:
    """Also with another number, and also by a code of before."""
    groups = [line.replace(WARD, code, 1) for line in of_ward()]
    cells = groups[0].split(",")
    cells[3] = cells[3] if people is None else str(people)
    text = "\n".join([without(WARD)(WHOLE), *groups, ",".join(cells)])
    with pytest.raises(BrokenReferenceError):
        load(tmp_path, text, INTO_ONE)


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
