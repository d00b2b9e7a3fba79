"""The two figures of the dashboard that the aggregation measures."""

import json

import duckdb
import pytest

from functions.aggregate import daily_metrics, daily_steps
from functions.aggregate.count import population
from functions.aggregate.errors import UnexpectedError
from tests.aggregate.conftest import Province


def shown(capsys: pytest.CaptureFixture[str], people: list[int], residents: int) -> dict[str, float]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE population (population BIGINT)")
        connection.executemany("INSERT INTO population VALUES (?)", [[number] for number in people] or [[None]])
        if not people:
            connection.execute("DELETE FROM population")
        daily_metrics.count_residents(connection, residents, "79")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line["service"] == "aggregate" for line in lines)
    metrics = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for line in lines]
    return {name: line[name][0] for name, line in zip(metrics, lines, strict=True)}


def test_the_share_of_the_population_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    people = [3_000, 1_000, *[0] * (len([*population.groups("79")]) - 2)]
    assert shown(capsys, people, 30) == {"ResidentsCounted": 30, "CoveragePercent": 0.75}


def test_of_a_population_that_is_not_complete_there_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, [3_000, 1_000], 30) == {"ResidentsCounted": 30}


def test_what_an_alarm_waits_for_is_counted_by_each_step_that_succeeds(
    province: Province, capsys: pytest.CaptureFixture[str]
) -> None:
    province.run()
    counted = capsys.readouterr().out

    assert '"StatisticsSucceeded":[1.0]' in counted
    assert '"PublicationSucceeded":[1.0]' in counted


def test_a_step_that_fails_counts_no_success(
    province: Province, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(daily_steps._STEP, "publish", broken)

    with pytest.raises(UnexpectedError):
        province.run()
    counted = capsys.readouterr().out

    assert '"StatisticsSucceeded":[1.0]' in counted
    assert "PublicationSucceeded" not in counted


def broken(*_: object) -> None:
    raise TimeoutError


def test_without_a_population_there_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, [], 30) == {"ResidentsCounted": 30}
