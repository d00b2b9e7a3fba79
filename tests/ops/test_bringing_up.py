"""Bringing a stack up fails in one sentence and leaves nothing running; what others run is left alone."""

import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.errors import OpsError
from ops.local import cdk, emulator, site
from ops.local.processes import start_process
from ops.local.stack import LocalStack
from ops.local.stack_location import ROOT, StackLocation
from ops.progress_steps import ProgressSteps


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def place(tmp_path: Path) -> Iterator[StackLocation]:
    place = StackLocation(folder=tmp_path / "local", port=free_port(), emulator_port=free_port())
    yield place
    LocalStack(place).down()


@pytest.fixture
def without_work(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The slow steps do nothing; the emulator really starts."""
    monkeypatch.setattr(cdk, "synthesize", lambda _: tmp_path)
    monkeypatch.setattr(site, "build_site", lambda _: tmp_path)


def bring_up(place: StackLocation) -> None:
    with ProgressSteps() as steps:
        LocalStack(place).up(steps)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def assert_nothing_is_left(place: StackLocation) -> None:
    assert LocalStack(place).processes.running() == {}
    assert not listens(place.emulator_port)
    assert not listens(place.port)
    assert not place.stack_file.exists()
    assert not any(scratch.exists() for scratch in place.scratches)


def fails(reason: str) -> Callable[..., None]:
    def step(*_: object) -> None:
        raise OpsError(reason)

    return step


@pytest.mark.parametrize("broken", ["synthesize", "bootstrap", "deploy"])
def test_a_step_that_fails_ends_the_emulator_too(
    place: StackLocation, without_work: None, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(cdk, broken, fails(f"{broken} failed."))
    with pytest.raises(OpsError, match=f"^{broken} failed.$"):
        bring_up(place)
    assert_nothing_is_left(place)


def test_a_deployment_that_fails_is_told_in_one_sentence_with_its_reason(
    place: StackLocation, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site, "build_site", lambda _: tmp_path)
    (tmp_path / "manifest.json").write_text("{}")
    monkeypatch.setattr(cdk, "synthesize", lambda _: tmp_path)
    with pytest.raises(OpsError, match=r"^cdk deploy failed \(.+\); all that it said is in .+/cdk-deploy.log.$"):
        bring_up(place)
    assert_nothing_is_left(place)


def test_an_interruption_ends_what_was_started(
    place: StackLocation, without_work: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cdk, "deploy", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bring_up(place)
    assert_nothing_is_left(place)


@pytest.mark.parametrize(("taken", "variable"), [("port", "SSK_PORT"), ("emulator_port", "SSK_EMULATOR_PORT")])
def test_a_port_in_use_is_named_and_its_user_left_alone(place: StackLocation, taken: str, variable: str) -> None:
    number = getattr(place, taken)
    with socket.create_server(("127.0.0.1", number)):
        with pytest.raises(OpsError, match=f"^Port {number} is in use: .+ {variable}.$"):
            bring_up(place)
        assert listens(number)
    assert_nothing_is_left(place)


def test_an_emulator_that_does_not_start_is_told_with_its_log(
    place: StackLocation, without_work: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "emulator" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho broken\nexit 1\n")
    program.chmod(0o755)
    monkeypatch.setattr(emulator, "TOOLS", tmp_path)
    with pytest.raises(OpsError, match="^The AWS emulator did not start; its log is .+/emulator.log.$"):
        bring_up(place)
    assert_nothing_is_left(place)


def test_a_stack_ends_with_the_process_that_owns_it_even_if_that_is_killed(place: StackLocation) -> None:
    code = f"""
import pathlib, time
from ops.local.emulator import start_emulator, wait_until_ready
from ops.local.stack_location import StackLocation
from ops.local.stack import LocalStack
folder = pathlib.Path({str(place.folder)!r})
place = StackLocation(folder=folder, port={place.port}, emulator_port={place.emulator_port})
stack = LocalStack(place)
watcher = stack.end_with_this_process()
emulator = start_emulator(place)
stack.processes.record(emulator)
wait_until_ready(place, emulator)
print(watcher.pid, flush=True)
time.sleep(600)
"""
    owner = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    watcher = os.pidfd_open(int(owner.stdout.readline()))
    assert listens(place.emulator_port)
    owner.kill()
    owner.communicate()
    select.select([watcher], [], [], 30)  # readable when the process has ended
    os.close(watcher)
    assert_nothing_is_left(place)


def test_down_leaves_a_process_alone_that_it_did_not_start(place: StackLocation) -> None:
    place.folder.mkdir()
    other = start_process(
        "other", [sys.executable, "-c", "import time; time.sleep(600)"], env={}, log=place.log("other")
    )
    LocalStack(place).down()
    assert other.alive
    other.stop()


def test_leavings_lie_in_memory_only_where_there_is_plenty(
    place: StackLocation, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_memory, on_disk = place.scratches
    for available, wanted in (
        (emulator.PLENTY_BYTES - 1, on_disk),
        (emulator.PLENTY_BYTES, in_memory),
        (emulator.PLENTY_BYTES + 1, in_memory),
    ):
        monkeypatch.setattr(emulator, "_available_memory", lambda available=available: available)
        monkeypatch.setattr(emulator.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, 2**60))  # type: ignore[attr-defined]
        assert emulator._scratch(place) == wanted


def test_no_python_anywhere_is_one_sentence_and_a_failure(tmp_path: Path) -> None:
    """The bootstrap in a copy of the project, where every interpreter it tries is broken and uv has none to give."""
    for name in ("ops/bootstrap.sh", "ops/find_python.sh"):
        text = (ROOT / name).read_text()
        (tmp_path / name).parent.mkdir(exist_ok=True)
        # Interpreters with fixed addresses cannot be hidden from a test, so their addresses are changed.
        for folder in ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"):
            text = text.replace(f"{folder}/python3", f"{tmp_path}/none/python3")
        (tmp_path / name).write_text(text)
    (tmp_path / "ops/requirements").mkdir()
    (tmp_path / "sdk/python").mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    for name in ("dirname", "mkdir", "rm", "cat", "cmp", "sh", "flock"):
        (tmp_path / "bin" / name).symlink_to(shutil.which(name) or "")
    uv = tmp_path / "bin" / "uv"
    uv.write_text('#!/bin/sh\n[ "$1" = --version ]\n')
    uv.chmod(0o755)
    for file in (
        "ops/requirements/dev.txt",
        "ops/requirements/emulator.txt",
        "pyproject.toml",
        "sdk/python/pyproject.toml",
    ):
        (tmp_path / file).touch()
    done = subprocess.run(
        ["/bin/sh", str(tmp_path / "ops/bootstrap.sh")],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "bootstrap: Python 3.13 is missing and uv could not install it: install Python 3.13 and run this again."
    )
