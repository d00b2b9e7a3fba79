"""The vectors of signatures that every SDK and the service are held to."""

import base64
import json
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ops.local.stack_location import ROOT
from so_suc_khoe_client import FacilityClient, Message, client

FILE = ROOT / "sdk/vectors/signatures.json"
KEYS = {"ed25519": "79001.1", "ecdsa-p256-sha256": "79006.1"}
WHO = "000123/HCM-CCHN"
SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
SOUND: list[dict[str, Any]] = [
    {"name": "a read without a body", "method": "GET", "path": "Patient/0b8f/$summary", "practitioner": WHO},
    {"name": "the base itself", "method": "POST", "path": "", "practitioner": WHO, "body": '{"resourceType":"Bundle"}'},
    {
        "name": "a query that needs encoding",
        "method": "GET",
        "path": "Patient",
        "practitioner": WHO,
        "query": {"identifier": f"{SYSTEM}|079185001234", "name": "Nguyễn (Thị)'!*~ A", "birthdate": "1985-03-02"},
    },
    {
        "name": "a form",
        "method": "POST",
        "path": "Patient/_search",
        "practitioner": WHO,
        "body": "birthdate=1985-03-02",
        "content_type": "application/x-www-form-urlencoded",
    },
    {
        "name": "an emergency, in Vietnamese",
        "method": "POST",
        "path": "Patient/$summary",
        "practitioner": "local user 7",
        "body": '{"name":"Nguyễn"}',
        "purpose": "ETREAT",
        "reason": "unconscious",
    },
    {
        "name": "a share",
        "method": "GET",
        "path": "Patient/0b8f/$summary",
        "practitioner": WHO,
        "share": "t" * 43,
    },
    {
        "name": "a file outside FHIR, with cards seen",
        "method": "POST",
        "path": "/hospital-files",
        "practitioner": WHO,
        "body": "<GIAMDINHHS/>",
        "content_type": "application/xml",
        "card_seen": '"a%20b", "c"',
    },
]


def read() -> dict[str, Any]:
    """The file."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return content


def private_key_pem(jwk: dict[str, str]) -> bytes:
    """The key of a vector as the Python client reads it."""
    secret = base64.urlsafe_b64decode(jwk["d"] + "==")
    key: Any = (
        Ed25519PrivateKey.from_private_bytes(secret)
        if jwk["kty"] == "OKP"
        else derive_private_key(int.from_bytes(secret), SECP256R1())
    )
    pem: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem


def sign_sound(desk: FacilityClient, call: dict[str, Any], created: int, nonce: str) -> tuple[Message, str]:
    """The call as the Python client signs it at `created` with `nonce`, and the text that it signed."""
    bases: list[str] = []
    original = desk._signer._build_signature_base

    def noted(*arguments: Any, **named: Any) -> Any:
        built = original(*arguments, **named)
        bases.append(built[0])
        return built

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":
            return cls.fromtimestamp(created, tz or UTC)

    given = {name: call[name] for name in ("query", "purpose", "reason", "share", "card_seen") if name in call}
    if "content_type" in call:
        given["content_type"] = call["content_type"]
    with (
        patch.object(desk._signer, "_build_signature_base", noted),
        patch.object(client, "datetime", Clock),
        patch.object(client.secrets, "token_urlsafe", lambda _: nonce),
    ):
        message = desk.sign_call(call["method"], call["path"], call.get("body", "").encode(), **given)
    return message, bases[-1]
