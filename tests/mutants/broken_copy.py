"""A copy of the working tree, in which a mutant is tried without touching what somebody works on."""

import compileall
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from py_compile import PycInvalidationMode
from typing import Literal

from tests.mutants.catalogue import ROOT, Mutant

PATIENCE_S = 900
FAILED, PASSED = 1, 0  # what pytest ends with; all else is no run of tests
Outcome = Literal["caught", "survived", "not run"]


class BrokenCopy:
    """A copy of the tree in `folder`, which one mutant at a time breaks."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in _tracked_files():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
        for name in (".venv", ".local"):
            (folder / name).symlink_to(ROOT / name)
        # Compiled once, by what the source says: of a broken file it is not taken, whenever it was written.
        compileall.compile_dir(
            folder, rx=re.compile(r"/\.(?:venv|local)/"), quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH
        )

    def passes(self, tests: Iterable[str]) -> tuple[bool, str]:
        """Whether the tests pass while nothing is broken, and their last lines; before, no mutant says anything."""
        code, text = self._run(sorted(set(tests)), None, processes=os.process_cpu_count() or 1)
        return code == PASSED, text[-600:]

    def try_mutant(self, mutant: Mutant) -> tuple[Outcome, str]:
        """Whether its tests notice it, and the last lines that they printed."""
        with self._broken(mutant):
            code, text = self._run(mutant.tests, PATIENCE_S)
        outcomes: dict[int, Outcome] = {FAILED: "caught", PASSED: "survived"}
        return outcomes.get(code, "not run"), text[-600:]

    @contextmanager
    def _broken(self, mutant: Mutant) -> Iterator[None]:
        file = self._folder / mutant.file
        source = file.read_text(encoding="utf-8")
        file.write_text(mutant.break_source(source), encoding="utf-8")
        yield
        file.write_text(source, encoding="utf-8")

    def _run(self, tests: list[str], seconds: int | None, processes: int = 0) -> tuple[int, str]:
        words = [
            sys.executable,
            "-B",
            "-m",
            "pytest",
            "-q",
            "-x",
            "-n",
            str(processes),
            "-p",
            "no:cacheprovider",
            *tests,
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        try:
            done = subprocess.run(
                words,
                cwd=self._folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return FAILED, f"ended after {seconds} s"
        return done.returncode, done.stdout + done.stderr


def _tracked_files() -> list[str]:
    """What git knows or would take, so that a change which is not committed yet is tried as well."""
    words = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return [name for name in listed if name and (ROOT / name).is_file()]
