"""`ssk facility check`: the list against the two functions, and captured calls judged by the service's rules."""

import argparse
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from ops.captured_call import judge_request
from ops.commands import facility_check
from ops.conformance import Conformance
from ops.errors import OpsError
from so_suc_khoe_client import FacilityClient
from tests.conftest import World
from tests.facility_bridge import bridge
from tests.facility_desk import new_key, register
from tests.sdk import vectors

VECTORS = vectors.read()


@pytest.fixture
def origin(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The two functions behind a small server."""
    with bridge(monkeypatch) as address:
        yield address


def client(origin: str, world: World, **registered: Any) -> FacilityClient:
    private, public = new_key()
    register(world, public_key_pem=public, **registered)
    return FacilityClient(origin, "79001.1", private, practitioner="conformance")


@pytest.mark.parametrize("permissions", [["read", "write", "emergency", "verify", "override"], ["read"], ["write"], []])
def test_all_holds_for_a_key_whatever_it_may_do(world: World, origin: str, permissions: list[str]) -> None:
    findings = list(Conformance(client(origin, world, permissions=permissions)).check())
    assert [finding for finding in findings if not finding.holds] == []
    assert len(findings) == (16 if "read" in permissions else 11)
    assert world.items("records") == []


def test_a_key_that_is_not_let_in_ends_the_list_with_the_reason(world: World, origin: str) -> None:
    stranger = client(origin, world, status="revoked")
    findings = list(Conformance(stranger).check())
    assert [finding.holds for finding in findings] == [True, False, True]
    assert "expected 200, got 401 signature-key-revoked: " in findings[1].told


def test_a_key_that_ends_soon_is_told(world: World, origin: str) -> None:
    with time_machine.travel("2026-11-23T01:30:00Z", tick=True):
        (ends,) = [
            finding
            for finding in Conformance(client(origin, world, not_after="2026-12-01T00:00:00Z")).check()
            if finding.rule == "the key lives on"
        ]
    assert (ends.holds, ends.told) == (False, "it ends in 7 days: send the operations team a new key")


def test_the_command_prints_a_line_for_each_rule(
    world: World, origin: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    private, public = new_key()
    register(world, public_key_pem=public)
    (tmp_path / "key.pem").write_bytes(private)
    words = ["--url", origin, "--key-id", "79001.1", "--key", str(tmp_path / "key.pem")]
    assert facility_check.run(parsed(*words)) == 0
    printed = capsys.readouterr().out.splitlines()
    lines = [line for line in printed if line.startswith(("ok  ", "FAIL"))]  # the functions' log lines stand between
    assert [line for line in lines if line.startswith("FAIL")] == []
    assert len(json.loads(printed[-1])["findings"]) == len(lines) > 10


@pytest.mark.parametrize("words", [("--url", "https://x"), ("--url", "https://x", "--key-id", "79001.1")])
def test_half_of_what_is_needed_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(OpsError, match="--key"):
        facility_check.run(parsed(*words))


WRONG_WORDS = {
    "a port where nobody answers": ({"--url": "http://127.0.0.1:9"}, "is not reached"),
    "an address without its scheme": ({"--url": "suckhoe.example"}, "with its scheme"),
    "the public key": ({"--key": "public.pem"}, "no private key that signs here"),
    "a key of another curve": ({"--key": "p384.pem"}, "no private key that signs here"),
    "no key at all": ({"--key": "text.pem"}, "no private key that signs here"),
    "a file that is not there": ({"--key": "absent.pem"}, "cannot be read"),
    "a name with its letters": ({"--practitioner": "Nguyễn Văn A"}, "ASCII"),
}


@pytest.mark.parametrize("wrong", WRONG_WORDS)
def test_whatever_keeps_the_list_from_beginning_is_told_in_a_sentence(wrong: str, tmp_path: Path) -> None:
    private, public = new_key()
    p384 = ec.generate_private_key(ec.SECP384R1())
    files = {
        "key.pem": private,
        "public.pem": public.encode(),
        "p384.pem": p384.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        "text.pem": b"hello",
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    changed, told = WRONG_WORDS[wrong]
    words = {"--url": "http://127.0.0.1:9", "--key-id": "79001.1", "--key": "key.pem", **changed}
    words["--key"] = str(tmp_path / words["--key"])
    with pytest.raises(OpsError, match=told):
        facility_check.run(parsed(*(word for pair in words.items() for word in pair)))


def test_another_service_at_the_address_is_told_to_be_another(tmp_path: Path) -> None:
    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html></html>")

        def log_message(self, *_: object) -> None: ...

    (tmp_path / "key.pem").write_bytes(new_key()[0])
    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        with pytest.raises(OpsError, match="is not this service"):
            facility_check.run(parsed("--url", address, "--key-id", "79001.1", "--key", str(tmp_path / "key.pem")))
        server.shutdown()


def parsed(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    facility_check.add_arguments(parser)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args([*words, "--json"])


def public_pem(algorithm: str) -> str:
    private = load_pem_private_key(vectors.private_key_pem(VECTORS["keys"][algorithm]["jwk"]), password=None)
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def over_the_wire(method: str, url: str, headers: dict[str, str], body: str, line_end: str) -> bytes:
    target = url.removeprefix(VECTORS["origin"])
    lines = [f"{method} {target} HTTP/1.1", *(f"{name.title()}: {value}" for name, value in headers.items()), "", body]
    return line_end.join(lines).encode()


@pytest.mark.parametrize("line_end", ["\r\n", "\n"], ids=["crlf", "lf"])
@pytest.mark.parametrize("vector", VECTORS["sound"], ids=lambda vector: f"{vector['name']} {vector['algorithm']}")
def test_a_sound_call_is_told_to_be_sound(vector: dict[str, Any], line_end: str) -> None:
    raw = over_the_wire(
        vector["call"]["method"], vector["url"], vector["headers"], vector["call"].get("body", ""), line_end
    )
    algorithm = vector["algorithm"]
    finding = judge_request(raw, VECTORS["origin"], public_pem(algorithm), algorithm, vector["created"])
    assert finding.holds, finding


@pytest.mark.parametrize("vector", VECTORS["wrong"], ids=lambda vector: str(vector["name"]))
def test_a_wrong_call_is_told_by_the_rule_that_it_breaks(vector: dict[str, Any]) -> None:
    raw = over_the_wire(vector["method"], vector["url"], vector["headers"], vector["body"], "\r\n")
    algorithm = vector["registered"]
    finding = judge_request(raw, VECTORS["origin"], public_pem(algorithm), algorithm, vector["now"])
    assert finding.rule == f"signature-{vector['rule']}"
    assert finding.told


def test_what_is_no_request_is_refused() -> None:
    with pytest.raises(OpsError, match="request line"):
        judge_request(b"hello\n\n", VECTORS["origin"], public_pem("ed25519"), "ed25519", 0)
