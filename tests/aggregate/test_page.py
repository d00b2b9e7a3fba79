"""The page: readable without script, in both languages, and honest about what it shows."""

import datetime as dt
import json
import re
from xml.etree import ElementTree

import pytest

from functions.aggregate.protect import sensitive_categories
from functions.aggregate.publish import labels
from functions.aggregate.publish.page import charts, forecast_sections, numerals
from health_record import wards
from ops.synthetic_population import PEOPLE, build_population
from tests.aggregate.conftest import LATEST, Province, Town, population_csv, resident

SVG = "{http://www.w3.org/2000/svg}"


def test_the_page_needs_no_script_and_no_inline_style(town: Town) -> None:
    page = town.page

    assert page.startswith('<!DOCTYPE html>\n<html lang="vi">')
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|https?://(?!www\.w3\.org)", page)
    assert re.search(r'<article id="vi" lang="vi">.*<article id="en" lang="en">', page, re.DOTALL)
    assert page.count("<h2>") % 2 == 0


def test_every_chart_has_a_title_and_a_description(town: Town) -> None:
    charts = [body for name, body in town.latest.items() if name.endswith(".svg")]
    assert len(charts) > 5
    for body in charts:
        root = ElementTree.fromstring(body)
        assert root.get("role") == "img"
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")


def test_hidden_figures_are_hatched_and_never_drawn_to_scale(town: Town) -> None:
    """Every hidden week of the chart is a stump of four points with hatching, and nothing else is hatched."""
    shown = [line["residents"] for row, line in town.published("coverage_week").items() if row != "total"][-26:]
    weeks = town.latest["weeks.svg"].decode()

    assert 0 < shown.count("*") < len(shown)
    assert len(re.findall(r'height="4\.0" fill="url\(#hatch\)"', weeks)) == weeks.count("url(#hatch)")
    assert weeks.count("url(#hatch)") == shown.count("*")


@pytest.mark.parametrize(
    ("newest", "stale"),
    [
        ("2026-11", False), ("2026-10", False), ("2026-09", False), ("2026-08", True), ("2017-12", True),
        ("2026-W47", False), ("2026-W39", False), ("2026-W38", True), ("2025-W50", True),
    ],
)  # fmt: skip
def test_a_series_without_a_new_figure_for_a_quarter_is_no_forecast(newest: str, stale: bool) -> None:
    assert forecast_sections.is_stale(newest, dt.date(2026, 12, 21)) is stale


def test_the_page_says_how_far_chance_moves_a_rate_and_that_a_series_is_old(town: Town) -> None:
    """The town's dengue ends in 2017."""
    told = re.search(r"may move a rate of all by (\d+\.\d) points", town.page)
    assert told
    assert 0.5 < float(told[1]) < 6
    assert "Chuỗi này đã hơn một quý không có số mới" in town.page
    assert "This series has had no new figure for over a quarter" in town.page


def test_progress_is_told_against_ninety_percent(province: Province) -> None:
    province.refer("population.csv", population_csv({("26911", "female", "45-49"): 1000}))
    province.put(*(resident(f"{place}") for place in range(450)))
    province.run()

    summary = json.loads(province.read(f"{LATEST}/summary.json"))
    assert abs(int(summary["residents"]) - 450) <= 60
    assert summary["progress_percent"] == f"{int(summary['residents']) / 10:.1f}"
    assert (summary["target_percent"], summary["population_sources"]) == (90, ["office"])
    percent = summary["progress_percent"]
    assert f'<p class="figure">{percent.replace(".", ",")} %</p>' in province.page()
    assert f'<p class="figure">{percent} %</p>' in province.page()


def test_a_pilot_is_measured_by_the_wards_that_have_begun_lowest_first_with_a_date(province: Province) -> None:
    """Two wards of a large province; the one that grows says when it is there, the one that stands still does not."""
    living = {(ward, "female", "45-49"): people for ward, people in PEOPLE_OF.items()}
    province.refer("population.csv", population_csv(living))
    province.put(*(resident(f"{ward} {place}", ward=ward) for ward in (SLOW, FAST) for place in range(200)))
    province.run("2026-09-21")
    assert "Đạt 90 %" in province.page()
    assert re.search(r"\d\d/20\d\d</td>", province.page()) is None  # no pace is known yet

    province.put(*(resident(f"{FAST} {place}", ward=FAST) for place in range(200, 500)))
    province.run("2026-12-21")
    shown = province.page()
    told = re.search(r"Trong 2 phường xã đã bắt đầu \(tuần 2026-W52\): ([\d.]+) người", shown)
    assert told
    assert abs(int(told[1].replace(".", "")) - 700) < 2 * 60
    rows = re.findall(r"<tr><th scope=\"row\">([^<]*)</th><td>(\d+)</td><td>([\d.]+)</td><td>(.*?)</td></tr>", shown)
    assert [name for name, *_ in rows[:2]] == [wards.find(ward).name for ward in (SLOW, FAST)]
    assert rows[0][3] == "–"
    assert re.fullmatch(r"0[1-9]/2027|1[0-2]/2027", rows[1][3])


