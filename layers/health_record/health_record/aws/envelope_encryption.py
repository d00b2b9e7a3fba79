"""Sealing: one data key per record from KMS, AES-256-GCM with the item's table key as additional data.

Whoever holds a table, snapshot or backup without the `keys` row can open nothing of the record.
"""

import functools
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from health_record.aws.clients import client
from health_record.aws.service_errors import error_code

NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: random 96-bit nonces
FORMAT = b"\x01"
WRAPPED_BYTES = 184  # as long as a wrapped key is
NOT_OURS = ("InvalidCiphertextException", "IncorrectKeyException")


class DecryptionError(RuntimeError):
    """The sealed bytes do not belong to this key and place."""


@dataclass(frozen=True)
class DataKey:
    """A record's key, open in memory only. `wrapped` is what the `keys` table holds (None when it came from there)."""

    plain: bytes
    wrapped: bytes | None = None

    @functools.cached_property
    def cipher(self) -> Any:
        """AES-256-GCM with this key."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self.plain)

    def __repr__(self) -> str:
        return "DataKey(...)"


def generate_data_key(key_id: str, province: str, record_id: str) -> DataKey:
    """A fresh 256-bit key for `record_id` (KMS GenerateDataKey, bound to province and record)."""
    answer = client("kms").generate_data_key(
        KeyId=key_id, KeySpec="AES_256", EncryptionContext=_context(province, record_id)
    )
    return DataKey(bytes(answer["Plaintext"]), bytes(answer["CiphertextBlob"]))


def decrypt_data_key(key_id: str, province: str, record_id: str, wrapped: bytes) -> DataKey:
    """Open a wrapped key (KMS Decrypt, which refuses another province's or record's)."""
    answer = client("kms").decrypt(
        KeyId=key_id, CiphertextBlob=wrapped, EncryptionContext=_context(province, record_id)
    )
    return DataKey(bytes(answer["Plaintext"]))


def decrypt_decoy(key_id: str, province: str) -> None:
    """One KMS Decrypt that cannot succeed, so that looking for nobody takes the calls of looking for somebody."""
    from botocore.exceptions import ClientError

    try:
        decrypt_data_key(key_id, province, str(uuid.uuid4()), secrets.token_bytes(WRAPPED_BYTES))
    except ClientError as error:
        if error_code(error) not in NOT_OURS:
            raise


def encrypt(key: DataKey, pk: str, sk: str, plaintext: bytes) -> bytes:
    """Encrypt for the item `pk`/`sk`: format byte, nonce, ciphertext with tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return FORMAT + nonce + bytes(key.cipher.encrypt(nonce, plaintext, _additional_data(pk, sk)))


def decrypt(key: DataKey, pk: str, sk: str, blob: bytes) -> bytes:
    """Decrypt what was sealed for `pk`/`sk`. Raises DecryptionError for any other bytes, key or place."""
    nonce, ciphertext = blob[1 : 1 + NONCE_BYTES], blob[1 + NONCE_BYTES :]
    if blob[:1] != FORMAT or len(ciphertext) < 16:
        raise DecryptionError("not a sealed value")
    try:
        return bytes(key.cipher.decrypt(nonce, ciphertext, _additional_data(pk, sk)))
    except Exception as error:
        from cryptography.exceptions import InvalidTag  # here, since a record has hundreds of sealed values

        if isinstance(error, InvalidTag):
            raise DecryptionError("sealed for another place or with another key") from error
        raise


def _context(province: str, record_id: str) -> dict[str, str]:
    return {"province": province, "record": record_id}


def _additional_data(pk: str, sk: str) -> bytes:
    return f"{len(pk)}:{pk}{sk}".encode()
