"""RFC 9421 appendix B: its vectors that apply to requests signed with Ed25519 or ECDSA P-256.

B.2.6, B.3 and B.4. Not ours: B.2.1 to B.2.3 (RSA-PSS), B.2.4 (of a response), B.2.5 (HMAC); we refuse such keys.
"""

from dataclasses import replace

import pytest

from health_record.facility import signatures
from health_record.facility.signatures import SignedRequest

# RFC 9421 appendix B.1.3 and B.1.4: the public halves of its test keys.
RFC_P256 = b"""-----BEGIN PUBLIC KEY-----
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEqIVYZVLCrPZHGHjP17CTW0/+D9Lf
w0EkjqF7xB4FivAxzic30tMM4GF+hR6Dxh71Z50VGGdldkkDXZCnTNnoXQ==
-----END PUBLIC KEY-----
"""
RFC_ED25519 = b"""-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=
-----END PUBLIC KEY-----
"""


def test_appendix_b26_ed25519_request() -> None:
    request = SignedRequest(
        "POST",
        "https://example.com/foo?param=Value&Pet=dog",
        {
            "date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "content-type": "application/json",
            "content-length": "18",
            "signature-input": 'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
            ';created=1618884473;keyid="test-key-ed25519"',
            "signature": "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKR"
            "Cw==:",
        },
    )
    assert signatures.is_valid(request, "ed25519", RFC_ED25519, tag=None, required=("@method", "@path", "@authority"))
    assert not signatures.is_valid(request, "ed25519", RFC_ED25519, tag=None)  # our profile covers more
    assert not signatures.is_valid(replace(request, method="GET"), "ed25519", RFC_ED25519, tag=None, required=())


def test_appendix_b3_ecdsa_p256_request() -> None:
    certificate = (
        ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVk"
        "aWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE"
        "8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAf"
        "BgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMw"
        "EYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ"
        "0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:"
    )
    request = SignedRequest(
        "POST",
        "https://service.internal.example/foo?param=Value&Pet=dog",
        {
            "client-cert": certificate,
            "signature-input": 'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473'
            ';keyid="test-key-ecc-p256"',
            "signature": "ttrp=:xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw"
            "==:",
        },
    )
    assert signatures.is_valid(request, "ecdsa-p256-sha256", RFC_P256, tag=None, required=("@query",))
    altered = replace(request, url=request.url.replace("dog", "cat"))
    assert not signatures.is_valid(altered, "ecdsa-p256-sha256", RFC_P256, tag=None, required=())


@pytest.mark.parametrize(
    ("method", "url", "accept", "valid"),
    [
        ("GET", "https://example.org/demo?name1=Value1&Name2=value2", "application/json, */*", True),
        ("GET", "https://example.org/demo?name1=Value1&Name2=value2&param=added", "application/json, */*", True),
        ("GET", "https://example.org/demo?Name2=value2&name1=Value1", "application/json, */*", True),
        ("GET", "https://EXAMPLE.org:443/demo", "application/json, */*", True),
        ("POST", "https://example.com/demo?name1=Value1&Name2=value2", "application/json, */*", False),
        ("GET", "https://example.org/demo?name1=Value1&Name2=value2", "*/*, application/json", False),
    ],
)
def test_appendix_b4_transformations(method: str, url: str, accept: str, valid: bool) -> None:
    request = SignedRequest(
        method,
        url,
        {
            "accept": accept,
            "signature-input": 'transform=("@method" "@path" "@authority" "accept");created=1618884473'
            ';keyid="test-key-ed25519"',
            "signature": "transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj"
            "3NDA==:",
        },
    )
    assert signatures.is_valid(request, "ed25519", RFC_ED25519, tag=None, required=()) is valid
