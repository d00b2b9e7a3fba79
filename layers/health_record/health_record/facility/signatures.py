"""RFC 9421 signatures and RFC 9530 digests of facilities' calls, checked by the profile `ssk-facility`.

`parse` applies every rule that needs no key and says which key signed; `verify` then checks digest and signature.
Each refusal names the one rule that was broken, for the integrator who has to mend it, and nothing else.
"""

import functools
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from health_record.errors import UnauthenticatedError
from health_record.language import Translated

if TYPE_CHECKING:
    from http_message_signatures import HTTPSignatureAlgorithm

TAG = "ssk-facility"
MAX_LIFETIME = 300
CLOCK_SKEW = 60
NONCE = re.compile(r"[\x21-\x7e]{16,64}")
KEY_ID = re.compile(r"[A-Za-z0-9-]{1,32}\.[1-9][0-9]{0,3}")
PATH = re.compile(r"/[A-Za-z0-9\-._~/$]*")
QUERY = re.compile(r"(?:[A-Za-z0-9\-._~=&:/]|%[0-9A-Fa-f]{2})*")
ALGORITHMS = ("ed25519", "ecdsa-p256-sha256")
PARAMETERS = ("created", "expires", "keyid", "nonce", "alg", "tag")
ALWAYS_COVERED = ("@method", "@authority", "@path", "@query", "purpose-of-use", "practitioner")
COVERED_WITH_BODY = ("content-type", "content-digest")
COVERED_WHERE_SENT = ("purpose-reason", "share", "card-seen")
# RFC 9421 section 5: what a signer has to send, told with every refusal.
ACCEPT_SIGNATURE = (
    f"sig1=({' '.join(f'"{name}"' for name in ALWAYS_COVERED)})"
    f';created;expires;keyid="<facility>.<number>";nonce="<16-64 characters>";tag="{TAG}"'
)


