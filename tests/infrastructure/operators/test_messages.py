"""One fault is one message: every alarm is heard, alone or together with those that ring for the same reason."""

from itertools import combinations

import pytest

from infrastructure.config.settings import Province
from tests.infrastructure.operators import messages
from tests.infrastructure.operators.account import Account
from tests.infrastructure.synthesis import SynthesizedStack

# What rings when something breaks, and who tells of it.
FAULTS = {
    "a function crashes": (["OtpErrors", "ApiErrors", "ApiSlow"], ["ServiceFault"]),
    "all functions are full": (["FunctionThrottles", "ApiErrors"], ["ServiceFault"]),
    "a statistic fails for a day": (["AggregationFailed", "AggregateErrors", "StatisticsMissing"], ["StatisticsFault"]),
    "a digest fails": (["DigestErrors", "DeadLetters"], ["DigestFault"]),
    "a schedule may not start its work": (["DeadLetters"], ["DeadLettersAlone"]),
    "a schedule may not start the statistics": (["DeadLetters", "StatisticsMissing"], ["StatisticsFault"]),
    "the vault is locked": (["BackupsFailed", "BackupsMissing", "BackupTooOld"], ["BackupFault"]),
    "two things break": (["DeclareErrors", "DigestMissing"], ["DigestFault", "ServiceFault"]),
    "money is spent": (["SmsBudget50"], ["SmsBudget50"]),
    "nothing": ([], []),
}


def arns(account: Account) -> dict[str, str]:
    kinds = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
    return {account.path(stack, name).rpartition("/")[2]: stack.arn(name) for stack, name, _ in account.each(*kinds)}


def test_every_alarm_is_heard_exactly_once(account: Account) -> None:
    assert messages.faults(account) == []
    assert len(messages.rules(account)) == 5


def test_whatever_rings_together_is_one_message(account: Account) -> None:
    for rule in messages.rules(account).values():
        together = messages.children(rule)
        for size in (1, 2, len(together)):
            for ringing in combinations(together, size):
                assert len(messages.told(account, set(ringing))) == 1, ringing


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by(account: Account, fault: str) -> None:
    ringing, told = FAULTS[fault]
    known = arns(account)

    heard = messages.told(account, {known[name] for name in ringing})

    assert sorted(name for name, arn in known.items() if arn in heard) == told


def test_money_for_messages_is_told_before_it_ends(account: Account, province: Province) -> None:
    assert messages.money_faults(account, province) == []


def test_on_an_emulator_every_alarm_tells_for_itself(local_stack: SynthesizedStack) -> None:
    """It takes neither composite alarms nor arithmetic of metrics."""
    alarms = local_stack.properties("AWS::CloudWatch::Alarm")

    assert not local_stack.of_type("AWS::CloudWatch::CompositeAlarm")
    assert all(alarm["AlarmActions"] and "Metrics" not in alarm for alarm in alarms.values())
    assert len(alarms) > 25
