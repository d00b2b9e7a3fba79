"""Background processes are ended with their children, and only those that were started here."""

import dataclasses
import os
import sys
from pathlib import Path

import pytest

from ops.local.processes import Process, ProcessRegister, start_process

PARENT_OF_ONE = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""

DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""


@pytest.fixture
def register(tmp_path: Path) -> ProcessRegister:
    return ProcessRegister(tmp_path / "processes.json")


def started(tmp_path: Path, code: str = "import time; time.sleep(600)", name: str = "sleeper") -> Process:
    return start_process(name, [sys.executable, "-c", code], env={}, log=tmp_path / f"{name}.log")


def first_line_of(file: Path) -> str:
    text = ""
    while "\n" not in text:
        text = file.read_text()
    return text.splitlines()[0]


def exists(pid: int) -> bool:
    """Whether the process runs; one that ended and waits to be collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_a_process_lives_until_it_is_stopped(tmp_path: Path) -> None:
    process = started(tmp_path)
    assert process.alive
    process.stop()
    assert not process.alive


def test_stopping_ends_the_children_too(tmp_path: Path) -> None:
    process = started(tmp_path, PARENT_OF_ONE)
    child = int(first_line_of(tmp_path / "sleeper.log"))
    assert exists(child)
    process.stop()
    assert not exists(child)


def test_a_process_that_ignores_the_polite_signal_is_ended_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.local.processes.PATIENCE_SECONDS", 0.1)
    process = started(tmp_path, DEAF)
    assert first_line_of(tmp_path / "sleeper.log") == "deaf"
    process.stop()
    assert not process.alive


def test_a_process_id_that_now_belongs_to_another_is_left_alone(tmp_path: Path) -> None:
    other = started(tmp_path)
    dataclasses.replace(other, started="1").stop()
    assert other.alive
    other.stop()


def test_stopping_twice_does_no_harm(tmp_path: Path) -> None:
    process = started(tmp_path)
    process.stop()
    process.stop()
    assert not process.alive


def test_the_register_knows_what_runs_and_ends_it_newest_first(register: ProcessRegister, tmp_path: Path) -> None:
    for name in ("emulator", "proxy"):
        register.record(started(tmp_path, name=name))
    assert set(register.running()) == {"emulator", "proxy"}
    assert register.stop_all() == ["proxy", "emulator"]
    assert register.running() == {}
    assert not register.file.exists()


def test_a_process_that_is_started_again_takes_the_place_of_the_one_before(
    register: ProcessRegister, tmp_path: Path
) -> None:
    first = started(tmp_path, name="proxy")
    register.record(first)
    first.stop()
    second = started(tmp_path, name="proxy")
    register.record(second)
    assert register.running() == {"proxy": second}
    assert register.stop_all() == ["proxy"]


def test_without_a_file_nothing_runs_and_nothing_ends(register: ProcessRegister) -> None:
    assert register.running() == {}
    assert register.stop_all() == []


def test_this_very_process_is_not_among_those_of_an_empty_register(register: ProcessRegister) -> None:
    register.stop_all()
    assert exists(os.getpid())
