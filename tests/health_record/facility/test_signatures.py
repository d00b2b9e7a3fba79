"""RFC 9421 signatures by the profile `ssk-facility`: what passes, and which rule each refusal names."""

import base64
import datetime
import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from http_message_signatures import HTTPMessageSigner, MappingKeyResolver
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from health_record.errors import UnauthenticatedError
from health_record.facility import signatures
from health_record.facility.signatures import ALGORITHMS, SignedRequest
from tests.facility_desk import new_key

NOW = 1_795_000_000
ORIGIN = "https://suckhoe.example"
KEYS = {algorithm: new_key(algorithm) for algorithm in ALGORITHMS}
COVERED = ("@method", "@authority", "@path", "@query", "purpose-of-use", "practitioner")
BODY = b'{"resourceType":"Parameters"}'
CLASSES = {"ed25519": ED25519, "ecdsa-p256-sha256": ECDSA_P256_SHA256}


class Message:
    """The call as a client signs it."""

    def __init__(self, method: str, url: str, headers: dict[str, str], body: bytes) -> None:
        self.method, self.url, self.headers, self.body = method, url, headers, body


def signed(
    *,
    algorithm: str = "ed25519",
    method: str = "POST",
    path: str = "/v1/fhir/Patient/$summary",
    query: str = "",
    body: bytes = BODY,
    covered: tuple[str, ...] | None = None,
    headers: dict[str, str] | None = None,
    created: int = NOW,
    life: int = 300,
    label: str = "sig1",
    **parameters: Any,
) -> SignedRequest:
    """A soundly signed call, as API Gateway delivers it."""
    sent = {"Purpose-Of-Use": "TREAT", "Practitioner": "000123/HCM-CCHN", **(headers or {})}
    if body:
        sent["Content-Type"] = "application/fhir+json"
    message = Message(method, f"{ORIGIN}{path}" + (f"?{query}" if query else ""), sent, body)
    key = load_pem_private_key(KEYS[algorithm][0], password=None)
    signer = HTTPMessageSigner(
        signature_algorithm=CLASSES[algorithm],
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={"79001.1": key, "x": key}),
    )
    names = covered or (*COVERED, *(["content-type"] if body else []))
    signer.sign(
        message,
        **{
            "key_id": "79001.1",
            "created": datetime.datetime.fromtimestamp(created, datetime.UTC),
            "expires": datetime.datetime.fromtimestamp(created + life, datetime.UTC),
            "nonce": "n" * 16,
            "tag": "ssk-facility",
            "label": label,
            "covered_component_ids": names,
            "body": body or None,
            **parameters,
        },
    )
    lowered = {name.lower(): value for name, value in message.headers.items()}
    event = {
        "rawPath": path,
        "rawQueryString": query,
        "headers": lowered,
        "requestContext": {"http": {"method": method}},
    }
    return signatures.signed_request_from_event(event, ORIGIN, body)


def check(request: SignedRequest, algorithm: str = "ed25519", now: int = NOW) -> str:
    """`valid`, or the type of the refusal."""
    try:
        signature = signatures.parse(request, now)
        signatures.verify(request, signature, algorithm, KEYS[algorithm][1].encode())
    except UnauthenticatedError as refusal:
        return refusal.type
    return "valid"


def with_header(request: SignedRequest, name: str, change: Callable[[str], str | None]) -> SignedRequest:
    value = change(request.headers[name])
    headers = {**request.headers, name: value}
    return replace(request, headers={key: kept for key, kept in headers.items() if kept is not None})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize(
    "call",
    [
        {},
        {"method": "GET", "path": "/v1/fhir/Patient", "query": "identifier=a%7Cb&birthdate=1985-03-02", "body": b""},
        {"method": "GET", "path": "/v1/fhir/Patient/0b8f/$everything", "body": b""},
        {"body": '{"name":"Nguyễn"}'.encode()},
        {"headers": {"Purpose-Reason": "unable"}, "covered": (*COVERED, "purpose-reason", "content-type")},
        {"covered": (*COVERED, "content-type", '"content-digest";sf', '"content-digest"')},
        {"label": "another"},
        {"include_alg": False},
    ],
)
def test_a_sound_signature_is_valid(algorithm: str, call: dict[str, Any]) -> None:
    assert check(signed(algorithm=algorithm, **call), algorithm) == "valid"


@pytest.mark.parametrize("missing", [*COVERED, "content-type"])
def test_each_component_must_be_covered(missing: str) -> None:
    covered = tuple(name for name in (*COVERED, "content-type") if name != missing)
    with pytest.raises(UnauthenticatedError) as refusal:
        signatures.parse(signed(covered=covered), NOW)
    assert (refusal.value.type, refusal.value.detail.en) == (
        "signature-component",
        f'The signature must cover "{missing}".',
    )


