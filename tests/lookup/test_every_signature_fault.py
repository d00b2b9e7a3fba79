"""Every fault of a signature, at both functions that facilities call: 401, the broken rule and nothing else, one audit
line, nothing stored.
"""

import hashlib
import inspect
import re
from collections.abc import Iterator

import pytest
import time_machine

from health_record.facility import registry, signatures, signed_call
from tests.conftest import ORIGIN, World, province_world
from tests.facility_desk import call_through
from tests.kept import list_audited, list_stored
from tests.lookup import signed_calls
from tests.lookup.signed_calls import COVERED, NOW, READ, TARGETS, Fault, Signing, Target, digest_of, header, without

MISMATCH = 'The signature does not match what arrived; @authority is "127.0.0.1:8000" here.'
MALFORMED = "The header {} is not what RFC 9421 and 8941 say."
SEVERAL = "There must be exactly one signature, with one label in Signature-Input and Signature."
NONCE = "nonce must have 16-64 visible ASCII characters."
DIGEST = "content-digest is not that of the body that arrived."
CLOCK = "the server's clock says 01:30:00Z."
SOUND = Signing()
OTHER_BODY = b'{"resourceType":"Basic"}'


def altered(name: str, signing: Signing = SOUND, on_the_way: signed_calls.Change = lambda _: None) -> Fault:
    return Fault(f"{name} altered", "mismatch", MISMATCH, signing, on_the_way)


def keyed(name: str, rule: str, told: str, key_id: str, algorithm: str = "ed25519", *, alg: bool = True) -> Fault:
    parameters = {"key_id": key_id, "include_alg": alg}
    return Fault(name, rule, told, Signing(algorithm=algorithm, parameters=parameters))


def parameter(name: str, rule: str, told: str, **parameters: object) -> Fault:
    return Fault(name, rule, told, Signing(parameters=parameters))


