"""`ssk facility check --request`: one call as a program sent it, judged by the service's rules, and whose fault it is.

A signature that does not match says nothing of why. Here the text that has to be signed is known, so the usual ways to
sign another one are tried, and where none fits the text is told, to be compared line by line.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from health_record.errors import ServiceError, UnauthenticatedError
from health_record.facility import signatures, signed_call
from health_record.facility.signatures import SignedRequest
from ops.conformance import Finding
from ops.errors import OpsError

SOUND = "the call is signed as it must be"
COMPONENT = re.compile(r'"([^"]+)"')
DEFAULT_PORTS = {"http": "80", "https": "443"}


def judge_request(raw: bytes, origin: str, public_key_pem: str, algorithm: str, now: int) -> Finding:
    """A call as it went over the wire (HTTP/1.1 text), by the service's rules but for the registry and replays.

    `now` are epoch seconds. Raises OpsError for what is no request.
    """
    return CapturedCall(*read_call(raw), origin, public_key_pem, algorithm).judge(now)


def read_call(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """The call as an event of the gateway, and its body, byte for byte. Raises OpsError."""
    end = re.search(rb"\r?\n\r?\n", raw)
    head, body = (raw[: end.start()], raw[end.end() :]) if end else (raw, b"")
    lines = head.decode("utf-8", "replace").splitlines()
    found = re.fullmatch(r"([A-Z]+) (\S+)(?: HTTP/[0-9.]+)?", lines[0] if lines else "")
    if found is None:
        raise OpsError("The file must begin with a request line, such as `POST /v1/fhir HTTP/1.1`.")
    headers: dict[str, str] = {}
    for name, _, value in (line.partition(":") for line in lines[1:] if ":" in line):
        key = name.strip().lower()
        headers[key] = f"{headers[key]}, {value.strip()}" if key in headers else value.strip()
    length = headers.get("content-length", "")
    path, _, query = re.sub(r"^https?://[^/]+", "", found[2]).partition("?")
    event = {
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {"http": {"method": found[1]}},
    }
    return event, body[: int(length)] if length.isdigit() else body


@dataclass(frozen=True)
class CapturedCall:
    """One call as it arrived, and the key that it has to be signed with."""

    event: dict[str, Any]
    body: bytes
    origin: str
    public_key_pem: str
    algorithm: str

    def judge(self, now: int) -> Finding:
        """Whether the service would take it at `now`, and if not whose fault it is."""
        try:
            self._verify(now)
            signed_call.require_headers(self.event["headers"])
        except ServiceError as refusal:
            told, more = refusal.detail.en, EXPLAINED.get(refusal.type, CapturedCall.explain_nothing)(self, now)
            return Finding(refusal.type, False, told if told in more else f"{told} {more}".rstrip())
        return Finding(SOUND, True)

    def _request(self) -> SignedRequest:
        return signatures.signed_request_from_event(self.event, self.origin, self.body)

    def _verify(self, now: int) -> None:
        request = self._request()
        signatures.verify(request, signatures.parse(request, now), self.algorithm, self.public_key_pem.encode())

    def explain_time(self, now: int) -> str:
        """A call that was saved is old by the time it is judged, so it is judged once more as of its own time."""
        found = re.search(r";created=([0-9]{1,12})(?![0-9])", self.event["headers"]["signature-input"])
        if found is None:
            return ""
        try:
            self._verify(int(found[1]))
        except UnauthenticatedError as other:
            more = "" if other.type in AGED else EXPLAINED.get(other.type, CapturedCall.explain_nothing)(self, now)
            return f"Apart from that: {other.type}: {other.detail.en} {more}".rstrip()
        if int(found[1]) > now:
            return "Apart from that it is signed as it must be: set the clock of the machine that signs."
        return (
            "Apart from that it is signed as it must be. If it was sent when it says, nothing is wrong: a saved call "
            "grows old. If it was sent just now, set the clock of the machine that signs."
        )

    def explain_nothing(self, _: int) -> str:
        """The service's own words are enough."""
        return ""

    def explain_digest(self, _: int) -> str:
        """Of which other spelling of the body the digest is, if of one that a program or an editor makes by itself."""
        sent = self.event["headers"]["content-digest"]
        spellings = {
            "a body without the line feed at the end of this file": re.sub(rb"\r?\n\Z", b"", self.body),
            "a body with the line ends CR LF": re.sub(rb"\r?\n", b"\r\n", self.body),
            "a body with the line ends LF": self.body.replace(b"\r\n", b"\n"),
            "a body without its byte order mark": self.body.removeprefix(b"\xef\xbb\xbf"),
            "an empty body": b"",
        }
        for name, spelled in spellings.items():
            if spelled != self.body and base64.b64encode(hashlib.sha256(spelled).digest()).decode() in sent:
                return f"It is that of {name}: digest the very bytes that are sent."
        if hashlib.sha256(self.body).hexdigest() in sent.lower():
            return "It is in hexadecimal digits; it has to be the 32 bytes in base64, between two colons."
        return ""

    def explain_mismatch(self, _: int) -> str:
        """The usual other text of which the signature is, or else the text that has to be signed."""
        request = self._request()
        text = text_to_sign(request)
        for habit, signed in other_texts(request, text):
            if _is_signature_of(request, signed, self.public_key_pem):
                return habit
        return (
            "It is the signature of another key than --key or of another text, or something was changed after "
            f"signing. The text to sign is, with no line feed at its end:\n{text}"
        )


