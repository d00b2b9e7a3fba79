"""The statistics are what another engine counts from the same rows, cell by cell."""

import json
import random
from collections import Counter
from typing import Any

import pytest

from benchmarks import facts
from ops.synthetic_population import synthetic_population
from tests.aggregate import recount
from tests.aggregate.conftest import DAILY, DAY, ICD_10, SMOKING, Province, diagnosis, resident

CVX = "http://hl7.org/fhir/sid/cvx"


def test_every_cell_is_what_another_engine_counts(province: Province) -> None:
    people = [*facts.residents(220, seed=7), *_odd_ones()]
    reported = [*facts.diagnoses(80, seed=7), diagnosis("far", ward="00004"), diagnosis("odd", code="b08.4")]
    posters = list(facts.posters())
    province.put(*people, *reported, *posters)

    answer = province.run()

    assert answer["residents"] == len(people)
    coverage = province.statistic("coverage")
    assert _counted(coverage, "ward sex age_band week", "residents") == recount.coverage(people, 2026)
    assert sum(row["synthetic"] for row in coverage) == 1
    for name in ("conditions", "immunizations"):
        table = province.statistic(name)
        expected = recount.said(people, 2026, immunizations=name == "immunizations")
        for measure in ("yes", "no", "unknown"):
            assert _counted(table, "ward sex age_band system code", measure) == expected[measure], measure
    assert _counted(province.statistic("risks"), "ward sex age_band system code answer", "residents") == recount.risks(
        people, 2026
    )
    assert _counted(province.statistic("weekly_diagnoses"), "week ward category", "diagnoses") == recount.diagnoses(
        reported, 2026
    )
    funnel = province.statistic("funnel")
    assert {(str(row["day"]), row["poster"], row["visits"], row["submissions"]) for row in funnel} == {
        (item["sk"][4:], item["pk"][7:], item["visits"], item["submissions"]) for item in posters
    }
    assert {name: len(province.statistic(name)) for name in answer["tables"]} == answer["tables"]


def _odd_ones() -> list[dict[str, Any]]:
    """Rows at the edges: other provinces, absurd years, missing members, unknown codes, every class of a measure."""
    draw = random.Random(5)
    odd = [
        resident("far", ward="00004"),
        resident("no-ward", ward="99999"),
        resident("young", birth_year=2026),
        resident("eighteen", birth_year=2008),
        resident("seventeen", birth_year=2009),
        resident("old", birth_year=1896),
        resident("older", birth_year=1895),
        resident("unborn", birth_year=2027),
        resident("eighty-four", birth_year=1942),
        resident("eighty-five", birth_year=1941),
        resident("new-code", yes=[f"{ICD_10}|U99.9", f"{CVX}|999", "urn:odd|x"], no=[], unknown=[]),
        resident("smoker", choices={}, unknown=[SMOKING]),
        resident("says-yes", choices={}, yes=[SMOKING, f"{ICD_10}|I10"]),
        resident("new-answer", choices={"urn:new|question": "urn:new|answer"}),
        resident("nothing", yes=[], no=[], unknown=[], choices={}, measures={}),
        resident("giant", measures={"29463-7": 60, "8302-2": 0}),
        resident("feather", measures={"29463-7": 3, "8302-2": 180}),
        resident("sex", sex="x"),
        resident("undated", declared_on="soon"),
        resident("made-up", synthetic=True),
        resident("year-end", declared_on="2027-01-03"),
        {"pk": "resident#bare", "sk": "resident"},
    ]
    for weight in (47, 47.36, 47.4, 58.8, 58.88, 58.9, 63.9, 64, 64.1):
        pressure = {"8480-6": draw.choice([129, 130, 139, 140]), "8462-4": draw.choice([84, 85, 89, 90])}
        odd.append(resident(f"w{weight}", measures={"29463-7": weight, "8302-2": 160, **pressure}))
    return odd


def _counted(table: list[dict[str, Any]], keys: str, measure: str) -> Counter[tuple[Any, ...]]:
    return Counter({tuple(row[key] for key in keys.split()): row[measure] for row in table if row[measure]})


def test_a_second_run_of_the_day_writes_the_same_bytes(province: Province) -> None:
    province.put(*facts.residents(60, seed=1), *facts.diagnoses(30, seed=1), *facts.posters())
    province.refer("population.csv", synthetic_population("79"))
    first = province.run()
    before = province.everything()

    assert province.run() == first
    assert province.everything() == before
    assert len(before) == len(set(before)) > 60


def test_an_empty_table_makes_empty_statistics_and_a_page(province: Province) -> None:
    answer = province.run()

    assert answer["residents"] == 0
    assert set(answer["tables"].values()) == {0}
    assert province.published("coverage_age")["total"]["total"] == "0"
    assert "0 người có hồ sơ" in province.page()