ALTERED = [
    altered("method", Signing(method="PUT")),
    altered("authority", Signing(origin="https://elsewhere.example")),
    altered("port", Signing(origin="http://127.0.0.1:8001")),
    altered("path", Signing(path="/v1/fhir/Patient/$match")),
    altered("query", Signing(query="_format=json")),
    altered("purpose-of-use", on_the_way=header("Purpose-Of-Use", lambda _: "ETREAT")),
    altered("practitioner", on_the_way=header("Practitioner", lambda _: "somebody-else")),
    altered("content-type", on_the_way=header("Content-Type", lambda _: "application/json")),
    altered(
        "purpose-reason",
        Signing(headers={"Purpose-Reason": "unable"}, covered=(*COVERED, "purpose-reason")),
        header("Purpose-Reason", lambda _: "unconscious"),
    ),
    altered(
        "share",
        Signing(headers={"Share": "t" * 43}, covered=(*COVERED, "share")),
        header("Share", lambda _: "u" * 43),
    ),
    altered(
        "card-seen",
        Signing(headers={"Card-Seen": '"LK1"'}, covered=(*COVERED, "card-seen")),
        header("Card-Seen", lambda _: '"LK2"'),
    ),
    altered("body, with its digest,", on_the_way=signed_calls.swapped_with_its_digest),
    Fault("body swapped", "digest", DIGEST, on_the_way=signed_calls.swapped),
    Fault("body left out", "digest", DIGEST, on_the_way=lambda message: setattr(message, "body", b"")),
    Fault(
        "digest of another body",
        "digest",
        DIGEST,
        on_the_way=header("Content-Digest", lambda _: digest_of(OTHER_BODY)),
    ),
    Fault(
        "digest by another hash",
        "digest",
        "content-digest must be one sha-256 (RFC 9530).",
        on_the_way=header("Content-Digest", lambda value: value.replace("sha-256", "sha-512")),
    ),
]
UNCOVERED = [
    *(
        Fault(f"{name} not covered", "component", f'The signature must cover "{name}".', without(name))
        for name in COVERED
    ),
    Fault(
        "content-digest not covered",
        "component",
        'The signature must cover "content-digest".',
        Signing(digests=False),
        header("Content-Digest", lambda _: "sha-256=:AAAA:"),
    ),
    *(
        Fault(
            f"{name} added on the way",
            "component",
            f'The signature must cover "{name}".',
            on_the_way=header(name.title(), lambda _, value=value: value),  # type: ignore[misc]
        )
        for name, value in (("purpose-reason", "unable"), ("share", "t" * 43), ("card-seen", '"LK1"'))
    ),
    *(
        Fault(
            f"{name} taken away",
            "header",
            f"The header {name.lower()} is missing.",
            on_the_way=lambda message, name=name: message.headers.pop(name),  # type: ignore[misc]
        )
        for name in ("Purpose-Of-Use", "Practitioner", "Content-Digest")
    ),
    *(
        Fault(
            f"{name} in letters outside ASCII",
            "header",
            f"The header {name.lower()} holds characters outside ASCII, which no signature covers.",
            on_the_way=header(name, lambda _: "Nguyễn Văn A"),
        )
        for name in ("Practitioner", "Purpose-Of-Use")
    ),
    Fault(
        "practitioner covered as a structured field",
        "component",
        'The signature must cover "practitioner".',
        on_the_way=header("Signature-Input", lambda value: value.replace('"practitioner"', '"practitioner";sf')),
    ),
]
TIMED = [
    Fault("clock 301 s ahead", "created", f"created lies 301 s in the future; {CLOCK}", Signing(shift=301)),
    Fault("clock 61 s ahead", "created", f"created lies 61 s in the future; {CLOCK}", Signing(shift=61)),
    Fault("clock 301 s behind", "created", f"created lies 301 s back (at most 300); {CLOCK}", Signing(shift=-301)),
    Fault("expired", "expires", f"The signature expired 61 s ago; {CLOCK}", Signing(shift=-91, life=30)),
    Fault("lives 301 s", "expires", "expires must lie after created, by at most 300 s.", Signing(life=301)),
    Fault("lives no time", "expires", "expires must lie after created, by at most 300 s.", Signing(life=0)),
    parameter("without expires", "expires", "expires must be whole seconds since 1970.", expires=None),
    Fault("ends before it begins", "expires", "expires must lie after created, by at most 300 s.", Signing(life=-1)),
    *(
        Fault(
            f"{name} {told}",
            name,
            f"{name} must be whole seconds since 1970.",
            on_the_way=signed_calls.input_by(change),
        )
        for name in ("created", "expires")
        for told, change in (
            ("left out on the way", (rf";{name}=[0-9]+", "")),
            ("as a text", (rf";{name}=([0-9]+)", rf';{name}="\1"')),
            ("with a fraction", (rf";{name}=([0-9]+)", rf";{name}=\1.5")),
            ("below zero", (rf";{name}=([0-9]+)", rf";{name}=-\1")),
            ("in milliseconds", (rf";{name}=([0-9]+)", rf";{name}=\g<1>000")),
        )
    ),
]
PARAMETERS = [
    parameter("nonce of 15", "nonce", NONCE, nonce="n" * 15),
    parameter("nonce of 65", "nonce", NONCE, nonce="n" * 65),
    parameter("without nonce", "nonce", NONCE, nonce=None),
    parameter("another tag", "tag", 'The signature must carry tag="ssk-facility".', tag="ssk-facility-2"),
    parameter("without tag", "tag", 'The signature must carry tag="ssk-facility".', tag=None),
    *(
        Fault(f"{name} {told}", name, says, on_the_way=signed_calls.input_by(change))
        for name, says in (
            ("nonce", NONCE),
            ("tag", 'The signature must carry tag="ssk-facility".'),
            ("keyid", "keyid must look like 79001.1 (facility.n)."),
        )
        for told, change in (
            ("left out on the way", (rf';{name}="[^"]*"', "")),
            ("as a number", (rf';{name}="[^"]*"', f";{name}=79001")),
            ("of no text", (rf';{name}="[^"]*"', f';{name}=""')),
        )
    ),
    parameter("nonce with a blank", "nonce", NONCE, nonce="n" * 8 + " " + "n" * 8),
    Fault(
        "an algorithm that is not in use",
        "alg",
        "This key is registered for ed25519.",
        on_the_way=signed_calls.input_by((r';alg="[^"]*"', ';alg="rsa-pss-sha512"')),
    ),
    keyed("key id of another form", "keyid", "keyid must look like 79001.1 (facility.n).", "79001"),
    Fault(
        "parameter added",
        "parameter",
        "The parameter x is not in use here.",
        on_the_way=header("Signature-Input", lambda value: value + ";x=1"),
    ),
]
KEYS = [
    keyed("unknown key", "key-unknown", "This keyid is not registered.", "79001.2"),
    keyed("unknown facility", "key-unknown", "This keyid is not registered.", "79009.1"),
    keyed("revoked key", "key-revoked", "This key or facility has been revoked.", "79002.1"),
    keyed("revoked facility", "key-revoked", "This key or facility has been revoked.", "79005.1"),
    keyed("key not yet valid", "key-not-yet", "This key is not valid yet.", "79003.1"),
    keyed("key expired", "key-expired", "This key has expired.", "79004.1"),
    keyed("another facility's key", "mismatch", MISMATCH, "79001.1", "ecdsa-p256-sha256", alg=False),
    keyed("P-256 for an Ed25519 key", "alg", "This key is registered for ed25519.", "79001.1", "ecdsa-p256-sha256"),
    keyed("Ed25519 for a P-256 key", "alg", "This key is registered for ecdsa-p256-sha256.", "79006.1"),
    keyed("Ed25519 for a P-256 key, unsaid", "mismatch", MISMATCH, "79006.1", alg=False),
    Fault(
        "P-256 in DER, as Java and PHP make it",
        "der",
        "An ECDSA signature is 64 bytes, r || s, not DER (the default of Java and PHP).",
        Signing(algorithm="ecdsa-p256-sha256", parameters={"key_id": "79006.1", "include_alg": True}),
        header("Signature", signed_calls.in_der),
    ),
    keyed("HMAC by the public key", "alg", "This key is registered for ed25519.", "79001.1", "hmac-sha256"),
    keyed("HMAC by the public key, unsaid", "mismatch", MISMATCH, "79001.1", "hmac-sha256", alg=False),
]
DOUBLED = [
    *(
        Fault(f"{name} twice", "mismatch", MISMATCH, on_the_way=header(name, lambda value: f"{value}, {value}"))
        for name in ("Practitioner", "Purpose-Of-Use", "Content-Type")
    ),
    *(
        Fault(
            f"{name} twice",
            "malformed",
            MALFORMED.format(name.lower()),
            on_the_way=header(name, lambda value: f"{value}, {value}"),
        )
        for name in ("Signature", "Signature-Input", "Content-Digest")
    ),
    *(
        Fault(
            f"{name} twice",
            "mismatch",
            MISMATCH,
            Signing(headers={name: value}, covered=(*COVERED, name.lower())),
            header(name, lambda value: f"{value}, {value}"),
        )
        for name, value in (("Purpose-Reason", "unable"), ("Share", "t" * 43), ("Card-Seen", '"LK1"'))
    ),
    Fault("two signatures", "several", SEVERAL, on_the_way=signed_calls.signed_twice),
    Fault("two labels", "several", SEVERAL, on_the_way=header("Signature", lambda value: f"x{value}")),
    *(
        Fault(
            f"{name} taken away",
            "missing",
            f"The header {name.lower()} is missing.",
            on_the_way=lambda message, name=name: message.headers.pop(name),  # type: ignore[misc]
        )
        for name in ("Signature", "Signature-Input")
    ),
    Fault("broken", "malformed", MALFORMED.format("signature"), on_the_way=header("Signature", lambda _: "sig1=(")),
]
# The signature itself, in another form, and of another text than the one that has to be signed.
FORMED = [
    *(
        Fault(
            f"a signature {told}", "mismatch", MISMATCH, on_the_way=header("Signature", signed_calls.bytes_by(change))
        )
        for told, change in (
            ("that lacks its last byte", lambda value: value[:-1]),
            ("of one byte more", lambda value: value + b"\0"),
            ("of zeros", lambda value: bytes(len(value))),
            ("of no bytes", lambda _: b""),
            ("in hexadecimal digits", lambda value: value.hex().encode()),
        )
    ),
    *(
        Fault(f"a signature {told}", "malformed", MALFORMED.format("signature"), on_the_way=header("Signature", change))
        for told, change in (
            ("without its colons, a slash in it", lambda value: f"sig1={value[6:-1]}/="),
            ("in the alphabet of URLs", lambda value: f"sig1=:-_{value[8:]}"),
        )
    ),
    *(
        Fault(f"{told} was signed", "mismatch", MISMATCH, on_the_way=signed_calls.signed_over(change))
        for told, change in (
            ("a line feed at the end", lambda text: text + b"\n"),
            ("CR LF", lambda text: text.replace(b"\n", b"\r\n")),
            ("@query without its ?", lambda text: text.replace(b'"@query": ?', b'"@query": ')),
            ("@authority without its port", lambda text: text.replace(b'1:8000"', b'1"').replace(b"1:8000\n", b"1\n")),
            ("@authority with the scheme", lambda text: text.replace(b'"@authority": ', b'"@authority": http://')),
            ("@method in small letters", lambda text: text.replace(b'"@method": POST', b'"@method": post')),
            ("@path as the whole address", lambda text: text.replace(b'"@path": ', b'"@path": http://127.0.0.1:8000')),
            ("no last line", lambda text: text.rpartition(b"\n")[0]),
            ("the label in the last line", lambda text: text.replace(b'params": (', b'params": sig1=(')),
            ("the SHA-256 of the text", lambda text: hashlib.sha256(text).digest()),
            ("the SHA-256 of the text in digits", lambda text: hashlib.sha256(text).hexdigest().encode()),
        )
    ),
]
SPELLED = [
    Fault(
        "signed as %24",
        "path",
        "@path must be signed with a literal $, not %24.",
        Signing(path="/v1/fhir/Patient/%24summary"),
        only=READ,
    ),
    Fault(
        "sent as %24",
        "path",
        "The path holds unreserved characters and a literal $ only (not %24).",
        on_the_way=lambda message: setattr(message, "url", f"{ORIGIN}/v1/fhir/Patient/%24summary"),
        only=READ,
    ),
    Fault(
        "a raw | in the query",
        "query",
        "Characters of @query outside A-Za-z0-9-._~=&:/ must be percent-encoded and signed as sent.",
        Signing(query="identifier=a%7Cb"),
        lambda message: setattr(message, "url", f"{message.url}?identifier=a|b"),
    ),
]
FAULTS = [*ALTERED, *UNCOVERED, *TIMED, *PARAMETERS, *KEYS, *DOUBLED, *FORMED, *SPELLED]
CASES = [(target, fault) for fault in FAULTS for target in TARGETS if fault.only in (None, target)]


