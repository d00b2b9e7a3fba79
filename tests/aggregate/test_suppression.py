"""What is shown of a noisy count, and what is sensitive, over whole kinds and not over examples."""

import dataclasses
import datetime as dt
import itertools
import random

import pytest

from functions.aggregate.protect import perturbation, sensitive_categories
from functions.aggregate.protect.cells import RESIDENTS
from functions.aggregate.protect.perturbation import Cell
from functions.aggregate.publish import rates
from functions.aggregate.publish.suppression import (
    PublishedTable,
    Stratum,
    condition,
    publish_rate,
    publish_weighted_rate,
    total,
    wide,
)
from functions.aggregate.publish.tables import Frame
from health_record import wards

ICD_10 = "http://hl7.org/fhir/sid/icd-10"


@pytest.mark.parametrize(
    ("noisy", "shown"),
    [(None, "*"), (0, "*"), (1, "*"), (14, "*"), (15, "15"), (17, "15"), (18, "20"), (1002, "1000")],
)
def test_nobody_and_few_people_look_alike(noisy: int | None, shown: str) -> None:
    assert condition(noisy) == shown


@pytest.mark.parametrize(("noisy", "shown"), [(None, "*"), (29, "*"), (30, "30"), (34, "30"), (35, "40")])
def test_counts_that_are_not_capped_have_a_wider_threshold(noisy: int | None, shown: str) -> None:
    assert wide(noisy) == shown


@pytest.mark.parametrize(("noisy", "shown"), [(None, "0"), (0, "0"), (4, "0"), (5, "10"), (298, "300")])
def test_the_total_of_the_province_is_always_shown(noisy: int | None, shown: str) -> None:
    assert total(noisy) == shown


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        ("20", "1000", "2.0"),
        ("25", "1000", "2.5"),
        ("*", "1000", "*"),
        ("20", "*", "*"),
        ("20", "90", "*"),
        ("20", "100", "20.0"),
        ("110", "100", "100.0"),
        ("20", "0", "unknown"),
        ("20", "unknown", "unknown"),
        ("unknown", "100", "unknown"),
    ],
)
def test_rates_come_from_published_figures(numerator: str, denominator: str, shown: str) -> None:
    assert publish_rate(numerator, denominator) == shown


@pytest.mark.parametrize(("people", "shown"), [("90", "90.0"), ("100", "100.0"), ("110", "110.0"), ("*", "*")])
def test_a_share_of_the_population_is_not_cut_off_at_a_hundred(people: str, shown: str) -> None:
    """A ward with more records than inhabitants is what an officer has to see."""
    counts = PublishedTable("coverage_ward", ("26911",), ("total",), ((people,),))
    assert rates.population_rates(counts, {("26911", "total"): 100}).cells == ((shown,),)
    assert rates.answer_rates(counts, dataclasses.replace(counts, cells=(("100",),))).cells[0][0] in (shown, "100.0")


def test_a_weighted_rate_is_hidden_where_hidden_counts_could_move_it() -> None:
    assert publish_weighted_rate([]) == "unknown"
    assert publish_weighted_rate([Stratum("50", "100", 1), Stratum("20", "200", 3)]) == "20.0"
    assert publish_weighted_rate([Stratum("50", "90", 1), Stratum("20", "200", 3)]) == "*"
    assert publish_weighted_rate([Stratum("500", "1000", 1), Stratum("*", "1000", 1)]) == "25.4"
    assert publish_weighted_rate([Stratum("20", "100", 1), Stratum("*", "100", 1)]) == "*"


def categories() -> list[str]:
    return [f"{letter}{number:02d}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" for number in range(100)]


def test_sensitive_is_a_whole_block_wherever_one_of_its_codes_harms() -> None:
    """Every category that a reader could hold against somebody, by the classification's own blocks."""
    harm = {
        *("F", "O", "P", "S", "T", "V", "W", "X", "Y", "Z"),  # whole chapters
        *(f"A{number}" for number in (*range(15, 20), *range(30, 50), *range(50, 65), *range(70, 75))),
        *(f"B{number}" for number in (*range(15, 25), *range(90, 95))),
        *(f"N{number}" for number in (*range(40, 52), *range(70, 99))),
        *(f"R{number}" for number in (*range(40, 47), *range(70, 80))),
    }
    for category in categories():
        expected = category[0] in harm or category in harm
        if category in ("T99", "Y99", "V00", "O99", "P97", "P98", "P99") or category.startswith("U"):
            continue  # no such category, or one without a meaning of its own
        for code in (category, f"{category}.1", category.lower()):
            assert sensitive_categories.is_sensitive(f"{ICD_10}|{code}") == expected, code
    for code in ["Z30", "Z33", "Z34", "R75", "Z20", "Z71", "X95", "Y87", "R45", "Z91", "N73", "A30", "B18"]:
        assert sensitive_categories.is_sensitive(f"{ICD_10}|{code}"), code


def test_blocks_are_closed_ranges_in_order() -> None:
    for first, last in sensitive_categories.BLOCKS:
        assert first[0] <= last[0]
        assert first < last
    for (_, last), (first, _) in itertools.pairwise(sensitive_categories.BLOCKS):
        assert last < first


def test_codes_of_other_systems_are_not_mistaken_for_icd_10() -> None:
    assert not sensitive_categories.is_sensitive("http://snomed.info/sct|F99")
    assert not sensitive_categories.is_sensitive("urn:x|O80")
    assert sensitive_categories.is_sensitive("http://loinc.org|8659-5")


def test_no_published_weekly_category_is_sensitive_and_no_series_goes_by_a_sensitive_name() -> None:
    for category in categories():
        if sensitive_categories.is_published_series(category):
            assert not sensitive_categories.is_sensitive(f"{ICD_10}|{category}")
    for name in ("hiv", "tb", "tuberculosis", "abortion", "suicide", "std", "B20", "anything"):
        assert not sensitive_categories.is_published_series(name)


@pytest.mark.parametrize("people", [200, 500, 1000])
@pytest.mark.parametrize("home", [1, 3])
@pytest.mark.parametrize("strangers", [0, 12, 36])
def test_strangers_in_many_wards_do_not_open_what_is_sensitive_in_a_pilot(
    people: int, home: int, strangers: int
) -> None:
    """36 records of three phones, one in each of 36 wards, where all others live in one or three."""
    listed = sorted(wards.list_wards("79"))
    random.Random(home).shuffle(listed)
    counts = dict.fromkeys(listed[:home], people // home) | dict.fromkeys(listed[home : home + strangers], 1)
    assert all(frame(counts, str(key)).in_few_wards for key in range(40))


def test_where_more_than_five_wards_have_begun_what_is_sensitive_is_open() -> None:
    eight = dict.fromkeys(sorted(wards.list_wards("79"))[:8], 100)
    assert not any(frame(eight, str(key)).in_few_wards for key in range(40))


def frame(counts: dict[str, int], key: str) -> Frame:
    """A full release of wards with so many people."""
    noisy = {
        (RESIDENTS, RESIDENTS, "ward", ward): perturbation.wide(key.encode(), ward, Cell(people, people, people))
        for ward, people in counts.items()
    }
    return Frame("79", dt.date(2026, 12, 21), noisy, by_ward=True, full=True)
