"""A viewer in Python for the tests: it opens links and their files by the words of the RFCs, not by our code."""

import base64
import json
import zlib
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.conftest import Answer, call_handler
from tests.declare.people import RECORD_ID, call, sign_in

SHARES = "/v1/records/{id}/shares"


def unbase64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def payload_of(link: str) -> dict[str, Any]:
    """What a `shlink:/` says."""
    assert link.startswith("shlink:/")
    payload: dict[str, Any] = json.loads(unbase64(link.removeprefix("shlink:/")))
    return payload


def token_of(link: str) -> str:
    return str(payload_of(link)["url"]).rpartition("/")[2]


def opened(jwe: str, key: str) -> dict[str, Any]:
    """The JSON inside a compact JWE (RFC 7516 section 5.2, direct key, A256GCM, DEF)."""
    header, encrypted_key, nonce, ciphertext, tag = jwe.split(".")
    assert json.loads(unbase64(header)) == {
        "alg": "dir",
        "enc": "A256GCM",
        "zip": "DEF",
        "cty": "application/fhir+json",
    }
    assert encrypted_key == ""
    plain = AESGCM(unbase64(key)).decrypt(unbase64(nonce), unbase64(ciphertext) + unbase64(tag), header.encode())
    content: dict[str, Any] = json.loads(zlib.decompress(plain, -15))
    return content


def share(cookies: dict[str, str] | None, *, record_id: str = RECORD_ID, **wish: Any) -> Answer:
    """Ask for a share, of 30 minutes unless said otherwise."""
    return call("POST", SHARES, cookies, record_id=record_id, body={"minutes": 30, **wish})


def read(token: str, *, recipient: Any = "BS Thử", **members: Any) -> Answer:
    """Ask for the manifest as a plain client from another site does."""
    from functions.declare.handler import handler

    headers: Any = {"x-requested-with": None, "origin": "https://viewer.example"}
    body = {"recipient": recipient, **members}
    return call_handler(handler, "POST", "/v1/shares/{token}", path={"token": token}, body=body, headers=headers)


def document(link: str, **members: Any) -> dict[str, Any]:
    """The summary behind a link."""
    answer = read(token_of(link), **members)
    assert answer.status == 200, answer.body
    (file,) = answer.json["files"]
    return opened(file["embedded"], payload_of(link)["key"])


def made(**wish: Any) -> dict[str, Any]:
    """A new share, as it was answered."""
    answer = share(sign_in(level=2), **wish)
    assert answer.status == 201, answer.body
    found: dict[str, Any] = answer.json
    return found


def refused(answer: Answer, status: int, kind: str) -> None:
    """The refusal, readable for other sites."""
    assert (answer.status, answer.json["type"]) == (status, f"/problems/{kind}"), answer.body
    assert answer.headers["access-control-allow-origin"] == "*"
