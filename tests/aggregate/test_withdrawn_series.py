"""A wrong series of the department: taken back everywhere it was published, and drawn once more when it is right."""

import argparse
import json
from collections.abc import Callable

import pytest
import time_machine

from ops.commands import series as command
from ops.deployment import Deployment
from ops.errors import OpsError
from tests.aggregate.conftest import DENGUE, Province, resident
from tests.conftest import aws

MONTHS = [f"{year}-{month:02d}" for year in range(2010, 2018) for month in range(1, 13)]
WRONG = "period,cases\n" + "".join(f"{month},9{month[5:]}\n" for month in MONTHS)
OWN = "forecast_dengue"
FLU = DENGUE.read_bytes()


@pytest.fixture
def series(province: Province, monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """`ssk series`, after two releases in which a file of dengue was wrong and that of influenza right."""
    where = Deployment({"InsightsBucket": "insights"}, aws)
    monkeypatch.setattr(command, "find_deployment", lambda _: where)
    province.put(resident("one"))
    province.refer("series/dengue.csv", WRONG)
    province.refer("series/flu.csv", FLU)
    for day in ("2026-12-14", "2026-12-21"):
        province.run(day)

    def run(*words: str) -> int:
        parser = argparse.ArgumentParser()
        command.add_arguments(parser)
        return command.run(parser.parse_args(words))

    return run


def naming(province: Province, name: str) -> set[str]:
    """Every file of both buckets that the public may read and that tells of a series."""
    files = {**province.everything("published/"), **province.everything("insights/", "site")}
    marks = (f'"{name}"', f"\n{name}", f"forecast_{name}", f"forecast-{name}")
    return {key for key, body in files.items() if name in key or any(mark.encode() in body for mark in marks)}


def test_a_series_that_is_taken_back_is_nowhere_and_all_else_stays(
    province: Province, series: Callable[..., int]
) -> None:
    before = {**province.everything("published/"), **province.everything("insights/", "site")}
    flu = naming(province, "flu")
    assert len(naming(province, "dengue")) > 10

    assert series("withdraw", "dengue") == 0
    province.run("2026-12-23")  # no release is due
    assert naming(province, "dengue") == set()
    assert naming(province, "flu") == flu
    after = {**province.everything("published/"), **province.everything("insights/", "site")}
    assert {key.rpartition("/")[2] for key in before if key not in after} == {f"{OWN}.csv", f"{OWN}.svg"}
    told = {"data.csv", "forecasts_rate.csv", "index.html", "releases.json", "summary.json", "dictionary.html"}
    assert {key.rpartition("/")[2] for key in after if after[key] != before.get(key)} <= told
    for key in after:
        if key.endswith("data.csv"):
            assert set(after[key].splitlines()) < set(before[key].splitlines())

    province.run("2026-12-28")  # the next release has it neither, though the file still lies there
    assert naming(province, "dengue") == set()


def test_the_day_of_a_withdrawal_is_the_provinces(
    series: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    with time_machine.travel("2026-12-22T18:30:00Z", tick=False):
        series("withdraw", "dengue")
    assert "withdrawn on 2026-12-23" in capsys.readouterr().out


def test_the_right_file_is_drawn_once_it_is_restored(
    province: Province, series: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    series("withdraw", "dengue")
    with pytest.raises(OpsError, match="not taken back yet"):
        series("restore", "dengue")
    province.run("2026-12-23")
    province.refer("series/dengue.csv", DENGUE.read_bytes())
    capsys.readouterr()
    series("list", "--json")
    listed = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert listed["dengue"]["periods"] == 0
    assert listed["dengue"]["withdrawn"]
    assert listed["flu"] | {"periods": 1} == {"periods": 1, "first": FIRST, "last": LAST, "withdrawn": None}

    assert series("restore", "dengue") == 0
    province.run("2026-12-28")
    state = json.loads(province.read("released/province=79/state.json"))
    assert abs(state["given"]["dengue"][LAST] - 3612) < 30
    assert any(key.endswith(f"latest/{OWN}.csv") for key in naming(province, "dengue"))


def test_a_series_that_is_restored_with_a_wrong_file_again_is_withdrawn_before_it_is_published(
    province: Province, series: Callable[..., int]
) -> None:
    series("withdraw", "dengue")
    province.run("2026-12-23")
    assert series("restore", "dengue") == 0
    assert series("withdraw", "dengue") == 0
    province.run("2026-12-28")
    assert naming(province, "dengue") == set()


FIRST, LAST = FLU.decode().splitlines()[1].partition(",")[0], FLU.decode().splitlines()[-1].partition(",")[0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("withdraw", "measles"), "Nothing is published of a series measles"),
        (("withdraw",), "Nothing is published"),
        (("restore", "dengue"), "is not withdrawn"),
    ],
)
def test_a_name_that_nothing_is_known_of_is_refused(
    series: Callable[..., int], words: tuple[str, ...], said: str
) -> None:
    with pytest.raises(OpsError, match=said):
        series(*words)


def test_before_the_first_release_nothing_can_be_taken_back(
    province: Province, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_deployment", lambda _: Deployment({"InsightsBucket": "insights"}, aws))
    with pytest.raises(OpsError, match="Nothing has been released yet"):
        command.run(argparse.Namespace(do="withdraw", name="dengue", province=None, json=False))
    province.put(resident("one"))