def test_every_rule_of_the_code_has_its_fault_here() -> None:
    """But the replay, which needs a second call."""
    source = "".join(inspect.getsource(module) for module in (signatures, registry, signed_call))
    assert set(re.findall(r'signature_error\(\s*"([a-z-]+)"', source)) == {fault.rule for fault in FAULTS} | {
        "replayed"
    }


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """One world for all faults: none of them may change it."""
    with province_world() as world:
        signed_calls.registered(world)
        yield world


@pytest.mark.parametrize(("target", "fault"), CASES, ids=lambda value: getattr(value, "action", str(value)))
def test_it_is_refused_by_its_rule_and_leaves_one_line_and_nothing_else(
    shared: World, target: Target, fault: Fault
) -> None:
    before, trail = list_stored(), list_audited()
    with time_machine.travel(NOW, tick=False):
        answer = call_through(fault.sent(target))
    assert (answer.status, answer.headers["accept-signature"]) == (401, signatures.ACCEPT_SIGNATURE)
    assert answer.headers["content-type"] == "application/fhir+json; charset=utf-8"
    rule = f"signature-{fault.rule}"
    issue = {"severity": "error", "code": "login", "details": {"text": fault.told}, "diagnostics": rule}
    assert answer.json == {"resourceType": "OperationOutcome", "issue": [issue]}
    assert list_stored() == before
    (line,) = [item for key, item in list_audited().items() if key not in trail]
    assert line.pop("pk").startswith("unproven#")
    assert len(line.pop("call")) == 16
    at, ttl = "2026-11-23T01:30:00.000Z", int(NOW.timestamp()) + 90 * 86400
    assert line == {"at": at, "action": target.action, "outcome": "denied", "detail": rule, "ttl": ttl}


