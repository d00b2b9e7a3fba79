"""A facility's client: signs each call by RFC 9421 with the profile `ssk-facility` and sends it.

>>> client = FacilityClient("http://127.0.0.1:8000", "79001.1", private_key_pem, practitioner="000123/HCM-CCHN")
>>> client.summary("http://fhir.ehealth.gov.vn/core/sid/national_id", "079185001234", "1985-03-02").json
"""

import http.client
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

TAG = "ssk-facility"
COVERED_COMPONENTS = ("@method", "@authority", "@path", "@query", "purpose-of-use", "practitioner")
COVERED_WHERE_SENT = ("purpose-reason", "share", "card-seen")
FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
SIGNATURE_LIFE_SECONDS = 240
SAFE_IN_QUERY = "-._~:/"


@dataclass(frozen=True)
class FacilityAnswer:
    """What the service answered; `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The FHIR resource of the answer."""
        return json.loads(self.body)


@dataclass
class Message:
    """The request as http-message-signatures wants to see it."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class FacilityClient:
    """Signed calls of one facility. Each call has a fresh nonce; a retry is a new call.

    `base_url` is the public origin (with or without `/v1`); the private key is Ed25519 or ECDSA P-256, and stays here.
    Texts for people are in Vietnamese, or in English with `language="en"`.
    """

    def __init__(
        self,
        base_url: str,
        key_id: str,
        private_key_pem: str | bytes,
        *,
        practitioner: str,
        source_address: str | None = None,
        timeout: float = 30,
        language: str | None = None,
    ) -> None:
        parts = urlsplit(base_url)
        self.origin = f"{parts.scheme}://{parts.netloc}"
        self.key_id = key_id
        self.practitioner = practitioner
        self.language = language
        self._source = (source_address, 0) if source_address else None
        self._timeout = timeout
        pem = private_key_pem.encode() if isinstance(private_key_pem, str) else private_key_pem
        key = load_pem_private_key(pem, password=None)
        if not isinstance(key, (Ed25519PrivateKey, EllipticCurvePrivateKey)) or not _is_in_use(key):
            raise TypeError("the private key must be Ed25519 or ECDSA P-256")
        self._signer = HTTPMessageSigner(
            signature_algorithm=ED25519 if isinstance(key, Ed25519PrivateKey) else ECDSA_P256_SHA256,
            key_resolver=MappingKeyResolver(public_keys={}, private_keys={key_id: key}),
        )

    def metadata(self) -> FacilityAnswer:
        """The CapabilityStatement (public, but signed all the same)."""
        return self.call("GET", "metadata")

    def who_am_i(self) -> FacilityAnswer:
        """Who the service takes this key for, what it may do, and until when."""
        return self.call("GET", "/facility-key")

    def search(self, system: str, value: str, birth_date: str) -> FacilityAnswer:
        """Find a person by identifier and birth date; no number in a URL."""
        form = urlencode({"identifier": f"{system}|{value}", "birthdate": birth_date})
        return self.call("POST", "Patient/_search", form.encode(), content_type=FORM)

    def match(self, patient: dict[str, Any]) -> FacilityAnswer:
        """`Patient/$match` with a Patient fragment."""
        parameters = {"resourceType": "Parameters", "parameter": [{"name": "resource", "resource": patient}]}
        return self.call("POST", "Patient/$match", _json(parameters))

    def summary(
        self, system: str, value: str, birth_date: str, *, purpose: str = "TREAT", reason: str | None = None
    ) -> FacilityAnswer:
        """The person's International Patient Summary; `purpose` ETREAT with a `reason` in an emergency."""
        body = _json(_parameters(system, value, birth_date))
        return self.call("POST", "Patient/$summary", body, purpose=purpose, reason=reason)

    def summary_by_id(self, patient_id: str, *, share: str | None = None) -> FacilityAnswer:
        """The summary of a person whose id is known, with the token of an open `share` if there is one."""
        return self.call("GET", f"Patient/{patient_id}/$summary", share=share)

    def everything(self, patient_id: str, **query: str) -> FacilityAnswer:
        """`Patient/{id}/$everything`, by pages; pass `_since` to see what is new."""
        return self.call("GET", f"Patient/{patient_id}/$everything", query=query)

    def verify(
        self,
        patient_id: str,
        system: str,
        value: str,
        birth_date: str,
        *,
        permit_pin: bool,
        paper_code: bool = False,
        phone_ending: str | None = None,
    ) -> FacilityAnswer:
        """Say that the card was seen; `permit_pin` lets the record's phone set a new PIN within 24 hours.

        `phone_ending` are the last three digits of the person's own phone, if you asked: other digits than those of the
        record's account answer as another birth date. With `paper_code` the answer's `paperCode` has ten digits for the
        person, whose phone gets no message.
        """
        parameters = _parameters(system, value, birth_date)
        parameters["parameter"].append({"name": "permitPin", "valueBoolean": permit_pin})
        if phone_ending is not None:
            parameters["parameter"].append({"name": "phoneEnding", "valueString": phone_ending})
        if paper_code:
            parameters["parameter"].append({"name": "paperCode", "valueBoolean": True})
        return self.call("POST", f"Patient/{patient_id}/$verify", _json(parameters))

    def transaction(self, bundle: dict[str, Any]) -> FacilityAnswer:
        """Write a transaction Bundle: all of it or nothing."""
        return self.call("POST", "", _json(bundle))

    def hospital_file(
        self, file: bytes, *, content_type: str | None = None, card_seen: Sequence[str] = ()
    ) -> FacilityAnswer:
        """Send an episode file as the hospital made it; `card_seen` are the MA_LK at whose reception the card was seen.

        One entry an episode comes back, in the file's order. Bytes that are no UTF-8 go as such, since what carries XML
        carries it as text.
        """
        content_type = content_type or ("application/xml" if _is_utf_8(file) else "application/octet-stream")
        names = ", ".join(f'"{quote(name, safe=SAFE_IN_QUERY)}"' for name in card_seen) or None
        return self.call("POST", "/hospital-files", file, content_type=content_type, card_seen=names)

    def call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: dict[str, str] | None = None,
        content_type: str = FHIR_JSON,
        **context: str | None,
    ) -> FacilityAnswer:
        """Sign and send one call; `path` is below `/v1/fhir`, `context` is that of `signed`."""
        message = self.sign_call(method, path, body, query=query, content_type=content_type, **context)
        return self.send(message)

    def sign_call(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        query: dict[str, str] | None = None,
        content_type: str = FHIR_JSON,
        purpose: str | None = "TREAT",
        reason: str | None = None,
        share: str | None = None,
        card_seen: str | None = None,
    ) -> Message:
        """The call with its signature, not yet sent. A `path` that begins with / is below `/v1`."""
        sent = {
            "Purpose-Of-Use": purpose,
            "Purpose-Reason": reason,
            "Share": share,
            "Card-Seen": card_seen,
            "Practitioner": self.practitioner,
            "Accept-Language": self.language,
        }
        headers = {name: value for name, value in sent.items() if value is not None}
        covered = [*COVERED_COMPONENTS, *(name for name in COVERED_WHERE_SENT if name.title() in headers)]
        if body:
            headers["Content-Type"] = content_type
            covered.append("content-type")
        below = path if path.startswith("/") else "/fhir" + (f"/{path}" if path else "")
        address = f"{self.origin}/v1{below}"
        if query:
            address += "?" + "&".join(f"{name}={quote(value, safe=SAFE_IN_QUERY)}" for name, value in query.items())
        message = Message(method, address, headers, body)
        now = datetime.now(UTC)
        self._signer.sign(
            message,
            key_id=self.key_id,
            created=now,
            expires=now + timedelta(seconds=SIGNATURE_LIFE_SECONDS),
            nonce=secrets.token_urlsafe(24),
            label="sig1",
            tag=TAG,
            covered_component_ids=covered,
            body=body or None,
        )
        return message

    def send(self, message: Message) -> FacilityAnswer:
        """Send a signed call as it stands."""
        parts = urlsplit(message.url)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        connection = kind(parts.netloc, timeout=self._timeout, source_address=self._source)
        try:
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            connection.request(message.method, target, message.body or None, message.headers)
            response = connection.getresponse()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return FacilityAnswer(response.status, headers, response.read())
        finally:
            connection.close()


def _is_in_use(key: Ed25519PrivateKey | EllipticCurvePrivateKey) -> bool:
    return isinstance(key, Ed25519PrivateKey) or key.curve.name == "secp256r1"


def _parameters(system: str, value: str, birth_date: str) -> dict[str, Any]:
    """Whom a call is about, as the body of an operation."""
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueString": f"{system}|{value}"},
            {"name": "birthdate", "valueDate": birth_date},
        ],
    }


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _json(resource: dict[str, Any]) -> bytes:
    return json.dumps(resource, ensure_ascii=False).encode()
