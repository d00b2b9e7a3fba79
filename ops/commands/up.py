"""`ssk up`: a local stack, really deployed, on one port."""

import argparse
import json
import sys
import time
from dataclasses import replace
from typing import Any

from health_record import wards
from ops.local.aws import create_client, read_outputs
from ops.local.stack import LocalStack
from ops.local.stack_location import read_location
from ops.poster_ids import PosterSigner
from ops.progress_steps import ProgressSteps


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "--strict",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="refuse what AWS refuses: sizes, throttles, the rate of messages (the default)",
    )
    parser.add_argument("--detach", action="store_true", help="return once the stack is ready and leave it running")
    parser.add_argument("--json", action="store_true", help="print the content of stack.json as the last line")


def run(arguments: argparse.Namespace) -> int:
    """Bring the stack up; without `--detach`, stay until Ctrl-C and end what this command started."""
    stack = LocalStack(replace(read_location(), strict=arguments.strict))
    already = stack.is_running
    started = time.monotonic()
    with ProgressSteps() as steps:
        description = stack.up(steps)
    _tell(description, time.monotonic() - started)
    if arguments.json:
        print(json.dumps(description), flush=True)
    if not arguments.detach and not already:
        _stay(stack)
    return 0


def _tell(description: dict[str, Any], seconds: float) -> None:
    place = read_location()
    signer = PosterSigner.from_kms_key(
        create_client(place, "kms"), read_outputs(place)["PhoneMacKeyId"], place.province
    )
    poster = f"{description['web_url']}/?p={signer.poster_id(min(wards.list_wards(place.province)), '01')}"
    print(
        f"""
Ready after {seconds:.1f} s.

  Declare a health record   {poster}
  Codes sent by SMS         {description["sms_inbox_url"]}?phone=%2B849...
  API                       {description["api_url"]}
  Demonstration facility    {description["demo_facility"]["key_id"]}, key in \
{description["demo_facility"]["private_key_file"]}

  make pilot ARGS="--residents 100"   rehearses the pilot with invented residents
  make aggregate                      counts what was declared
  make down                           ends all this
""",
        flush=True,
    )


def _stay(stack: LocalStack) -> None:
    print("Ctrl-C ends it.", file=sys.stderr, flush=True)  # the last line printed may be one for machines
    try:
        while stack.is_running:
            time.sleep(1)
    finally:
        stack.down()
