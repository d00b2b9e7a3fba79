"""The two figures of the dashboard that the aggregation measures."""

import json

import duckdb
import pytest

from functions.aggregate import daily_metrics


def shown(capsys: pytest.CaptureFixture[str], people: list[int], residents: int) -> dict[str, float]:
    with duckdb.connect() as connection:
        connection.execute("CREATE TABLE population (population BIGINT)")
        for number in people:
            connection.execute("INSERT INTO population VALUES (?)", [number])
        daily_metrics.count_residents(connection, residents)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line["service"] == "aggregate" for line in lines)
    metrics = [line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for line in lines]
    return {name: line[name][0] for name, line in zip(metrics, lines, strict=True)}


def test_the_share_of_the_population_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, [3_000, 1_000], 30) == {"ResidentsCounted": 30, "CoveragePercent": 0.75}


def test_without_a_population_there_is_no_share(capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys, [], 30) == {"ResidentsCounted": 30}
