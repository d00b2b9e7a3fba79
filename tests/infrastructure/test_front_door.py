"""The CDN: one origin, nothing cached of the API, the vouched client address, and the headers of every answer."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from infrastructure.api.cdn import CLIENT_ADDRESS_FUNCTION, INDEX_PAGE_FUNCTION, SITE_PAGES
from infrastructure.api.security_headers import CAMERA_PAGES, headers_of
from ops.local.site import build_command
from tests.infrastructure.synthesis import SynthesizedStack

CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"  # AWS's managed policies have these ids everywhere
ALL_VIEWER_EXCEPT_HOST_HEADER = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def distribution(stack: SynthesizedStack) -> dict[str, Any]:
    (found,) = stack.properties("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = found["DistributionConfig"]
    return config


def run_at_edge(code: str, event: dict[str, Any]) -> dict[str, Any]:
    """What a CloudFront function makes of a viewer's request, by Node."""
    done = subprocess.run(
        [os.environ["JSII_NODE"], "-e", f"{code}\nprocess.stdout.write(JSON.stringify(handler({json.dumps(event)})))"],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def request(uri: str = "/v1/otp", **headers: str) -> dict[str, Any]:
    return {
        "viewer": {"ip": "203.0.113.7"},
        "request": {"method": "GET", "uri": uri, "headers": {name: {"value": it} for name, it in headers.items()}},
    }


def test_the_client_s_address_is_the_viewer_s_and_never_what_a_client_says() -> None:
    event = request(**{"x-ssk-client": "198.51.100.1", "x-ssk-origin": "guess", "accept": "*/*"})

    assert run_at_edge(CLIENT_ADDRESS_FUNCTION, event)["headers"] == {
        "x-ssk-client": {"value": "203.0.113.7"},
        "accept": {"value": "*/*"},
    }


@pytest.mark.parametrize(
    ("asked", "served"),
    [
        ("/", "/index.html"),
        ("/insights/", "/insights/index.html"),
        ("/insights/summary.json", "/insights/summary.json"),
        ("/questionnaire.json", "/questionnaire.json"),
        ("/en/", "/en/index.html"),
        ("/declare.html", "/declare.html"),
        ("/assets/declare-0a1b.js", "/assets/declare-0a1b.js"),
        ("/accesses/2026-11-22/5f1d.json", "/accesses/2026-11-22/5f1d.json"),
        ("/insights/not-there/", "/insights/not-there/index.html"),
    ],
)
def test_a_folder_s_address_leads_to_its_index(asked: str, served: str) -> None:
    assert run_at_edge(INDEX_PAGE_FUNCTION, request(asked))["uri"] == served


@pytest.mark.parametrize("asked", ["/nowhere", "/nowhere/", "/declare", "/old.html", "/en/old.html", "/v2/x"])
def test_a_page_that_is_not_there_is_a_page_with_404(asked: str) -> None:
    answer = run_at_edge(INDEX_PAGE_FUNCTION, request(asked))

    assert answer["statusCode"] == 404
    assert answer["headers"]["content-type"] == {"value": "text/html; charset=utf-8"}
    assert "Không có trang này" in answer["body"]["data"]
    assert "There is no such page" in answer["body"]["data"]


def test_the_edge_knows_every_page_that_is_built_and_its_function_is_small_enough(tmp_path: Path) -> None:
    done = subprocess.run(build_command("79", tmp_path), check=False, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    built = {f"/{path.relative_to(tmp_path).as_posix()}" for path in tmp_path.rglob("*.html")}
    assert built == set(SITE_PAGES), "write it into infrastructure/api/cdn.py"
    assert len(INDEX_PAGE_FUNCTION.encode()) < 10_240, "CloudFront takes 10 KB"


def test_no_error_is_kept_for_anybody_else(aws_stack: SynthesizedStack) -> None:
    """CloudFront keeps errors for ten seconds whatever they say; a page in their place would replace the API's own."""
    kept = {one["ErrorCode"]: one for one in distribution(aws_stack)["CustomErrorResponses"]}

    assert set(kept) == {400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}
    assert all(one == {"ErrorCode": status, "ErrorCachingMinTTL": 0} for status, one in kept.items())


def test_only_pages_are_compressed_at_the_edge(aws_stack: SynthesizedStack) -> None:
    """What may not be kept is not compressed there; the functions compress what is safe to."""
    config = distribution(aws_stack)
    api = next(one for one in config["CacheBehaviors"] if one["PathPattern"] == "/v1/*")

    assert config["DefaultCacheBehavior"]["Compress"] is True
    assert api["Compress"] is False


def test_the_api_is_passed_on_whole_and_never_cached(aws_stack: SynthesizedStack) -> None:
    behaviours = {one["PathPattern"]: one for one in distribution(aws_stack)["CacheBehaviors"]}
    api = behaviours["/v1/*"]

    assert set(behaviours) == {"/v1/*", "/insights/*", *CAMERA_PAGES}
    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST_HEADER
    assert set(api["AllowedMethods"]) == {"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
    assert api["ViewerProtocolPolicy"] == "https-only"


def test_the_origin_secret_is_a_reference_and_goes_to_the_api_alone(aws_stack: SynthesizedStack) -> None:
    origins = distribution(aws_stack)["Origins"]
    told = [origin for origin in origins if origin.get("OriginCustomHeaders")]

    (api,) = told
    (header,) = api["OriginCustomHeaders"]
    assert header["HeaderName"] == "x-ssk-origin"
    assert "{{resolve:secretsmanager:" in json.dumps(header["HeaderValue"])
    beginning, arn, what, version, _ = header["HeaderValue"]["Fn::Join"][1]
    assert (arn, what) == (
        {"Ref": next(iter(aws_stack.of_type("AWS::SecretsManager::Secret")))},
        ":SecretString:current::",
    )
    assert version == {"Ref": "OriginValueVersion"}, "else CloudFormation would not read a rotated value"
    assert aws_stack.template["Parameters"]["OriginValueVersion"]["Default"] == ""
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert api["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]


def test_pages_come_from_a_bucket_that_only_this_distribution_reads(aws_stack: SynthesizedStack) -> None:
    policy = aws_stack.properties("AWS::S3::BucketPolicy")["Site/Bucket/Policy"]["PolicyDocument"]["Statement"]
    allowed = [part for part in policy if part["Effect"] == "Allow"]
    (identity,) = aws_stack.of_type("AWS::CloudFront::Distribution")

    (part,) = allowed
    assert part["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert part["Action"] == ["s3:GetObject", "s3:ListBucket"]
    assert identity in json.dumps(part["Condition"]["StringEquals"]["AWS:SourceArn"])


def sent_headers(stack: SynthesizedStack, policy_id: str) -> dict[str, str]:
    """What a policy of response headers sends."""
    policy = stack.of_type("AWS::CloudFront::ResponseHeadersPolicy")[policy_id]["Properties"]
    set_by_policy = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    custom = policy["ResponseHeadersPolicyConfig"]["CustomHeadersConfig"]["Items"]
    hsts = set_by_policy["StrictTransportSecurity"]
    assert hsts["IncludeSubdomains"] is True
    return {
        "content-security-policy": set_by_policy["ContentSecurityPolicy"]["ContentSecurityPolicy"],
        "referrer-policy": set_by_policy["ReferrerPolicy"]["ReferrerPolicy"],
        "strict-transport-security": f"max-age={hsts['AccessControlMaxAgeSec']}; includeSubDomains",
        "x-content-type-options": "nosniff" if set_by_policy["ContentTypeOptions"]["Override"] else "",
        "x-frame-options": set_by_policy["FrameOptions"]["FrameOption"],
        **{item["Header"]: item["Value"] for item in custom},
    }


def test_every_answer_carries_the_security_headers_of_its_path(aws_stack: SynthesizedStack) -> None:
    config = distribution(aws_stack)
    behaviours = {one["PathPattern"]: one for one in config["CacheBehaviors"]} | {"*": config["DefaultCacheBehavior"]}

    for pattern, behaviour in behaviours.items():
        policy_id = behaviour["ResponseHeadersPolicyId"]["Ref"]
        assert sent_headers(aws_stack, policy_id) == headers_of(pattern.replace("*", "x")), pattern


@pytest.mark.parametrize("page", ["/declare.html", "/en/declare.html", "/tram/", "/tram/index.html", "/en/station/"])
def test_a_page_that_scans_a_card_may_use_the_camera_and_nothing_else(page: str) -> None:
    assert headers_of(page)["permissions-policy"] == "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"
    assert "wasm" not in headers_of(page)["content-security-policy"]
    assert "eval" not in headers_of(page)["content-security-policy"]


@pytest.mark.parametrize(
    "page", ["/", "/index.html", "/records.html", "/share.html", "/insights/", "/v1/session", "/en/"]
)
def test_no_other_page_may_use_the_camera(page: str) -> None:
    assert headers_of(page)["permissions-policy"].startswith("camera=(), ")


def test_the_cdn_speaks_modern_tls_under_the_province_s_name_behind_a_web_acl(aws_stack: SynthesizedStack) -> None:
    config = distribution(aws_stack)

    assert config["Aliases"] == ["hososuckhoe.tphcm.example"]
    assert config["ViewerCertificate"] == {
        "AcmCertificateArn": {"Ref": "CertificateArn"},
        "MinimumProtocolVersion": "TLSv1.2_2021",
        "SslSupportMethod": "sni-only",
    }
    assert config["WebACLId"] == {"Ref": "WebAclArn"}


@pytest.mark.parametrize("name", ["CertificateArn", "WebAclArn"])
def test_nothing_goes_public_without_certificate_and_web_acl(
    aws_stack: SynthesizedStack, local_stack: SynthesizedStack, name: str
) -> None:
    assert "Default" not in aws_stack.template["Parameters"][name]
    assert local_stack.template["Parameters"][name]["Default"].startswith("arn:aws:")
