"""`ssk smoke --province 79 --phone +84...`: after the first deployment, one true pass through what matters."""

import argparse
import dataclasses
import datetime
import json

from rich.console import Console

from health_record.identity import phones
from ops.account_checks.inspected import BACKUP, MAIN, Inspected, NotDeployedError
from ops.aws_account import Account, create_client
from ops.commands.deploy import find_province, run_program
from ops.errors import OpsError
from ops.smoke.proofs import Proof, SmokeTest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--province", required=True, metavar="CODE", help="a file of infrastructure/provinces")
    parser.add_argument("--phone", required=True, help="your own phone, which gets one message")
    parser.add_argument(
        "--only", metavar="PROOF", help="one proof: alarm, message, gateway, backup, vault, export or restore"
    )
    parser.add_argument("--json", action="store_true", help="print the proofs as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Prove, and tell; the exit status is 1 where something could not be proven."""
    province, console = find_province(arguments.province), Console(stderr=arguments.json)
    phone = _phone(arguments.phone)
    account = Account(client=create_client, run=run_program)
    look = Inspected(account, province, datetime.datetime.now(datetime.UTC))
    try:
        outputs = {**look.outputs(BACKUP), **look.outputs(MAIN)}
    except NotDeployedError as error:
        raise OpsError(f"{error} is not deployed: `ssk deploy --province {province.code}` first.") from error
    test = SmokeTest(account, province, outputs, phone)
    names = [arguments.only] if arguments.only else list(test.proofs)
    if unknown := set(names) - set(test.proofs):
        raise OpsError(f"There is no proof {unknown.pop()}: these are {', '.join(test.proofs)}.")
    proofs: list[Proof] = []
    try:
        test.begin()
        for name in names:
            proofs.append(proof := test.prove(name))
            sign = "[green]proven[/]" if proof.proven else "[red]NOT PROVEN[/]"
            console.print(f"{sign}  {name}: {proof.text}", highlight=False, soft_wrap=True)
    finally:
        for sentence in test.left:
            console.print(f"[yellow]left[/]  {sentence}", highlight=False, soft_wrap=True)
    if arguments.json:
        told = [dataclasses.asdict(proof) for proof in proofs]
        print(json.dumps({"proofs": told, "left": test.left}, ensure_ascii=False))
    return 0 if all(proof.proven for proof in proofs) else 1


def _phone(said: str) -> str:
    try:
        return phones.normalise(said)
    except phones.NotAMobileError as error:
        raise OpsError("--phone must be a Vietnamese mobile number.") from error
