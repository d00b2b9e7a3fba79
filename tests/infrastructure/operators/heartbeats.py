"""What must happen again and again: each such work is missed soon after it did not succeed."""

import json
from collections.abc import Iterator
from typing import Any

from infrastructure.monitoring.alarm_group import METRICS
from tests.infrastructure.arns import DeployedArns
from tests.infrastructure.operators.account import Account
from tests.infrastructure.operators.alarm_states import metric_of, metrics_of, rings

HOUR = 3600
LATEST = 31  # hours after the last success by which somebody must know
TELLS_ITSELF = "WeeklyReport/Daily"  # the message is the sign of life


def faults(account: Account) -> list[str]:
    """Work of a schedule or of the backup plan that nobody misses in time, and alarms that cannot see a silence."""
    alarms = [(account.path(stack, name), stack.resolved(alarm)) for stack, name, alarm in _alarms(account)]
    missed = {sign for _, alarm in alarms for sign in [_sign_of_life(alarm)] if sign and _misses(alarm)}
    return [
        *(f"{path}: nobody misses {sign}" for path, sign in _signs(account) if sign not in missed),
        *(f"{path}: counts calls and not successes" for path, alarm in alarms if _counts_calls(alarm)),
        *(f"{path}: sees a silence late, as nobody writes zeros" for path, alarm in alarms if _is_late(alarm)),
    ]


def _alarms(account: Account) -> Iterator[tuple[DeployedArns, str, dict[str, Any]]]:
    return account.each("AWS::CloudWatch::Alarm")


def _signs(account: Account) -> Iterator[tuple[str, tuple[str, str]]]:
    """What each schedule and the backup plan must let somebody see: namespace, and the function or vault."""
    for stack, name, properties in account.each("AWS::Scheduler::Schedule"):
        if account.path(stack, name) != TELLS_ITSELF:
            yield account.path(stack, name), (METRICS, _function_of(stack, stack.arn_of(properties["Target"]["Arn"])))
    for stack, name, properties in account.each("AWS::Backup::BackupPlan"):
        for vault in {stack.text(rule["TargetBackupVault"]) for rule in properties["BackupPlan"]["BackupPlanRule"]}:
            yield account.path(stack, name), ("AWS/Backup", vault)


def _function_of(stack: DeployedArns, arn: str) -> str:
    """The name of the function that a target is, or that its state machine calls."""
    for name, resource in stack.resources.items():
        if stack.arn(name) != arn:
            continue
        if resource["Type"] == "AWS::Lambda::Function":
            service: str = resource["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
            return service
        states = json.loads(stack.text(resource["Properties"]["DefinitionString"]))["States"]
        (called,) = {state["Resource"] for state in states.values() if state["Type"] == "Task"}
        return _function_of(stack, called)
    raise AssertionError(arn)


def _sign_of_life(alarm: dict[str, Any]) -> tuple[str, str] | None:
    metric = metric_of(alarm)
    by = metric["dimensions"].get("service") or metric["dimensions"].get("BackupVaultName")
    return (metric["namespace"], by) if by else None


def _misses(alarm: dict[str, Any]) -> bool:
    """Whether it rings at silence, and in time."""
    hours = alarm["EvaluationPeriods"] * metric_of(alarm)["period"] / HOUR
    return rings(alarm, [None] * alarm["EvaluationPeriods"]) and hours <= LATEST and not _is_late(alarm)


def _waits_for_something(alarm: dict[str, Any]) -> bool:
    """A share of two counts is asked for where there is something to share, and waits for nothing."""
    return (
        len(metrics_of(alarm)) == 1
        and bool(alarm["ComparisonOperator"].startswith("LessThan"))
        and metric_of(alarm)["statistic"] == "Sum"
    )


def _counts_calls(alarm: dict[str, Any]) -> bool:
    return _waits_for_something(alarm) and metric_of(alarm)["name"] == "Invocations"


def _is_late(alarm: dict[str, Any]) -> bool:
    return _waits_for_something(alarm) and not metric_of(alarm)["filled"]
