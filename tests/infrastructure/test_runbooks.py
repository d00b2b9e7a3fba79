"""Every alarm has a line in the operators' page, and its section is there."""

import re
from pathlib import Path

import pytest

from tests.infrastructure.operators import messages
from tests.infrastructure.operators.account import account_of
from tests.infrastructure.synthesis import SynthesizedStack

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
ALARMS = PAGE[PAGE.index("\n## Alarms\n") :]
KINDS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
LINE = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| \[.+?\]\(#([\w-]+)\) \|$", re.MULTILINE)


def lines_of(stack: SynthesizedStack) -> dict[str, tuple[str, str, str]]:
    """What the page must say of each alarm: its sentence, who tells of it, its section."""
    account = account_of(stack)
    name_of = {stack.arn(name): account.path(stack, name).rpartition("/")[2] for stack, name, _ in account.each(*KINDS)}
    told_by = {
        child: name_of[arn] for arn, rule in messages.rules(account).items() for child in messages.children(rule)
    }
    lines = {}
    for deployed, name, alarm in account.each(*KINDS):
        text, _, page = alarm["AlarmDescription"].rpartition(" https://")
        arn = deployed.arn(name)
        itself = "itself" if alarm.get("AlarmActions") else f"`{told_by[arn]}`"
        lines[name_of[arn]] = (text, itself, page.rpartition("#")[2])
    return lines


def optional_lines(aws_stack: SynthesizedStack, gateway_stack: SynthesizedStack) -> dict[str, tuple[str, str, str]]:
    """The same of alarms that only some provinces have by their settings: they tell for themselves."""
    kind, usual = "AWS::CloudWatch::Alarm", lines_of(aws_stack)
    alarms = {path.rpartition("/")[2]: alarm for path, alarm in gateway_stack.properties(kind).items()}
    lines = {}
    for name in set(alarms) - set(usual):
        assert alarms[name]["AlarmActions"]
        text, _, page = alarms[name]["AlarmDescription"].rpartition(" https://")
        lines[name] = (text, "itself", page.rpartition("#")[2])
    return lines


def test_every_alarm_has_its_line(aws_stack: SynthesizedStack, gateway_stack: SynthesizedStack) -> None:
    found = {name: tuple(said) for name, *said in LINE.findall(ALARMS)}

    assert found == lines_of(aws_stack) | optional_lines(aws_stack, gateway_stack)
    assert len(lines_of(aws_stack)) == 57


def test_every_section_belongs_to_an_alarm_and_says_what_to_do(
    aws_stack: SynthesizedStack, gateway_stack: SynthesizedStack
) -> None:
    sections = {
        heading.lower().replace(" ", "-"): text
        for heading, text in re.findall(r"^### (.+)\n((?:(?!^#).*\n?)*)", ALARMS, re.MULTILINE)
    }

    lines = lines_of(aws_stack) | optional_lines(aws_stack, gateway_stack)
    assert {page for _, _, page in lines.values()} == set(sections)
    assert not [heading for heading, text in sections.items() if len(text.split()) < 25]


@pytest.mark.parametrize(
    "said",
    [
        "aws kms enable-key",  # a key whose deletion is cancelled stays disabled
        "A recovery point of the vault cannot be exported",
        "no log of ours holds the address of a sign-in",
        "`ssk deploy --province 79 --rotate-origin`",
        "need AWS's own command line",
        "`DistributionDomain`",
        "**No deployment to AWS has been made yet**",
    ],
)
def test_runbook_lines_that_were_wrong_say_what_aws_does(said: str) -> None:
    assert said in PAGE


@pytest.mark.parametrize("said", ["weekly message", "AWSBackupServiceRolePolicyForBackup", "enforce_ssl"])
def test_what_was_found_stands_on_the_page(said: str) -> None:
    assert said in PAGE
