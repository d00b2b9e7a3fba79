"""A public record of accesses as the nightly function makes it, with a key of its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from health_record.audit import access_log, public_access_log

KEY = "5f" * 32
OTHERS = "a7" * 32
SIGNER = generate_private_key(SECP256R1())


def key_file() -> str:
    """`key.json`"""
    der = SIGNER.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return public_access_log.build_key_file(der).decode()


def record_of(days: Mapping[str, Iterable[dict[str, Any]]], others: int = 3) -> dict[str, str]:
    """The files of these days by their names under `accesses/`; on each, others' records were opened as well."""
    files, previous = {"key.json": key_file()}, None
    for day, listed in days.items():
        leaves = {access_log.compute_seal(OTHERS, f"{day} {number}"): ["0" * 64] for number in range(others)}
        own = [access_log.compute_leaf_hash(access) for access in listed]
        marks = public_access_log.build_entries(leaves | ({access_log.compute_seal(KEY, day): own} if own else {}))
        parts = public_access_log.build_shards(marks)
        hashes = [public_access_log.hash_shard(part) for part in parts]
        signed = public_access_log.signing_input("79", day, len(marks), hashes, previous)
        previous = public_access_log.build_document(signed, SIGNER.sign(signed, ECDSA(SHA256())), hashes)
        files[f"{day}.json"] = previous.decode()
        files |= {f"{day}/{name}.json": part.decode() for name, part in zip(hashes, parts, strict=True)}
    return files
