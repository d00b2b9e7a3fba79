"""`ssk doctor --province 79`: what would fail, before it fails. It changes nothing."""

import argparse
import dataclasses
import datetime
import json

from rich.console import Console

from ops.account_checks.checks import find_all
from ops.account_checks.findings import Finding, worst
from ops.account_checks.inspected import Inspected
from ops.aws_account import Account, create_client
from ops.commands.deploy import find_province, run_program

SIGNS = {"ok": "[green]ok[/]", "warning": "[yellow]will fail[/]", "fault": "[red]FAILS[/]", "unknown": "unknown"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--province", required=True, metavar="CODE", help="a file of infrastructure/provinces")
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Look and tell; the exit status is 1 where something fails."""
    account, province = Account(client=create_client, run=run_program), find_province(arguments.province)
    console = Console(stderr=arguments.json)
    caller = account.client("sts", province.region).get_caller_identity()  # without credentials it ends here
    where = f"{province.name} in the account {caller['Account']}, as {caller['Arn']}"
    console.print(where, highlight=False, soft_wrap=True)
    findings = find_all(Inspected(account, province, datetime.datetime.now(datetime.UTC)))
    tell(findings, console)
    if arguments.json:
        print(json.dumps({"findings": [dataclasses.asdict(finding) for finding in findings]}, ensure_ascii=False))
    return 1 if worst(findings) == "fault" else 0


def tell(findings: list[Finding], console: Console) -> None:
    """One line each."""
    for finding in findings:
        line = f"{SIGNS[finding.state]}  {finding.check.replace('_', ' ')}: {finding.text}"
        console.print(line, highlight=False, soft_wrap=True)  # commands in it are copied whole
