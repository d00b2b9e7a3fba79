"""The public record of accesses: one signed document a day, the same for everybody, that names nobody.

accesses/2026-11-22.json                 {"signed": "<JWS>", "parts": ["<SHA-256>", ...]}
accesses/2026-11-22/<SHA-256>.json       {"<mark>": "<value>", ...}    one part
accesses/key.json                        the public key as a JWK (RFC 7517)

`signed` is a JWS in compact form (RFC 7515, ES256) of {"province", "day", "marks": how many, "parts": SHA-256 of the
parts' hashes joined by commas, "previous": SHA-256 of the day before's document}. There are 0, 1, 16 or 256 parts: a
mark is in the one that its first 0, 1 or 2 hex digits say, so that a phone loads about a thousand marks at most.
"""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from health_record.audit import access_log
from health_record.audit.digest_document import canonical_json
from health_record.aws.dynamo import Item

FOLDER = "accesses"
KEY_FILE = f"{FOLDER}/key.json"
HEADER = {"alg": "ES256", "typ": "ssk-accesses"}
AT_MOST = 1000  # marks of a part, as long as two digits are enough
NUMBER_BYTES = 32  # of P-256


def document_key(day: str) -> str:
    """`accesses/2026-11-22.json`"""
    return f"{FOLDER}/{day}.json"


def shard_key(day: str, part_hash: str) -> str:
    """`accesses/2026-11-22/5f1d....json`"""
    return f"{FOLDER}/{day}/{part_hash}.json"


def group_leaf_hashes(items: Iterable[Item]) -> dict[str, list[str]]:
    """What a day's audit items say of each record, by seal; what is of no record is of nobody's list."""
    found: dict[str, list[str]] = {}
    for item in items:
        if "seal" in item:
            found.setdefault(item["seal"], []).append(access_log.compute_leaf_hash(access_log.to_display(item)))
    return found


def build_entries(leaves: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """What is published of them: value by mark, sorted."""
    return dict(
        sorted(
            (access_log.compute_index(seal), access_log.compute_commitment(seal, found))
            for seal, found in leaves.items()
        )
    )


def build_shards(marks: Mapping[str, str]) -> list[bytes]:
    """The files that hold the marks, in the order of their beginnings."""
    if not marks:
        return []
    digits = next(digits for digits in (0, 1, 2) if digits == 2 or len(marks) <= AT_MOST * 16**digits)
    parts: list[dict[str, str]] = [{} for _ in range(16**digits)]
    for mark, value in marks.items():
        parts[int(mark[:digits] or "0", 16)][mark] = value
    return [canonical_json(part) for part in parts]


def hash_shard(content: bytes) -> str:
    """SHA-256 in hex, as parts are named."""
    return hashlib.sha256(content).hexdigest()


def signing_input(province: str, day: str, marks: int, hashes: Sequence[str], previous: bytes | None) -> bytes:
    """What is signed, short enough for KMS to hash it itself; `previous` is the document of the day before, if any."""
    payload = {
        "province": province,
        "day": day,
        "marks": marks,
        "parts": hash_shard(",".join(hashes).encode()),
        "previous": None if previous is None else hash_shard(previous),
    }
    return b".".join(_encoded(canonical_json(part)) for part in (HEADER, payload))


def build_document(signed: bytes, der_signature: bytes, hashes: Sequence[str]) -> bytes:
    """What is published; KMS gives the signature as DER, a JWS has its two numbers."""
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    numbers = b"".join(number.to_bytes(NUMBER_BYTES) for number in decode_dss_signature(der_signature))
    return canonical_json({"signed": (signed + b"." + _encoded(numbers)).decode(), "parts": list(hashes)})


def build_key_file(der: bytes) -> bytes:
    """The key file, from what KMS GetPublicKey gives: its last 64 bytes are the point."""
    x, y = der[-2 * NUMBER_BYTES : -NUMBER_BYTES], der[-NUMBER_BYTES:]
    return canonical_json({"kty": "EC", "crv": "P-256", "x": _encoded(x).decode(), "y": _encoded(y).decode()})


def parse_document(content: bytes, public_key_der: bytes) -> tuple[dict[str, Any], list[str]]:
    """What a document says, and the hashes of its parts. Raises ValueError for what is not genuine."""
    try:
        found = json.loads(content)
        header, payload, signature = str(found["signed"]).split(".")
        said, hashes = json.loads(_decoded(payload)), [str(each) for each in found["parts"]]
        genuine = json.loads(_decoded(header)) == HEADER and said["parts"] == hash_shard(",".join(hashes).encode())
        signed = _is_signed(f"{header}.{payload}".encode(), _decoded(signature), public_key_der)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("no document of this kind") from error
    if not (genuine and signed):
        raise ValueError("a document that was not signed so")
    return said, hashes


def _is_signed(message: bytes, numbers: bytes, public_key_der: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    key = load_der_public_key(public_key_der)
    if not isinstance(key, EllipticCurvePublicKey) or len(numbers) != 2 * NUMBER_BYTES:
        return False
    halves = (numbers[:NUMBER_BYTES], numbers[NUMBER_BYTES:])
    try:
        key.verify(encode_dss_signature(*map(int.from_bytes, halves)), message, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _encoded(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
