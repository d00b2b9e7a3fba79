"""`ssk province new`: a province's settings file from a few words."""

import argparse
from pathlib import Path

from infrastructure.config.new_province import write_province
from infrastructure.config.settings import PROVINCES, SettingsError, read_province
from ops.account_checks.placeholders import find_placeholders
from ops.errors import OpsError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    new = parser.add_subparsers(dest="action", required=True, metavar="action").add_parser(
        "new", help="write infrastructure/provinces/<code>.toml"
    )
    new.add_argument("--code", required=True, help="two digits, as since July 2025")
    new.add_argument("--domain", required=True, help="what residents type")
    new.add_argument("--sender-id", required=True, help="the sender of SMS that is registered in Vietnam")
    new.add_argument("--receiver", help="e-mail address that alarms reach")
    new.add_argument("--runbooks", help="https address of the operators' copy of docs/operations.md")
    new.add_argument("--hotline", help="number printed on posters")
    new.add_argument("--region", help="AWS region")
    new.add_argument("--owner", help="value of the tag `owner`")
    new.add_argument("--daily-budget-vnd", help="money for messages in a day")
    new.add_argument("--folder", type=Path, default=PROVINCES, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace) -> int:
    """Write the file, unless it or another province's file would have a fault."""
    wishes = {name: value for name, value in vars(arguments).items() if name not in ("command", "action", "folder")}
    try:
        path = write_province(arguments.folder, **wishes)
    except SettingsError as error:
        raise OpsError(f"nothing is written: {error}") from error
    print(f"{path} is written. Read it once, then run `make synth` and `ssk doctor --province {path.stem}`.")
    for placeholder in find_placeholders(read_province(path)):
        print(f"Before you deploy: {placeholder}, which is nobody's. Write your own into the file.")
    return 0
