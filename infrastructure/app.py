"""The entry point of the CDK app: the stacks of all provinces, or of those that the context names.

To AWS it is `ssk deploy --province 79` that runs the command line: it passes outputs of one stack to the next.

To the local emulator (MiniStack), which has to run. The origin is what the local proxy answers on:

    export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_REGION=ap-southeast-1
    export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
    cdk bootstrap aws://000000000000/ap-southeast-1
    cdk deploy ssk-79 -c target=local -c public_origin=http://127.0.0.1:8000 \
        --require-approval never --outputs-file .local/outputs.json

Context: `target` is `aws` (default) or `local`; `province` is one code or several with commas (default: all);
`public_origin`, `sms_daily_budget_vnd` (a campaign's) and `platform` (`arm64`, else this machine's) are for `local`.
"""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from aws_cdk import App, Stack

from infrastructure.acknowledgements import acknowledge, add_checks
from infrastructure.config import deployment_target
from infrastructure.config.settings import Province, SettingsError, read_provinces
from infrastructure.packaging.packages import ROOT
from infrastructure.stacks.backup_stack import BackupStack
from infrastructure.stacks.edge_stack import EdgeStack
from infrastructure.stacks.province_stack import ProvinceStack


def new_app(context: Mapping[str, str] | None = None, *, outdir: Path | None = None) -> App:
    """An app with the feature flags of cdk.json, also where no CDK command line hands them over.

    It writes to `outdir`, else where the command line says, else to `cdk.out`.
    """
    into = outdir or os.environ.get("CDK_OUTDIR") or ROOT / "cdk.out"
    flags = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    return App(context={**flags, **(context or {})}, outdir=str(into))


def build(app: App, provinces: Mapping[str, Province] | None = None) -> list[Stack]:
    """Add the stacks that the app's context asks for: for each province one locally, three in AWS.

    `provinces` by their code are those of the files by default. Raises SettingsError for a fault in a province's file.
    """
    provinces = read_provinces() if provinces is None else provinces
    wanted = app.node.try_get_context("province")
    codes = str(wanted).split(",") if wanted else list(provinces)
    for code in codes:
        if code not in provinces:
            raise SettingsError(f"there is no infrastructure/provinces/{code}.toml")
    where = _target(app)
    kinds: list[type[EdgeStack | ProvinceStack | BackupStack]] = [EdgeStack, ProvinceStack, BackupStack]
    stacks: list[Stack] = [
        kind(app, province=provinces[code], target=where)
        for code in codes
        for kind in (kinds if where.whole else [ProvinceStack])
    ]
    for stack in stacks:
        acknowledge(stack, in_aws=where.whole)
    return stacks


def _target(app: App) -> deployment_target.DeploymentTarget:
    name = app.node.try_get_context("target") or "aws"
    if name == "local":
        budget = app.node.try_get_context("sms_daily_budget_vnd")
        return deployment_target.local_target(
            app.node.try_get_context("public_origin") or deployment_target.LOCAL_ORIGIN,
            int(budget) if budget else None,
            on_arm64=app.node.try_get_context("platform") == "arm64",
        )
    if name != "aws":
        raise SettingsError(f"context target is {name!r}, it must be aws or local")
    return deployment_target.aws_target()


def main() -> None:
    """Synthesize into the folder that the CDK command line names, or `cdk.out`."""
    app = new_app()
    try:
        build(app)
    except SettingsError as error:
        sys.exit(f"settings: {error}")
    if app.node.try_get_context("target") != "local":
        add_checks(app)
    app.synth()


if __name__ == "__main__":
    main()
