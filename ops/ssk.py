"""The `ssk` command: one subcommand for each thing an operator does; `make <subcommand> ARGS="..."` is the same."""

import argparse
import importlib
import signal
import sys
from types import FrameType

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ProfileNotFound

from ops.errors import OpsError

# Each module has `add_arguments(parser)` and `run(args) -> int`; only the one that is wanted is imported.
COMMANDS = {
    "up": ("ops.commands.up", "start the local stack, or bring a running one up to date"),
    "down": ("ops.commands.down", "end the local stack"),
    "province": ("ops.commands.province", "write the settings file of another province"),
    "deploy": ("ops.commands.deploy", "deploy a province to AWS: edge, province, site and backups"),
    "doctor": ("ops.commands.doctor", "say what would fail in a province's account before it fails"),
    "smoke": ("ops.commands.smoke", "prove a deployed province: an alarm, messages, a backup, an export, restores"),
    "facility": (
        "ops.commands.facility",
        "register facilities, change their keys, rights and bounds, revoke and restore them",
    ),
    "audit": (
        "ops.commands.audit",
        "check the audit and the record of accesses; list emergencies, unusual reading, refusals",
    ),
    "aggregate": ("ops.commands.aggregate", "count what was declared, now"),
    "signals": ("ops.commands.signals", "list unusual weekly counts, publish or dismiss them"),
    "series": ("ops.commands.series", "list the department's series that are published, take one back, show it again"),
    "posters": ("ops.posters", "make print-ready posters with signed QR codes, for every ward or one"),
    "event": ("ops.commands.event", "vouch for a campaign day, end it, watch how it goes"),
    "receipt": ("ops.commands.receipt", "say of a receipt's number when it was given and what became of it, no more"),
    "cost": ("ops.cost", "reckon what a province costs from published prices"),
    "rebuild-pointers": (
        "ops.commands.pointers",
        "after a restore, make what leads to records anew from what is sealed in them",
    ),
    "restore-drill": ("ops.drills.restore", "restore an export into a fresh stack and compare the hashes"),
    "upgrade-drill": ("ops.drills.upgrade", "upgrade an earlier commit's stack to this one and compare every record"),
    "isolation-drill": ("ops.drills.isolation", "run two provinces side by side and try to cross between them"),
    "sms-drill": ("ops.drills.sms", "spend the day's money for messages and flood the codes; all else must go on"),
    "arm64": ("ops.drills.arm64", "run every packaged function under a Python for arm64, as AWS does"),
    "release": ("ops.commands.release", "check everything, then date, commit and tag the version of pyproject.toml"),
    "load": ("ops.drills.load", "a campaign's busiest hour on a stack of its own, checked as a pilot is"),
    "sandbox": ("ops.sandbox", "invented people on the local stack, one in every state that a facility meets"),
    "pilot": ("ops.pilot", "rehearse a pilot with invented residents on the local stack"),
}


def main(words: list[str] | None = None) -> int:
    """Run one subcommand; the exit status is 0 when it did what it says."""
    signal.signal(signal.SIGTERM, _ended)
    words = sys.argv[1:] if words is None else words
    arguments = _parser(words).parse_args(words)
    try:
        status: int = importlib.import_module(COMMANDS[arguments.command][0]).run(arguments)
    except OpsError as error:
        print(f"ssk: {error}", file=sys.stderr)
        return 1
    except (NoCredentialsError, ProfileNotFound) as error:
        print(
            f"ssk: AWS was not asked: {error}. Name a profile of the province's account: AWS_PROFILE.", file=sys.stderr
        )
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"ssk: AWS did not do it: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _parser(words: list[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ssk", description="Operate a province, or its local stack.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, (module, text) in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=text)
        if name in words[:1]:
            importlib.import_module(module).add_arguments(command)
    return parser


def _ended(number: int, _: FrameType | None) -> None:
    raise SystemExit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
