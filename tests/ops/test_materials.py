"""What the project is made of: every package pinned with hashes, installed only by them, and listed in a bill."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from ops.local.stack_location import ROOT

REQUIREMENTS = sorted([*ROOT.glob("layers/*/requirements.txt"), *ROOT.glob("ops/requirements/*.txt")])
PINNED = re.compile(r"([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==([^\s;]+)(?: ;.*)?")


def packages(file: Path) -> dict[str, list[str]]:
    """Name and version of each package of a requirement file with its hashes. Fails for a line that pins nothing."""
    found: dict[str, list[str]] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        words = line.strip().removesuffix("\\").strip()
        if not words or words.startswith("#"):
            continue
        if words.startswith("--hash="):
            found[next(reversed(found))].append(words.removeprefix("--hash="))
            continue
        pinned = PINNED.fullmatch(words)
        assert pinned, f"{file}: {words} pins no version"
        found[f"{pinned[1]} {pinned[2]}"] = []
    return found


@pytest.mark.parametrize("file", REQUIREMENTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_package_is_pinned_with_hashes(file: Path) -> None:
    for name, hashes in packages(file).items():
        assert hashes, name
        assert all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in hashes), name


def test_nothing_is_installed_without_its_hash() -> None:
    """Each installation is one command; that of the project itself comes from its own folder and brings nothing."""
    script = (ROOT / "ops" / "bootstrap.sh").read_text(encoding="utf-8").replace("\\\n", " ")
    installs = [line for line in script.splitlines() if "pip install" in line]
    without = [line for line in installs if "--require-hashes" not in line]
    assert len(installs) >= 4
    assert len(without) == 1
    assert "--no-deps --no-build-isolation -e ." in without[0]
    assert '"--require-hashes", "--no-deps"' in (ROOT / "infrastructure" / "packaging" / "layers.py").read_text(
        encoding="utf-8"
    )


def test_the_bill_of_a_layer_lists_every_package_with_its_hashes(tmp_path: Path) -> None:
    bill = tmp_path / "bill.json"
    file = ROOT / "layers" / "analytics" / "requirements.txt"
    command = [ROOT / ".venv" / "bin" / "cyclonedx-py", "requirements", "--no-validate", "-o", bill, file]
    subprocess.run(command, check=True, capture_output=True)
    content = json.loads(bill.read_text(encoding="utf-8"))
    assert (content["bomFormat"], content["specVersion"]) == ("CycloneDX", "1.6")
    listed = {f"{one['name']} {one['version']}": one["externalReferences"] for one in content["components"]}
    assert listed.keys() == packages(file).keys()
    for name, hashes in packages(file).items():
        found = {one["content"] for reference in listed[name] for one in reference.get("hashes", [])}
        assert found == {one.removeprefix("sha256:") for one in hashes}


def test_make_sbom_names_every_requirement_file() -> None:
    script = (ROOT / "ops" / "sbom.sh").read_text(encoding="utf-8")
    assert {file.parent.parent.name for file in REQUIREMENTS} == {"layers", "ops"}
    assert "layers/*/requirements.txt" in script
    assert "ops/requirements/*.txt" in script