def test_a_digest_must_be_covered_when_there_is_a_body() -> None:
    bare = signed(body=b"")
    assert check(replace(bare, body=BODY)) == "signature-component"


@pytest.mark.parametrize("name", ["purpose-reason", "share"])
def test_reason_and_share_must_be_covered_where_sent(name: str) -> None:
    request = signed()
    assert check(replace(request, headers={**request.headers, name: "unable"})) == "signature-component"


@pytest.mark.parametrize(
    "altered",
    [
        {"method": "PUT"},
        {"url": "https://other.example/v1/fhir/Patient/$summary"},
        {"url": f"{ORIGIN}:8443/v1/fhir/Patient/$summary"},
        {"url": f"{ORIGIN}/v1/fhir/Patient/$match"},
        {"url": f"{ORIGIN}/v1/fhir/Patient/$summary?identifier=1"},
    ],
)
def test_a_derived_component_altered_on_the_way_is_refused(altered: dict[str, str]) -> None:
    assert check(replace(signed(), **altered)) == "signature-mismatch"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purpose-of-use", "ETREAT"),
        ("practitioner", "somebody else"),
        ("content-type", "application/json"),
        ("practitioner", "000123/HCM-CCHN, 000123/HCM-CCHN"),  # the header twice, as the gateway joins it
        ("purpose-of-use", "TREAT,TREAT"),
    ],
)
def test_a_header_altered_or_doubled_on_the_way_is_refused(name: str, value: str) -> None:
    assert check(with_header(signed(), name, lambda _: value)) == "signature-mismatch"


def test_a_swapped_body_is_refused_by_its_digest() -> None:
    assert check(replace(signed(), body=b'{"resourceType":"Bundle"}')) == "signature-digest"


def test_a_body_swapped_with_its_digest_is_refused_by_the_signature() -> None:
    other = b'{"resourceType":"Bundle"}'
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(other).digest()).decode()}:"
    request = with_header(signed(), "content-digest", lambda _: digest)
    assert check(replace(request, body=other)) == "signature-mismatch"


@pytest.mark.parametrize(
    "value",
    [
        "sha-512=:" + base64.b64encode(hashlib.sha512(BODY).digest()).decode() + ":",
        "sha-256=abc",
        "md5=:AAAA:",
        "sha-256=:AAAA:, sha-256=:AAAA:",
        "(",
    ],
)
def test_only_one_sha_256_digest_is_accepted(value: str) -> None:
    found = check(with_header(signed(), "content-digest", lambda _: value))
    assert found in ("signature-digest", "signature-malformed")


@pytest.mark.parametrize(
    ("shift", "verdict"),
    [
        (-301, "signature-created"),
        (-300, "valid"),
        (0, "valid"),
        (60, "valid"),
        (61, "signature-created"),
        (301, "signature-created"),
    ],
)
def test_a_clock_may_be_off_by_little(shift: int, verdict: str) -> None:
    assert check(signed(created=NOW + shift)) == verdict


@pytest.mark.parametrize(("late", "verdict"), [(59, "valid"), (60, "valid"), (61, "signature-expires")])
def test_an_expired_signature_is_forgiven_for_a_minute(late: int, verdict: str) -> None:
    assert check(signed(created=NOW - late - 30, life=30)) == verdict


@pytest.mark.parametrize(
    ("life", "verdict"), [(1, "valid"), (300, "valid"), (301, "signature-expires"), (0, "signature-expires")]
)
def test_a_signature_lives_at_most_five_minutes(life: int, verdict: str) -> None:
    assert check(signed(life=life)) == verdict


def test_a_wrong_clock_is_told_with_its_difference() -> None:
    with pytest.raises(UnauthenticatedError) as refusal:
        signatures.parse(signed(created=NOW + 301), NOW)
    assert refusal.value.detail.en == "created lies 301 s in the future; the server's clock says 11:06:40Z."


@pytest.mark.parametrize(
    ("nonce", "verdict"),
    [
        ("n" * 15, "signature-nonce"),
        ("n" * 16, "valid"),
        ("n" * 64, "valid"),
        ("n" * 65, "signature-nonce"),
        ("n" * 16 + " x", "signature-nonce"),
        (None, "signature-nonce"),
    ],
)
def test_a_nonce_has_16_to_64_characters(nonce: str | None, verdict: str) -> None:
    assert check(signed(nonce=nonce)) == verdict


@pytest.mark.parametrize("tag", ["ssk-facilitY", "ehr-facility-v1", None])
def test_another_tag_is_refused(tag: str | None) -> None:
    assert check(signed(tag=tag)) == "signature-tag"


