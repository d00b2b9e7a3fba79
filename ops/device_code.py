"""The code that a station's page shows: the public key of its device, written so that it can be typed or sent.

`SSK1-` and 60 letters of Crockford's base 32 (https://www.crockford.com/base32.html): a compressed point of P-256
(33 bytes) and the first four bytes of its SHA-256. `sdk/js/device-key.js` writes it.
"""

import base64
import hashlib
import re
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from ops.errors import OpsError

VERSION = "SSK1"
POINT_BYTES, CHECK_BYTES, LETTERS = 33, 4, 60
CROCKFORD, RFC_4648 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
READ_ALIKE = str.maketrans("OIL", "011")


@dataclass(frozen=True)
class DeviceCode:
    """A device's public key. `fingerprint` are the eight digits that its page shows as well."""

    public_key_pem: str
    fingerprint: str

    @classmethod
    def parse(cls, text: str) -> "DeviceCode":
        """The key in a code, however it is spaced and cased. Raises OpsError when it was not copied whole."""
        written = re.sub(r"[\s-]", "", text.upper())
        letters = written.removeprefix(VERSION).translate(READ_ALIKE)
        if not written.startswith(VERSION) or len(letters) != LETTERS or set(letters) - set(CROCKFORD):
            raise OpsError(f"The code is {VERSION}- and {LETTERS} letters and digits; this one is not whole.")
        padded = letters.translate(str.maketrans(CROCKFORD, RFC_4648)) + "===="
        content = base64.b32decode(padded)
        point, check = content[:POINT_BYTES], content[POINT_BYTES:]
        digest = hashlib.sha256(point).digest()
        if check != digest[:CHECK_BYTES]:
            raise OpsError("A letter of the code is wrong; copy it once more.")
        try:
            key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
        except ValueError as error:
            raise OpsError("The code holds no key.") from error
        number = int.from_bytes(digest[8:16]) % 10**8
        pem = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        return cls(pem, f"{number // 10_000:04} {number % 10_000:04}")
