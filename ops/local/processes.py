"""Background processes of the local stack, remembered in a file so that a later command ends them and only them."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

PATIENCE_SECONDS = 3


@dataclass(frozen=True)
class Process:
    """A process that a command started. Ids are reused, so the start time tells whether it is still the same."""

    name: str
    pid: int
    started: str

    @property
    def alive(self) -> bool:
        """Whether this very process still runs."""
        return _start_time(self.pid) == self.started

    def stop(self) -> None:
        """End the process and its children; does nothing when it is gone or its id now belongs to another."""
        if not self.alive:
            return
        _signal_group(self.pid, signal.SIGTERM)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.05)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while _signal_group(self.pid, signal.SIGKILL) and time.monotonic() < deadline:
            _reap(self.pid)
            time.sleep(0.02)


def start_process(name: str, command: Sequence[str | Path], *, env: Mapping[str, str], log: Path) -> Process:
    """Start `command` as the leader of a process group of its own, with its output in the file `log`."""
    words = [str(part) for part in command]
    pid = os.posix_spawn(
        words[0],
        words,
        dict(env),
        file_actions=[
            (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
            (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            (os.POSIX_SPAWN_DUP2, 1, 2),
        ],
        setsid=True,
    )
    return Process(name, pid, _start_time(pid) or "gone")


def current_process() -> Process:
    """The process that runs this line."""
    return Process("this", os.getpid(), _start_time(os.getpid()) or "gone")


class ProcessRegister:
    """The processes of one local stack, kept in a JSON file, and the content that was deployed."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def running(self) -> dict[str, Process]:
        """Those that still run, by name."""
        return {process.name: process for process in self._all() if process.alive}

    def record(self, process: Process) -> None:
        """Remember a process, instead of an earlier one of the same name."""
        others = [known for known in self._all() if known.name != process.name]
        self.file.write_text(json.dumps([asdict(known) for known in (*others, process)], indent=1), encoding="utf-8")

    def stop_all(self) -> list[str]:
        """End every process that is kept, newest first; the names of those that ran."""
        ended = []
        for process in reversed(self._all()):
            if process.alive:
                process.stop()
                ended.append(process.name)
        self.file.unlink(missing_ok=True)
        return ended

    def _all(self) -> list[Process]:
        try:
            return [Process(**entry) for entry in json.loads(self.file.read_text(encoding="utf-8"))]
        except FileNotFoundError:
            return []


def _start_time(pid: int) -> str | None:
    """When the process started, as the system tells it; None when there is none (a zombie counts as none)."""
    _reap(pid)
    if Path("/proc/self/stat").exists():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        return None if fields[0] in "ZX" else fields[19]
    answer = subprocess.run(["ps", "-o", "lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or None


def _reap(pid: int) -> None:
    """Collect a child of this very command that has ended."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return  # no child of this command


def _signal_group(pid: int, number: signal.Signals) -> bool:
    """Whether anybody of the process group was there to be told."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        return False
    return True
