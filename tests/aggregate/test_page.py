"""The page: readable without script, in both languages, and honest about what it shows."""

import json
import re
from xml.etree import ElementTree

import pytest

from ops.synthetic_population import PEOPLE, build_population
from tests.aggregate.conftest import LATEST, Province, Town, resident

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


def test_progress_is_told_against_ninety_percent(province: Province) -> None:
    province.refer("population.csv", "ward,sex,age_band,population,year,source\n26911,female,45-49,1000,2026,office\n")
    province.put(*(resident(f"{place}") for place in range(450)))
    province.run()

    summary = json.loads(province.read(f"{LATEST}/summary.json"))
    assert abs(int(summary["residents"]) - 450) <= 60
    assert summary["progress_percent"] == f"{int(summary['residents']) / 10:.1f}"
    assert (summary["target_percent"], summary["population_sources"]) == (90, ["office"])
    assert f'<p class="figure">{summary["progress_percent"]} %</p>' in province.page()


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
