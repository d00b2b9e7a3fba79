"""The daily digest of a facility's audit: signed, and locked away where nobody can change it, so that a change shows.

digests bucket    digests/<facility>/<YYYY-MM-DD>.json    {"digest": {...}, "key_id": "...", "signature": "<base64>"}

`digest` has the SHA-256 of every item of that day by its key, and that of the document before: none can go missing.
The signature is ECDSA P-256 with SHA-256 over one line with the hash of `digest` as canonical JSON (`signing_input`):
the public key is enough to check it.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from health_record.aws.dynamo import Item

ALGORITHM = "ECDSA_SHA_256"
FOLDER = "digests"
Change = Literal["removed", "changed", "added"]


@dataclass(frozen=True)
class Difference:
    """An audit item that is not what the digest says. `key` is its key: key id and nonce, which name no person."""

    what: Change
    key: str


def object_key(facility_id: str, day: str) -> str:
    """`digests/79001/2026-11-22.json`"""
    return f"{FOLDER}/{facility_id}/{day}.json"


def canonical_json(content: Any) -> bytes:
    """Compact JSON with sorted members, in UTF-8: what hashes and signatures are made over."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def build_digest(
    province: str, facility_id: str, day: str, items: Iterable[Item], previous: bytes | None
) -> dict[str, Any]:
    """The digest of a facility's items of a local day; `previous` is the document of the day before, if any."""
    return {
        "province": province,
        "facility": facility_id,
        "day": day,
        "items": {item["pk"]: _leaf(item) for item in items},
        "previous": None if previous is None else hashlib.sha256(previous).hexdigest(),
    }


def signing_input(digest: dict[str, Any]) -> bytes:
    """What is signed: short enough for KMS to hash it itself."""
    return f"ssk audit digest v1 {hashlib.sha256(canonical_json(digest)).hexdigest()}".encode()


def build_document(digest: dict[str, Any], key_id: str, signature: bytes) -> bytes:
    """What is put into the bucket."""
    return canonical_json({"digest": digest, "key_id": key_id, "signature": base64.b64encode(signature).decode()})


def parse_document(content: bytes) -> tuple[dict[str, Any], bytes]:
    """The digest and its signature. Raises ValueError for what is no such document."""
    try:
        found = json.loads(content)
        return found["digest"], base64.b64decode(found["signature"], validate=True)
    except (KeyError, TypeError) as error:
        raise ValueError("no digest") from error


def is_genuine(digest: dict[str, Any], signature: bytes, public_key_der: bytes) -> bool:
    """Whether the signature is that of the province's key (KMS GetPublicKey gives it as DER)."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(public_key_der)
    if not isinstance(key, EllipticCurvePublicKey):
        return False
    try:
        key.verify(signature, signing_input(digest), ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def find_differences(digest: dict[str, Any], items: Iterable[Item]) -> list[Difference]:
    """What became of the day's items since the digest was made, by key."""
    then, now = digest["items"], {item["pk"]: _leaf(item) for item in items}
    found = [Difference("removed" if key not in now else "changed", key) for key in then if now.get(key) != then[key]]
    return sorted([*found, *(Difference("added", key) for key in now.keys() - then.keys())], key=lambda one: one.key)


def _leaf(item: Item) -> str:
    return hashlib.sha256(canonical_json(item)).hexdigest()
