"""Each alarm rings at the fault that it watches for, sleeps while all is well, and sees a silence if it waits."""

import re
from typing import Any

import pytest

from infrastructure.monitoring.alarm_group import MEASURED_EVERY
from tests.infrastructure.operators import heartbeats, metric_math
from tests.infrastructure.operators.account import Account
from tests.infrastructure.operators.alarm_states import metric_of, rings

# Alarms that ring at silence, and how many hours of it.
SILENCE = {
    "Alarms/StatisticsMissing": 26,
    "Alarms/PublicationMissing": 26,
    "Alarms/DigestMissing": 26,
    "Alarms/ErasureSweepMissing": 3,
    "Alarms/KeyNotUsable": 6,
    "Alarms/BackupsMissing": 31,
    "Alarms/BackupTooOld": 12,
}


def alarms(account: Account) -> dict[str, dict[str, Any]]:
    return {
        account.path(stack, name): stack.resolved(alarm)
        for stack, name, alarm in account.each("AWS::CloudWatch::Alarm")
    }


def test_every_alarm_rings_at_its_threshold_and_not_beside_it(account: Account) -> None:
    for path, alarm in alarms(account).items():
        periods, threshold = alarm["EvaluationPeriods"], alarm["Threshold"]
        below = alarm["ComparisonOperator"].startswith("LessThan")
        at = threshold - 1 if alarm["ComparisonOperator"] == "LessThanThreshold" else threshold
        beside = threshold + 1 if below else threshold - 1

        assert rings(alarm, [at] * periods), path
        assert not rings(alarm, [beside] * periods), path
        assert not rings(alarm, [beside, *[at] * (periods - 1)]), f"{path} rings a period early"


def test_a_province_where_nobody_calls_wakes_nobody_but_for_work_that_is_missed(account: Account) -> None:
    silent = {path for path, alarm in alarms(account).items() if rings(alarm, [None] * alarm["EvaluationPeriods"])}

    assert silent == set(SILENCE)


@pytest.mark.parametrize(("path", "hours"), SILENCE.items())
def test_a_silence_is_seen_after_so_many_hours(account: Account, path: str, hours: int) -> None:
    alarm = alarms(account)[path]
    well = alarm["Threshold"] if alarm["ComparisonOperator"] == "LessThanThreshold" else alarm["Threshold"] - 1
    periods = hours * heartbeats.HOUR // metric_of(alarm)["period"]

    assert rings(alarm, [well, *[None] * periods])
    assert not rings(alarm, [well, *[None] * (periods - 1)])


@pytest.mark.parametrize(
    ("series", "is_told"),
    [([0, 1], True), ([0, 7], True), ([0, None], True), ([None], True), ([0, 0], False), ([1, 0], False)],
)
def test_a_key_that_is_lost_is_told_by_the_first_measure_and_by_its_silence(
    account: Account, series: list[float | None], is_told: bool
) -> None:
    """The measure lies under a key that is measured: lost, it takes the measure with it."""
    alarm = alarms(account)["Alarms/KeyNotUsable"]

    assert rings(alarm, series) is is_told
    assert metric_of(alarm)["period"] == MEASURED_EVERY.to_seconds()


def shares(account: Account) -> dict[str, tuple[dict[str, Any], str, int]]:
    """Each alarm on a share of something, with its expression and the least number that it says something of."""
    found = {}
    for path, alarm in alarms(account).items():
        for metric in alarm.get("Metrics", ()):
            if floor := re.search(r"whole >= (\d+)", metric.get("Expression", "")):
                found[path] = alarm, metric["Expression"], int(floor[1])
    return found


def test_a_share_of_which_there_is_nothing_at_all_wakes_somebody(account: Account) -> None:
    """Nobody counts zeros: where no code of a carrier is proven there is no data of proofs."""
    found = shares(account)
    assert len(found) == sum("Expression" in str(alarm) and "part" in str(alarm) for alarm in alarms(account).values())
    assert found
    for path, (alarm, expression, floor) in found.items():
        for part, whole, is_wrong in (
            (None, floor, True),
            (0, floor, True),
            (None, 100 * floor, True),
            (floor, floor, False),
            (None, floor - 1, False),
            (0, floor - 1, False),
            (None, None, False),
        ):
            point = metric_math.evaluate(expression, {"part": part, "whole": whole})
            assert rings(alarm, [point] * alarm["EvaluationPeriods"]) is is_wrong, (path, part, whole)


def test_all_work_of_the_clock_is_missed_when_it_does_not_succeed(account: Account) -> None:
    assert heartbeats.faults(account) == []


def test_no_alarm_looks_back_further_than_cloudwatch_does(account: Account) -> None:
    """PutMetricAlarm: seven days at most, one day where a period is under an hour."""
    for path, alarm in alarms(account).items():
        period = metric_of(alarm)["period"]
        assert alarm["EvaluationPeriods"] * period <= (7 if period >= heartbeats.HOUR else 1) * 86_400, path
