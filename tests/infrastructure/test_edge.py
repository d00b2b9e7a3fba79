"""What stands before the CDN: a web ACL that never challenges the API, its log, and the certificate."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from health_record.facility.signatures import signature_error
from health_record.http.problem_details import to_operation_outcome
from health_record.language import Language
from infrastructure.config.routes import ROUTES
from infrastructure.config.settings import PEOPLE_BEHIND_ONE_ADDRESS, PROVINCES, read_province
from tests.infrastructure.synthesis import SynthesizedStack
from web.build import build_site

LANGUAGES: tuple[Language, ...] = ("vi", "en")


def rules(stack: SynthesizedStack) -> dict[str, dict[str, Any]]:
    (acl,) = stack.properties("AWS::WAFv2::WebACL").values()
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_it_stands_where_cloudfront_demands_it(edge_stack: SynthesizedStack) -> None:
    manifest = json.loads((edge_stack.folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    (acl,) = edge_stack.properties("AWS::WAFv2::WebACL").values()

    assert manifest["ssk-79-edge"]["environment"].endswith("/us-east-1")
    assert (acl["Scope"], acl["DefaultAction"]) == ("CLOUDFRONT", {"Allow": {}})
    assert "Name" not in acl, "a fixed name would block the next try"
    assert set(edge_stack.template["Outputs"]) == {"AlarmTopicArn", "CertificateArn", "WebAclArn"}


def test_its_outputs_are_the_parameters_of_the_province(
    edge_stack: SynthesizedStack, aws_stack: SynthesizedStack
) -> None:
    assert set(edge_stack.template["Outputs"]) - {"AlarmTopicArn"} == set(aws_stack.template["Parameters"]) - {
        "BootstrapVersion",
        "OriginValueVersion",
    }


def test_nothing_challenges_a_call_to_the_api(edge_stack: SynthesizedStack) -> None:
    """A challenge answers 202 with HTML; a client of the API would take it for success."""
    challenging = {name: rule for name, rule in rules(edge_stack).items() if "Challenge" in json.dumps(rule)}

    (pages,) = challenging.values()
    html, no_call = pages["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["AndStatement"]["Statements"]
    assert list(challenging) == ["pages"]
    ends = [one["ByteMatchStatement"] for one in html["OrStatement"]["Statements"]]
    assert [(one["PositionalConstraint"], one["SearchString"]) for one in ends] == [
        ("ENDS_WITH", "/"),
        ("ENDS_WITH", ".html"),
    ]
    api = no_call["NotStatement"]["Statement"]["ByteMatchStatement"]
    assert (api["PositionalConstraint"], api["SearchString"]) == ("STARTS_WITH", "/v1/")
    assert "Captcha" not in json.dumps(rules(edge_stack))


def rates(stack: SynthesizedStack) -> dict[str, tuple[int, dict[str, Any]]]:
    """Limit and scope of each rate rule, in the order in which they are asked."""
    found = {}
    for name, rule in rules(stack).items():
        if rate := rule["Statement"].get("RateBasedStatement"):
            keys = [key for one in rate.get("CustomKeys", [{"IP": {}}]) for key in one]
            assert (keys, rate["EvaluationWindowSec"]) == (["IP", "UriPath"] if name == "codes" else ["IP"], 300)
            assert rate["AggregateKeyType"] == ("CUSTOM_KEYS" if name == "codes" else "IP")
            found[name] = (rate["Limit"], rate["ScopeDownStatement"])
    return found


def is_matched(statement: dict[str, Any], request: dict[str, str]) -> bool:
    """Whether a statement of the web ACL matches a request: `path` and headers by their small names."""
    kind, told = next(iter(statement.items()))
    if kind in ("AndStatement", "OrStatement"):
        return (all if kind == "AndStatement" else any)(is_matched(one, request) for one in told["Statements"])
    if kind == "NotStatement":
        return not is_matched(told["Statement"], request)
    name = "path" if "UriPath" in told["FieldToMatch"] else told["FieldToMatch"]["SingleHeader"]["Name"]
    if name not in request:
        return False
    if kind == "RegexMatchStatement":
        return re.search(told["RegexString"], request[name]) is not None
    if kind == "SizeConstraintStatement":
        assert told["ComparisonOperator"] == "GT"
        return len(request[name]) > told["Size"]
    said = {"EXACTLY": str.__eq__, "STARTS_WITH": str.startswith, "ENDS_WITH": str.endswith}
    return bool(said[told["PositionalConstraint"]](request[name], told["SearchString"]))


def answer_of(stack: SynthesizedStack, name: str) -> tuple[int, dict[str, Any], dict[str, str]]:
    """Status, body and headers of what a rule answers."""
    (acl,) = stack.properties("AWS::WAFv2::WebACL").values()
    answer = rules(stack)[name]["Action"]["Block"]["CustomResponse"]
    body = acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]
    assert body["ContentType"] == "APPLICATION_JSON"
    headers = {one["Name"]: one["Value"] for one in answer.get("ResponseHeaders", [])}
    return answer["ResponseCode"], json.loads(body["Content"]), headers


@pytest.mark.parametrize("name", ["codes", "sign-in", "facilities", "calls", "files"])
def test_an_address_that_calls_too_often_gets_429_and_when_to_come_back(
    edge_stack: SynthesizedStack, name: str
) -> None:
    status, body, headers = answer_of(edge_stack, name)

    assert (status, body["status"], headers) == (429, 429, {"Cache-Control": "no-store", "Retry-After": "300"})


def test_no_address_takes_a_third_of_what_a_route_takes(edge_stack: SynthesizedStack) -> None:
    """So that two of them leave room for everybody else, whichever route they choose."""
    province = read_province(PROVINCES / "79.toml")
    for route in ROUTES:
        path = route.path.replace("{", "").replace("}", "")
        limits = [limit for limit, scope in rates(edge_stack).values() if is_matched(scope, {"path": path})]
        assert min(limits) / 300 < province.throttle[route.function].rate / 3, route.key


@pytest.mark.parametrize(
    ("path", "addresses"),
    [
        ("/v1/otp", 100),
        ("/v1/otp/verify", 100),
        ("/v1/session", 12),
        ("/v1/pin/verify", 12),
        ("/v1/passkeys/sign-in", 12),
    ],
)
def test_few_addresses_take_no_way_in_from_everybody(edge_stack: SynthesizedStack, path: str, addresses: int) -> None:
    """A hundred addresses that ask or type as often as they may leave room on both routes of codes."""
    rate = read_province(PROVINCES / "79.toml").throttle["otp"].rate
    limits = [limit for limit, scope in rates(edge_stack).values() if is_matched(scope, {"path": path})]
    assert addresses * min(limits) / 300 < rate


@pytest.mark.parametrize(
    ("path", "rules_of_it"),
    [
        ("/", ["pages"]),
        ("/en/declare.html", ["pages"]),
        ("/insights/", ["pages"]),
        ("/insights/index.html", ["pages"]),
        ("/questionnaire.json", ["files"]),
        ("/assets/declare-1.js", ["files"]),
        ("/insights/2026-W48/table.csv", ["files"]),
        ("/accesses/2026-12-01.json", ["files"]),
        ("/nothing", ["files"]),
        ("/v1/session", ["sign-in", "calls"]),
        ("/v1/records/1", ["calls"]),
        ("/v1/otp", ["codes", "sign-in", "calls"]),
        ("/v1/fhir/metadata", ["facilities", "calls"]),
    ],
)
def test_whatever_is_asked_for_has_a_limit_of_its_own(
    edge_stack: SynthesizedStack, path: str, rules_of_it: list[str]
) -> None:
    """An address without one could have terabytes sent to it, which the province pays."""
    found = [name for name, (_, scope) in rates(edge_stack).items() if is_matched(scope, {"path": path})]

    assert found == rules_of_it


def test_a_hall_of_people_may_take_the_files_of_the_site(edge_stack: SynthesizedStack, tmp_path: Path) -> None:
    """Each takes a part of them, once: what a page names keeps its name while its content stays."""
    written = build_site("79", tmp_path / "site", hotline="1022")
    files = [path for path in written if path.suffix != ".html"]

    limit, _ = rates(edge_stack)["files"]
    assert limit > PEOPLE_BEHIND_ONE_ADDRESS * len(files)


def test_limits_are_those_of_the_settings_and_of_the_throttles(edge_stack: SynthesizedStack) -> None:
    assert {name: limit for name, (limit, _) in rates(edge_stack).items()} == {
        "codes": 500,
        "sign-in": 4_999,
        "facilities": 9_999,
        "calls": 9_000,
        "files": 9_000,
        "pages": 9_000,
    }


def test_a_facility_s_call_without_a_signature_goes_no_further(edge_stack: SynthesizedStack) -> None:
    refused = rules(edge_stack)["unsigned"]["Statement"]
    for route in ROUTES:
        path = route.path.replace("{", "").replace("}", "")
        signs = route.function in ("lookup", "contribute") and route.key != "GET /v1/fhir/metadata"
        assert is_matched(refused, {"path": path}) is signs, route.key
        assert not is_matched(refused, {"path": path, "signature": "ssk=:AAAA:"})
        assert is_matched(refused, {"path": path, "signature": ""}) is signs


def test_the_web_acl_tells_an_unsigned_call_what_a_function_would(edge_stack: SynthesizedStack) -> None:
    status, body, headers = answer_of(edge_stack, "unsigned")
    error = signature_error("missing", "Thiếu tiêu đề Signature.", "The header Signature is missing.")
    vi, en = (to_operation_outcome(error, language) for language in LANGUAGES)
    text = f"{vi['issue'][0]['details']['text']} ({en['issue'][0]['details']['text']})"
    vi["issue"][0]["details"]["text"] = text
    assert (status, body) == (error.status, vi)
    assert headers == {"Cache-Control": "no-store", **error.headers}


@pytest.mark.parametrize(
    ("length", "refused"),
    [
        ("0", False),
        ("4194304", False),
        ("4499999", False),
        ("4500000", True),
        ("9999999", True),
        ("10000000", True),
        ("00000000000005", False),
        ("999999999999999999999", True),
    ],
)
def test_what_is_too_large_by_its_own_word_goes_no_further(
    edge_stack: SynthesizedStack, length: str, refused: bool
) -> None:
    statement = rules(edge_stack)["large"]["Statement"]

    assert is_matched(statement, {"path": "/v1/fhir", "content-length": length}) is refused
    assert not is_matched(statement, {"path": "/v1/fhir"})
    assert answer_of(edge_stack, "large")[0] == 413


def test_an_encoded_path_is_judged_as_the_api_would_read_it(edge_stack: SynthesizedStack) -> None:
    codes = rules(edge_stack)["codes"]["Statement"]["RateBasedStatement"]
    _, by_path = codes["CustomKeys"]

    for one in (codes["ScopeDownStatement"]["RegexMatchStatement"], by_path["UriPath"]):
        assert [each["Type"] for each in one["TextTransformations"]] == ["URL_DECODE", "NORMALIZE_PATH"]


def test_managed_rules_block_but_for_those_that_honest_calls_break(edge_stack: SynthesizedStack) -> None:
    managed = {}
    for name, rule in rules(edge_stack).items():
        if group := rule["Statement"].get("ManagedRuleGroupStatement"):
            overrides = group.get("RuleActionOverrides", [])
            assert rule["OverrideAction"] == {"None": {}}
            assert all(one["ActionToUse"] == {"Count": {}} for one in overrides)
            managed[name] = {one["Name"] for one in overrides}

    assert managed == {
        "AWSManagedRulesKnownBadInputsRuleSet": set(),
        "AWSManagedRulesCommonRuleSet": {
            "SizeRestrictions_BODY",
            "CrossSiteScripting_BODY",
            "GenericLFI_BODY",
            "GenericRFI_BODY",
            "GenericRFI_QUERYARGUMENTS",
            "NoUserAgent_HEADER",
        },
    }


def test_the_web_acl_s_log_holds_refusals_without_paths_queries_and_sessions(edge_stack: SynthesizedStack) -> None:
    (logging,) = edge_stack.properties("AWS::WAFv2::LoggingConfiguration").values()
    (group,) = edge_stack.properties("AWS::Logs::LogGroup").values()
    (acl,) = edge_stack.properties("AWS::WAFv2::WebACL").values()

    left_out = logging["RedactedFields"]
    assert {"UriPath": {}} in left_out
    assert {"QueryString": {}} in left_out
    assert {one["SingleHeader"]["Name"] for one in left_out if "SingleHeader" in one} == {
        "cookie",
        "practitioner",
        "share",
        "signature",
    }
    assert logging["LoggingFilter"]["DefaultBehavior"] == "DROP"
    shown = [acl["VisibilityConfig"], *(rule["VisibilityConfig"] for rule in rules(edge_stack).values())]
    assert not any(one["SampledRequestsEnabled"] for one in shown), "a sample shows a whole request"
    assert group["RetentionInDays"] == 30
    assert edge_stack.path(group["KmsKeyId"]["Fn::GetAtt"][0]) == "Key"


def test_the_log_s_name_begins_as_waf_demands_and_is_new_for_each_stack(edge_stack: SynthesizedStack) -> None:
    (group,) = edge_stack.properties("AWS::Logs::LogGroup").values()

    beginning, end = group["LogGroupName"]["Fn::Join"][1]
    assert beginning == "aws-waf-logs-ssk-79-"
    assert "AWS::StackId" in json.dumps(end)


def test_the_certificate_is_for_the_province_s_name_and_proven_by_dns(edge_stack: SynthesizedStack) -> None:
    (certificate,) = edge_stack.properties("AWS::CertificateManager::Certificate").values()

    assert certificate["DomainName"] == "hososuckhoe.tphcm.example"
    assert certificate["ValidationMethod"] == "DNS"
