"""What a fresh machine is given: the right Python is found by running it, and everything is pinned."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
REQUIREMENTS = (
    "ops/requirements/dev.txt",
    "ops/requirements/emulator.txt",
    "ops/requirements/fuzz.txt",
    "layers/dependencies/requirements.txt",
    "layers/analytics/requirements.txt",
)
RIGHT = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
SHIM = "#!/bin/sh\necho 'pyenv: python3.13: command not found' >&2\nexit 127\n"
OLD = "#!/bin/sh\nexit 1\n"  # what an interpreter of another version answers to the question


def executable(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(0o755)
    return file


def find_python(home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = ["sh", "-c", f". {ROOT}/ops/find_python.sh; find_python"]
    env = {"HOME": str(home), "PATH": f"{home}/bin:/bin", **environment}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def base_of_this_python() -> str:
    return str(getattr(sys, "_base_executable", sys.executable))


def test_a_shim_that_only_says_command_not_found_is_passed_over(tmp_path: Path) -> None:
    executable(tmp_path / "bin/python3.13", SHIM)
    executable(tmp_path / ".pyenv/versions/3.13.0/bin/python3.13", RIGHT)
    answer = find_python(tmp_path)
    assert (answer.returncode, answer.stdout.strip()) == (0, base_of_this_python())


def test_pyenv_may_live_elsewhere(tmp_path: Path) -> None:
    executable(tmp_path / "bin/python3.13", SHIM)
    executable(tmp_path / "elsewhere/versions/3.13.9/bin/python3.13", RIGHT)
    answer = find_python(tmp_path, PYENV_ROOT=str(tmp_path / "elsewhere"))
    assert (answer.returncode, answer.stdout.strip()) == (0, base_of_this_python())


def test_a_python_that_is_called_python3_will_do(tmp_path: Path) -> None:
    executable(tmp_path / "bin/python3", RIGHT)
    assert find_python(tmp_path).stdout.strip() == base_of_this_python()


def test_another_version_is_passed_over(tmp_path: Path) -> None:
    executable(tmp_path / "bin/python3", OLD)
    executable(tmp_path / "bin/python", RIGHT)
    assert find_python(tmp_path).stdout.strip() == base_of_this_python()


@pytest.mark.parametrize("file", REQUIREMENTS)
def test_every_package_is_pinned_by_hash_and_names_no_address(file: str) -> None:
    text = (ROOT / file).read_text()
    pins = re.findall(r"^[\w.\[\]-]+==\S+(?: ;[^\\\n]*)? \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    packages = [line for line in text.splitlines() if line and line[0] not in "# "]
    assert len(pins) == len(packages) > 0
    assert "://" not in text


def test_what_npm_brings_is_pinned_and_names_no_address() -> None:
    lock = json.loads((ROOT / "ops/node/package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())
    version = tuple(int(part) for part in packages["node_modules/aws-cdk"]["version"].split("."))
    assert version[0] == 2
    assert version >= (2, 1148, 1)


def test_the_uv_that_pip_would_bring_is_pinned_by_hash() -> None:
    pins = subprocess.run(
        ["sed", "-n", "/^uv==/,/# via/p", "ops/requirements/dev.txt"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert pins.startswith("uv==")
    assert "--hash=sha256:" in pins


def test_a_second_bootstrap_installs_nothing(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    answer = subprocess.run(
        ["sh", "ops/bootstrap.sh"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")
