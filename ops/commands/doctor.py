"""`ssk doctor --province 79`: what would fail, before it fails. It changes nothing."""

import argparse
import dataclasses
import datetime
import json

from rich.console import Console

from ops.account_checks import AccountChecks, Finding, worst
from ops.aws_account import Account, create_client
from ops.commands.deploy import find_province, run_program

SIGNS = {"ok": "[green]ok[/]", "warning": "[yellow]will fail[/]", "fault": "[red]FAILS[/]", "unknown": "unknown"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--province", required=True, metavar="CODE", help="a file of infrastructure/provinces")
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Look and tell; the exit status is 1 where something fails."""
    account = Account(client=create_client, run=run_program)
    checks = AccountChecks(account, find_province(arguments.province), datetime.datetime.now(datetime.UTC))
    findings = checks.all()
    tell(findings, Console(stderr=arguments.json))
    if arguments.json:
        print(json.dumps({"findings": [dataclasses.asdict(finding) for finding in findings]}, ensure_ascii=False))
    return 1 if worst(findings) == "fault" else 0


def tell(findings: list[Finding], console: Console) -> None:
    """One line each."""
    for finding in findings:
        console.print(f"{SIGNS[finding.state]}  {finding.check.replace('_', ' ')}: {finding.text}", highlight=False)
