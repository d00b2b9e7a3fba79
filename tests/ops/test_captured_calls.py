"""`ssk facility check --request`: each usual way to sign another text is named, and no sound call is accused."""

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from health_record.facility.signatures import SignedRequest
from ops.captured_call import SOUND, judge_request, other_texts, text_to_sign
from tests.facility_desk import new_key

NOW = 1795397400
ORIGIN = "https://suckhoe.example"
PATH = "/v1/fhir/Patient/$summary"
BODY = b'{\r\n "resourceType": "Parameters"\r\n}\r\n'
PAIRS = {algorithm: new_key(algorithm) for algorithm in ("ed25519", "ecdsa-p256-sha256")}
COVERED = ("@method", "@authority", "@path", "@query", "purpose-of-use", "practitioner", "content-type")


def digest_of(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def sign(text: bytes, algorithm: str = "ed25519") -> bytes:
    key: Any = load_pem_private_key(PAIRS[algorithm][0], password=None)
    if algorithm == "ed25519":
        return bytes(key.sign(text))
    first, second = decode_dss_signature(key.sign(text, ec.ECDSA(SHA256())))
    return first.to_bytes(32) + second.to_bytes(32)


def call(
    body: bytes = BODY, query: str = "", created: int = NOW, digest: str | None = None, **headers: str
) -> SignedRequest:
    """A call whose signature is still to be made."""
    names = [*COVERED, "content-digest", *(name.replace("_", "-") for name in headers if name.startswith("purpose_r"))]
    covered = " ".join(f'"{name}"' for name in names)
    parameters = (
        f'created={created};expires={created + 240};keyid="79001.1";nonce="n1234567890123456";tag="ssk-facility"'
    )
    sent = {
        "host": "suckhoe.example",
        "purpose-of-use": "TREAT",
        "practitioner": "000123/HCM-CCHN",
        "content-type": "application/fhir+json",
        "content-digest": digest or digest_of(body),
        "signature-input": f"sig1=({covered});{parameters}",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    return SignedRequest("POST", f"{ORIGIN}{PATH}{query}", sent, body)


def saved(request: SignedRequest, signature: bytes) -> bytes:
    """The call as it goes over the wire."""
    headers = {**request.headers, "signature": f"sig1=:{base64.b64encode(signature).decode()}:"}
    target = request.url.removeprefix(ORIGIN)
    lines = [f"POST {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + request.body


def judge(request: SignedRequest, algorithm: str = "ed25519", now: int = NOW, text: bytes | None = None) -> Any:
    signed = text_to_sign(request).encode() if text is None else text
    raw = saved(request, sign(signed, algorithm))
    return judge_request(raw, ORIGIN, PAIRS[algorithm][1], algorithm, now)


@pytest.mark.parametrize("algorithm", PAIRS)
@pytest.mark.parametrize(
    "body",
    [b'{"a":1}', BODY, b'{"a":1}\n', b'{"a":1}\n\n{}', b"\xef\xbb\xbf{}", b"\x1f\x8b\x08\x00\r\n\r\n\xff"],
    ids=["plain", "of Windows", "a line feed at its end", "an empty line in it", "a byte order mark", "gzip"],
)
def test_a_sound_call_is_sound_whatever_its_body(algorithm: str, body: bytes) -> None:
    finding = judge(call(body), algorithm)
    assert (finding.rule, finding.holds) == (SOUND, True), finding


OTHER = [told for told, _ in other_texts(call(query="?a=b"), text_to_sign(call(query="?a=b")))]


@pytest.mark.parametrize("algorithm", PAIRS)
@pytest.mark.parametrize("told", OTHER)
def test_each_usual_other_text_is_named(algorithm: str, told: str) -> None:
    request = call(query="" if "as nothing" in told else "?a=b")
    texts = dict(other_texts(request, text_to_sign(request)))
    finding = judge(request, algorithm, text=texts[told])
    assert (finding.rule, finding.holds) == ("signature-mismatch", False)
    assert finding.told.endswith(told)


def test_no_other_text_is_the_right_one_or_there_twice() -> None:
    request = call(query="?a=b")
    texts = [signed for _, signed in other_texts(request, text_to_sign(request))]
    assert text_to_sign(request).encode() not in texts
    assert len(texts) == len(set(texts))


def test_what_is_of_no_usual_text_is_told_the_text_to_compare() -> None:
    finding = judge(call(), text=b"something else")
    assert finding.rule == "signature-mismatch"
    assert "another key than --key" in finding.told
    assert finding.told.endswith(text_to_sign(call()))


@pytest.mark.parametrize(
    ("digested", "told"),
    [
        (BODY.rstrip(), "without the line feed"),
        (BODY.replace(b"\r\n", b"\n"), "the line ends LF"),
        (b"", "an empty body"),
        (b"other", ""),
    ],
    ids=["trimmed", "lf", "empty", "another"],
)
def test_a_digest_of_another_spelling_of_the_body_is_named(digested: bytes, told: str) -> None:
    finding = judge(call(digest=digest_of(digested)))
    assert (finding.rule, told in finding.told) == ("signature-digest", True)
    assert bool(told) is ("It is that of" in finding.told)


def test_a_digest_in_hexadecimal_digits_is_named() -> None:
    digest = f"sha-256=:{base64.b64encode(hashlib.sha256(BODY).hexdigest().encode()).decode()}:"
    assert judge(call(digest=digest)).rule == "signature-digest"
    spelled = f"sha-256=:{hashlib.sha256(BODY).hexdigest()}:"
    assert "hexadecimal" in judge(call(digest=spelled)).told


def test_an_old_file_is_not_accused_of_its_age_alone() -> None:
    old, ahead = judge(call(created=NOW - 5000)), judge(call(created=NOW + 5000))
    assert [old.rule, ahead.rule] == ["signature-created"] * 2
    assert "a saved call grows old" in old.told
    assert "set the clock" in ahead.told
    assert "grows old" not in ahead.told
    broken = judge(call(created=NOW - 5000), text=b"something else")
    assert "Apart from that: signature-mismatch" in broken.told
    old_request = call(created=NOW - 5000)
    habit = judge(old_request, text=f"{text_to_sign(old_request)}\n".encode())
    assert habit.told.endswith("the last line has none.")


def test_a_fault_of_the_times_that_age_has_no_part_in_is_told_once() -> None:
    request = call()
    longer = request.headers["signature-input"].replace(f"expires={NOW + 240}", f"expires={NOW + 999}")
    finding = judge(replace(request, headers={**request.headers, "signature-input": longer}))
    assert (finding.rule, finding.told.count("expires must lie after created")) == ("signature-expires", 1)
    assert "Apart from that" not in finding.told


OUTSIDE = {
    "header-practitioner": {"practitioner": "x" * 65},
    "header-purpose-of-use": {"purpose_of_use": "TREATMENT"},
    "header-purpose-reason": {"purpose_of_use": "ETREAT", "purpose_reason": "dying"},
}


@pytest.mark.parametrize("rule", OUTSIDE)
def test_a_header_outside_its_list_is_told_though_the_signature_is_sound(rule: str) -> None:
    finding = judge(call(**OUTSIDE[rule]))
    assert (finding.rule, finding.holds) == (rule, False)


def test_content_length_ends_the_body_where_an_editor_has_added_to_it() -> None:
    request = call(b"{}")
    raw = saved(request, sign(text_to_sign(request).encode())).replace(b"host:", b"content-length: 2\r\nhost:")
    assert judge_request(raw + b"\n", ORIGIN, PAIRS["ed25519"][1], "ed25519", NOW).holds


def test_an_address_in_full_as_a_proxy_saves_it_is_read() -> None:
    request = call()
    raw = re.sub(rb"^POST ", b"POST " + ORIGIN.encode(), saved(request, sign(text_to_sign(request).encode())))
    assert judge_request(raw, ORIGIN, PAIRS["ed25519"][1], "ed25519", NOW).holds
