"""`ssk aggregate`: take the day's work of the deployed aggregation through its state machine now, and wait for it.

With `--facts` it runs the same code on a snapshot's folder instead, without AWS.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from ops.deployment import Deployment, add_place_argument, deployment
from ops.errors import OpsError
from ops.progress_steps import Steps

SAID = {
    "Snapshot": "Taking a snapshot of the facts",
    "Wait": "Waiting for DynamoDB's export",
    "Aggregate": "Counting and forecasting",
    "Publish": "Publishing the week",
    "SayLate": "Saying on the page that it did not succeed",
}
POLL_SECONDS = (0.1, 2.0)  # at first, and at most


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_place_argument(parser)
    parser.add_argument("--json", action="store_true", help="print what the aggregation answers as the last line")
    folder = parser.add_argument_group("on a folder, without AWS")
    folder.add_argument("--facts", metavar="FOLDER", help="where **/*.json.gz of an export and reference/ lie")
    folder.add_argument("--out", metavar="FOLDER", help="where statistics, forecasts and published tables go")
    folder.add_argument("--date", metavar="YYYY-MM-DD", help="the day")
    folder.add_argument("--cell-key", metavar="HEX", help="64 digits: what the noise of published counts is drawn by")
    folder.add_argument("--full", action="store_true", help="all tables, whatever the week")


def run(arguments: argparse.Namespace) -> int:
    """Start the state machine as the schedule does, show its steps, and tell what it answers."""
    if arguments.facts:
        return _on_folder(arguments)
    where = deployment(arguments)
    with Steps() as steps:
        answer = invoke(where, steps)
    print("Statistics and published tables are in the insights bucket", where.outputs["InsightsBucket"])
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _on_folder(arguments: argparse.Namespace) -> int:
    """Start the function's own command line, and pass on the JSON that is its last line."""
    options = {name: getattr(arguments, name) for name in ("facts", "out", "date", "cell_key", "province")}
    if missing := [name for name in ("out", "date", "cell_key") if not options[name]]:
        raise OpsError(
            "With --facts these are needed too: " + ", ".join(f"--{name.replace('_', '-')}" for name in missing)
        )
    words = [word for name, value in options.items() if value for word in (f"--{name.replace('_', '-')}", value)]
    command = [sys.executable, "-m", "functions.aggregate", *words, *(["--full"] if arguments.full else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OpsError(f"The aggregation failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}")
    print("Statistics and published tables are in", arguments.out)
    if arguments.json:
        print(done.stdout.splitlines()[-1])
    return 0


def invoke(where: Deployment, steps: Steps | None = None) -> Any:
    """What the day's work answers. Raises OpsError when it comes to a dead end."""
    if "AggregateStateMachine" not in where.outputs:
        raise OpsError("The deployed stack has no AggregateStateMachine: deploy this version first.")
    machine = where.client("stepfunctions")
    started = machine.start_execution(stateMachineArn=where.outputs["AggregateStateMachine"], input="{}")
    execution = started["executionArn"]
    shown, found = "", {"status": "RUNNING"}
    with ExitStack() as open_steps:
        for found in _looks(machine, execution):  # noqa: B007 - the last look is the answer
            state = _state(machine, execution)
            if steps and state in SAID and state != shown:
                open_steps.close()
                open_steps.enter_context(steps.step(SAID[state]))
                shown = state
    if found["status"] != "SUCCEEDED":
        raise OpsError(f"The aggregation failed: {_reason(machine, execution) or found['status']}.")
    return json.loads(found["output"])


def _looks(machine: Any, execution: str) -> Iterator[dict[str, Any]]:
    """The execution as it is now, again and again until it has ended."""
    wait, longest = POLL_SECONDS
    while True:
        found = machine.describe_execution(executionArn=execution)
        yield found
        if found["status"] != "RUNNING":
            return
        time.sleep(wait)
        wait = min(wait * 1.5, longest)


def _state(machine: Any, execution: str) -> str:
    """The state that was entered last; none before the first."""
    entered = [event.get("stateEnteredEventDetails") for event in _history(machine, execution)]
    return next((details["name"] for details in entered if details), "")


def _reason(machine: Any, execution: str) -> str:
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
