"""An independent client of SMART Health Links, npm's kill-the-clipboard under Node, reads what this service shares."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import World
from tests.declare.links import made
from tests.declare.people import NAME, put, sign_in
from tests.declare.share_door import door
from tests.node_packages import node, signing_library

CLIENT = """
import { SHLViewer } from 'kill-the-clipboard'
const [shlinkURI, ...passcodes] = JSON.parse(process.env.ASKED)
const viewer = new SHLViewer({ shlinkURI })
for (const passcode of passcodes) {
  try {
    const asked = { recipient: 'kill-the-clipboard', passcode: passcode || undefined }
    const { fhirResources } = await viewer.resolveSHL(asked)
    const [bundle] = fhirResources
    const patient = bundle.entry.find(({ resource }) => resource.resourceType === 'Patient').resource
    console.log(JSON.stringify([bundle.resourceType, bundle.type, patient.name[0].text, viewer.shl.label ?? null]))
  } catch (error) {
    console.log(JSON.stringify([error.constructor.name]))
  }
}
"""


@pytest.fixture
def served(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """The share route behind a real HTTP server, whose origin is the public one."""

    with door(monkeypatch):
        yield world


def resolved(folder: Path, link: str, *passcodes: str) -> list[list[str | None]]:
    """What the client makes of the link, once for each passcode (an empty one is none)."""
    (folder / "client.mjs").write_text(CLIENT, encoding="utf-8")
    (folder / "node_modules").symlink_to(signing_library() / "node_modules")
    done = node("client.mjs", folder=folder, ASKED=json.dumps([link, *passcodes]))
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_it_reads_a_link_bare_and_behind_our_viewers_address(served: World, tmp_path: Path) -> None:
    put(sign_in())
    found = made(label="Khám thai")
    assert resolved(tmp_path, found["shlink"], "") == [["Bundle", "document", NAME, "Khám thai"]]
    (tmp_path / "node_modules").unlink()
    assert resolved(tmp_path, found["url"], "") == [["Bundle", "document", NAME, "Khám thai"]]


def test_it_understands_wrong_right_and_used_up_passcodes(served: World, tmp_path: Path) -> None:
    put(sign_in())
    link = made(passcode="Bình Quới 1")["shlink"]
    wrong, right = ["SHLInvalidPasscodeError"], ["Bundle", "document", NAME, None]
    tried = ["", "0000", "Bình Quới 1", *["0000"] * 4, "Bình Quới 1"]
    assert resolved(tmp_path, link, *tried) == [wrong, wrong, right, *[wrong] * 4, ["SHLManifestNotFoundError"]]