def test_a_refusal_says_what_a_signature_must_hold() -> None:
    with pytest.raises(UnauthenticatedError) as refusal:
        signatures.parse(signed(tag=None), NOW)
    assert (refusal.value.status, refusal.value.headers) == (
        401,
        {
            "Accept-Signature": 'sig1=("@method" "@authority" "@path" "@query" "purpose-of-use" "practitioner")'
            ';created;expires;keyid="<facility>.<number>";nonce="<16-64 characters>";tag="ssk-facility"'
        },
    )


def test_a_key_id_names_a_facility_and_a_number() -> None:
    assert check(signed(key_id="x")) == "signature-keyid"


@pytest.mark.parametrize(("signs", "registered"), [ALGORITHMS, ALGORITHMS[::-1]])
def test_the_algorithm_is_that_of_the_registered_key(signs: str, registered: str) -> None:
    assert check(signed(algorithm=signs), registered) == "signature-alg"
    assert check(signed(algorithm=signs, include_alg=False), registered) == "signature-mismatch"


def test_an_hmac_with_the_public_key_as_secret_is_refused() -> None:
    request = with_header(signed(), "signature-input", lambda value: value.replace("ed25519", "hmac-sha256"))
    assert check(request) == "signature-alg"


def test_another_key_of_the_same_algorithm_is_refused() -> None:
    request = signed()
    signature = signatures.parse(request, NOW)
    with pytest.raises(UnauthenticatedError) as refusal:
        signatures.verify(request, signature, "ed25519", new_key()[1].encode())
    assert refusal.value.type == "signature-mismatch"


@pytest.mark.parametrize("name", ["signature", "signature-input"])
@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (None, "signature-missing"),
        ("", "signature-missing"),
        ("garbage(", "signature-malformed"),
        ("sig1=é", "signature-malformed"),
    ],
)
def test_a_missing_or_broken_signature_is_told(name: str, value: str | None, verdict: str) -> None:
    assert check(with_header(signed(), name, lambda _: value)) == verdict


def test_two_signatures_are_refused() -> None:
    request = signed()
    for name in ("signature", "signature-input"):
        request = with_header(request, name, lambda value: f"{value}, sig2{value.removeprefix('sig1')}")
    assert check(request) == "signature-several"


def test_a_doubled_signature_header_is_refused() -> None:
    assert check(with_header(signed(), "signature", lambda value: f"{value},{value}")) == "signature-malformed"


def test_labels_that_differ_are_refused() -> None:
    assert check(with_header(signed(), "signature", lambda value: f"x{value}")) == "signature-several"


def test_an_unknown_parameter_is_refused() -> None:
    assert check(with_header(signed(), "signature-input", lambda value: value + ";x=1")) == "signature-parameter"


def test_a_dollar_signed_as_percent_24_is_told() -> None:
    encoded = _signed_for(f"{ORIGIN}/v1/fhir/Patient/%24summary")
    assert check(replace(encoded, url=f"{ORIGIN}/v1/fhir/Patient/$summary")) == "signature-path"


def _signed_for(url: str) -> SignedRequest:
    message = Message(
        "POST",
        url,
        {"Purpose-Of-Use": "TREAT", "Practitioner": "x", "Content-Type": "application/fhir+json"},
        BODY,
    )
    key = load_pem_private_key(KEYS["ed25519"][0], password=None)
    HTTPMessageSigner(
        signature_algorithm=ED25519,
        key_resolver=MappingKeyResolver(public_keys={}, private_keys={"79001.1": key}),
    ).sign(
        message,
        key_id="79001.1",
        created=datetime.datetime.fromtimestamp(NOW, datetime.UTC),
        expires=datetime.datetime.fromtimestamp(NOW + 300, datetime.UTC),
        nonce="n" * 16,
        tag="ssk-facility",
        covered_component_ids=(*COVERED, "content-type"),
        body=BODY,
    )
    return SignedRequest("POST", url, {name.lower(): value for name, value in message.headers.items()}, BODY)


@pytest.mark.parametrize(
    ("path", "query", "rule"),
    [
        ("/v1/fhir/Patient/%24summary", "", "signature-path"),
        ("/v1/fhir/Patient/a b", "", "signature-path"),
        ("/v1/fhir/Patient/é", "", "signature-path"),
        ("/v1/fhir/Patient", "identifier=a|b", "signature-query"),
        ("/v1/fhir/Patient", "identifier=a+b", "signature-query"),
        ("/v1/fhir/Patient", "identifier=%7", "signature-query"),
        ("/v1/fhir/Patient", "identifier=é", "signature-query"),
    ],
)
def test_a_path_or_query_that_two_sides_could_spell_differently_is_refused(path: str, query: str, rule: str) -> None:
    event = {"rawPath": path, "rawQueryString": query, "requestContext": {"http": {"method": "GET"}}}
    with pytest.raises(UnauthenticatedError) as refusal:
        signatures.signed_request_from_event(event, ORIGIN, b"")
    assert refusal.value.type == rule
