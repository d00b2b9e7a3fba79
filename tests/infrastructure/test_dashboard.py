"""The dashboard shows what is really measured, and nothing of whom."""

import ast
import json
from pathlib import Path
from typing import Any

from infrastructure.monitoring.alarms import METRICS
from infrastructure.packaging.packages import ROOT
from tests.infrastructure.synthesis import SynthesizedStack


def widgets(stack: SynthesizedStack) -> dict[str, list[str]]:
    """The labels of each widget by its title."""
    return {
        one["properties"]["title"]: [metric[-1]["label"] for metric in one["properties"]["metrics"]]
        for one in board(stack)
    }


def board(stack: SynthesizedStack) -> list[dict[str, Any]]:
    (dashboard,) = stack.properties("AWS::CloudWatch::Dashboard").values()
    separator, parts = dashboard["DashboardBody"]["Fn::Join"]
    body = separator.join(part if isinstance(part, str) else str(part) for part in parts)
    found: list[dict[str, Any]] = json.loads(body)["widgets"]
    return found


def test_it_answers_the_five_questions_of_an_operator(aws_stack: SynthesizedStack) -> None:
    (dashboard,) = aws_stack.properties("AWS::CloudWatch::Dashboard").values()
    shown = widgets(aws_stack)

    assert list(shown) == [
        "Journey, in an hour",
        "API, milliseconds to the answer",
        "Errors, in an hour",
        "Functions, milliseconds at work (p95)",
        "Messages",
        "Coverage",
    ]
    assert shown["Journey, in an hour"] == [
        "posters scanned",
        "codes sent",
        "phones proven",
        "declarations refused",
        "records made",
    ]
    assert shown["Messages"][0] == "% of the day's money for messages"
    assert "DashboardName" not in dashboard, "a fixed name would block the next try"


def named_by_the_functions() -> set[str]:
    """Every metric that source code names: `count_metric("OtpSent")` or `add_metric(name="SmsBudgetUsed")`."""
    found = set()
    for path in [*Path(ROOT, "functions").rglob("*.py"), *Path(ROOT, "layers/health_record").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                named = [word.value for word in node.keywords if word.arg == "name"]
                given = [*node.args[:1], *named]
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in ("count_metric", "add_metric", "record_duration"):
                    found |= {one.value for one in given if isinstance(one, ast.Constant)}
    return found


def test_every_metric_of_ours_that_is_shown_or_watched_is_written_by_a_function(aws_stack: SynthesizedStack) -> None:
    shown = {metric[1] for one in board(aws_stack) for metric in one["properties"]["metrics"] if metric[0] == METRICS}
    watched = {
        alarm["MetricName"]
        for alarm in aws_stack.properties("AWS::CloudWatch::Alarm").values()
        if alarm["Namespace"] == METRICS
    }

    assert {"OtpSent", "OtpVerified", "RecordCreated", "SmsBudgetUsed"} <= shown
    assert (shown | watched) - named_by_the_functions() == set()