SLOW, FAST = "26911", "26929"
PEOPLE_OF = {SLOW: 2000, FAST: 1000, "26905": 100_000}


def test_every_sign_has_its_legend_and_every_figure_its_meaning(town: Town) -> None:
    for language in ("vi", "en"):
        article = town.page.split(f'<article id="{language}"')[1].split("</article>")[0]
        legend = article.split('<details class="legend">')[1].split("</details>")[0]
        for sign in ("<li>* ", "<li>? ", "<li>– ", "url(#hatch", *(fill for _, fill in charts.BANDS), charts.DASHES):
            assert sign in legend
        for part in article.split("<h2>")[1:]:
            if "<svg" in part:
                assert '<p class="quiet">' in part, part[:80]


@pytest.mark.parametrize(
    ("figure", "vietnamese", "english"),
    [
        ("64472", "64.472", "64,472"),
        ("27.6", "27,6", "27.6"),
        ("1234.5", "1.234,5", "1,234.5"),
        ("0", "0", "0"),
        ("*", "*", "*"),
        ("unknown", "?", "?"),
    ],
)
def test_figures_are_written_as_the_language_writes_them(figure: str, vietnamese: str, english: str) -> None:
    assert (numerals.written(figure, "vi"), numerals.written(figure, "en")) == (vietnamese, english)


def test_every_disease_that_may_be_published_has_a_name_in_both_languages() -> None:
    for name in (*sensitive_categories.WEEKLY_CATEGORIES, *sensitive_categories.SERIES):
        assert labels.row_label(name).vi != name
        assert labels.row_label(name).en != name


def test_the_dictionary_explains_every_column_and_links_every_table(town: Town) -> None:
    page = town.latest["dictionary.html"].decode()
    columns = town.latest["data.csv"].decode().splitlines()[0].split(",")
    assert all(page.count(f'<th scope="row">{column}</th>') == 2 for column in columns)
    linked = set(re.findall(r'href="([^"]+\.csv)"', page))
    assert linked == {name for name in town.latest if name.endswith(".csv")} - {"data.csv"}
    assert "dictionary.html#vi" in town.page
    assert set(re.findall(r'href="([\w.-]+\.(?:csv|json|html))', town.page)) <= {*town.latest, "releases.json"}


def test_a_forecast_keeps_its_history_readable() -> None:
    """However wide the bands are, what was counted takes most of the height."""
    past = [(f"2026-{month:02d}", str(100 * month)) for month in range(1, 11)]
    ahead = {"median": "900", "low_50": "500", "high_50": "2000", "low_80": "100", "high_80": "90000"}
    svg = charts.draw_fan("t", "d", past, [("2026-11", {**ahead, "low_95": "0", "high_95": "900000"})], str)
    (line,) = re.findall(r'<polyline points="([^"]+)" fill="none" stroke="#14201c"', svg)
    highest = min(float(point.split(",")[1]) for point in line.split())
    assert highest < 120 - 0.7 * 112


def test_invented_people_and_an_invented_population_are_named(province: Province) -> None:
    province.put(resident("one"))
    province.run()
    assert "giả lập" not in province.page()

    province.refer("population.csv", build_population("79"))
    province.run()
    assert "Dân số dùng để tính tỷ lệ là giả lập." in province.page()
    assert "The population behind the rates is invented." in province.page()

    province.put(resident("two", synthetic=True))
    province.run()
    assert "người và dân số ở đây là giả lập" in province.page()
    assert json.loads(province.read(f"{LATEST}/summary.json"))["synthetic"] is True


@pytest.mark.parametrize("province_code", ["79", "01", "96"])
def test_the_invented_population_sums_to_the_provinces(province_code: str) -> None:
    head, *lines = build_population(province_code).decode().splitlines()

    assert head == "ward,sex,age_band,population,year,source"
    assert sum(int(line.split(",")[3]) for line in lines) == PEOPLE[province_code]
    assert {line.split(",")[5] for line in lines} == {"synthetic"}
    assert build_population(province_code) == build_population(province_code)
