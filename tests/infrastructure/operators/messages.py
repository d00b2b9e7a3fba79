"""Which alarms tell the operators, alone or together, and that money for messages is watched."""

import re
from collections.abc import Iterator, Set
from typing import Any

from infrastructure.config.settings import Province
from tests.infrastructure.operators.account import Account
from tests.infrastructure.operators.alarm_states import metric_of

NAMED = re.compile(r'ALARM\("?([^")]+)"?\)')
LEVELS = (0.5, 0.75, 0.9)


def rules(account: Account) -> dict[str, str]:
    """The rule of each composite alarm by its ARN."""
    return {
        stack.arn(name): stack.text(properties["AlarmRule"])
        for stack, name, properties in account.each("AWS::CloudWatch::CompositeAlarm")
    }


def told(account: Account, ringing: Set[str]) -> set[str]:
    """The alarms that send a message while the metric alarms `ringing` (ARNs) ring."""
    told_by = {
        stack.arn(name): bool(properties.get("AlarmActions"))
        for stack, name, properties in account.each("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    }
    rule_of = rules(account)
    on = set(ringing)
    for _ in rule_of:  # a rule may speak of other composites
        on = set(ringing) | {arn for arn, rule in rule_of.items() if _holds(rule, on)}
    return {arn for arn in on if told_by[arn]}


def _holds(rule: str, on: Set[str]) -> bool:
    python = NAMED.sub(lambda match: str(match[1] in on), rule)
    python = python.replace(" AND ", " and ").replace(" OR ", " or ").replace("NOT ", "not ")
    return bool(eval(python, {"__builtins__": {}}))  # True, False and these three words are all that is left of it


def children(rule: str) -> list[str]:
    """The alarms that a rule waits for, without those that silence it."""
    return NAMED.findall(rule.partition("NOT ")[0])


def faults(account: Account) -> list[str]:
    """Alarms that nobody hears, or hears twice."""
    path_of = {stack.arn(name): account.path(stack, name) for stack, name, _ in account.each("AWS::CloudWatch::Alarm")}
    return [
        f"{path_of[arn]}: {len(heard)} messages for one fault"
        for arn in path_of
        if len(heard := told(account, {arn})) != 1
    ] + list(_twice(account))


def _twice(account: Account) -> Iterator[str]:
    for arn, rule in rules(account).items():
        if len(heard := told(account, set(children(rule)))) != 1:
            yield f"{arn.rpartition(':')[2]}: {len(heard)} messages when all of it rings"


def money_faults(account: Account, province: Province) -> list[str]:
    """Levels of AWS's monthly limit at which nobody is told, and messages that do not arrive unheard."""
    alarms = [stack.resolved(alarm) for stack, _, alarm in account.each("AWS::CloudWatch::Alarm")]
    levels = {one["Threshold"] for one in alarms if metric_of(one)["name"] == "SMSMonthToDateSpentUSD"}
    wanted = {province.sms.monthly_limit_usd * level for level in LEVELS}
    return [
        *(f"nobody is told when {level:,.0f} USD are spent on messages" for level in sorted(wanted - levels)),
        *([] if any(_hears_of_arrivals(one) for one in alarms) else ["nobody is told when messages do not arrive"]),
    ]


def _hears_of_arrivals(alarm: dict[str, Any]) -> bool:
    metric = metric_of(alarm)
    return metric["name"] == "SMSSuccessRate" and metric["dimensions"] == {"Country": "VN", "SMSType": "Transactional"}