INSIDE = {
    "nothing wrong": SOUND,
    "clock 60 s ahead": Signing(shift=60),
    "clock 300 s behind": Signing(shift=-300),
    "expired for a minute": Signing(shift=-90, life=30),
    "nonce of 16": Signing(parameters={"nonce": "n" * 16}),
    "nonce of 64": Signing(parameters={"nonce": "n" * 64}),
    "without alg": Signing(parameters={"include_alg": False}),
    "by P-256": Signing(algorithm="ecdsa-p256-sha256", parameters={"key_id": "79006.1"}),
    "lives 1 s": Signing(life=1),
    "another label": Signing(parameters={"label": "of-ours"}),
    "components in another order": Signing(covered=tuple(reversed(COVERED))),
    "more is covered than has to be": Signing(covered=(*COVERED, "@scheme", "@target-uri")),
    "visible characters in the nonce": Signing(parameters={"nonce": "!#$%&'()*+,-./:;<=>?@[]^_`{|}~"}),
}


@pytest.mark.parametrize("signing", INSIDE.values(), ids=INSIDE.keys())
def test_what_lies_just_inside_its_rule_passes(shared: World, signing: Signing) -> None:
    trail = list_audited()
    with time_machine.travel(NOW, tick=False):
        assert call_through(signing.of(READ)).status == 200
    assert [item["outcome"] for key, item in list_audited().items() if key not in trail] == ["allowed"]


