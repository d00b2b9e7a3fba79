"""Programs that run for a while with their output in a log file, and end when the command that started them ends."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from ops.local.stack_location import ROOT

_running: set[subprocess.Popen[bytes]] = set()


def succeeds(line: Sequence[str], *, env: Mapping[str, str], log: Path) -> bool:
    """Run a program in the project's folder to its end; whether it ended well."""
    with (
        log.open("wb") as output,
        subprocess.Popen(
            line,
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        ) as child,
    ):
        _running.add(child)
        try:
            return child.wait() == 0
        finally:
            _running.discard(child)


def read_failure_reason(log: Path) -> str:
    """The line of a log that tells most about a failure."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    telling = [line for line in lines if ("rror" in line or "❌" in line) and "Subprocess exited" not in line]
    return (telling or lines or ["no output"])[-1][:300]


def end_all() -> None:
    """End every program that other threads still wait for, with its children."""
    for child in tuple(_running):
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGTERM)
