"""One run of the deployed aggregation: start its state machine, follow its states, give what it answers."""

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from ops.deployment import Deployment
from ops.errors import OpsError
from ops.progress_steps import ProgressSteps

STATE_TEXTS = {
    "Snapshot": "Taking a snapshot of the facts",
    "Wait": "Waiting for DynamoDB's export",
    "Aggregate": "Counting and forecasting",
    "Publish": "Publishing the week",
    "SayLate": "Saying on the page that it did not succeed",
}
POLL_SECONDS = (0.1, 2.0)  # at first, and at most


def run_aggregation(where: Deployment, steps: ProgressSteps | None = None) -> Any:
    """What the day's work answers. Raises OpsError when it comes to a dead end."""
    if "AggregateStateMachine" not in where.outputs:
        raise OpsError("The deployed stack has no AggregateStateMachine: deploy this version first.")
    machine = where.client("stepfunctions")
    started = machine.start_execution(stateMachineArn=where.outputs["AggregateStateMachine"], input="{}")
    execution = started["executionArn"]
    shown, found = "", {"status": "RUNNING"}
    with ExitStack() as open_steps:
        for found in _poll_execution(machine, execution):  # noqa: B007 - the last look is the answer
            state = _last_state(machine, execution)
            if steps and state in STATE_TEXTS and state != shown:
                open_steps.close()
                open_steps.enter_context(steps.step(STATE_TEXTS[state]))
                shown = state
    if found["status"] != "SUCCEEDED":
        raise OpsError(f"The aggregation failed: {_failure_reason(machine, execution) or found['status']}.")
    return json.loads(found["output"])


def _poll_execution(machine: Any, execution: str) -> Iterator[dict[str, Any]]:
    """The execution as it is now, again and again until it has ended."""
    wait, longest = POLL_SECONDS
    while True:
        found = machine.describe_execution(executionArn=execution)
        yield found
        if found["status"] != "RUNNING":
            return
        time.sleep(wait)
        wait = min(wait * 1.5, longest)


def _last_state(machine: Any, execution: str) -> str:
    """The state that was entered last; none before the first."""
    entered = [event.get("stateEnteredEventDetails") for event in _history(machine, execution)]
    return next((details["name"] for details in entered if details), "")


def _failure_reason(machine: Any, execution: str) -> str:
    """The type of the error that led to the dead end."""
    for event in _history(machine, execution):
        for kind in ("lambdaFunctionFailedEventDetails", "taskFailedEventDetails"):
            if kind in event:
                return str(event[kind].get("error", ""))
    return ""


def _history(machine: Any, execution: str) -> list[dict[str, Any]]:
    """The newest events, newest first."""
    found = machine.get_execution_history(executionArn=execution, reverseOrder=True, maxResults=20)
    events: list[dict[str, Any]] = found["events"]
    return events
