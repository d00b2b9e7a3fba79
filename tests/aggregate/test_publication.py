"""What is published: noisy counts by rule, by the calendar, the same at every repair."""

import csv
import io
import re
from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks import facts
from functions.aggregate import buckets
from functions.aggregate.errors import UnexpectedError
from functions.aggregate.protect import promise
from functions.aggregate.protect.perturbation import REACH
from ops.synthetic_population import build_population
from tests.aggregate.conftest import (
    DAY,
    ICD_10,
    LATEST,
    WARDS,
    Province,
    Town,
    diagnosis,
    population_csv,
    read_table,
    resident,
)

WEEK = "published/province=79/week=2026-W52"
FIGURE = re.compile(r"0|\*|[1-9]\d*[05]|5")
WEEKLY = {"coverage_total", "coverage_total_rate", "coverage_week", "diagnoses_week", "funnel_week", "forecasts_rate"}


def tables(latest: dict[str, bytes]) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    for name, body in latest.items():
        if name.endswith(".csv") and not name.endswith("_rate.csv") and name != "data.csv":
            yield name.removesuffix(".csv"), read_table(body)


def near(shown: str, people: int, spread: float) -> bool:
    return abs(int(shown) - people) <= REACH * spread + 5


def test_every_figure_is_hidden_or_rounded_and_near_the_truth(town: Town) -> None:
    for name, table in tables(town.latest):
        for line in table.values():
            assert all(FIGURE.fullmatch(figure) for figure in line.values()), name
    assert near(town.published("coverage_total")["total"]["residents"], len(town.people), promise.WIDE)
    women = sum(person.get("sex") == "female" for person in town.people)
    assert near(town.published("coverage_age")["total"]["female"], women, promise.WIDE)
    shown = town.published("conditions_sex")["I10"]["total"]
    ill = [person for person in town.people if f"{ICD_10}|I10" in person.get("yes", ())]
    assert near(shown, len(ill), promise.NARROW)


def test_a_part_is_never_shown_larger_than_its_whole(town: Town) -> None:
    for name, table in tables(town.latest):
        for line in table.values():
            if (whole := line.get("total", "*")) != "*":
                assert all(int(figure) <= int(whole) for figure in line.values() if figure != "*"), name


def test_tables_are_utf_8_with_code_and_name(town: Town) -> None:
    lines = town.latest["conditions_sex.csv"].decode().splitlines()

    assert lines[0] == "code name,male Nam,female Nữ,other Khác,unknown Không rõ,total"
    assert any(line.startswith("I10 Tăng huyết áp,") for line in lines)


def crowd(number: int, **changes: Any) -> list[dict[str, Any]]:
    return [resident(f"{changes}{place}", **changes) for place in range(number)]


def test_sensitive_conditions_are_for_the_province_only(province: Province) -> None:
    province.refer("population.csv", build_population("79"))
    for ward in WARDS:
        province.put(*crowd(60, ward=ward, yes=[f"{ICD_10}|F99"]))
    province.put(*(diagnosis(f"{place}", code="B20", onset="2026-11-03") for place in range(60)))
    province.run()

    assert near(province.published("conditions_sex")["F99"]["total"], 60 * len(WARDS), promise.NARROW)
    assert "F99" not in province.published("conditions_age")
    assert "B20" not in province.published("diagnoses_week")["2026-W45"]
    assert "B20" not in province.page()


def test_sensitive_conditions_are_nowhere_while_all_live_in_a_few_wards(province: Province) -> None:
    province.refer("population.csv", build_population("79"))
    for ward in WARDS[:5]:
        province.put(*crowd(60, ward=ward, yes=[f"{ICD_10}|F99", f"{ICD_10}|I10"]))
    province.run()

    assert "I10" in province.published("conditions_sex")
    assert "F99" not in province.published("conditions_sex")
    assert not [row for row in province.published("risks_sex") if row.startswith("11343-1")]