@dataclass(frozen=True)
class SignedRequest:
    """A call as it was signed: `url` has the public origin, `headers` have lower-case names."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True)
class Signature:
    """The one signature of a call: who says to have signed (`key_id`), when, and once (`nonce`)."""

    key_id: str
    nonce: str
    created: int
    expires: int
    algorithm: str | None


RAW_ECDSA = 64  # bytes: r || s


def signature_error(rule: str, vi: str, en: str) -> UnauthenticatedError:
    """The 401 that names the broken `rule` (its type is `signature-<rule>`)."""
    return UnauthenticatedError(
        Translated(vi, en), type=f"signature-{rule}", headers={"Accept-Signature": ACCEPT_SIGNATURE}
    )


def signed_request_from_event(event: Mapping[str, Any], public_origin: str, body: bytes) -> SignedRequest:
    """The signed call of an HTTP API event. The authority is the public one, never the Host header.

    Raises UnauthenticatedError for a path or query in a spelling that two sides could sign differently.
    """
    path, query = str(event.get("rawPath", "")), str(event.get("rawQueryString") or "")
    if PATH.fullmatch(path) is None:
        raise signature_error(
            "path",
            "Đường dẫn chỉ gồm ký tự không cần mã hóa và dấu $ viết nguyên (không phải %24).",
            "The path holds unreserved characters and a literal $ only (not %24).",
        )
    if QUERY.fullmatch(query) is None:
        raise signature_error(
            "query",
            "Ký tự ngoài A-Za-z0-9-._~=&:/ trong @query phải được mã hóa phần trăm và ký đúng như gửi đi.",
            "Characters of @query outside A-Za-z0-9-._~=&:/ must be percent-encoded and signed as sent.",
        )
    url = f"{public_origin}{path}?{query}" if query else f"{public_origin}{path}"
    return SignedRequest(event["requestContext"]["http"]["method"], url, event.get("headers") or {}, body)


def parse(request: SignedRequest, now: int) -> Signature:
    """The call's signature as it claims to be, after every rule that needs no key.

    `now` is the server's clock in epoch seconds. Raises UnauthenticatedError.
    """
    components, parameters = _only_signature(request.headers)
    for name in parameters:
        if name not in PARAMETERS:
            raise signature_error(
                "parameter", f"Tham số {name} không được dùng.", f"The parameter {name} is not in use here."
            )
    if parameters.get("tag") != TAG:
        raise signature_error("tag", f'Chữ ký phải có tag="{TAG}".', f'The signature must carry tag="{TAG}".')
    _require_components(components, request)
    created, expires = _moment(parameters, "created"), _moment(parameters, "expires")
    _require_fresh(created, expires, now)
    nonce, key_id, algorithm = (parameters.get(name) for name in ("nonce", "keyid", "alg"))
    if not isinstance(nonce, str) or NONCE.fullmatch(nonce) is None:
        raise signature_error(
            "nonce", "nonce phải có 16-64 ký tự ASCII.", "nonce must have 16-64 visible ASCII characters."
        )
    if not isinstance(key_id, str) or KEY_ID.fullmatch(key_id) is None:
        raise signature_error(
            "keyid", "keyid phải có dạng <mã cơ sở>.<số>, ví dụ 79001.1.", "keyid must look like 79001.1 (facility.n)."
        )
    return Signature(key_id, nonce, created, expires, None if algorithm is None else str(algorithm))


def verify(request: SignedRequest, signature: Signature, algorithm: str, public_key_pem: bytes) -> None:
    """Check body digest and signature against the registered key and its one algorithm.

    Raises UnauthenticatedError when either does not hold.
    """
    if algorithm not in ALGORITHMS or signature.algorithm not in (None, algorithm):
        raise signature_error(
            "alg", f"Khóa này được đăng ký với thuật toán {algorithm}.", f"This key is registered for {algorithm}."
        )
    if request.body or "content-digest" in request.headers:
        _require_digest(request.headers.get("content-digest", ""), request.body)
    if is_valid(request, algorithm, public_key_pem):
        return
    if "$" in request.url and is_valid(
        replace(request, url=request.url.replace("$", "%24")), algorithm, public_key_pem
    ):
        raise signature_error(
            "path",
            "@path phải được ký với dấu $ viết nguyên, không phải %24.",
            "@path must be signed with a literal $, not %24.",
        )
    if algorithm == "ecdsa-p256-sha256" and _is_der(request):
        raise signature_error(
            "der",
            "Chữ ký ECDSA phải là 64 byte r || s, không phải DER (mặc định của Java và PHP).",
            "An ECDSA signature is 64 bytes, r || s, not DER (the default of Java and PHP).",
        )
    authority = request.url.split("/")[2]
    raise signature_error(
        "mismatch",
        f'Chữ ký không khớp với nội dung nhận được; @authority ở đây là "{authority}".',
        f'The signature does not match what arrived; @authority is "{authority}" here.',
    )


def _is_der(request: SignedRequest) -> bool:
    """Whether the signature looks like an ASN.1 SEQUENCE of two integers (RFC 9421 section 3.3.4 wants r || s)."""
    found = next(iter(_dictionary(request.headers, "signature").values()), None)
    value = found[0] if isinstance(found, tuple) else found
    return isinstance(value, bytes) and len(value) != RAW_ECDSA and value[:1] == b"\x30"


def _only_signature(headers: Mapping[str, str]) -> tuple[list[tuple[Any, dict[str, Any]]], dict[str, Any]]:
    inputs, signatures = (_dictionary(headers, name) for name in ("signature-input", "signature"))
    if len(inputs) != 1 or inputs.keys() != signatures.keys():
        raise signature_error(
            "several",
            "Phải có đúng một chữ ký, cùng một nhãn trong Signature-Input và Signature.",
            "There must be exactly one signature, with one label in Signature-Input and Signature.",
        )
    ((components, parameters),) = inputs.values()
    if not isinstance(components, list):
        raise _malformed("signature-input")
    return components, parameters


def _dictionary(headers: Mapping[str, str], name: str) -> dict[str, Any]:
    import http_sf

    def no_duplicate(key: str, _context: str) -> None:
        raise ValueError(key)

    value = headers.get(name)
    if not value:
        raise signature_error("missing", f"Thiếu tiêu đề {name}.", f"The header {name} is missing.")
    try:
        parsed = http_sf.parse(value.encode("ascii"), tltype="dictionary", on_duplicate_key=no_duplicate)
    except (ValueError, TypeError) as error:
        raise _malformed(name) from error
    return parsed if isinstance(parsed, dict) else {}


def _malformed(name: str) -> UnauthenticatedError:
    return signature_error(
        "malformed",
        f"Tiêu đề {name} không đúng RFC 9421/8941.",
        f"The header {name} is not what RFC 9421 and 8941 say.",
    )


def _require_components(components: list[tuple[Any, dict[str, Any]]], request: SignedRequest) -> None:
    plain = {name for name, parameters in components if not parameters}
    needed = [*ALWAYS_COVERED, *(name for name in COVERED_WHERE_SENT if name in request.headers)]
    if request.body:
        needed.extend(COVERED_WITH_BODY)
    for name in needed:
        if name not in plain:
            raise signature_error("component", f'Chữ ký phải bao gồm "{name}".', f'The signature must cover "{name}".')
        if not name.startswith("@") and name not in request.headers:
            raise signature_error("header", f"Thiếu tiêu đề {name}.", f"The header {name} is missing.")
    for name in plain:
        if not request.headers.get(name, "").isascii():
            raise signature_error(
                "header",
                f"Tiêu đề {name} có ký tự ngoài ASCII, không chữ ký nào phủ được.",
                f"The header {name} holds characters outside ASCII, which no signature covers.",
            )


def _moment(parameters: dict[str, Any], name: str) -> int:
    value = parameters.get(name)
    if type(value) is not int or not 0 <= value < 2**40:
        raise signature_error(name, f"{name} phải là số giây nguyên.", f"{name} must be whole seconds since 1970.")
    return value


def _require_fresh(created: int, expires: int, now: int) -> None:
    clock = datetime.fromtimestamp(now, UTC).strftime("%H:%M:%SZ")
    if created > now + CLOCK_SKEW:
        ahead = created - now
        raise signature_error(
            "created",
            f"created nằm {ahead} giây trong tương lai; đồng hồ máy chủ: {clock}.",
            f"created lies {ahead} s in the future; the server's clock says {clock}.",
        )
    if created < now - MAX_LIFETIME:
        behind = now - created
        raise signature_error(
            "created",
            f"created đã cách đây {behind} giây (nhiều nhất {MAX_LIFETIME}); đồng hồ máy chủ: {clock}.",
            f"created lies {behind} s back (at most {MAX_LIFETIME}); the server's clock says {clock}.",
        )
    if not created < expires <= created + MAX_LIFETIME:
        raise signature_error(
            "expires",
            f"expires phải sau created nhiều nhất {MAX_LIFETIME} giây.",
            f"expires must lie after created, by at most {MAX_LIFETIME} s.",
        )
    if expires < now - CLOCK_SKEW:
        late = now - expires
        raise signature_error(
            "expires",
            f"Chữ ký hết hạn {late} giây trước; đồng hồ máy chủ: {clock}.",
            f"The signature expired {late} s ago; the server's clock says {clock}.",
        )


def _require_digest(value: str, body: bytes) -> None:
    digests = _dictionary({"content-digest": value}, "content-digest")
    if set(digests) != {"sha-256"} or not isinstance(digests["sha-256"][0], bytes):
        raise signature_error(
            "digest", "content-digest phải là một sha-256 (RFC 9530).", "content-digest must be one sha-256 (RFC 9530)."
        )
    if not hmac.compare_digest(digests["sha-256"][0], hashlib.sha256(body).digest()):
        raise signature_error(
            "digest",
            "content-digest không phải của nội dung nhận được.",
            "content-digest is not that of the body that arrived.",
        )


def is_valid(
    request: SignedRequest,
    algorithm: str,
    public_key_pem: bytes,
    tag: str | None = TAG,
    required: Sequence[str] = ALWAYS_COVERED,
) -> bool:
    """Whether the one signature of `request` is that of the key, as RFC 9421 says and nothing more."""
    from http_message_signatures.exceptions import HTTPMessageSignaturesException

    try:
        _verifier(algorithm, public_key_pem).verify(request, max_age=None, expect_tag=tag, require_components=required)
    except HTTPMessageSignaturesException:
        return False
    return True


@functools.lru_cache(maxsize=256)
def _verifier(algorithm: str, public_key_pem: bytes) -> Any:
    """What checks signatures of one key."""
    from cryptography.hazmat.primitives.serialization import load_pem_public_key
    from http_message_signatures import HTTPMessageVerifier, HTTPSignatureKeyResolver

    key = load_pem_public_key(public_key_pem)

    class OneKey(HTTPSignatureKeyResolver):  # type: ignore[misc]
        def resolve_public_key(self, _: str) -> Any:
            return key

    class Verifier(HTTPMessageVerifier):  # type: ignore[misc]
        def validate_created_and_expires(self, *_: Any, **__: Any) -> None:
            """`parse` has applied the profile's own times."""

    return Verifier(signature_algorithm=_algorithm(algorithm), key_resolver=OneKey())


def _algorithm(name: str) -> "type[HTTPSignatureAlgorithm]":
    from http_message_signatures import algorithms

    found: type[HTTPSignatureAlgorithm] = algorithms.ED25519 if name == "ed25519" else algorithms.ECDSA_P256_SHA256
    return found
