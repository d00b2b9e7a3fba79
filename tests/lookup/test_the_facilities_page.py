"""docs/facilities.md: every example runs as it stands, and a second implementation of RFC 9421 gets through."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from health_record.facility import signatures
from tests.conftest import World
from tests.facility_bridge import bridge
from tests.facility_desk import Resident, new_key, register, store_resident
from tests.lookup.test_every_signature_fault import FAULTS
from tests.node_packages import node, signing_library

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "facilities.md").read_text(encoding="utf-8")


def examples(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def facility(world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """A running service, a record in it, and the page's key pair in the working folder."""
    store_resident(world, Resident())
    (commands,) = examples("sh")
    if shutil.which("openssl"):
        make_key(commands, tmp_path)
    else:
        private, public = new_key()
        (tmp_path / "facility.pem").write_bytes(private)
        (tmp_path / "facility.pub.pem").write_text(public)
    register(world, public_key_pem=(tmp_path / "facility.pub.pem").read_text())
    with bridge(monkeypatch) as origin:
        yield origin


def make_key(commands: str, folder: Path) -> None:
    subprocess.run(["sh", "-ec", commands], cwd=folder, check=True, capture_output=True)


def p256_key(folder: Path) -> str:
    """The page's key pair of the other kind; its public half."""
    (commands,) = examples("sh")
    (other,) = re.findall(r"`(openssl genpkey -algorithm EC [^`]*)`", PAGE)
    if shutil.which("openssl"):
        make_key(commands.replace("openssl genpkey -algorithm ed25519", other), folder)
        return (folder / "facility.pub.pem").read_text()
    private, public = new_key("ecdsa-p256-sha256")
    (folder / "facility.pem").write_bytes(private)
    return public


def test_the_python_examples_read_and_write(facility: str, tmp_path: Path) -> None:
    program = "\n".join(examples("python")).replace("http://localhost:8000", facility)
    (tmp_path / "example.py").write_text(program, encoding="utf-8")
    client = ROOT / "sdk" / "python" / "so_suc_khoe_client"
    shutil.copytree(client, tmp_path / client.name)  # nothing else of the repository is there
    done = subprocess.run(
        [sys.executable, "example.py"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.stderr, done.stdout.splitlines()) == (
        "",
        [
            *("200", "Composition", "Patient", "Device"),
            *("200", "2", "200"),
            *("200 ['201 Created', '201 Created']", 'W/"2"', "200"),
        ],
    )


@pytest.mark.parametrize("algorithm", signatures.ALGORITHMS)
def test_the_node_example_reads(world: World, facility: str, tmp_path: Path, algorithm: str) -> None:
    (program,) = examples("js")
    if algorithm != "ed25519":
        register(world, algorithm=algorithm, public_key_pem=p256_key(tmp_path))
        program = program.replace("'ed25519'", f"'{algorithm}'")
    (tmp_path / "example.mjs").write_text(program.replace("http://localhost:8000", facility), encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(signing_library() / "node_modules")
    done = node("example.mjs", folder=tmp_path)
    assert (done.stderr, done.stdout.splitlines()) == ("", ["200", "Composition", "Patient", "Device"])


VERIFY = """
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createVerifier, httpbis } from 'http-message-signatures'
const requests = JSON.parse(readFileSync('requests.json'))
for (const { method, url, headers, algorithm, pem } of requests) {
  const verified = await httpbis.verifyMessage({
    async keyLookup () {
      return { id: '79001.1', algs: [algorithm], verify: createVerifier(createPublicKey(pem), algorithm) }
    }
  }, { method, url, headers })
  console.log(algorithm, verified)
}
"""


def test_nodes_library_verifies_what_our_client_signs(tmp_path: Path) -> None:
    import json

    from so_suc_khoe_client import FacilityClient

    requests = []
    for algorithm in signatures.ALGORITHMS:
        private, public = new_key(algorithm)
        client = FacilityClient("https://suckhoe.example", "79001.1", private, practitioner="000123/HCM-CCHN")
        for message in (
            client.sign_call(
                "POST", "Patient/$summary", '{"tên":"Nguyễn"}'.encode(), purpose="ETREAT", reason="unable"
            ),
            client.sign_call("GET", "Patient", query={"identifier": "a|b c", "birthdate": "1985-03-02"}),
            client.sign_call("GET", "Patient/0b8f/$everything"),
        ):
            requests.append(
                {
                    "method": message.method,
                    "url": message.url,
                    "headers": message.headers,
                    "algorithm": algorithm,
                    "pem": public,
                }
            )
    (tmp_path / "requests.json").write_text(json.dumps(requests), encoding="utf-8")
    (tmp_path / "verify.mjs").write_text(VERIFY, encoding="utf-8")
    (tmp_path / "node_modules").symlink_to(signing_library() / "node_modules")
    done = node("verify.mjs", folder=tmp_path)
    assert (done.stderr, done.stdout.splitlines()) == (
        "",
        [f"{algorithm} true" for algorithm in signatures.ALGORITHMS for _ in range(3)],
    )


def test_the_page_says_how_to_mend_every_refusal_of_a_signature() -> None:
    table = PAGE.partition("| `signature-` |")[2].partition("\n\n")[0]
    words = [word for row in table.splitlines()[2:] for word in re.findall("`([a-z-]+)`", row.split("|")[1])]
    assert sorted(words) == sorted({fault.rule for fault in FAULTS} | {"replayed"})
