"""The app as the command line runs it: provinces and target by context, one clear line for a fault."""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from infrastructure.app import build, new_app
from infrastructure.checks.all_provinces import synthesize_defaults
from infrastructure.checks.template_rules import FULLEST_PROVINCE
from infrastructure.config.settings import PROVINCES as PROVINCES_FOLDER
from infrastructure.config.settings import SettingsError, read_province
from infrastructure.packaging.packages import ROOT
from tests.infrastructure.synthesis import SynthesizedStack

RULE_PACKS = ("AwsSolutions", "HIPAA.Security", "NIST.800.53.R5", "Serverless")
# Ho Chi Minh City, and the provinces of today that cover those which had the Ministry's software.
KINDS = ("-edge", "", "-backup")
PROVINCES = ["25", "33", "37", "40", "66", "68", "79"]


@pytest.mark.parametrize(
    ("context", "reason"),
    [
        ({"province": "01"}, r"there is no infrastructure/provinces/01\.toml"),
        ({"province": "79,../79"}, r"there is no infrastructure/provinces/\.\./79\.toml"),
        ({"target": "azure"}, "context target is 'azure', it must be aws or local"),
    ],
)
def test_a_context_that_names_nothing_is_refused(tmp_path: Path, context: dict[str, str], reason: str) -> None:
    with pytest.raises(SettingsError, match=reason):
        build(new_app(context, outdir=tmp_path))


def run_app(folder: Path, **context: str) -> subprocess.CompletedProcess[str]:
    """The app in a process of its own, as the command line runs it, but for CloudFormation's schemas (`make rules`)."""
    return subprocess.run(
        [sys.executable, "-m", "infrastructure.app"],
        cwd=ROOT,
        env={
            "CDK_CONTEXT_JSON": json.dumps(context),
            "CDK_OUTDIR": str(folder),
            "CDK_VALIDATION": "false",
            "PATH": "/usr/bin:/bin",
            "HOME": str(Path.home()),
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_province_synthesizes_from_the_command_line_without_a_finding_of_cdk_nag(tmp_path: Path) -> None:
    done = run_app(tmp_path, province="79")

    assert (done.returncode, done.stderr) == (0, "")
    assert conclusions(tmp_path) == dict.fromkeys(RULE_PACKS, "success")


def test_every_province_synthesizes_without_a_finding_and_differs_in_its_settings_only(
    aws_stack: SynthesizedStack,
) -> None:
    """So `make rules` may ask other tools, and CloudFormation's schemas, about the one that has every optional part."""
    manifest = json.loads((aws_stack.folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    stacks = {name: one for name, one in manifest.items() if one["type"] == "aws:cloudformation:stack"}

    assert sorted(stacks) == sorted(f"ssk-{code}{kind}" for code in PROVINCES for kind in KINDS)
    assert all(one["properties"]["terminationProtection"] for one in stacks.values())
    assert conclusions(aws_stack.folder) == dict.fromkeys(RULE_PACKS, "success")
    for kind in KINDS:
        shapes = {code: shape_of(aws_stack.beside(f"ssk-{code}{kind}")) for code in PROVINCES}
        assert [code for code, shape in shapes.items() if shape != shapes["79"] and code != FULLEST_PROVINCE] == []
        assert shapes["79"] - shapes[FULLEST_PROVINCE] == Counter()


def conclusions(folder: Path) -> dict[str, str]:
    report = json.loads((folder / "validation-report.json").read_text(encoding="utf-8"))
    return {pack["pluginName"]: pack["conclusion"] for pack in report["pluginReports"]}


def shape_of(stack: SynthesizedStack) -> Counter[tuple[str, tuple[str, ...]]]:
    """The types of all resources, each with the names of its properties."""
    resources = stack.template["Resources"].values()
    return Counter((resource["Type"], tuple(sorted(resource.get("Properties", {})))) for resource in resources)


def test_a_province_that_nobody_set_up_synthesizes_by_its_defaults(tmp_path: Path) -> None:
    """`make provinces` does so for every one."""
    synthesize_defaults(["01"], tmp_path)

    assert conclusions(tmp_path / "01") == dict.fromkeys(RULE_PACKS, "success")


def test_an_account_with_ten_executions_deploys(tmp_path: Path) -> None:
    """Lambda lets none of them be set aside, not even one for what runs by the clock."""
    province = read_province(PROVINCES_FOLDER / "79.toml")
    sharing = replace(province, concurrency=dict.fromkeys(province.concurrency, 0))
    app = new_app({"province": "79"}, outdir=tmp_path)
    build(app, {"79": sharing})
    app.synth()

    resources = json.loads((tmp_path / "ssk-79.template.json").read_text(encoding="utf-8"))["Resources"].values()
    functions = [one["Properties"] for one in resources if one["Type"] == "AWS::Lambda::Function"]
    assert len(functions) == 7
    assert not [one for one in functions if "ReservedConcurrentExecutions" in one]


def test_a_fault_in_the_settings_ends_with_one_line_and_no_trace(tmp_path: Path) -> None:
    done = run_app(tmp_path, province="01")

    assert done.returncode == 1
    assert done.stderr.strip() == "settings: there is no infrastructure/provinces/01.toml"


def test_the_local_target_is_synthesized_without_an_account(local_stack: SynthesizedStack) -> None:
    manifest = json.loads((local_stack.folder / "manifest.json").read_text(encoding="utf-8"))

    assert manifest["artifacts"]["ssk-79"]["environment"] == "aws://unknown-account/ap-southeast-1"
    assert not {"ssk-79-edge", "ssk-79-backup"} & set(manifest["artifacts"]), "the emulator knows neither"