def test_one_resident_is_counted_and_nowhere_shown(province: Province) -> None:
    province.refer("population.csv", synthetic_population("79"))
    province.put(resident("only"))

    assert province.run()["residents"] == 1
    assert province.published("coverage_ward")["26911"] == {
        "male": "0", "female": "*", "other": "0", "unknown": "0", "total": "*"
    }  # fmt: skip
    assert province.published("coverage_ward_rate")["26911"]["total"] == "*"
    assert province.published("conditions_sex")["I10"]["total"] == "*"
    assert "* người có hồ sơ" in province.page()


def test_a_withdrawn_person_is_gone_at_the_next_run(province: Province) -> None:
    province.put(resident("stays"), resident("goes", ward="26929"))
    province.run()
    province.delete("resident#goes")

    assert province.run("2026-11-24")["residents"] == 1
    assert [row["ward"] for row in province.statistic("coverage", "2026-11-24")] == ["26911"]
    manifest = province.read("snapshots/province=79/date=2026-11-24/AWSDynamoDB/scan-2026-11-24/manifest-summary.json")
    assert json.loads(manifest)["itemCount"] == 1


def test_a_ward_that_was_merged_is_counted_where_it_is_now(province: Province) -> None:
    population = "ward,sex,age_band,population,year,source\n"
    province.refer(
        "population.csv",
        population + "26911,female,45-49,900,2026,office\n11111,female,45-49,100,2026,office\n",
    )
    province.put(resident("one", ward="11111"), diagnosis("one", ward="11111"))
    province.run()
    assert province.statistic("coverage")[0]["ward"] == "unknown"

    province.refer("merged_wards.csv", "old,new\n11111,22222\n22222,26911\n33333,44444\n44444,33333\n")
    province.run()

    assert province.statistic("coverage")[0]["ward"] == "26911"
    assert province.statistic("weekly_diagnoses")[0]["ward"] == "26911"
    assert [row["population"] for row in province.statistic("population")] == [1000]


@pytest.mark.parametrize(
    ("declared_on", "week"),
    [
        ("2026-12-27", "2026-W52"),
        ("2026-12-28", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
    ],
)
def test_weeks_at_the_end_of_a_year_are_those_of_iso_8601(province: Province, declared_on: str, week: str) -> None:
    province.put(resident("one", declared_on=declared_on), diagnosis("one", onset=declared_on))

    answer = province.run("2027-01-11")

    assert answer["week"] == "2027-W02"
    assert province.statistic("coverage", "2027-01-11")[0]["week"] == week
    assert province.statistic("weekly_diagnoses", "2027-01-11")[0]["week"] == week
    assert province.published("coverage_week")[week]["residents"] == "*"


def test_population_that_is_missing_for_a_ward_is_unknown_and_divides_nothing(province: Province) -> None:
    province.refer(
        "population.csv",
        "ward,sex,age_band,population,year,source\n"
        "26929,female,45-49,1000,2026,office\n26929,female,40-45,10,2026,office\n00004,male,0-4,10,2026,office\n"
        "26929,male,45-49,,2026,office\n26929,x,45-49,5,2026,office\n",
    )
    province.put(*(resident(f"a{place}") for place in range(25)))
    province.put(*(resident(f"b{place}", ward="26929") for place in range(25)))
    province.run()

    rates = province.published("coverage_ward_rate")
    assert rates["26911"] == dict.fromkeys(("male", "female", "other", "unknown", "total"), "unknown")
    assert rates["26929"] == {
        "male": "unknown", "female": "2.5", "other": "unknown", "unknown": "unknown", "total": "2.5"
    }  # fmt: skip
    assert len(province.statistic("population")) == 1


def test_without_a_population_only_the_province_is_shown(province: Province) -> None:
    province.put(*(resident(f"a{place}") for place in range(25)))
    province.run()

    assert set(province.published("coverage_ward")) == {"79"}
    assert set(province.published("conditions_ward")) == {"79"}
    assert not any(key.endswith("coverage_ward_rate.csv") for key in province.keys("published/"))
    assert "Phường Bình Quới" not in province.page()


def test_answers_of_one_question_are_published_over_those_who_answered(province: Province) -> None:
    never = "http://snomed.info/sct|266919005"
    people = [resident(f"d{place}", choices={SMOKING: DAILY}) for place in range(30)]
    people += [resident(f"n{place}", choices={SMOKING: never}) for place in range(90)]
    people += [resident(f"u{place}", choices={}, unknown=[SMOKING]) for place in range(40)]
    province.put(*people)
    province.run(DAY)

    assert province.published("risks_sex_rate")["72166-2/449868002"]["total"] == "25.0"
    assert province.published("risks_sex_rate")["72166-2/266919005"]["total"] == "75.0"
