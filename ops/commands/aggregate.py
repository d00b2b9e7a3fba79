"""`ssk aggregate`: take the day's work of the deployed aggregation through its state machine now, and wait for it.

With `--facts` it runs the same code on a snapshot's folder instead, without AWS.
"""

import argparse
import json
import subprocess
import sys

from ops.aggregation import run_aggregation
from ops.deployment import add_province_argument, find_deployment
from ops.errors import OpsError
from ops.progress_steps import ProgressSteps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_province_argument(parser)
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
        return _run_on_folder(arguments)
    where = find_deployment(arguments)
    with ProgressSteps() as steps:
        answer = run_aggregation(where, steps)
    print("Statistics and published tables are in the insights bucket", where.outputs["InsightsBucket"])
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def _run_on_folder(arguments: argparse.Namespace) -> int:
    """Start the function's own command line, and pass on the JSON that is its last line."""
    options = {name: getattr(arguments, name) for name in ("facts", "out", "date", "cell_key", "province")}
    if missing := [f"--{name.replace('_', '-')}" for name in ("out", "date", "cell_key") if not options[name]]:
        raise OpsError(f"With --facts these are needed too: {', '.join(missing)}")
    words = [word for name, value in options.items() if value for word in (f"--{name.replace('_', '-')}", value)]
    command = [sys.executable, "-m", "functions.aggregate", *words, *(["--full"] if arguments.full else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OpsError(f"The aggregation failed: {(done.stderr.strip().splitlines() or ['without a word'])[-1]}")
    print("Statistics and published tables are in", arguments.out)
    if arguments.json:
        print(done.stdout.splitlines()[-1])
    return 0
