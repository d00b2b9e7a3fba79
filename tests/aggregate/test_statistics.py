"""The statistics are what another engine counts from the same rows, cell by cell."""

import json
import tempfile
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ops.synthetic_population import build_population
from tests.aggregate import recount
from tests.aggregate.conftest import (
    DAILY,
    DAY,
    SMOKING,
    WARDS,
    Province,
    Town,
    diagnosis,
    population_csv,
    resident,
)

ROOT = Path(__file__).parents[2]
COLUMNS, DOCS = ROOT / "functions" / "aggregate" / "columns.toml", ROOT / "docs"


def test_every_cell_is_what_another_engine_counts(town: Town) -> None:
    assert town.answers[0]["residents"] == len(town.people)
    coverage = town.statistic("coverage")
    assert _counted(coverage, "ward sex age_band week", "residents") == recount.coverage(town.people, 2026)
    assert sum(row["synthetic"] for row in coverage) == 1
    for name in ("conditions", "immunizations"):
        table = town.statistic(name)
        expected = recount.said(town.people, 2026, immunizations=name == "immunizations")
        for measure in ("yes", "no", "unknown"):
            assert _counted(table, "ward sex age_band system code", measure) == expected[measure], measure
    assert _counted(town.statistic("risks"), "ward sex age_band system code answer", "residents") == recount.risks(
        town.people, 2026
    )
    assert _counted(town.statistic("weekly_diagnoses"), "week ward category", "diagnoses") == recount.diagnoses(
        town.reported, 2026
    )
    funnel = town.statistic("funnel")
    steps = ("visits", "codes", "submissions")
    assert {(str(row["day"]), row["poster"], *(row[step] for step in steps)) for row in funnel} == {
        (item["sk"][4:], item["pk"][7:], *(item[step] for step in steps)) for item in town.posters
    }
    tables = town.answers[0]["tables"]
    assert {name: len(town.statistic(name)) for name in tables} == tables


def test_every_rate_is_what_another_engine_weighs(town: Town) -> None:
    found = {(row["place"], f"{row['system']}|{row['code']}"): row for row in town.statistic("prevalence")}
    expected = recount.prevalence(town.people, town.statistic("population"), 2026)

    assert set(found) == set(expected)
    for place, row in expected.items():
        assert {name: found[place][name] for name in row} == pytest.approx(row, abs=2e-6, nan_ok=True), place
    assert {place for place, _ in found} >= {"all", "unknown", "26911"}


def _counted(table: list[dict[str, Any]], keys: str, measure: str) -> Counter[tuple[Any, ...]]:
    return Counter({tuple(row[key] for key in keys.split()): row[measure] for row in table if row[measure]})


def test_a_second_run_of_the_day_writes_the_same_bytes(town: Town) -> None:
    """The second run reads other files in another order; its own statistics and forecasts were taken away before."""
    first, second = (
        {key: body for key, body in written.items() if not key.startswith("snapshots/")} for written in town.writings
    )
    assert second == first
    assert len(first) > 90


def test_every_table_has_the_columns_of_its_dictionary_and_lies_where_athena_reads_it(town: Town) -> None:
    dictionary = tomllib.loads(COLUMNS.read_text(encoding="utf-8"))
    kept = {
        key.rpartition("/")[2].removesuffix(".parquet"): body
        for key, body in town.written.items()
        if key.startswith(("statistics/", "forecasts/"))
    }
    assert set(kept) == set(dictionary)
    told = (DOCS / "statistics.md").read_text(encoding="utf-8")
    for name, body in kept.items():
        assert columns_of(body) == {column: kind for column, (kind, _, _) in dictionary[name].items()}, name
        assert town.written[f"athena/{name}/province=79/date={DAY}/{name}.parquet"] == body
        assert [column for column in dictionary[name] if f"`{column}`" not in told] == [], name


ATHENA = {"VARCHAR": "string", "BIGINT": "bigint", "INTEGER": "int", "DOUBLE": "double", "DATE": "date"}


def columns_of(body: bytes) -> dict[str, str]:
    """Column -> type as Athena calls it."""
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        file.write(body)
        file.flush()
        found = duckdb.connect().execute("DESCRIBE SELECT * FROM read_parquet(?)", [file.name]).fetchall()
    return {name: ATHENA.get(kind, kind.lower()) for name, kind, *_ in found}


def test_an_empty_table_makes_empty_statistics_and_a_page(province: Province) -> None:
    answer = province.run()

    assert answer["residents"] == 0
    assert {name for name, rows in answer["tables"].items() if rows} == {"perturbed"}
    assert province.published("coverage_age")["total"]["total"] == "0"
    assert "0 người có hồ sơ" in province.page()


def test_one_resident_is_counted_and_nowhere_shown(province: Province) -> None:
    province.refer("population.csv", build_population("79"))
    province.put(resident("only"))

    assert province.run()["residents"] == 1
    assert province.published("coverage_ward")["26911"] == dict.fromkeys(
        ("male", "female", "other", "unknown", "total"), "*"
    )
    assert province.published("coverage_ward_rate")["26911"]["total"] == "*"
    assert province.published("conditions_sex")["I10"]["total"] == "*"


