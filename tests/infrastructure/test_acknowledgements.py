"""cdk-nag judges the stack; what it finds is answered in one list, which neither grows nor goes stale unnoticed."""

import json
import re
from pathlib import Path

import pytest
from aws_cdk import App

from infrastructure import acknowledgements
from infrastructure.acknowledgements import ACKNOWLEDGEMENTS, Acknowledgement, acknowledge, check
from infrastructure.app import new_app
from infrastructure.province_stack import ProvinceStack
from infrastructure.settings import read_provinces
from infrastructure.target import aws

# Raise it only together with a reason in the list.
RULES_ANSWERED = 67


def judged(folder: Path) -> tuple[App, ProvinceStack]:
    app = new_app(outdir=folder)
    stack = ProvinceStack(app, province=read_provinces()["79"], target=aws())
    check(app)
    return app, stack


def found(folder: Path) -> set[tuple[str, str]]:
    """What the report says: rule and path under the stack, without the parts of names that are hashes."""
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    return {
        (f"{pack['pluginName']}::{violation['ruleName']}", construct["constructPath"].partition("/")[2])
        for pack in report["pluginReports"]
        for violation in pack["violations"]
        for construct in violation["violatingConstructs"]
    }


def answered() -> list[tuple[str, str]]:
    return [(rule, scope) for entry in ACKNOWLEDGEMENTS for scope in entry.scopes for rule in entry.rules]


def covers(answer: tuple[str, str], finding: tuple[str, str]) -> bool:
    rule = re.sub(r"\\\{[^}]+\\\}", r"\\w+", re.escape(answer[0]))
    return re.fullmatch(rule, finding[0]) is not None and (finding[1] + "/").startswith(answer[1] + "/")


def test_without_the_list_the_synthesis_fails_and_every_entry_answers_something(tmp_path: Path) -> None:
    app, _ = judged(tmp_path)

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    findings = found(tmp_path)
    assert [answer for answer in answered() if not any(covers(answer, finding) for finding in findings)] == []
    assert [finding for finding in findings if not any(covers(answer, finding) for answer in answered())] == []


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
    _, stack = judged(tmp_path)

    with pytest.raises(ValueError, match="Otp/Gone is acknowledged in acknowledgements.py, but is not in the stack"):
        acknowledge(stack)