def test_conditions_by_ward_are_shown_from_fifty_thousand_declarants_and_for_large_wards(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    from functions.aggregate.publish import tables as published_tables

    monkeypatch.setattr(published_tables, "WARD_CONDITIONS_FROM", 300)
    monkeypatch.setattr(published_tables, "WARD_LEAST", 200)
    province.refer("population.csv", build_population("79"))
    province.put(*crowd(100, ward=WARDS[0]))
    province.run()
    assert not [key for key in province.keys("published/") if "conditions_ward" in key]

    province.put(*crowd(300, ward=WARDS[1], yes=[f"{ICD_10}|I10", f"{ICD_10}|F99"]))
    province.run("2027-03-29")

    table = province.published("conditions_ward")
    assert table[WARDS[0]]["I10"] == "*"
    assert near(table[WARDS[1]]["I10"], 300, promise.NARROW)
    assert "F99" not in table[WARDS[1]]


def test_a_week_is_published_once_but_for_repairs_that_say_the_same(province: Province) -> None:
    province.put(*crowd(200))
    monday = province.run(DAY)
    before = province.state("published/")
    province.put(*crowd(200, ward=WARDS[1]))

    for day, event in (("2026-12-22", {"step": "publish"}), ("2026-12-27", {}), ("2026-12-20", {"step": "publish"})):
        assert province.run(day, **event)["published"] == []
    assert province.state("published/") == before
    assert sum(row["residents"] for row in province.statistic("coverage", "2026-12-27")) == 400

    for day, event in ((DAY, {}), ("2026-12-27", {"step": "publish", "release": True})):
        assert province.run(day, **event)["published"] == monday["published"]
        assert province.state("published/") == before

    following = province.run("2026-12-28")
    own = {key.rpartition("/")[2] for key in following["published"] if "week=" in key}
    weekly = {f"{name}.csv" for name in WEEKLY - {"coverage_total_rate"}}
    assert own == {*weekly, "data.csv", "data.csv-metadata.json"}
    assert near(province.published("coverage_total")["total"]["residents"], 400, promise.WIDE)
    assert near(province.published("coverage_total", "week=2026-W52")["total"]["residents"], 200, promise.WIDE)


def test_releases_are_at_least_seven_days_apart_however_late_one_comes(province: Province) -> None:
    province.put(*crowd(100))
    assert province.run("2026-12-13")["published"]  # a Sunday

    for day in range(14, 20):
        assert province.run(f"2026-12-{day}")["published"] == []
    assert province.run("2026-12-20")["published"]


def test_all_tables_come_four_times_a_year_and_stay_until_the_next(province: Province) -> None:
    province.put(*crowd(100))
    province.run("2026-12-14")
    assert {name for name, _ in tables(latest_of(province))} == {name for name in WEEKLY if not name.endswith("_rate")}
    assert "Theo tuổi" not in province.page()

    province.run(DAY)
    full = province.published("coverage_age")
    province.put(*crowd(100, ward=WARDS[1]))
    province.run("2026-12-28")

    assert province.published("coverage_age") == full
    assert {week for week in range(1, 54) if _is_full(week)} == {13, 26, 39, 52}
    assert '"full_week": "2026-W52"' in province.read(f"{LATEST}/summary.json").decode()


def _is_full(week: int) -> bool:
    import datetime as dt

    from functions.aggregate.protect import release_calendar

    return release_calendar.is_full(dt.date.fromisocalendar(2026, week, 3))


def latest_of(province: Province) -> dict[str, bytes]:
    return {key.rpartition("/")[2]: body for key, body in province.everything(f"{LATEST}/").items()}


def test_a_closed_week_is_never_restated(province: Province) -> None:
    """Late reports, corrections and erasures change nothing of a week that was closed."""
    ill = [diagnosis(f"{place}", onset="2026-11-10") for place in range(60)]
    province.put(*ill, *crowd(60, declared_on="2026-12-10"))
    province.run("2026-12-13")  # 2026-W46 ended four weeks ago less a day
    assert "2026-W46" not in province.published("diagnoses_week")

    province.run(DAY)
    shown = province.published("diagnoses_week")["2026-W46"]["A91"]
    declared = province.published("coverage_week")["2026-W50"]["residents"]
    assert near(shown, 60, promise.NARROW)
    for item in ill[:50]:
        province.delete(item["pk"], item["sk"])
    province.put(*(diagnosis(f"late {place}", onset="2026-11-11") for place in range(400)))
    province.put(*crowd(400, declared_on="2026-12-10", ward=WARDS[2]))
    province.run("2026-12-28")

    assert province.published("diagnoses_week")["2026-W46"]["A91"] == shown
    assert province.published("coverage_week")["2026-W50"]["residents"] == declared


def test_the_newest_week_lies_in_three_places(town: Town) -> None:
    written = town.answers[0]["published"]

    index = "published/province=79/archive/releases.json"
    assert sorted([*written, index]) == sorted(key for key in town.written if key.startswith("published/"))
    own = {name: body for name, body in town.latest.items() if ".csv" in name}
    assert town.under(WEEK) == own
    assert {"index.html", "page.css", "summary.json", "weeks.svg"} <= set(town.latest)
    site = {key.removeprefix("insights/"): body for key, body in town.site.items()}
    archive = {f"releases/2026-W52/{name}": body for name, body in own.items()}
    assert site == {**town.latest, **archive, "releases.json": town.written[index]}


def test_files_of_an_earlier_release_go_when_a_later_one_has_none(province: Province) -> None:
    province.refer(
        "series/dengue.csv",
        "period,cases\n"
        + "".join(f"{year}-{month:02d},{month * 9}\n" for year in range(2016, 2026) for month in range(1, 13)),
    )
    province.put(*crowd(40))
    province.run("2026-12-14")
    assert f"{LATEST}/forecast_dengue.csv" in province.keys(f"{LATEST}/")

    province.s3.delete_object(Bucket="insights", Key="reference/series/dengue.csv")
    province.run(DAY)
    assert f"{LATEST}/forecast_dengue.csv" not in province.keys(f"{LATEST}/")
    assert "insights/forecast_dengue.csv" not in province.keys("insights/", "site")


def test_a_release_that_breaks_off_leaves_a_page_that_misses_nothing(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    province.put(*crowd(40))
    province.run("2026-12-14")
    real = buckets.put_object

    def breaks(bucket: str, key: str, body: bytes, **more: str) -> None:
        if bucket == "site" and key.endswith("summary.json"):
            raise ValueError
        real(bucket, key, body, **more)

    with monkeypatch.context() as patch:
        patch.setattr(buckets, "put_object", breaks)
        with pytest.raises(UnexpectedError):
            province.run(DAY)

    assert province.run(DAY)["published"]
    shown = province.read("insights/index.html", "site").decode()
    for name in re.findall(r'href="([a-z0-9_-]+\.csv)"', shown):
        assert f"insights/{name}" in province.keys("insights/", "site")


def test_no_row_of_a_person_is_logged_or_published(province: Province, written: Any) -> None:
    province.put(resident("5c0ffee5", ward="26929", account="acc0unt5"), diagnosis("5c0ffee5", account="acc0unt5"))
    province.run()

    said = written()
    assert "statistics_written" in said
    assert not [word for word in ("5c0ffee5", "acc0unt5", "26929", "icd-10", "449868002") if word in said]
    outputs = {key: body for key, body in province.everything().items() if not key.startswith("snapshots/")}
    assert not [key for key, body in outputs.items() if b"5c0ffee5" in body or b"acc0unt5" in body]


def test_rates_are_of_published_counts(town: Town) -> None:
    for name in ("conditions_sex", "immunizations_age", "risks_sex"):
        counts, rates = town.published(name), town.published(f"{name}_rate")
        for row, line in counts.items():
            for column, figure in line.items():
                assert figure != "*" or rates[row][column] in ("*", "unknown")


def test_standardised_rates_are_those_of_the_published_counts(province: Province) -> None:
    """Old people only on one side: crude 60 %; both groups weigh alike in this population."""
    living = {("26911", "female", "0-4"): 500, ("26911", "female", "60-64"): 500}
    province.refer("population.csv", population_csv(living))
    young = [resident(f"y{place}", birth_year=2024, yes=[], no=[f"{ICD_10}|I10"]) for place in range(400)]
    old = [resident(f"o{place}", birth_year=1964, yes=[f"{ICD_10}|I10"], no=[]) for place in range(600)]
    province.put(*young, *old)
    province.run()

    line = province.published("conditions_standardised_rate")["I10"]
    assert float(line["crude"]) == pytest.approx(60, abs=4)
    assert float(line["post_stratified"]) == pytest.approx(50, abs=4)
    assert line["age_standardised"] == "*"  # nobody of the other ages
    assert "Tỷ lệ mắc đã chuẩn hóa" in province.page()


def test_the_csv_of_a_table_reads_back_as_one(town: Town) -> None:
    for name, body in town.latest.items():
        if name.endswith(".csv"):
            head, *lines = list(csv.reader(io.StringIO(body.decode())))
            assert all(len(line) == len(head) for line in lines), name


def test_facts_of_tests_have_accounts_and_cards() -> None:
    people = list(facts.residents(200, seed=3))
    assert len({person["account"] for person in people}) < 0.7 * len(people)
    assert 20 < sum(person["card_seen"] for person in people) < 100