AGED = ("signature-created", "signature-expires")
EXPLAINED: dict[str, Callable[[CapturedCall, int], str]] = {
    "signature-created": CapturedCall.explain_time,
    "signature-expires": CapturedCall.explain_time,
    "signature-digest": CapturedCall.explain_digest,
    "signature-mismatch": CapturedCall.explain_mismatch,
}


def text_to_sign(request: SignedRequest) -> str:
    """The signature base of RFC 9421 section 2.5 for what `Signature-Input` covers, from the call as it arrived."""
    covered = request.headers["signature-input"].partition("=")[2]
    _, _, authority, path = request.url.split("/", 3)
    path, _, query = path.partition("?")
    derived = {
        "@method": request.method,
        "@authority": authority,
        "@path": f"/{path}",
        "@query": f"?{query}",
        "@scheme": request.url.partition(":")[0],
        "@target-uri": request.url,
    }
    names = COMPONENT.findall(covered.partition(")")[0])
    lines = [f'"{name}": {derived.get(name, request.headers.get(name, ""))}' for name in names]
    return "\n".join([*lines, f'"@signature-params": {covered}'])


def other_texts(request: SignedRequest, text: str) -> Iterator[tuple[str, bytes]]:
    """The texts that are usually signed in place of `text`, each with what to mend."""
    scheme, _, authority = request.url.split("/")[:3]
    host, _, _ = authority.partition(":")
    sent_host = request.headers.get("host", host)
    port = DEFAULT_PORTS.get(scheme.removesuffix(":"), "443")

    def line(name: str, change: Callable[[str], str]) -> str:
        return re.sub(rf'(?m)^("{name}": )(.*)$', lambda found: found[1] + change(found[2]), text)

    for other in dict.fromkeys([host, f"{host}:{port}", sent_host, authority.upper(), f"{scheme}//{authority}"]):
        if other != authority:
            yield f'@authority was signed as "{other}".', line("@authority", lambda _, other=other: other).encode()  # type: ignore[misc]
    yield "@query was signed as nothing: without a query it is `?`.", line("@query", lambda _: "").encode()
    yield "@query was signed without its `?`.", line("@query", lambda value: value.removeprefix("?")).encode()
    query = request.url.partition("?")[2]
    yield "@path was signed with the query.", line("@path", lambda value: f"{value}?{query}").encode()
    yield "@path was signed as the whole address.", line("@path", lambda _: request.url).encode()
    yield "@path was signed without /v1.", line("@path", lambda value: value.removeprefix("/v1")).encode()
    yield "@method was signed in small letters.", line("@method", str.lower).encode()
    yield "The text was signed with a line feed at its end; the last line has none.", f"{text}\n".encode()
    yield "The text was signed with line ends CR LF; they are LF alone.", text.replace("\n", "\r\n").encode()
    yield "The text was signed without its last line, @signature-params.", text.rpartition("\n")[0].encode()
    label = request.headers["signature-input"].partition("=")[0]
    with_label = text.replace('"@signature-params": ', f'"@signature-params": {label}=')
    yield "@signature-params was signed with the label; it begins with the bracket.", with_label.encode()
    yield "The names of the components were signed without quotes.", re.sub(r'(?m)^"([^"]+)": ', r"\1: ", text).encode()
    digest = hashlib.sha256(text.encode())
    yield "The SHA-256 of the text was signed; sign the text, the algorithm hashes it.", digest.digest()
    yield "The SHA-256 of the text was signed in hexadecimal digits; sign the text.", digest.hexdigest().encode()
    yield "The body was signed, and not the text of RFC 9421 section 2.5.", request.body


def _is_signature_of(request: SignedRequest, signed: bytes, public_key_pem: str) -> bool:
    found = re.search(r"=:([A-Za-z0-9+/=]*):", request.headers.get("signature", ""))
    value = base64.b64decode(found[1]) if found else b""
    key = load_pem_public_key(public_key_pem.encode())
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(value, signed)
        elif isinstance(key, ec.EllipticCurvePublicKey) and len(value) == signatures.RAW_ECDSA:
            der = encode_dss_signature(int.from_bytes(value[:32]), int.from_bytes(value[32:]))
            key.verify(der, signed, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True
