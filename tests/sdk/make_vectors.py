"""Writes `sdk/vectors/signatures.json` anew, with its keys: `python -m tests.sdk.make_vectors`.

`sound` are calls as a client is asked to make them and what must come of them; `taken` are calls as they arrive at the
service that keep each rule by a hair, and `wrong` those that break one each. The keys are for these vectors alone.
"""

import base64
import json
from typing import Any

from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from so_suc_khoe_client import FacilityClient, Message
from tests.facility_desk import new_key
from tests.lookup import signed_calls
from tests.lookup.signed_calls import NOW, READ, Fault
from tests.lookup.test_every_signature_fault import FAULTS, INSIDE
from tests.sdk.vectors import FILE, KEYS, SOUND, sign_sound

ORIGIN = "http://127.0.0.1:8000"


def main() -> None:
    """Make keys, sign, break, write."""
    keys = {name: load_pem_private_key(new_key(name)[0], password=None) for name in KEYS}
    signed_calls.SECRETS.update(keys)
    vectors = {
        "about": "RFC 9421 by the profile ssk-facility; see docs/facilities.md. These keys are for tests alone.",
        "origin": ORIGIN,
        "keys": {name: {"key_id": KEYS[name], "jwk": _jwk(name, key)} for name, key in keys.items()},
        "sound": [_sound(name, call, keys) for name in KEYS for call in SOUND],
        "taken": [_arrived(Fault(name, "valid", "", signing)) for name, signing in INSIDE.items()],
        "wrong": [_arrived(fault) for fault in FAULTS if _needs_no_registry(fault)],
    }
    FILE.write_text(json.dumps(vectors, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _needs_no_registry(fault: Fault) -> bool:
    return not fault.rule.startswith("key-") and fault.only in (None, READ)


def _sound(name: str, call: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    pem = keys[name].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    client = FacilityClient(ORIGIN, KEYS[name], pem, practitioner=call["practitioner"])
    created = int(NOW.timestamp())
    nonce = f"vector-{len(json.dumps(call)):04}-{name}"
    message, base = sign_sound(client, call, created, nonce)
    headers = {header.lower(): value for header, value in message.headers.items()}
    return {
        "name": call["name"],
        "algorithm": name,
        "call": {key: value for key, value in call.items() if key != "name"},
        "created": created,
        "nonce": nonce,
        "url": message.url,
        "headers": headers,
        "signature_base": base,
    }


def _arrived(fault: Fault) -> dict[str, Any]:
    sent: Message = fault.sent(READ)
    headers = {name.lower(): value for name, value in sent.headers.items() if name != "Accept-Language"}
    key_id = fault.signing.parameters.get("key_id", "79001.1")
    return {
        "name": fault.name,
        "rule": fault.rule,
        "registered": "ecdsa-p256-sha256" if key_id == KEYS["ecdsa-p256-sha256"] else "ed25519",
        "now": int(NOW.timestamp()),
        "method": sent.method,
        "url": sent.url,
        "headers": headers,
        "body": sent.body.decode(),
    }


def _jwk(name: str, key: Any) -> dict[str, str]:
    def text(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    if name == "ed25519":
        private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return {"kty": "OKP", "crv": "Ed25519", "d": text(private), "x": text(public)}
    numbers = key.private_numbers()
    point = numbers.public_numbers
    parts = {"d": numbers.private_value, "x": point.x, "y": point.y}
    return {"kty": "EC", "crv": "P-256"} | {part: text(number.to_bytes(32)) for part, number in parts.items()}


if __name__ == "__main__":
    main()
