"""`ssk aggregate`: take the day's work of the deployed aggregation through its state machine now, and wait for it."""

import argparse
import json

from ops.aggregation import run_aggregation
from ops.deployment import add_province_argument, find_deployment
from ops.progress_steps import ProgressSteps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_province_argument(parser)
    parser.add_argument("--json", action="store_true", help="print what the aggregation answers as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Start the state machine as the schedule does, show its steps, and tell what it answers."""
    where = find_deployment(arguments)
    with ProgressSteps() as steps:
        answer = run_aggregation(where, steps)
    print("Statistics and published tables are in the insights bucket", where.outputs["InsightsBucket"])
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    return 0
