"""An authenticator in Python (WebAuthn level 3, `none` attestation, ES256), which can lie in each thing it says."""

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

from tests.conftest import ORIGIN

RELYING_PARTY = "127.0.0.1"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encode(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One device with one passkey; `counts` says whether it keeps a counter."""

    counts: bool = False
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    counter: int = 0
    handle: bytes = b""

    def create(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """What `navigator.credentials.create` gives; a lie is `origin`, `challenge`, `type`, `flags` or `rp`."""
        self.handle = decode(options["publicKey"]["user"]["id"])
        client = self._client_data(options, "webauthn.create", lies)
        cose = cbor.encode(dict(ES256.from_cryptography_key(self.key.public_key())))
        attested = bytes(16) + len(self.credential_id).to_bytes(2) + self.credential_id + cose
        flags = lies.get("flags", PRESENT | VERIFIED) | ATTESTED
        data = self._data(flags, lies) + attested
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer({"clientDataJSON": encode(client), "attestationObject": encode(attestation)})

    def get(self, options: dict[str, Any], **lies: Any) -> dict[str, Any]:
        """What `navigator.credentials.get` gives; a lie also is `handle`, `signature` or `key`."""
        client = self._client_data(options, "webauthn.get", lies)
        data = self._data(lies.get("flags", PRESENT | VERIFIED), lies)
        key = lies.get("key", self.key)
        signed = key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": encode(client),
                "authenticatorData": encode(data),
                "signature": encode(lies.get("signature", signed)),
                "userHandle": encode(lies.get("handle", self.handle)),
            }
        )

    def _client_data(self, options: dict[str, Any], kind: str, lies: dict[str, Any]) -> bytes:
        challenge = lies.get("challenge", options["publicKey"]["challenge"])
        said = {"type": lies.get("type", kind), "challenge": challenge, "origin": lies.get("origin", ORIGIN)}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _data(self, flags: int, lies: dict[str, Any]) -> bytes:
        if self.counts and "counter" not in lies:
            self.counter += 1
        counter = lies.get("counter", self.counter)
        return hashlib.sha256(lies.get("rp", RELYING_PARTY).encode()).digest() + bytes([flags]) + counter.to_bytes(4)

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = encode(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}
