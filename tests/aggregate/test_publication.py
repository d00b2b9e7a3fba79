"""What is published: by rule, once a week, and no stranger can undo it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks import facts
from functions.aggregate import buckets
from functions.aggregate.errors import UnexpectedError
from functions.aggregate.publish.suppression import Stratum, publish_count, publish_weighted_rate
from ops.synthetic_population import build_population
from tests.aggregate import attack
from tests.aggregate.conftest import (
    DAY,
    ICD_10,
    LATEST,
    WARDS,
    Province,
    Town,
    diagnosis,
    read_table,
    resident,
)

WEEK = "published/province=79/week=2026-W48"
FIGURE = re.compile(r"0|\*|[1-9]\d*[05]|5|10|[1-9]0")


def tables(latest: dict[str, bytes]) -> Iterator[tuple[str, attack.Table]]:
    for name, body in latest.items():
        if name.endswith(".csv") and not name.endswith("_rate.csv"):
            yield name.removesuffix(".csv"), read_table(body)


def latest_of(province: Province) -> dict[str, bytes]:
    return {key.rpartition("/")[2]: body for key, body in province.everything(f"{LATEST}/").items()}


def rows_of(case: str) -> list[dict[str, Any]]:
    """Populations that tempt: few people, many wards of one, crowds with one rare disease."""
    match case:
        case "one each":
            return [resident(f"{place}", ward=ward) for place, ward in enumerate(WARDS)]
        case "seven each":
            return [resident(f"{ward}-{place}", ward=ward) for ward in WARDS[:4] for place in range(7)]
        case _:
            crowd = [resident(f"c{place}", ward=WARDS[place % 7], yes=[]) for place in range(140)]
            return crowd + [resident(f"r{place}", ward=ward) for place, ward in enumerate(WARDS)]


def undone_in(latest: dict[str, bytes]) -> dict[str, Any]:
    seen = dict(tables(latest))
    assert any("*" in line.values() for table in seen.values() for line in table.values())
    return {name: found for name, table in seen.items() if (found := attack.find_undone(table))}


@pytest.mark.parametrize("case", ["one each", "seven each", "rare among many"])
def test_no_hidden_figure_can_be_undone(province: Province, case: str) -> None:
    province.refer("population.csv", build_population("79"))
    province.put(*rows_of(case))
    province.run()

    assert undone_in(latest_of(province)) == {}


def test_no_hidden_figure_of_a_whole_town_can_be_undone(town: Town) -> None:
    assert undone_in(town.latest) == {}


def test_two_releases_together_undo_nothing(province: Province) -> None:
    """A stranger who believes that people are only added takes the first release as a floor for the second."""
    province.refer("population.csv", build_population("79"))
    province.put(*facts.residents(120, seed=5))
    province.run()
    first = dict(tables(latest_of(province)))
    province.put(*facts.residents(15, seed=6))
    province.run("2026-11-30")
    second = dict(tables(latest_of(province)))

    for name in ("coverage_ward", "coverage_age", "conditions_sex", "conditions_age", "risks_sex", "risks_age"):
        floor = {
            (row, column): attack.possible_range(figure)[0]
            for row, line in first[name].items()
            for column, figure in line.items()
        }
        assert attack.find_undone(second[name], floor) == {}, name


def test_every_figure_is_hidden_or_rounded_and_equals_the_rule(town: Town) -> None:
    for name, table in tables(town.latest):
        for line in table.values():
            assert all(FIGURE.fullmatch(figure) for figure in line.values()), name
    shown = town.published("coverage_ward")
    for ward in {person["ward"] for person in town.people if "ward" in person} & set(shown):
        expected = publish_count(sum(person.get("ward") == ward for person in town.people))
        assert shown[ward].get("total", expected) == expected
    women = publish_count(sum(person.get("sex") == "female" for person in town.people))
    assert shown["total"].get("female", women) == women


def test_tables_are_utf_8_with_code_and_name(town: Town) -> None:
    lines = town.latest["conditions_sex.csv"].decode().splitlines()

    assert lines[0] == "code name,male Nam,female Nữ,other Khác,unknown Không rõ,total"
    assert any(line.startswith("I10 Tăng huyết áp,") for line in lines)


def test_sensitive_conditions_are_for_the_province_only(province: Province) -> None:
    province.refer("population.csv", build_population("79"))
    province.put(
        *(resident(f"{place}", yes=[f"{ICD_10}|F99"]) for place in range(30)),
        *(diagnosis(f"{place}", code="B20") for place in range(30)),
    )
    province.run()

    assert province.published("conditions_sex")["F99"]["total"] == "30"
    assert "F99" not in province.published("conditions_ward")["26911"]
    assert "F99" not in province.published("conditions_age")
    assert province.published("diagnoses_week")["2026-W47"] == {}
    assert "B20" not in province.page()


def test_a_ward_has_a_rate_from_twenty_people_on(province: Province) -> None:
    people = dict(zip(WARDS, (17, 18, 22, 23), strict=False))
    lines = "".join(f"{ward},female,45-49,130,2026,office\n" for ward in people)
    province.refer("population.csv", f"ward,sex,age_band,population,year,source\n{lines}")
    for ward, many in people.items():
        province.put(*(resident(f"{ward}-{place}", ward=ward) for place in range(many)))
    province.run()

    rates = province.published("coverage_ward_rate")
    assert [rates[ward]["total"] for ward in people] == ["*", "15.4", "15.4", "19.2"]


def test_a_week_is_published_once_but_for_repairs(province: Province) -> None:
    province.put(*(resident(f"{place}") for place in range(10)))
    monday = province.run(DAY)
    before = province.state("published/")
    province.put(*(resident(f"more {place}") for place in range(10)))

    assert province.run("2026-11-24", step="publish")["published"] == []
    assert province.run("2026-11-29")["published"] == []
    assert province.run("2026-11-22", step="publish")["published"] == []
    assert province.state("published/") == before
    assert province.statistic("coverage", "2026-11-29")[0]["residents"] == 20

    assert province.run("2026-11-29", step="publish", release=True)["published"]  # by order, on any day
    assert province.published("coverage_age")["total"]["total"] == "20"
    province.delete("resident#0")
    province.delete("resident#1")
    assert province.run("2026-11-29")["published"]  # on its own day
    assert province.published("coverage_age")["total"]["total"] == "20"  # 18, rounded

    following = province.run("2026-11-30")
    assert [key.replace("2026-W48", "2026-W49") for key in monday["published"]] == following["published"]
    assert province.published("coverage_age", "week=2026-W48")["total"]["total"] == "20"


def test_the_newest_week_lies_in_three_places(town: Town) -> None:
    written = town.answers[0]["published"]

    assert sorted(written) == sorted(key for key in town.written if key.startswith("published/"))
    assert town.under(WEEK) == {name: body for name, body in town.latest.items() if name.endswith(".csv")}
    assert {"index.html", "page.css", "summary.json", "weeks.svg"} <= set(town.latest)
    assert town.site == {f"insights/{name}": body for name, body in town.latest.items()}
    assert written.index(f"{LATEST}/index.html") == len(written) - 1
    assert written.index(f"{LATEST}/summary.json") == len(written) - 2


def test_what_a_release_no_longer_has_goes_after_the_new_files_are_there(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, key = "coverage_ward_rate.csv", "reference/population.csv"
    province.put(resident("one"))
    province.refer("population.csv", "ward,sex,age_band,population,year,source\n26911,female,45-49,130,2026,office\n")
    province.run(DAY)
    assert {f"{LATEST}/{old}", f"{WEEK}/{old}"} <= set(province.keys())
    province.s3.delete_object(Bucket="insights", Key=key)

    with monkeypatch.context() as broken:
        broken.setattr(buckets, "delete_object", fails)
        with pytest.raises(UnexpectedError, match="the aggregation failed: OSError"):
            province.run("2026-11-30")
    assert f"{LATEST}/{old}" in set(province.keys())
    assert old not in province.page()  # whole and new, with a file beside it that nothing names

    province.run("2026-11-30", step="publish")
    assert f"{LATEST}/{old}" not in set(province.keys())
    site = {key.removeprefix("insights/") for key in province.keys("insights/", "site")}
    assert site == {key.removeprefix(f"{LATEST}/") for key in province.keys(LATEST)}
    assert f"{WEEK}/{old}" in province.keys(WEEK)  # an older week stays as it was


def fails(*_: str) -> None:
    raise OSError("no network")


def test_logs_hold_counts_and_no_person(province: Province, caplog: pytest.LogCaptureFixture) -> None:
    province.put(resident("5c0ffee5", ward="26929"))
    province.run()

    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "statistics_written" in said
    assert not [word for word in ("5c0ffee5", "26929", "icd-10", "449868002") if word in said]


GROUP = [Stratum("50", "200", 1), Stratum("20", "100", 3)]


@pytest.mark.parametrize(
    ("strata", "shown"),
    [
        (GROUP, "21.2"),
        ([], "unknown"),
        ([Stratum("50", "200", 0)], "unknown"),
        ([*GROUP, Stratum("0", "20", 4)], "10.6"),
        ([*GROUP, Stratum("0", "15", 4)], "*"),  # too few answered
        ([*GROUP, Stratum("0", "*", 4)], "*"),
        ([*GROUP, Stratum("*", "200", 1)], "17.4"),  # 4 of 200, which may be 1 or 7
        ([*GROUP, Stratum("*", "25", 1)], "*"),  # 1 to 7 of 25 moves the whole too far
        ([Stratum("15", "200", 1), Stratum("0", "200", 1)], "*"),  # under 20 have it
        ([Stratum("20", "200", 1), Stratum("0", "200", 1)], "5.0"),
        ([Stratum("0", "200", 1)], "0.0"),
    ],
)
def test_a_weighted_rate_is_made_of_published_counts(strata: list[Stratum], shown: str) -> None:
    assert publish_weighted_rate(strata) == shown


def test_standardised_rates_are_those_of_the_published_counts(province: Province) -> None:
    """Old people only on one side: crude 30 %; both groups weigh alike in this population."""
    lines = "26911,female,0-4,500,2026,office\n26911,female,60-64,500,2026,office\n"
    province.refer("population.csv", f"ward,sex,age_band,population,year,source\n{lines}")
    young = [resident(f"y{place}", birth_year=2024, yes=[], no=[f"{ICD_10}|I10"]) for place in range(40)]
    old = [resident(f"o{place}", birth_year=1964, yes=[f"{ICD_10}|I10"], no=[]) for place in range(60)]
    province.put(*young, *old)
    province.run()

    line = province.published("conditions_standardised_rate")["I10"]
    assert line == {"crude": "60.0", "age_standardised": "*", "post_stratified": "50.0"}
    assert "Tỷ lệ mắc đã chuẩn hóa" in province.page()
    assert "Weighted to the population" in province.page()
