"""The dashboard shows what is really measured, and nothing of whom."""

import json
from typing import Any

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