def test_the_text_that_the_wrong_ones_start_from_is_the_right_one(shared: World) -> None:
    with time_machine.travel(NOW, tick=False):
        signing = Signing(parameters={"nonce": "right" * 4})
        sent = Fault("sound", "", "", signing, on_the_way=signed_calls.signed_over(lambda text: text)).sent(READ)
        assert call_through(sent).status == 200


def test_each_component_and_parameter_of_the_profile_is_wrong_in_each_way() -> None:
    """`altered` of a digest is "digest of another body", and without its content type no call reaches a function."""
    names = {fault.name.lower() for fault in FAULTS}
    held = {*signatures.ALWAYS_COVERED, *signatures.COVERED_WITH_BODY}
    where_sent = set(signatures.COVERED_WHERE_SENT)
    assert {f"{name.lstrip('@')} altered" for name in (held | where_sent) - {"content-digest"}} <= names
    assert {f"{name} not covered" for name in held} <= names
    assert {f"{name} added on the way" for name in where_sent} <= names
    headers = {name for name in held if not name.startswith("@")}
    assert {f"{name} taken away" for name in headers - {"content-type"}} <= names
    assert {f"{name} twice" for name in headers | where_sent | {"signature", "signature-input"}} <= names
    parameters = set(signatures.PARAMETERS) - {"alg"}
    assert {f"{name} left out on the way" for name in parameters} <= names
    times = {"created", "expires"}
    assert {f"{name} as a text" for name in times} | {f"{name} as a number" for name in parameters - times} <= names


def test_every_faults_name_is_its_own() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