def test_a_withdrawn_person_is_gone_at_the_next_run(province: Province) -> None:
    province.put(resident("stays"), resident("goes", ward="26929"))
    assert province.count()["residents"] == 2
    province.delete("resident#goes")

    assert province.count("2026-12-22")["residents"] == 1
    assert [row["ward"] for row in province.statistic("coverage", "2026-12-22")] == ["26911"]
    manifest = province.read("snapshots/province=79/date=2026-12-22/AWSDynamoDB/scan-2026-12-22/manifest-summary.json")
    assert json.loads(manifest)["itemCount"] == 1


def test_a_ward_that_was_merged_is_counted_where_it_is_now(province: Province) -> None:
    population = "ward,sex,age_band,population,year,source\n"
    province.refer(
        "population.csv",
        population + "26911,female,45-49,900,2026,office\n11111,female,45-49,100,2026,office\n",
    )
    province.put(resident("one", ward="11111"), diagnosis("one", ward="11111"))
    province.count()
    assert province.statistic("coverage")[0]["ward"] == "unknown"

    province.refer("merged_wards.csv", "old,new\n11111,22222\n22222,26911\n33333,44444\n44444,33333\n")
    province.count()

    assert province.statistic("coverage")[0]["ward"] == "26911"
    assert province.statistic("weekly_diagnoses")[0]["ward"] == "26911"
    assert [row["population"] for row in province.statistic("population")] == [1000]


def test_weeks_at_the_end_of_a_year_are_those_of_iso_8601(province: Province) -> None:
    weeks = {"2026-12-27": "2026-W52", "2026-12-28": "2026-W53", "2027-01-03": "2026-W53", "2027-01-04": "2027-W01"}
    for place, (day, ward) in enumerate(zip(weeks, WARDS, strict=False)):
        province.put(resident(f"{place}", declared_on=day, ward=ward), diagnosis(f"{place}", onset=day, ward=ward))

    assert province.run("2027-01-11")["week"] == "2027-W02"

    expected = dict(zip(WARDS, weeks.values(), strict=False))
    for name in ("coverage", "weekly_diagnoses"):
        assert {row["ward"]: row["week"] for row in province.statistic(name, "2027-01-11")} == expected, name
    shown = province.published("coverage_week")
    assert [shown[week]["residents"] for week in ("2026-W51", "2026-W52", "2026-W53", "2027-W01")] == [*"****"]


def test_population_that_is_missing_for_a_ward_is_unknown_and_divides_nothing(province: Province) -> None:
    lines = population_csv({("26929", "female", "45-49"): 1000}).splitlines()
    lines = [line for line in lines if not line.startswith(("26911", "26929,male,45-49"))]
    lines += ["26929,female,40-45,10,2026,office", "00004,male,0-4,10,2026,office"]
    lines += ["26929,male,45-49,,2026,office", "26929,x,45-49,5,2026,office", "26929,other,0-4,1.200,2026,office"]
    province.refer("population.csv", "\n".join(lines))
    province.put(*(resident(f"a{place}") for place in range(90)))
    province.put(*(resident(f"b{place}", ward="26929") for place in range(90)))
    province.run()

    rates = province.published("coverage_ward_rate")
    assert rates["26911"] == dict.fromkeys(("male", "female", "other", "unknown", "total"), "unknown")
    counts = province.published("coverage_ward")["26929"]
    assert rates["26929"] == {
        "male": "unknown", "female": f"{int(counts['female']) / 10:.1f}", "other": "unknown", "unknown": "unknown",
        "total": "unknown",
    }  # fmt: skip
    assert sum(row["population"] for row in province.statistic("population")) == 1000


def test_without_a_population_only_the_province_is_shown(province: Province) -> None:
    province.put(*(resident(f"a{place}") for place in range(25)))
    province.run()

    assert set(province.published("coverage_ward")) == {"79"}
    assert not any(
        key.endswith(("coverage_ward_rate.csv", "conditions_ward.csv")) for key in province.keys("published/")
    )
    assert "Phường Bình Quới" not in province.page()


def test_answers_of_one_question_are_published_over_those_who_answered(province: Province) -> None:
    never = "http://snomed.info/sct|266919005"
    people = [resident(f"d{place}", choices={SMOKING: DAILY}) for place in range(300)]
    people += [resident(f"n{place}", choices={SMOKING: never}) for place in range(900)]
    people += [resident(f"u{place}", choices={}, unknown=[SMOKING]) for place in range(300)]
    province.put(*people)
    province.run(DAY)

    rates = province.published("risks_sex_rate")
    assert float(rates["72166-2/449868002"]["total"]) == pytest.approx(25, abs=3)
    assert float(rates["72166-2/266919005"]["total"]) == pytest.approx(75, abs=4)
