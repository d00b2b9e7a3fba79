"""`ssk signals`: what looks unusual in the weekly counts, and the department's word on it before the public sees it."""

import argparse
import json
from typing import Any

from ops.deployment import Deployment, add_province_argument, find_deployment, province_words
from ops.errors import OpsError

STATUS = {"publish": "published", "dismiss": "dismissed"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    add_province_argument(parser)
    parser.add_argument(
        "do",
        choices=("list", *STATUS),
        nargs="?",
        default="list",
        help="list signals (the default), show one now, or never show it",
    )
    parser.add_argument("id", nargs="?", help="which signal, as listed (A97-2026-W48)")
    parser.add_argument("--comment", default="", help="what the page says beside it")
    parser.add_argument("--json", action="store_true", help="print the signals as the last line")


def run(arguments: argparse.Namespace) -> int:
    """List the signals, or write the department's word on one."""
    where = find_deployment(arguments)
    key = _key(where)
    signals = _read(where, key) if key else []
    if arguments.do != "list":
        _decide(signals, arguments.id, STATUS[arguments.do], arguments.comment)
        where.client("s3").put_object(
            Bucket=where.outputs["InsightsBucket"], Key=key, Body=json.dumps(signals, ensure_ascii=False).encode()
        )
        print(f"The page follows at the next daily run, or by `ssk aggregate{province_words(arguments)}` now.")
    if not signals:
        print("No signal was found yet.")
    for signal in signals:
        print(f"{signal['id']}  found {signal['found']}  {signal['status']}  {signal['comment']}".rstrip())
    if arguments.json:
        print(json.dumps(signals, ensure_ascii=False))
    return 0


def _decide(signals: list[dict[str, Any]], name: str | None, status: str, comment: str) -> None:
    found = next((signal for signal in signals if signal["id"] == name), None)
    if found is None:
        raise OpsError(f"There is no signal {name}. `ssk signals list` of the same province shows all.")
    found |= {"status": status, "comment": comment}


def _read(where: Deployment, key: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        where.client("s3").get_object(Bucket=where.outputs["InsightsBucket"], Key=key)["Body"].read()
    )
    return found


def _key(where: Deployment) -> str | None:
    """Where the province's signals lie; None before the first release."""
    listed = where.client("s3").list_objects_v2(Bucket=where.outputs["InsightsBucket"], Prefix="released/")
    keys: list[str] = [found["Key"] for found in listed.get("Contents", []) if found["Key"].endswith("/signals.json")]
    return keys[0] if keys else None
