"""What stands before the CDN: a web ACL that never challenges the API, its log, and the certificate."""

import json
from typing import Any

from tests.infrastructure.synthesis import SynthesizedStack


def rules(stack: SynthesizedStack) -> dict[str, dict[str, Any]]:
    (acl,) = stack.properties("AWS::WAFv2::WebACL").values()
    return {rule["Name"]: rule for rule in acl["Rules"]}


def test_it_stands_where_cloudfront_demands_it(edge_stack: SynthesizedStack) -> None:
    manifest = json.loads((edge_stack.folder / "manifest.json").read_text(encoding="utf-8"))["artifacts"]
    (acl,) = edge_stack.properties("AWS::WAFv2::WebACL").values()

    assert manifest["ssk-79-edge"]["environment"].endswith("/us-east-1")
    assert (acl["Scope"], acl["DefaultAction"]) == ("CLOUDFRONT", {"Allow": {}})
    assert "Name" not in acl, "a fixed name would block the next try"
    assert set(edge_stack.template["Outputs"]) == {"CertificateArn", "WebAclArn"}


def test_its_outputs_are_the_parameters_of_the_province(
    edge_stack: SynthesizedStack, aws_stack: SynthesizedStack
) -> None:
    assert set(edge_stack.template["Outputs"]) == set(aws_stack.template["Parameters"]) - {
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


def test_an_address_that_calls_too_often_gets_429_and_when_to_come_back(edge_stack: SynthesizedStack) -> None:
    (acl,) = edge_stack.properties("AWS::WAFv2::WebACL").values()
    limits = {}
    for name in ("codes", "calls"):
        rule = rules(edge_stack)[name]
        rate = rule["Statement"]["RateBasedStatement"]
        limits[name] = (rate["Limit"], rate["ScopeDownStatement"]["ByteMatchStatement"]["SearchString"])
        assert (rate["AggregateKeyType"], rate["EvaluationWindowSec"]) == ("IP", 300)
        answer = rule["Action"]["Block"]["CustomResponse"]
        assert (answer["ResponseCode"], answer["ResponseHeaders"]) == (429, [{"Name": "Retry-After", "Value": "300"}])
        body = acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]
        assert (body["ContentType"], json.loads(body["Content"])["status"]) == ("APPLICATION_JSON", 429)

    assert limits == {"codes": (500, "/v1/otp"), "calls": (10_000, "/v1/")}


def test_an_encoded_path_is_judged_as_the_api_would_read_it(edge_stack: SynthesizedStack) -> None:
    match = rules(edge_stack)["codes"]["Statement"]["RateBasedStatement"]["ScopeDownStatement"]["ByteMatchStatement"]

    assert [one["Type"] for one in match["TextTransformations"]] == ["URL_DECODE", "NORMALIZE_PATH"]


def test_managed_rules_block_but_for_those_that_honest_calls_break(edge_stack: SynthesizedStack) -> None:
    managed = {}
    for name, rule in rules(edge_stack).items():
        if group := rule["Statement"].get("ManagedRuleGroupStatement"):
            overrides = group.get("RuleActionOverrides", [])
            assert rule["OverrideAction"] == {"None": {}}
            assert all(one["ActionToUse"] == {"Count": {}} for one in overrides)
            managed[name] = {one["Name"] for one in overrides}

    assert managed == {
        "AWSManagedRulesAmazonIpReputationList": set(),
        "AWSManagedRulesKnownBadInputsRuleSet": set(),
        "AWSManagedRulesCommonRuleSet": {"SizeRestrictions_BODY", "CrossSiteScripting_BODY", "NoUserAgent_HEADER"},
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
