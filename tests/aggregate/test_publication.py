"""What is published: by rule, once a week, and no stranger can undo it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks import facts
from health_record.suppression import count
from ops.synthetic_population import synthetic_population
from tests.aggregate import attack
from tests.aggregate.conftest import DAY, ICD_10, LATEST, Province, diagnosis, read_table, resident

WEEK = "published/province=79/week=2026-W48"
FIGURE = re.compile(r"0|\*|[1-9]\d*[05]|5|10|[1-9]0")


def tables(province: Province, folder: str = LATEST) -> Iterator[tuple[str, attack.Table]]:
    for key in province.keys(folder):
        if key.endswith(".csv") and not key.endswith("_rate.csv"):
            yield key.rpartition("/")[2].removesuffix(".csv"), read_table(province.read(key))


def rows_of(case: str) -> list[dict[str, Any]]:
    """Populations that tempt: few people, many wards of one, crowds with one rare disease."""
    wards = ["26911", "26929", "26905", "26944", "26956", "25747", "25750"]
    match case:
        case "one each":
            return [resident(f"{place}", ward=ward) for place, ward in enumerate(wards)]
        case "seven each":
            return [resident(f"{ward}-{place}", ward=ward) for ward in wards[:4] for place in range(7)]
        case "rare among many":
            crowd = [resident(f"c{place}", ward=wards[place % 7], yes=[]) for place in range(140)]
            return crowd + [resident(f"r{place}", ward=ward) for place, ward in enumerate(wards)]
        case _:
            return [*facts.residents(150, seed=11), *facts.diagnoses(60, seed=11), *facts.posters()]


@pytest.mark.parametrize("case", ["one each", "seven each", "rare among many", "a small town"])
def test_no_hidden_figure_can_be_undone(province: Province, case: str) -> None:
    province.refer("population.csv", synthetic_population("79"))
    province.put(*rows_of(case))
    province.run()

    seen = dict(tables(province))
    assert {name: attack.undone(table) for name, table in seen.items()} == dict.fromkeys(seen, {})
    assert any("*" in line.values() for table in seen.values() for line in table.values())


def test_two_releases_together_undo_nothing(province: Province) -> None:
    """A stranger who believes that people are only added takes the first release as a floor for the second."""
    province.refer("population.csv", synthetic_population("79"))
    province.put(*facts.residents(120, seed=5))
    province.run()
    first = dict(tables(province))
    province.put(*facts.residents(15, seed=6))
    province.run("2026-11-30")
    second = dict(tables(province))

    for name in ("coverage_ward", "coverage_age", "conditions_sex", "conditions_age", "risks_sex", "risks_age"):
        floor = {
            (row, column): attack.possible(figure)[0]
            for row, line in first[name].items()
            for column, figure in line.items()
        }
        assert attack.undone(second[name], floor) == {}, name


def test_every_figure_is_hidden_or_rounded_and_equals_the_rule(province: Province) -> None:
    province.refer("population.csv", synthetic_population("79"))
    people = [*facts.residents(300, seed=2)]
    province.put(*people)
    province.run()

    for name, table in tables(province):
        for line in table.values():
            assert all(FIGURE.fullmatch(figure) for figure in line.values()), name
    shown = province.published("coverage_ward")
    for ward in {person["ward"] for person in people}:
        expected = count(sum(person["ward"] == ward for person in people))
        assert shown[ward].get("total", expected) == expected
    assert shown["total"]["female"] == count(sum(person["sex"] == "female" for person in people))


def test_tables_are_utf_8_with_code_and_name(province: Province) -> None:
    province.put(resident("one"))
    province.run()

    lines = province.read(f"{LATEST}/conditions_sex.csv").decode().splitlines()
    assert lines[0] == "code name,male Nam,female Nữ,other Khác,unknown Không rõ,total"
    assert "I10 Tăng huyết áp,0,*,0,0,*" in lines


def test_sensitive_conditions_are_for_the_province_only(province: Province) -> None:
    province.refer("population.csv", synthetic_population("79"))
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


@pytest.mark.parametrize(("people", "shown"), [(17, "*"), (18, "15.4"), (22, "15.4"), (23, "19.2")])
def test_a_ward_has_a_rate_from_twenty_people_on(province: Province, people: int, shown: str) -> None:
    province.refer("population.csv", "ward,sex,age_band,population,year,source\n26911,female,45-49,130,2026,office\n")
    province.put(*(resident(f"{place}") for place in range(people)))
    province.run()

    assert province.published("coverage_ward_rate")["26911"]["total"] == shown


def test_a_week_is_published_once(province: Province) -> None:
    province.put(*(resident(f"{place}") for place in range(10)))
    monday = province.run(DAY)
    before = province.everything("published/")
    province.put(*(resident(f"more {place}") for place in range(10)))

    assert province.run("2026-11-24")["published"] == []
    assert province.run("2026-11-29")["published"] == []
    assert province.run("2026-11-22")["published"] == []
    assert province.everything("published/") == before
    assert province.statistic("coverage", "2026-11-29")[0]["residents"] == 20

    following = province.run("2026-11-30")
    assert [key.replace("2026-W48", "2026-W49") for key in monday["published"]] == following["published"]
    assert province.published("coverage_age", "week=2026-W48")["total"]["total"] == "10"
    assert province.published("coverage_age")["total"]["total"] == "20"


def test_a_release_can_be_repaired_on_its_day_or_by_order(province: Province) -> None:
    province.put(*(resident(f"{place}") for place in range(10)))
    province.run(DAY)
    province.put(*(resident(f"more {place}") for place in range(10)))

    assert province.run(DAY)["published"]
    assert province.published("coverage_age")["total"]["total"] == "20"
    assert province.run("2026-11-25")["published"] == []
    assert province.run("2026-11-25", release=True)["published"]


def test_the_newest_week_lies_in_three_places(province: Province) -> None:
    province.put(resident("one"))
    written = province.run()["published"]

    assert sorted(written) == sorted(province.keys("published/"))
    latest = {key.rpartition("/")[2]: body for key, body in province.everything(f"{LATEST}/").items()}
    week = {key.rpartition("/")[2]: body for key, body in province.everything(f"{WEEK}/").items()}
    assert week == {name: body for name, body in latest.items() if name.endswith(".csv")}
    assert {"index.html", "page.css", "summary.json", "weeks.svg"} <= set(latest)
    assert {key: province.read(key, "site") for key in province.keys("insights/", "site")} == {
        f"insights/{name}": body for name, body in latest.items()
    }
    assert written.index(f"{LATEST}/index.html") == len(written) - 1
    assert written.index(f"{LATEST}/summary.json") == len(written) - 2


def test_logs_hold_counts_and_no_person(province: Province, caplog: pytest.LogCaptureFixture) -> None:
    province.put(resident("5c0ffee5", ward="26929"))
    province.run()

    said = " ".join(str(vars(record)) for record in caplog.records)
    assert "statistics written" in said
    assert not [word for word in ("5c0ffee5", "26929", "icd-10", "449868002") if word in said]
