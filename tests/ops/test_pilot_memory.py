"""A rehearsal watches the memory of the stack's processes, and says which of them grew."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.local.processes import ProcessRegister, start_process
from ops.local.stack_location import StackLocation
from ops.pilot.checking import memory
from ops.pilot.checking.memory import MemoryWatch

SLEEPING = "import time; time.sleep(60)"
WITH_A_FUNCTION = (
    "import os, subprocess, sys, time\n"
    f"subprocess.Popen([sys.executable, '-c', '{SLEEPING}'], env={{**os.environ, 'AWS_LAMBDA_FUNCTION_NAME': 'otp'}})\n"
    "time.sleep(60)"
)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[StackLocation]:
    """A stack whose emulator has started one environment."""
    emulator = start_process("emulator", [sys.executable, "-c", WITH_A_FUNCTION], env=os.environ, log=tmp_path / "log")
    ProcessRegister(tmp_path / "processes.json").record(emulator)
    yield StackLocation(folder=tmp_path, port=1, emulator_port=2)
    emulator.stop()


def test_every_process_is_sampled_under_the_name_of_its_function(
    place: StackLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "FEWEST", 5)
    deadline = time.monotonic() + 20
    with MemoryWatch(place, every=0.01) as watch:
        while len(watch.find_trends()) < 2 and time.monotonic() < deadline:
            os.sched_yield()
    found = watch.find_trends()
    assert [one.name for one in found] == ["emulator", "otp"]
    assert all(1 < one.early < 100 and not one.grew for one in found)
    assert memory.check_memory(found).ok


@pytest.mark.parametrize(
    ("early", "late", "grew"), [(30, 35, False), (30, 35.1, True), (80, 88, False), (80, 88.1, True), (80, 20, False)]
)
def test_growth_is_what_goes_beyond_five_megabytes_and_a_tenth(early: float, late: float, grew: bool) -> None:
    (one, emulator) = reversed(memory.judge_trends([("emulator", 100, 100.0, 900.0), ("ssk-79-otp", 100, early, late)]))
    assert (one.name, one.grew) == ("ssk-79-otp", grew)
    assert memory.check_memory([one, emulator]).ok is not grew


def test_an_environment_that_warms_late_has_not_grown_beyond_its_like() -> None:
    warm, late, leaking = ("declare", 50, 72.9, 73.1), ("declare", 50, 63.8, 72.5), ("declare", 50, 72.0, 90.0)
    assert memory.check_memory(memory.judge_trends([warm, late])).ok
    assert memory.check_memory(memory.judge_trends([warm, late, leaking])).differences == 1
