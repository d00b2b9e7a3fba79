"""`ssk signals`: what looks unusual in the weekly counts, and the department's word on it before the public sees it."""

import argparse
import json
from typing import Any

from ops.deployment import add_province_argument, find_deployment, province_words
from ops.errors import OpsError
from ops.released_state import find_released_state

type Signal = dict[str, Any]
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
    released = find_released_state(find_deployment(arguments), arguments)
    if arguments.do != "list":
        released.change("signals.json", lambda found: _decide(found or [], arguments))
        print(f"The page follows at the next daily run, or by `ssk aggregate{province_words(arguments)}` now.")
    signals: list[Signal] = released.read("signals.json") or []
    if not signals:
        print("No signal was found yet.")
    for signal in signals:
        print(f"{signal['id']}  found {signal['found']}  {signal['status']}  {signal['comment']}".rstrip())
    if arguments.json:
        print(json.dumps(signals, ensure_ascii=False))
    return 0


def _decide(signals: list[Signal], arguments: argparse.Namespace) -> list[Signal]:
    found = next((signal for signal in signals if signal["id"] == arguments.id), None)
    if found is None:
        raise OpsError(f"There is no signal {arguments.id}. `ssk signals list` of the same province shows all.")
    found |= {"status": STATUS[arguments.do], "comment": arguments.comment}
    return signals
