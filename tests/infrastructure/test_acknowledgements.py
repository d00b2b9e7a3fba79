"""cdk-nag judges the stack; what it finds is answered in one list, which neither grows nor goes stale unnoticed."""

import json
import re
from pathlib import Path

import pytest
from aws_cdk import App, Stack

from infrastructure import acknowledgements
from infrastructure.acknowledgements import (
    ACKNOWLEDGEMENTS,
    CDK,
    CFN_LINT,
    CHECKOV,
    Acknowledgement,
    acknowledge,
    add_checks,
    stack_kind,
)
from infrastructure.app import new_app
from infrastructure.checks.template_rules import FULLEST_PROVINCE
from infrastructure.config.deployment_target import aws_target
from infrastructure.config.settings import read_provinces
from infrastructure.stacks.backup_stack import BackupStack
from infrastructure.stacks.edge_stack import EdgeStack
from infrastructure.stacks.province_stack import ProvinceStack

# Raise it only together with a reason in the list.
RULES_ANSWERED = 149

type Finding = tuple[str, str, str]


def judged(folder: Path) -> tuple[App, list[Stack]]:
    """The three stacks of the province that has every optional part, without the answers."""
    app, province = new_app(outdir=folder), read_provinces()[FULLEST_PROVINCE]
    stacks: list[Stack] = [
        EdgeStack(app, province=province, target=aws_target()),
        ProvinceStack(app, province=province, target=aws_target()),
        BackupStack(app, province=province, target=aws_target()),
    ]
    add_checks(app)
    return app, stacks


def found(folder: Path) -> set[Finding]:
    """What the report says: stack, rule and path under the stack, without the parts of names that are hashes."""
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    return {
        (stack_kind(stack), f"{pack['pluginName']}::{violation['ruleName']}", path)
        for pack in report["pluginReports"]
        for violation in pack["violations"]
        for construct in violation["violatingConstructs"]
        for stack, _, path in [construct["constructPath"].partition("/")]
    }


def warned(folder: Path) -> set[Finding]:
    """What CDK itself warns of, which an operator would read at each deployment."""
    return {
        (stack_kind(stack), f"{CDK}{acknowledged_by(entry['data'])}", path)
        for file in folder.glob("*.metadata.json")
        for place, entries in json.loads(file.read_text(encoding="utf-8")).items()
        for entry in entries
        if entry["type"] == "aws:cdk:warning"
        for stack, _, path in [place.removeprefix("/").partition("/")]
    }


def acknowledged_by(warning: str) -> str:
    """The id at the end of CDK's warning, by which it is answered."""
    return warning.rpartition("[ack: ")[2].rstrip("]")


def answered(*, by_nag: bool = False) -> list[Finding]:
    return [
        (entry.stack, rule, scope)
        for entry in ACKNOWLEDGEMENTS
        for scope in entry.scopes
        for rule in entry.rules
        if not (by_nag and rule.startswith((CHECKOV, CFN_LINT)))
    ]


def covers(answer: Finding, finding: Finding) -> bool:
    rule = re.sub(r"\\\{[^}]+\\\}", r"\\w+", re.escape(answer[1]))
    rule = rule.replace(r"\(region\)", "[a-z0-9-]+").replace(r"\(province\)", r"ssk-\d\d")
    same = answer[0] == finding[0] and re.fullmatch(rule, finding[1]) is not None
    return same and (finding[2] + "/").startswith(answer[2] + "/")


def test_without_the_list_the_synthesis_fails_and_every_entry_answers_something(tmp_path: Path) -> None:
    app, _ = judged(tmp_path)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    findings, answers = found(tmp_path) | warned(tmp_path), answered(by_nag=True)
    assert [answer for answer in answers if not any(covers(answer, finding) for finding in findings)] == []
    assert [finding for finding in findings if not any(covers(answer, finding) for answer in answers)] == []


def test_the_number_of_answers_does_not_grow_unnoticed() -> None:
    assert len(answered()) == RULES_ANSWERED
    assert len(set(answered())) == RULES_ANSWERED


def test_every_answer_is_a_sentence() -> None:
    for entry in ACKNOWLEDGEMENTS:
        assert len(entry.reason) >= 40
        assert entry.reason.endswith(".")


def test_an_answer_for_what_is_not_there_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = Acknowledgement(("AwsSolutions::AwsSolutions-L1",), ("Otp/Gone",), "It was here once.")
    monkeypatch.setattr(acknowledgements, "ACKNOWLEDGEMENTS", (gone,))
    _, (edge, province, backup) = judged(tmp_path)
    acknowledge(edge)
    acknowledge(backup)

    with pytest.raises(ValueError, match="Otp/Gone is acknowledged in acknowledgements.py, but is not in the stack"):
        acknowledge(province)
