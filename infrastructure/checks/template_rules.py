"""cfn-lint, checkov and CloudFormation's schemas over the templates of one province: `make rules`, a part of the gate.

All provinces have templates of one shape (a test) but for what settings may add, so the one with everything stands for
all. What a template answers in its metadata must
be something that the tool still finds, else the answer is stale. The tools live in an environment of their own, as
checkov pins an old boto3.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from infrastructure.acknowledgements import CFN_LINT, CHECKOV
from infrastructure.app import build, new_app
from infrastructure.packaging.packages import ROOT

TOOLS = ROOT / ".local" / "tools" / "rules" / "bin"
FULLEST_PROVINCE = "66"

type Findings = set[tuple[str, str, str]]  # rule, template, logical id


def find_faults(folder: Path) -> list[str]:
    """What is wrong with the templates in `folder`, one line each."""
    with ThreadPoolExecutor() as pool:
        linted, checked = pool.submit(_lint, folder), pool.submit(_check, folder)
    answered = set(_answers(folder))
    found = linted.result() | checked.result()
    return [
        *(
            f"{rule} on {resource} in {template}: change it, or answer it"
            for rule, template, resource in found - answered
        ),
        *(
            f"{rule} on {resource} in {template}: answered, but not found"
            for rule, template, resource in answered - found
        ),
    ]


def _answers(folder: Path) -> Iterator[tuple[str, str, str]]:
    """What `infrastructure.acknowledgements` wrote into the metadata of resources."""
    for path, name, resource in _resources(folder):
        metadata = resource.get("Metadata", {})
        for skip in metadata.get("checkov", {}).get("skip", []):
            yield CHECKOV + skip["id"], path.name, name
        for rule in metadata.get("cfn-lint", {}).get("config", {}).get("ignore_checks", []):
            yield CFN_LINT + rule, path.name, name


def _lint(folder: Path) -> Findings:
    with tempfile.TemporaryDirectory() as scratch:
        bare = [_without_answers(path, Path(scratch)) for path in _templates(folder)]
        said = _run("cfn-lint", "--format", "json", *map(str, bare))
    return {
        (CFN_LINT + one["Rule"]["Id"], Path(one["Filename"]).name, str((one["Location"]["Path"] or ["", ""])[1]))
        for one in json.loads(said or "[]")
    }


def _check(folder: Path) -> Findings:
    with tempfile.TemporaryDirectory() as scratch:
        for path in _templates(folder):
            _without_answers(path, Path(scratch))
        said = _run("checkov", "-d", scratch, "--framework", "cloudformation", "--skip-download", "-o", "json")
    report = json.loads(said)
    if report["summary"]["parsing_errors"] or not report["summary"]["passed"]:
        raise RuntimeError(f"checkov could not read the templates: {report['summary']}")
    return {
        (CHECKOV + one["check_id"], Path(one["file_path"]).name, one["resource"].rpartition(".")[2])
        for one in report["results"]["failed_checks"]
    }


def _without_answers(path: Path, into: Path) -> Path:
    template = json.loads(path.read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        for tool in ("checkov", "cfn-lint"):
            resource.get("Metadata", {}).pop(tool, None)
    bare = into / path.name
    bare.write_text(json.dumps(template), encoding="utf-8")
    return bare


def _resources(folder: Path) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    for path in _templates(folder):
        for name, resource in json.loads(path.read_text(encoding="utf-8"))["Resources"].items():
            yield path, name, resource


def _templates(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.template.json"))


def _run(tool: str, *words: str) -> str:
    """What the tool prints; it ends with another status than 0 when it finds something."""
    quiet = {**os.environ, "LOG_LEVEL": "ERROR"}
    command = [str(TOOLS / tool), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=quiet)  # noqa: S603 (fixed words)
    if done.stderr.strip() and not done.stdout.strip():
        raise RuntimeError(f"{tool}: {done.stderr.strip()[-500:]}")
    return done.stdout


def main() -> None:
    """Synthesize and judge; end with the faults."""
    with tempfile.TemporaryDirectory() as scratch:
        app = new_app({"province": FULLEST_PROVINCE}, outdir=Path(scratch))
        build(app)
        app.synth()
        if found := find_faults(Path(scratch)):
            sys.exit("\n".join(sorted(found)))


if __name__ == "__main__":
    main()
