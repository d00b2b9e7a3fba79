"""`ssk arm64`: what it needs of the emulator and of the machine, without an hour under qemu."""

from dataclasses import replace
from pathlib import Path

import pytest

from ops.drills.arm64 import machine
from ops.errors import OpsError
from ops.local.emulator_changes.other_python import AFTER_THE_PATH
from ops.local.stack_location import TOOLS, StackLocation, read_location

WORKER = TOOLS / "emulator/lib/python3.13/site-packages/ministack/core/lambda_runtime.py"


def test_the_emulators_worker_is_the_one_that_is_changed() -> None:
    source = WORKER.read_text(encoding="utf-8")
    assert AFTER_THE_PATH in source
    assert all(
        f"{name}" in source for name in ("def _detect_runtime_binary(", "class Worker:", "_PYTHON_WORKER_SCRIPT")
    )


def test_another_process_learns_of_the_functions_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = StackLocation(folder=tmp_path, port=8123, emulator_port=4123, lambda_python=tmp_path / "python")
    for name, value in place.variables.items():
        monkeypatch.setenv(name, value)
    assert read_location() == place
    assert place.longest_call_seconds > replace(place, lambda_python=None).longest_call_seconds


def test_without_qemu_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "FOLDER", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(OpsError, match="apt-get install qemu-user"):
        machine.bring_python()
