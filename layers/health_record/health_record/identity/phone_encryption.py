"""The phone of a session, sealed: it goes from the code that proved it to the record's own sealed identity.

access  phone#... and session#... / phone    nonce and ciphertext, under a key derived from KMS for this account alone

Nobody reads it from there but who may ask KMS for the root of the MACs; in the record it lies under the record's key.
"""

import secrets

from health_record.aws.keyed_hash import KeyedHash

NONCE_BYTES = 12  # NIST SP 800-38D section 8.2.2: random 96-bit nonces
PURPOSE = "phone-seal"


def encrypt_phone(macs: KeyedHash, account: str, phone: str) -> bytes:
    """`phone` (E.164) for the session of `account`."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(_key(macs, account)).encrypt(nonce, phone.encode(), account.encode())


def decrypt_phone(macs: KeyedHash, account: str, blob: bytes | None) -> str | None:
    """The phone, or None where there is none or it was sealed for another account."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if not blob:
        return None
    nonce, ciphertext = blob[:NONCE_BYTES], blob[NONCE_BYTES:]
    try:
        return AESGCM(_key(macs, account)).decrypt(nonce, ciphertext, account.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def _key(macs: KeyedHash, account: str) -> bytes:
    return bytes.fromhex(macs.compute(PURPOSE, account))
