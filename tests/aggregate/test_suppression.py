"""Figures are hidden and rounded by one rule, and no total gives a hidden one away."""

import random

import pytest

from functions.aggregate.publish.disclosure import find_disclosed, published_bounds
from functions.aggregate.publish.suppression import (
    CountTable,
    is_sensitive,
    publish_count,
    publish_rate,
    publish_rates,
    publish_table,
)

ICD_10 = "http://hl7.org/fhir/sid/icd-10"


@pytest.mark.parametrize(
    ("people", "shown"),
    [(0, "0"), (1, "*"), (7, "*"), (8, "10"), (12, "10"), (13, "15"), (17, "15"), (18, "20"), (1002, "1000")],
)
def test_small_counts_are_hidden_and_the_rest_rounded_to_five(people: int, shown: str) -> None:
    assert publish_count(people) == shown


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="never negative"):
        publish_count(-1)


@pytest.mark.parametrize("people", range(200))
def test_the_bounds_hold_every_count_that_looks_alike(people: int) -> None:
    low, high = published_bounds(people)
    assert low <= people <= high
    alike = {other for other in range(400) if publish_count(other) == publish_count(people)}
    assert (min(alike), max(alike)) == (low, high)


@pytest.mark.parametrize(
    ("numerator", "denominator", "least", "shown"),
    [
        ("15", "1000", 20, "*"),
        ("20", "1000", 20, "2.0"),
        ("25", "1000", 20, "2.5"),
        ("0", "1000", 20, "0.0"),
        ("*", "1000", 0, "*"),
        ("10", "*", 0, "*"),
        ("10", "95", 0, "*"),
        ("10", "100", 0, "10.0"),
        ("10", "0", 0, "unknown"),
        ("10", "unknown", 0, "unknown"),
        ("unknown", "100", 0, "unknown"),
    ],
)
def test_rates_come_from_published_figures(numerator: str, denominator: str, least: int, shown: str) -> None:
    assert publish_rate(numerator, denominator, least=least) == shown


@pytest.mark.parametrize("code", ["F99", "B24", "Z21", "O80", "T74.1", "A53"])
def test_sensitive_conditions_are_known_by_their_code(code: str) -> None:
    assert is_sensitive(f"{ICD_10}|{code}")


@pytest.mark.parametrize("key", [f"{ICD_10}|I10", f"{ICD_10}|A15", "http://snomed.info/sct|F99", "urn:x|O80"])
def test_other_conditions_are_not_sensitive(key: str) -> None:
    assert not is_sensitive(key)


def test_a_table_is_published_with_its_totals() -> None:
    table = CountTable("t", ("a", "b"), ("x", "y"), ((0, 3), (41, 8)), total_row=True, total_column=True)

    shown = publish_table(table)

    assert shown.rows == ("a", "b", "total")
    assert shown.columns == ("x", "y", "total")
    assert shown.cells == (("0", "*", "*"), ("40", "10", "50"), ("40", "10", "50"))
    assert shown.withheld == ()
    assert shown.figure("b", "x") == "40"
    assert shown.figure("c", "x") == "unknown"


def test_a_total_that_undoes_every_cell_is_not_shown() -> None:
    """Seven wards with one person each and a total of 1-7: everybody could count to seven."""
    line = tuple((1,) for _ in range(7))
    table = CountTable("t", tuple("abcdefg"), ("x",), line, total_row=True, total_column=True)

    shown = publish_table(table)

    assert shown.withheld == ("total row",)
    assert "total" not in shown.rows


def test_a_column_of_its_own_goes_when_its_total_would_undo_it() -> None:
    cells = tuple((1, 50 + ward) for ward in range(7))
    shown = publish_table(CountTable("t", tuple("abcdefg"), ("rare", "common"), cells, total_row=True))

    assert shown.columns == ("common",)
    assert shown.withheld == ("rare",)
    assert shown.rows[-1] == "total"


def test_a_row_of_its_own_goes_when_its_total_would_undo_it() -> None:
    shown = publish_table(
        CountTable("t", ("rare", "common"), tuple("wxyz"), ((7, 7, 7, 7), (50, 60, 70, 80)), total_column=True)
    )

    assert shown.rows == ("common",)
    assert shown.withheld == ("rare",)


def test_a_column_with_hardly_anybody_goes_before_any_row_or_total() -> None:
    """33 + 43 + 1 = 77 is shown as 35, 45, * and 75: only 1 is left for the star."""
    lines = ((33, 43, 1), (400, 410, 0))
    for total_row in (False, True):
        shown = publish_table(
            CountTable("t", ("a", "b"), ("x", "y", "z"), lines, total_row=total_row, total_column=True)
        )

        assert shown.withheld == ("z",)
        assert shown.columns == ("x", "y", "total")
        assert shown.cells[0] == ("35", "45", "75")


def test_every_total_goes_when_either_would_undo_a_cell() -> None:
    cells = tuple(tuple(1 if row == 0 or column == 0 else 0 for column in range(7)) for row in range(7))
    shown = publish_table(CountTable("t", tuple("abcdefg"), tuple("stuvwxy"), cells, total_row=True, total_column=True))

    assert shown.withheld == ("all totals",)
    assert "total" not in shown.rows + shown.columns


def test_an_empty_table_and_one_resident_are_published() -> None:
    assert publish_table(CountTable("t", (), (), (), total_row=True, total_column=True)).cells == (("0",),)
    one = publish_table(CountTable("t", ("a", "b"), ("x", "y"), ((1, 0), (0, 0)), total_row=True, total_column=True))
    assert one.cells == (("*", "0", "*"), ("0", "0", "0"), ("*", "0", "*"))


def test_rates_stand_at_the_place_of_their_figure() -> None:
    table = publish_table(CountTable("t", ("a", "b"), ("x",), ((30,), (3,)), total_row=True))

    rates = publish_rates("t_rate", table, [["200"], ["1000"], ["1200"]], least=20)

    assert rates.name == "t_rate"
    assert rates.rows == ("a", "b", "total")
    assert rates.cells == (("15.0",), ("*",), ("2.9",))


@pytest.mark.parametrize("seed", range(40))
def test_the_check_agrees_with_trying_every_table(seed: int) -> None:
    """Small tables: list all tables with the same published figures; a hidden cell with one value left is disclosed."""
    draw = random.Random(seed)
    cells = [[draw.choice([0, 1, 1, 2, 7, 7, 9]) for _ in range(2)] for _ in range(2)]

    found = set(find_disclosed(cells, total_row=True, total_column=True, least_width=1))

    assert found == _by_trying(cells)


def _by_trying(cells: list[list[int]]) -> set[tuple[int, int]]:
    from itertools import product

    flat = [people for line in cells for people in line]
    figures = _figures(flat)
    ranges = [range(low, high + 1) for low, high in map(published_bounds, flat)]
    alike = [guess for guess in product(*ranges) if _figures(list(guess)) == figures]
    values = [{guess[place] for guess in alike} for place in range(4)]
    hidden = [place for place, people in enumerate(flat) if 1 <= people <= 7]
    return {divmod(place, 2) for place in hidden if len(values[place]) == 1}


def _figures(flat: list[int]) -> list[str]:
    a, b, c, d = flat
    return [publish_count(people) for people in (a, b, c, d, a + b, c + d, a + c, b + d, a + b + c + d)]
