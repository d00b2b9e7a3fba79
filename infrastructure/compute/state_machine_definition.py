"""The day's work in Amazon States Language: export, wait, aggregate, publish, and what happens at a dead end.

Every task is the one function of the aggregation with another `step`; what it answers is the next task's input.
"""

from collections.abc import Mapping, Sequence
from typing import Any

WAIT_SECONDS = 60
LONGEST_SECONDS = 6 * 3600
TASK_SECONDS = 16 * 60  # the function's own limit and a minute
LAMBDA_FAULTS = (
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    "Lambda.ClientExecutionTimeoutException",
)
# What does not get better by itself: a file of the department or an event that is wrong, an export given up thrice.
FINAL_FAULTS = ("BadEventError", "BrokenReferenceError", "ExportFailedError")
CAUSE = "The day's aggregation ended without a result; its log says at which step. The published files are yesterday's."


def build_definition(function_arn: str) -> dict[str, Any]:
    """The state machine in Amazon States Language."""
    return {
        "StartAt": "TakeSnapshot",
        "TimeoutSeconds": LONGEST_SECONDS,
        "States": {
            **_step("TakeSnapshot", "Snapshot", "snapshot", function_arn, then="Ready"),
            "Ready": {
                "Type": "Choice",
                "Choices": [{"Variable": "$.status", "StringEquals": "IN_PROGRESS", "Next": "Wait"}],
                "Default": "StartCounting",
            },
            "Wait": {"Type": "Wait", "Seconds": WAIT_SECONDS, "Next": "TakeSnapshot"},
            **_step("StartCounting", "Aggregate", "aggregate", function_arn, then="StartPublishing"),
            **_step("StartPublishing", "Publish", "publish", function_arn),
            **_step("GiveUp", "SayLate", "late", function_arn, then="DeadEnd", failing="DeadEnd"),
            "DeadEnd": {"Type": "Fail", "Error": "AggregationFailed", "Cause": CAUSE},
        },
    }


def _step(
    before: str, name: str, step: str, function_arn: str, *, then: str | None = None, failing: str = "GiveUp"
) -> dict[str, Any]:
    """Two states: one that names the step, and the task that does it."""
    return {
        before: {"Type": "Pass", "Result": step, "ResultPath": "$.step", "Next": name},
        name: {
            "Type": "Task",
            "Resource": function_arn,
            "TimeoutSeconds": TASK_SECONDS,
            "Retry": [
                _retry(LAMBDA_FAULTS, seconds=5, attempts=5),
                _retry(FINAL_FAULTS, seconds=1, attempts=0),
                _retry(("States.ALL",), seconds=60, attempts=2),
            ],
            "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": failing}],
            **({"Next": then} if then else {"End": True}),
        },
    }


def _retry(errors: Sequence[str], *, seconds: int, attempts: int) -> Mapping[str, Any]:
    return {"ErrorEquals": list(errors), "IntervalSeconds": seconds, "MaxAttempts": attempts, "BackoffRate": 2}
