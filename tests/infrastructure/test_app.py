"""The app as the command line runs it: provinces and target by context, one clear line for a fault."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infrastructure.app import build, new_app
from infrastructure.packages import ROOT
from infrastructure.settings import SettingsError, read_provinces


def test_every_province_has_its_stack(tmp_path: Path) -> None:
    stacks = build(new_app(outdir=tmp_path))

    assert [stack.stack_name for stack in stacks] == [f"ssk-{code}" for code in read_provinces()]
    assert all(stack.termination_protection for stack in stacks)


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


def test_the_command_line_s_app_ends_with_one_line_and_no_trace(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infrastructure.app"],
        cwd=ROOT,
        env={"CDK_CONTEXT_JSON": json.dumps({"province": "01"}), "CDK_OUTDIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.strip() == "settings: there is no infrastructure/provinces/01.toml"


def test_the_local_target_is_synthesized_without_an_account(tmp_path: Path) -> None:
    app = new_app({"target": "local", "province": "79"}, outdir=tmp_path)
    build(app)
    app.synth()

    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["artifacts"]["ssk-79"]["environment"] == "aws://unknown-account/ap-southeast-1"
