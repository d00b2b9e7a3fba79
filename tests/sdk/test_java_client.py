"""`sdk/java`, by the commands of its README: it signs the vectors, sends again as it promises, and reads and writes.

Needs a JDK of 17 or newer, which `.ci/run` brings to a clean machine.
"""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ops.facility_registry import key_algorithm
from ops.local.stack_location import ROOT
from tests.conftest import World
from tests.contribute.test_hospital_files import WOMAN
from tests.facility_bridge import bridge
from tests.facility_desk import Resident, register, store_resident

FOLDER = ROOT / "sdk/java"
(COMMANDS,) = re.findall(r"^```sh\n(.*?)^```", (FOLDER / "README.md").read_text(encoding="utf-8"), re.S | re.M)
COMPILE, VECTORS, RETRIES, MAKE_KEY, EXAMPLE = COMMANDS.splitlines()
FILE = ROOT / "tests/hospital_file/examples/03_two_hoso.xml"
(SNIPPET,) = re.findall(r"^```java\n(.*?)^```", (ROOT / "docs/facilities.md").read_text(encoding="utf-8"), re.S | re.M)
PROGRAM = """
import java.nio.file.Path;
import sosuckhoe.*;

public class Page {{
    public static void main(String[] arguments) throws Exception {{
{snippet}
    }}
}}
"""


def run(command: str, folder: Path) -> list[str]:
    """What a command of the README prints, typed in a folder that has the repository's `sdk` in it."""
    done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout.splitlines()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("java")
    (folder / "sdk").symlink_to(ROOT / "sdk")
    run(COMPILE, folder)
    return folder


def test_it_signs_every_sound_vector(compiled: Path) -> None:
    assert run(VECTORS, compiled) == ["14 calls signed, 0 differ"]


def test_it_sends_again_what_may_be_sent_again_and_signs_anew(compiled: Path) -> None:
    assert run(RETRIES, compiled) == ["retries: 0 faults"]


@pytest.fixture
def facility(world: World, monkeypatch: pytest.MonkeyPatch, compiled: Path) -> Iterator[str]:
    """A running service that knows the public half of a key that the client made."""
    for name in ("facility.pem", "facility.pub.pem"):
        (compiled / name).unlink(missing_ok=True)
    run(MAKE_KEY, compiled)
    public = (compiled / "facility.pub.pem").read_text()
    register(world, algorithm=key_algorithm(public), public_key_pem=public, provider_code="79999")
    with bridge(monkeypatch) as origin:
        yield origin


def test_a_key_that_it_makes_is_for_its_owner_alone_and_never_overwritten(compiled: Path, facility: str) -> None:
    assert (compiled / "facility.pem").stat().st_mode & 0o77 == 0
    with pytest.raises(AssertionError, match="FileAlreadyExists"):
        run(MAKE_KEY, compiled)


def test_the_pages_example_reads(world: World, facility: str, compiled: Path) -> None:
    store_resident(world, Resident())
    program = PROGRAM.format(snippet=SNIPPET.replace("http://localhost:8000", facility))
    (compiled / "Page.java").write_text(program, encoding="utf-8")
    run("javac -cp out -d out Page.java", compiled)
    assert run("java -cp out Page", compiled) == ["200 ", "Composition", "Patient", "Device"]


def test_it_finds_reads_validates_and_writes(world: World, facility: str, compiled: Path) -> None:
    store_resident(world, WOMAN)
    command = EXAMPLE.partition("http://localhost:8000")[0]
    words = (facility, "79001.1", "facility.pem", "000123/HCM-CCHN", WOMAN.national_id, WOMAN.birth_date, "V1", FILE)
    told = run(command + shlex.join(map(str, words)), compiled)
    assert told == [
        "who am I: 200",
        *("match: 200", "  probable"),
        *("summary: 200", "  3 resources"),
        "validate: 200",
        *("write: 200", '  201 W/"1"', '  201 W/"1"'),
        *("write again: 200", '  200 W/"1"', '  200 W/"1"'),
        *("hospital file: 200", "  404 no-such-record", "  201 kept"),
    ]
