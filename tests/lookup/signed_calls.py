"""Calls of a facility that may be signed in any way, also wrongly, and the two functions that must refuse them."""

import base64
import datetime
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519, HMAC_SHA256

from so_suc_khoe_client import Message
from tests.conftest import ORIGIN, World
from tests.contribute.bundles import visit
from tests.contribute.cards import NATIONAL_ID
from tests.facility_desk import Resident, new_key, register, store_resident

NOW = datetime.datetime(2026, 11, 23, 1, 30, tzinfo=datetime.UTC)
COVERED = ("@method", "@authority", "@path", "@query", "purpose-of-use", "practitioner", "content-type")
PRIVATE, PUBLIC = new_key()
P256_PRIVATE, P256_PUBLIC = new_key("ecdsa-p256-sha256")
ALGORITHMS = {"ed25519": ED25519, "ecdsa-p256-sha256": ECDSA_P256_SHA256, "hmac-sha256": HMAC_SHA256}
SECRETS = {
    "ed25519": load_pem_private_key(PRIVATE, password=None),
    "ecdsa-p256-sha256": load_pem_private_key(P256_PRIVATE, password=None),
    "hmac-sha256": PUBLIC.encode(),  # the public key taken for a shared secret
}
SUMMARY = json.dumps(
    {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "identifier", "valueString": f"{NATIONAL_ID}|{Resident().national_id}"},
            {"name": "birthdate", "valueDate": Resident().birth_date},
        ],
    }
).encode()
BUNDLE = json.dumps(visit(Resident().record_id)).encode()
Change = Callable[[Message], object]


@dataclass(frozen=True)
class Target:
    """A route of one function, and the sound call of it."""

    action: str
    path: str
    body: bytes


READ = Target("summary", "/v1/fhir/Patient/$summary", SUMMARY)
WRITE = Target("transaction", "/v1/fhir", BUNDLE)
TARGETS = (READ, WRITE)


class _Keys(HTTPSignatureKeyResolver):  # type: ignore[misc]
    def __init__(self, algorithm: str) -> None:
        self._secret = SECRETS[algorithm]

    def resolve_private_key(self, _: str) -> Any:
        return self._secret


@dataclass(frozen=True)
class Signing:
    """How a call is signed; what is not said is as it should be. `shift` moves `created`, in seconds."""

    method: str = "POST"
    origin: str = ORIGIN
    path: str | None = None
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    covered: tuple[str, ...] = COVERED
    shift: int = 0
    life: int = 300
    algorithm: str = "ed25519"
    digests: bool = True
    parameters: dict[str, Any] = field(default_factory=dict)

    def of(self, target: Target) -> Message:
        """The call as it is signed."""
        path = target.path if self.path is None else self.path
        url = f"{self.origin}{path}" + (f"?{self.query}" if self.query else "")
        headers = {
            "Purpose-Of-Use": "TREAT",
            "Practitioner": "000123/HCM-CCHN",
            "Content-Type": "application/fhir+json",
            **self.headers,
        }
        message = Message(self.method, url, headers, target.body)
        created = NOW + datetime.timedelta(seconds=self.shift)
        signer = HTTPMessageSigner(signature_algorithm=ALGORITHMS[self.algorithm], key_resolver=_Keys(self.algorithm))
        given = {
            "key_id": "79001.1",
            "created": created,
            "expires": created + datetime.timedelta(seconds=self.life),
            "nonce": base64.b32encode(hashlib.sha256(repr((self, target)).encode()).digest()).decode()[:32],
            "tag": "ssk-facility",
            "label": "sig1",
            **self.parameters,
        }
        signer.sign(message, covered_component_ids=self.covered, body=message.body if self.digests else None, **given)
        return message


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a call: how it is signed, what happens on its way, and what the refusal says of it."""

    name: str
    rule: str
    told: str
    signing: Signing = Signing()
    on_the_way: Change = lambda _: None
    only: Target | None = None

    def __str__(self) -> str:
        return self.name

    def sent(self, target: Target) -> Message:
        """The call as it arrives."""
        message = self.signing.of(target)
        message.method, message.url = "POST", f"{ORIGIN}{target.path}"
        self.on_the_way(message)
        message.headers["Accept-Language"] = "en"
        return message


def registered(world: World) -> None:
    """One resident, and facilities whose keys may sign, and may not."""
    store_resident(world, Resident())
    many = {"daily_patients": 20_000, "bounds_lifted_until": "2099-01-01T00:00:00Z"}  # what is made up calls often
    register(world, "79001", public_key_pem=PUBLIC, **many)
    register(world, "79002", public_key_pem=PUBLIC, status="revoked")
    register(world, "79003", public_key_pem=PUBLIC, not_before="2026-11-23T01:30:01Z")
    register(world, "79004", public_key_pem=PUBLIC, not_after="2026-11-23T01:30:00Z")
    register(world, "79006", public_key_pem=P256_PUBLIC, algorithm="ecdsa-p256-sha256")
    register(world, "79005", public_key_pem=PUBLIC)
    world.table("facilities").update_item(
        Key={"pk": "facility#79005", "sk": "facility"},
        UpdateExpression="SET #status = :revoked",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":revoked": "revoked"},
    )


def header(name: str, change: Callable[[str], str]) -> Change:
    """A header that becomes another one on the way."""
    return lambda message: message.headers.update({name: change(message.headers.get(name, ""))})


def in_der(signature: str) -> str:
    """`sig1=:<r || s>:` as ASN.1, the default of Java and PHP."""
    label, _, value = signature.partition("=")
    raw = base64.b64decode(value.strip(":"))
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    return f"{label}=:{base64.b64encode(der).decode()}:"


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def swapped(message: Message) -> None:
    """Another body, of the same length."""
    message.body = message.body.replace(b"resourceType", b"resourcetype", 1)


def swapped_with_its_digest(message: Message) -> None:
    swapped(message)
    message.headers["Content-Digest"] = digest_of(message.body)


def signed_twice(message: Message) -> None:
    for name in ("Signature", "Signature-Input"):
        message.headers[name] += ", sig2" + message.headers[name].removeprefix("sig1")


def without(*names: str) -> Signing:
    """Signed without these components."""
    return replace(Signing(), covered=tuple(name for name in COVERED if name not in names))


def input_by(change: tuple[str, str]) -> Change:
    """`Signature-Input` with a pattern replaced, as another signer would have written it."""
    pattern, replacement = change
    return header("Signature-Input", lambda value: re.sub(pattern, replacement, value))


def bytes_by(change: Callable[[bytes], bytes]) -> Callable[[str], str]:
    """A `Signature` header whose bytes become others."""
    return lambda value: f"sig1=:{base64.b64encode(change(base64.b64decode(value[6:-1]))).decode()}:"


def signed_over(change: Callable[[bytes], bytes]) -> Change:
    """The same call with the Ed25519 signature of another text than RFC 9421 section 2.5 says."""

    def sign(message: Message) -> None:
        covered = message.headers["Signature-Input"].removeprefix("sig1=")
        _, _, authority, path = message.url.split("/", 3)
        values = {"@method": message.method, "@authority": authority, "@path": f"/{path}", "@query": "?"}
        values |= {name.lower(): value for name, value in message.headers.items()}
        names = re.findall(r'"([^"]+)"', covered.partition(")")[0])
        lines = [*(f'"{name}": {values[name]}' for name in names), f'"@signature-params": {covered}']
        other = change("\n".join(lines).encode())
        message.headers["Signature"] = f"sig1=:{base64.b64encode(SECRETS['ed25519'].sign(other)).decode()}:"

    return sign
