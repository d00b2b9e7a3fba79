"""SMART Health Links 1.0.0: the link's payload, the encrypted file, the manifest and the QR code; no AWS, no clock.

Source: http://hl7.org/fhir/uv/smart-health-cards-and-links (STU 1), RFC 7516 (JWE compact serialization).
"""

import base64
import secrets
import zlib
from typing import Any

from health_record import exact_json

KEY_BYTES = 32
NONCE_BYTES = 12
LONGEST_LABEL = 80
PASSCODE_FLAG = "P"
FHIR_JSON = "application/fhir+json"
# Every mask is read alike. Trying all eight for the smoothest (ISO/IEC 18004 section 7.8) takes six times as long, and
# a link is random text, which none makes smoother.
MASK = 3


def build_link(url: str, key: bytes, *, expires_at: int, label: str | None, passcode: bool) -> str:
    """`shlink:/...`: where the manifest is, and the key that opens its files; `expires_at` in epoch seconds."""
    payload: dict[str, Any] = {"url": url, "key": encode_base64url(key), "exp": expires_at}
    if passcode:
        payload["flag"] = PASSCODE_FLAG
    if label:
        payload["label"] = label
    payload["v"] = 1
    return "shlink:/" + encode_base64url(_json(payload))


def build_manifest(document: dict[str, Any], key: bytes, *, fhir_version: str = "4.0.1") -> dict[str, Any]:
    """The answer to a manifest request: one encrypted file, embedded whatever its size (a summary is some 20 KB)."""
    return {
        "files": [
            {
                "contentType": FHIR_JSON,
                "embedded": encrypt_file(_json(document), key, content_type=FHIR_JSON),
                "lastUpdated": document["timestamp"],
                "fhirVersion": fhir_version,
            }
        ]
    }


def encrypt_file(plain: bytes, key: bytes, *, content_type: str) -> str:
    """A compact JWE: direct key, AES-256-GCM with a fresh nonce, deflated before (which makes a summary an eighth)."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    header = encode_base64url(_json({"alg": "dir", "enc": "A256GCM", "zip": "DEF", "cty": content_type}))
    nonce = secrets.token_bytes(NONCE_BYTES)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)  # raw: RFC 7516 section 4.1.3, RFC 1951
    sealed = AESGCM(key).encrypt(nonce, deflate.compress(plain) + deflate.flush(), header.encode())
    return ".".join(
        (header, "", encode_base64url(nonce), encode_base64url(sealed[:-16]), encode_base64url(sealed[-16:]))
    )


def render_qr(text: str) -> str:
    """`text` as a QR code with error correction M and its quiet zone: an SVG of one path, each run of dark one box."""
    import qrcode

    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4, mask_pattern=MASK)
    code.add_data(text)
    code.make(fit=True)
    return draw_svg(code.get_matrix())


def draw_svg(rows: list[list[bool]]) -> str:
    """The squares of a QR code, its quiet zone included, as such an SVG."""
    path = "".join(_boxes(row, y) for y, row in enumerate(rows))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{len(rows)}v{len(rows)}H0z"/><path d="{path}"/></svg>'
    )


def encode_base64url(content: bytes) -> str:
    """base64url without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _boxes(row: list[bool], y: int) -> str:
    found, x = "", 0
    while x < len(row):
        end = x
        while end < len(row) and row[end]:
            end += 1
        if end > x:
            found += f"M{x} {y}h{end - x}v1h-{end - x}z"
        x = end + 1
    return found


def _json(content: dict[str, Any]) -> bytes:
    return exact_json.dumps(content).encode()
