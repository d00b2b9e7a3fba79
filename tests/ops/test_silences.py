"""The emulator is held and let go, and always let go at the end."""

import sys
from pathlib import Path

import pytest

from ops.drills import fault_injection
from ops.drills.fault_injection import EmulatorPauses
from ops.errors import OpsError
from ops.local.processes import ProcessRegister, start_process
from ops.local.stack_location import StackLocation

TALKS = "import time\nwhile True:\n    print('.', end='', flush=True)\n    time.sleep(0.01)"


@pytest.fixture
def place(tmp_path: Path) -> StackLocation:
    return StackLocation(folder=tmp_path, port=1, emulator_port=2)


def test_an_emulator_is_held_and_goes_on_afterwards(place: StackLocation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_injection, "SILENT_SECONDS", 0.05)
    emulator = start_process("emulator", [sys.executable, "-c", TALKS], env={}, log=place.folder / "said")
    try:
        ProcessRegister(place.folder / "processes.json").record(emulator)
        with EmulatorPauses(place, 0.05) as holding:
            while holding.held < 3:
                holding._over.wait(0.01)
        assert "T" not in _state(emulator.pid)
        with EmulatorPauses(place, None) as never:
            assert never.held == 0
    finally:
        emulator.stop()


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_without_an_emulator_there_is_nothing_to_hold(place: StackLocation) -> None:
    with pytest.raises(OpsError, match="does not run"), EmulatorPauses(place, 1):
        pass
