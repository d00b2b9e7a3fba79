"""The user handle that a passkey carries: the account, sealed, so that a passkey finds it and shows nothing of it.

WebAuthn allows 64 bytes and wants none that identify a person: a handle is nonce and ciphertext, another one for each
passkey.
"""

import secrets

from health_record.aws.keyed_hash import KeyedHash

NONCE_BYTES, MOST_BYTES = 12, 64
PURPOSE = "passkey-user"


def create(macs: KeyedHash, account: str) -> bytes:
    """A fresh handle for `account`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(macs)).encrypt(nonce, bytes.fromhex(account), PURPOSE.encode())


def open_handle(macs: KeyedHash, handle: bytes) -> str | None:
    """The account, or None for a handle that nobody was given."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not NONCE_BYTES < len(handle) <= MOST_BYTES:
        return None
    try:
        return AESGCM(_key(macs)).decrypt(handle[:NONCE_BYTES], handle[NONCE_BYTES:], PURPOSE.encode()).hex()
    except InvalidTag:
        return None


def _key(macs: KeyedHash) -> bytes:
    return bytes.fromhex(macs.compute(PURPOSE, "key"))
