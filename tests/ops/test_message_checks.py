"""Whether SNS may send in the province's name, and may write what became of messages: every answer of AWS."""

import dataclasses
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infrastructure.config.settings import PROVINCES, read_province
from ops.account_checks.checks import find_all
from ops.account_checks.findings import Finding
from ops.account_checks.inspected import Inspected
from tests.ops.fake_account import FakeAccount
from tests.ops.test_doctor import HEALTHY, NOW, OUTPUTS, own, senders

POLICY = "pinpoint-sms-voice-v2.get_resource_policy"
SENDERS = "pinpoint-sms-voice-v2.describe_sender_ids"
SNS = {"Service": "sns.amazonaws.com"}
SEND = "sms-voice:SendTextMessage"


def found(check: str, *, delivery_log: bool = False, **answers: Any) -> Finding:
    fake = FakeAccount(HEALTHY | answers)
    province = own(read_province(PROVINCES / "79.toml"))
    asking = dataclasses.replace(province, sms=dataclasses.replace(province.sms, delivery_log=delivery_log))
    (finding,) = [one for one in find_all(Inspected(fake.account, asking, NOW)) if one.check == check]
    return finding


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "GetResourcePolicy")


def statement(effect: str = "Allow", principal: Any = SNS, action: Any = SEND, **more: Any) -> dict[str, Any]:
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": "*", **more}


UNDER = {"StringEquals": {"aws:SourceAccount": "123456789012"}}


@pytest.mark.parametrize(
    ("statements", "state", "said"),
    [
        ([statement()], "ok", "SNS may use the sender id."),
        (statement(), "ok", "SNS may use the sender id."),
        ([statement(action="sms-voice:*")], "ok", "SNS may use"),
        ([statement(action=["sms-voice:Describe*", "SMS-Voice:Send*"])], "ok", "SNS may use"),
        ([statement(principal="*")], "ok", "SNS may use"),
        ([statement(principal={"AWS": "*"})], "ok", "SNS may use"),
        ([statement(principal={"Service": ["sms-voice.amazonaws.com", "sns.amazonaws.com"]})], "ok", "SNS may use"),
        ([statement(Condition=UNDER)], "ok", "under conditions, which nobody can try from here"),
        ([statement(Condition=UNDER), statement()], "ok", "SNS may use the sender id."),
        ([], "warning", "does not let `sns.amazonaws.com` send"),
        ([statement(principal={"Service": "mobile.amazonaws.com"})], "warning", "does not let"),
        ([statement(action="sms-voice:DescribeSenderIds")], "warning", "does not let"),
        ([statement(principal={"AWS": "arn:aws:iam::123456789012:root"})], "warning", "does not let"),
        ([statement(), statement("Deny", "*", "*")], "warning", "refuses SNS something"),
    ],
)
def test_the_sender_id_s_policy_lets_sns_send_or_not(statements: Any, state: str, said: str) -> None:
    finding = found("sender_policy", **{POLICY: {"Policy": json.dumps({"Statement": statements})}})

    assert (finding.state, said in finding.text) == (state, True), finding.text


@pytest.mark.parametrize(
    ("answer", "state", "said"),
    [
        (refused("ResourceNotFoundException"), "warning", "One requested before 2024-09-25 needs none"),
        ({}, "warning", "One requested before 2024-09-25 needs none"),
        (refused("AccessDeniedException"), "unknown", "Could not be looked at"),
    ],
)
def test_a_policy_that_is_not_there_or_cannot_be_read_is_told(answer: Any, state: str, said: str) -> None:
    finding = found("sender_policy", **{POLICY: answer})

    assert (finding.state, said in finding.text) == (state, True), finding.text


def test_a_sender_id_that_nobody_requested_has_no_policy_to_look_at() -> None:
    finding = found("sender_policy", **{SENDERS: {"SenderIds": []}})

    assert (finding.state, finding.text) == ("unknown", "Seen once the sender id is requested.")


def test_the_policy_that_is_read_is_that_of_vietnam_s_sender_id() -> None:
    fake = FakeAccount(HEALTHY | {SENDERS: {"SenderIds": [*_of("SG"), *_of("VN")]}})
    find_all(Inspected(fake.account, own(read_province(PROVINCES / "79.toml")), NOW))

    assert [words for name, _, words in fake.asked if name == POLICY] == [{"ResourceArn": "arn:sender/VN"}]


def _of(country: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = senders(IsoCountryCode=country, SenderIdArn=f"arn:sender/{country}")["SenderIds"]
    return made


ROLE = "arn:aws:iam::123456789012:role/ssk-79-SmsDeliveryLogRole"
TRUST = {"Role": {"AssumeRolePolicyDocument": {"Statement": [{"Principal": SNS}]}}}


def decided(*decisions: str) -> dict[str, Any]:
    return {"EvaluationResults": [{"EvalActionName": "logs:PutLogEvents", "EvalDecision": one} for one in decisions]}


WELL = {
    "iam.get_role": TRUST,
    "iam.simulate_principal_policy": decided("allowed", "allowed"),
    "logs.describe_log_streams": {"logStreams": [{"lastEventTimestamp": 1_795_399_200_000}]},
}
OF_ONE_GROUP = {
    "EvalActionName": "logs:PutLogEvents",
    "EvalDecision": "allowed",
    "ResourceSpecificResults": [{"EvalResourceDecision": "allowed"}, {"EvalResourceDecision": "implicitDeny"}],
}


@pytest.mark.parametrize(
    ("broken", "state", "said"),
    [
        ({}, "ok", "The newest line is of 2026-11-23 02:00 UTC."),
        ({"logs.describe_log_streams": {"logStreams": []}}, "ok", "has told of no delivered message yet"),
        ({"logs.describe_log_streams": {"logStreams": [{}]}}, "ok", "has told of no delivered message yet"),
        ({"iam.simulate_principal_policy": decided("allowed", "implicitDeny")}, "warning", "may not logs:PutLogEvents"),
        ({"iam.simulate_principal_policy": {"EvaluationResults": [OF_ONE_GROUP]}}, "warning", "may not logs:PutLog"),
        ({"iam.get_role": {"Role": {"AssumeRolePolicyDocument": {}}}}, "warning", "SNS may not take"),
        ({"iam.get_role": refused("AccessDenied")}, "unknown", "Could not be looked at"),
    ],
)
def test_the_role_of_the_delivery_log_is_tried(
    monkeypatch: pytest.MonkeyPatch, broken: dict[str, Any], state: str, said: str
) -> None:
    monkeypatch.setitem(OUTPUTS["ssk-79"], "SmsDeliveryRoleArn", ROLE)
    finding = found("delivery_role", delivery_log=True, **WELL | broken)

    assert (finding.state, said in finding.text) == (state, True), finding.text


def test_without_the_log_no_role_is_looked_at() -> None:
    assert found("delivery_role").text == "No role is needed."
