"""`ssk aggregate`: run the deployed daily aggregation now, and wait for it."""

import argparse
import json
from typing import Any

from ops.deployment import Deployment, add_place_argument, deployment
from ops.errors import OpsError
from ops.progress import Steps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_place_argument(parser)
    parser.add_argument("--json", action="store_true", help="print what the function answers as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Invoke the deployed function as its schedule does, and tell what it answers."""
    where = deployment(arguments)
    with Steps() as steps, steps.step("Aggregating"):
        answer = invoke(where)
    print("Statistics and published tables are in the insights bucket", where.outputs["InsightsBucket"])
    if arguments.json:
        print(json.dumps(answer, ensure_ascii=False))
    return 0


def invoke(where: Deployment) -> Any:
    """What the aggregation answers. Raises OpsError when it fails."""
    answer = where.client("lambda").invoke(FunctionName=where.outputs["AggregateFunction"], Payload=b"{}")
    content = json.loads(answer["Payload"].read() or b"null")
    if "FunctionError" in answer:
        raise OpsError(f"The aggregation failed: {content.get('errorType', answer['FunctionError'])}.")
    return content
