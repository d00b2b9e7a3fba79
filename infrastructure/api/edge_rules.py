"""What the web ACL refuses before any function sees it, and in which words; the local proxy reads it too."""

from collections.abc import Mapping
from typing import Any

from infrastructure.config.routes import ROUTES

API = "/v1/"
PUBLIC_METADATA = "/v1/fhir/metadata"
TOO_MANY, UNSIGNED, TOO_LARGE = "too-many", "unsigned", "too-large"
LARGEST_BODY = (
    r"^0*([1-9][0-9]{7,}|[5-9][0-9]{6}|4[5-9][0-9]{5})$"  # as Content-Length says it: 4,500,000 bytes and more
)
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    TOO_MANY: {
        "type": "about:blank",
        "title": "Too Many Requests",
        "status": 429,
        "detail": "Xin thử lại sau vài phút.",
    },
    TOO_LARGE: {
        "type": "about:blank",
        "title": "Content Too Large",
        "status": 413,
        "detail": "Dữ liệu gửi lên quá lớn.",
    },
    UNSIGNED: {  # as a function says it, in both languages, since the web ACL asks nobody for theirs
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": "login",
                "details": {"text": "Thiếu tiêu đề Signature. (The header Signature is missing.)"},
                "diagnostics": "signature-missing",
            }
        ],
    },
}
RETRY_AFTER_SECONDS = "300"
# RFC 9421 section 5: what a signer has to send.
ACCEPT_SIGNATURE = (
    'sig1=("@method" "@authority" "@path" "@query" "purpose-of-use" "practitioner")'
    ';created;expires;keyid="<facility>.<number>";nonce="<16-64 characters>";tag="ssk-facility"'
)
NEVER_KEPT = {"Cache-Control": "no-store"}
HEADERS: Mapping[str, Mapping[str, str]] = {
    TOO_MANY: {**NEVER_KEPT, "Retry-After": RETRY_AFTER_SECONDS},
    TOO_LARGE: NEVER_KEPT,
    UNSIGNED: {**NEVER_KEPT, "Accept-Signature": ACCEPT_SIGNATURE},
}


def paths_of(*functions: str) -> str:
    """A pattern of all paths whose second part only these functions answer."""
    parts = {route.path.split("/")[2] for route in ROUTES if route.function in functions}
    return f"^{API}({'|'.join(sorted(parts))})(/|$)"
