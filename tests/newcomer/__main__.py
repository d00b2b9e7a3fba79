"""`make newcomer`: a clean clone, an empty HOME and nothing of ours in the environment follow the pages line by line.

What the pages say of a machine's own ports and of a facility's own number is done (`SSK_PORT`, another number than the
demonstration's); all else is typed as it is printed. Where packages come from is the machine's: its settings of pip, uv
and npm and its certificates are passed on.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ops.local.stack_location import find_free_port
from tests.newcomer.pages import ROOT, command_lines, text_of

MACHINE = re.compile(r"(PIP|UV|NPM_CONFIG|npm_config|SSL|REQUESTS|NODE|CURL)_|(HTTPS?|NO)_PROXY$|https?_proxy$", re.I)
PATIENCE_S = 1_800
OWN_NUMBER = "79555"  # that docs/facilities.md tells to take on a local stack


@dataclass
class Newcomer:
    """Somebody in a clone of their own; what they typed, and what became of it."""

    folder: Path
    console: Console
    port: int = field(default_factory=lambda: find_free_port(0))
    emulator_port: int = field(default_factory=lambda: find_free_port(0))
    done: list[tuple[str, float, str]] = field(default_factory=list)

    @property
    def clone(self) -> Path:
        """The project as git gives it."""
        return self.folder / "so-suc-khoe"

    @property
    def environment(self) -> dict[str, str]:
        """A clean one: system programs, an empty HOME, and where this machine takes packages from."""
        ours = str(ROOT)
        path = [each for each in os.environ["PATH"].split(os.pathsep) if not each.startswith(ours)]
        return {
            **{name: value for name, value in os.environ.items() if MACHINE.match(name)},
            "PATH": os.pathsep.join([*path, str(self.clone / ".venv" / "bin")]),
            "HOME": str(self.folder / "home"),
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "SSK_PORT": str(self.port),
            "SSK_EMULATOR_PORT": str(self.emulator_port),
        }

    def types(self, line: str) -> str:
        """Runs a line in the clone's folder; what it said. A failure is written down, and the next line tried."""
        begun = time.monotonic()
        as_run = line.replace("localhost:8000", f"localhost:{self.port}")
        done = subprocess.run(
            ["sh", "-c", as_run],
            cwd=self.clone,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
            check=False,
        )
        self._note(line, begun, done.returncode == 0, done.stdout[-1500:] + done.stderr[-1500:])
        return done.stdout

    def opens(self, address: str) -> None:
        """An address that a page or a command names answers."""
        begun = time.monotonic()
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port}{address}", timeout=60) as answer:
                right, said = answer.status == 200, ""
        except (urllib.error.URLError, OSError) as error:
            right, said = False, str(error)
        self._note(address, begun, right, said)

    def _note(self, line: str, begun: float, right: bool, said: str) -> None:
        outcome = "as it says" if right else "COULD NOT FOLLOW"
        self.done.append((line, time.monotonic() - begun, outcome))
        self.console.print(f"{outcome:>16}  {self.done[-1][1]:5.0f} s  {line[:100]}", markup=False, highlight=False)
        if not right:
            self.console.print(said, markup=False, highlight=False)


def follow(newcomer: Newcomer, *, whole: bool) -> None:
    """The pages in the order in which somebody meets them."""
    printed = newcomer.types("make up ARGS=--detach")
    poster = re.search(r"http://localhost:\d+(/\?p=\S+)", printed)
    if poster is None:
        return  # nothing can be followed without the stack
    for address in (poster[1], "/declare.html", "/tram/", "/questionnaire.json"):
        newcomer.opens(address)
    if "make sandbox" in command_lines("README.md"):
        newcomer.types("make sandbox")
    _facility(newcomer)
    _hospital(newcomer)
    newcomer.types('make pilot ARGS="--residents 100"')
    newcomer.types("make aggregate")
    newcomer.opens("/insights/")
    newcomer.types("make down")
    newcomer.types("make hooks")
    newcomer.types("make test" if whole else 'make test ARGS="tests/newcomer tests/test_links.py"')


def _facility(newcomer: Newcomer) -> None:
    """The key pair and the registration of docs/facilities.md."""
    page = text_of("docs/facilities.md")
    (block,) = [each for each in re.findall(r"^```sh\n(.*?)^```", page, re.S | re.M) if "genpkey" in each]
    for line in block.strip().splitlines():
        newcomer.types(line)
    (registering,) = [line for line in command_lines("docs/facilities.md") if 'ARGS="add 79001' in line]
    newcomer.types(registering.replace("79001", OWN_NUMBER))
    newcomer.types("make sandbox ARGS=--json")


def _hospital(newcomer: Newcomer) -> None:
    """The registration and the example's file of docs/hospital-files.md, for the person whom the sandbox made."""
    for line in sorted(command_lines("docs/hospital-files.md")):  # the registration comes first
        if "..." not in line and ("add 79999" in line or line.startswith("ssk-hospital-files send")):
            newcomer.types(line)


def main() -> int:
    """The process's end: 0 if every line could be followed."""
    parser = argparse.ArgumentParser(prog="make newcomer", description=__doc__)
    parser.add_argument("--whole", action="store_true", help="run every test, as the second command says")
    parser.add_argument("--keep", action="store_true", help="leave the clone where it is")
    arguments = parser.parse_args()
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="newcomer-"))
    newcomer = Newcomer(folder, console)
    (folder / "home").mkdir()
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(newcomer.clone)], check=True)
    try:
        follow(newcomer, whole=arguments.whole)
    finally:
        subprocess.run(["make", "down"], cwd=newcomer.clone, env=newcomer.environment, capture_output=True, check=False)
        if not arguments.keep:
            shutil.rmtree(folder, ignore_errors=True)
    table = Table("what was typed or opened", "seconds", "")
    for line, seconds, outcome in newcomer.done:
        table.add_row(line, f"{seconds:.0f}", outcome)
    console.print(table)
    return 1 if any(outcome != "as it says" for _, _, outcome in newcomer.done) else 0


if __name__ == "__main__":
    sys.exit(main())
