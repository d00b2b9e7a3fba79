"""What a browser is told before it asks the authenticator: the options of WebAuthn, as JSON.

A passkey lies on the device (`residentKey`), so that no number has to be typed, and fingerprint, face or screen lock
are asked for each time (`userVerification`).
"""

import base64
from collections.abc import Iterable
from typing import Any

from functions.otp.passkey import challenges
from functions.otp.passkey.stored_passkeys import Passkey
from health_record.identity.message_texts import host_name

RELYING_PARTY_NAME = "Sổ Sức Khỏe"
ALGORITHMS = (-7, -8, -257)  # ES256, EdDSA, RS256
SHOWN_DIGITS = 3


def relying_party_id(origin: str) -> str:
    """`https://suckhoe.example` -> `suckhoe.example`; WebAuthn refuses a bare address."""
    return host_name(origin)


def to_create(
    origin: str, challenge: bytes, handle: bytes, phone: str | None, known: Iterable[Passkey]
) -> dict[str, Any]:
    """`publicKey` of `navigator.credentials.create`; the name shown on the device has the last digits of the phone."""
    name = f"{RELYING_PARTY_NAME} …{phone[-SHOWN_DIGITS:]}" if phone else RELYING_PARTY_NAME
    return {
        "rp": {"id": relying_party_id(origin), "name": RELYING_PARTY_NAME},
        "user": {"id": encode(handle), "name": name, "displayName": name},
        "challenge": encode(challenge),
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in ALGORITHMS],
        "timeout": challenges.LIVE_SECONDS * 1000,
        "excludeCredentials": [{"type": "public-key", "id": encode(passkey.credential_id)} for passkey in known],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
    }


def to_get(origin: str, challenge: bytes) -> dict[str, Any]:
    """`publicKey` of `navigator.credentials.get`; no passkey is named, the device offers what it has."""
    return {
        "challenge": encode(challenge),
        "timeout": challenges.LIVE_SECONDS * 1000,
        "rpId": relying_party_id(origin),
        "allowCredentials": [],
        "userVerification": "required",
    }


def encode(value: bytes) -> str:
    """Base64url without padding, as WebAuthn's JSON has it."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
