"""`ssk doctor` and the look before a deployment: a healthy account, and one for each thing that can be wrong."""

import dataclasses
import datetime
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from infrastructure.config.settings import PROVINCES, Province, read_province
from ops import ssk
from ops.account_checks.checks import find_all
from ops.account_checks.findings import Finding, worst
from ops.account_checks.inspected import Inspected
from ops.commands import deploy, doctor
from ops.errors import OpsError
from tests.ops.fake_account import FakeAccount

NOW = datetime.datetime(2026, 11, 23, 1, tzinfo=datetime.UTC)
YESTERDAY = NOW - datetime.timedelta(hours=7)
OUTPUTS = {
    "ssk-79-edge": {"CertificateArn": "arn:certificate", "AlarmTopicArn": "arn:edge-topic"},
    "ssk-79": {
        "AlarmTopicArn": "arn:topic",
        "InsightsBucket": "insights",
        **{name: name for name in ("TableRecords", "TableFacilities", "TableAudit")},
    },
    "ssk-79-backup": {},
}


def stacks(state: str = "UPDATE_COMPLETE", missing: str = "") -> Callable[..., Any]:
    def describe(*, StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        if StackName == missing:
            raise ClientError({"Error": {"Code": "ValidationError", "Message": "it does not exist"}}, "DescribeStacks")
        told = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS[StackName].items()]
        return {"Stacks": [{"StackStatus": state, "Outputs": told}]}

    return describe


def quota(executions: int) -> dict[str, Any]:
    return {"AccountLimit": {"ConcurrentExecutions": executions}}


def points(*, at: datetime.datetime = YESTERDAY, status: str = "COMPLETED") -> dict[str, Any]:
    return {"RecoveryPoints": [{"Status": status, "CreationDate": at}]}


def senders(**told: Any) -> dict[str, Any]:
    return {
        "SenderIds": [
            {
                "SenderId": "SoSucKhoe",
                "IsoCountryCode": "VN",
                "Registered": True,
                "SenderIdArn": "arn:sender/VN",
                **told,
            }
        ]
    }


SNS_MAY_SEND = {
    "Effect": "Allow",
    "Principal": {"Service": "sns.amazonaws.com"},
    "Action": "sms-voice:SendTextMessage",
}
HEALTHY: dict[str, Any] = {
    "sts.get_caller_identity": {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/operator"},
    "lambda.get_account_settings": quota(1_000),
    "sns.get_sms_sandbox_account_status": {"IsInSandbox": False},
    "sns.get_sms_attributes": {"attributes": {"MonthlySpendLimit": "24000"}},
    "pinpoint-sms-voice-v2.describe_sender_ids": senders(),
    "pinpoint-sms-voice-v2.get_resource_policy": {"Policy": json.dumps({"Statement": [SNS_MAY_SEND]})},
    "account.get_region_opt_status": {"RegionOptStatus": "ENABLED_BY_DEFAULT"},
    "cloudformation.describe_stacks": stacks(),
    "sns.list_subscriptions_by_topic": {"Subscriptions": [{"SubscriptionArn": "arn:aws:sns:x:1:topic:2"}]},
    "sns.get_subscription_attributes": {"Attributes": {"ConfirmationWasAuthenticated": "true"}},
    "sns.get_topic_attributes": {"Attributes": {"KmsMasterKeyId": "arn:key"}},
    "kms.describe_key": {"KeyMetadata": {"KeyState": "Enabled"}},
    "cloudtrail.describe_trails": {"trailList": [{"Name": "ssk-79-AccessTrailTrail1", "TrailARN": "arn:trail"}]},
    "cloudtrail.get_trail_status": {"IsLogging": True},
    "acm.describe_certificate": {"Certificate": {"Status": "ISSUED"}},
    "dynamodb.describe_table": {
        "Table": {"TableArn": "arn:table", "CreationDateTime": NOW - datetime.timedelta(days=9)}
    },
    "backup.list_recovery_points_by_resource": points(),
    "cloudwatch.describe_alarms": {"MetricAlarms": []},
    "s3.list_objects_v2": {"KeyCount": 1},
}
REFUSED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetAccountSettings")
# What is broken: the check, the call's answer, the state, and words of the sentence.
BROKEN = [
    ("concurrency", "lambda.get_account_settings", quota(10), "fault", "ask for a quota of 363"),
    ("concurrency", "lambda.get_account_settings", quota(362), "fault", "ask for a quota of 363"),
    ("concurrency", "lambda.get_account_settings", quota(363), "warning", "a launch day needs 1,000"),
    ("concurrency", "lambda.get_account_settings", REFUSED, "unknown", "Could not be looked at"),
    ("sandbox", "sns.get_sms_sandbox_account_status", {"IsInSandbox": True}, "warning", "Ask to leave it"),
    ("monthly_limit", "sns.get_sms_attributes", {"attributes": {}}, "warning", "AWS stops messages at 1 USD"),
    (
        "monthly_limit",
        "sns.get_sms_attributes",
        {"attributes": {"MonthlySpendLimit": "30000"}},
        "warning",
        "alarms ring early",
    ),
    (
        "delivery_log",
        "sns.get_sms_attributes",
        {"attributes": {"MonthlySpendLimit": "24000", "DeliveryStatusIAMRole": "arn:somebody"}},
        "warning",
        "SNS writes its delivery log, sms.delivery_log says otherwise",
    ),
    ("sender_id", "pinpoint-sms-voice-v2.describe_sender_ids", {"SenderIds": []}, "warning", "is not requested"),
    (
        "sender_id",
        "pinpoint-sms-voice-v2.describe_sender_ids",
        senders(IsoCountryCode="TH"),
        "warning",
        "not requested",
    ),
    (
        "sender_id",
        "pinpoint-sms-voice-v2.describe_sender_ids",
        senders(Registered=False),
        "warning",
        "not registered yet",
    ),
    (
        "stacks",
        "cloudformation.describe_stacks",
        stacks(missing="ssk-79-backup"),
        "fault",
        "Not deployed: ssk-79-backup",
    ),
    ("stacks", "cloudformation.describe_stacks", stacks("UPDATE_ROLLBACK_FAILED"), "fault", "UPDATE_ROLLBACK_FAILED"),
    (
        "subscriptions",
        "sns.list_subscriptions_by_topic",
        {"Subscriptions": [{"SubscriptionArn": "PendingConfirmation"}]},
        "fault",
        "has to confirm the e-mail",
    ),
    (
        "subscriptions",
        "sns.list_subscriptions_by_topic",
        {"Subscriptions": []},
        "fault",
        "ap-southeast-1 and us-east-1",
    ),
    (
        "subscriptions",
        "sns.get_subscription_attributes",
        {"Attributes": {"ConfirmationWasAuthenticated": "false"}},
        "warning",
        "ap-southeast-1 and us-east-1 end with one click",
    ),
    ("subscriptions", "sns.get_subscription_attributes", {"Attributes": {}}, "warning", "one click"),
    (
        "alarm_keys",
        "kms.describe_key",
        {"KeyMetadata": {"KeyState": "PendingDeletion"}},
        "fault",
        "in us-east-1 is Pend",
    ),
    ("alarm_keys", "kms.describe_key", {"KeyMetadata": {"KeyState": "Disabled"}}, "fault", "No alarm arrives: arn:key"),
    ("trail", "cloudtrail.describe_trails", {"trailList": []}, "fault", "is gone or was stopped"),
    (
        "trail",
        "cloudtrail.describe_trails",
        {"trailList": [{"Name": "ssk-7-AccessTrail", "TrailARN": "arn:theirs"}]},
        "fault",
        "is gone or was stopped",
    ),
    ("trail", "cloudtrail.get_trail_status", {"IsLogging": False}, "fault", "is gone or was stopped"),
    (
        "trail",
        "cloudtrail.get_trail_status",
        {"IsLogging": True, "LatestDeliveryError": "AccessDenied"},
        "warning",
        "could not write its last file: AccessDenied",
    ),
    ("certificate", "acm.describe_certificate", {"Certificate": {"Status": "EXPIRED"}}, "fault", "EXPIRED"),
    (
        "backups",
        "backup.list_recovery_points_by_resource",
        points(at=NOW - datetime.timedelta(hours=32)),
        "fault",
        "TableRecords, TableFacilities, TableAudit",
    ),
    ("backups", "backup.list_recovery_points_by_resource", points(status="PARTIAL"), "fault", "No backup since"),
    (
        "alarms",
        "cloudwatch.describe_alarms",
        {"MetricAlarms": [{"AlarmDescription": "Half of the money is spent. https://x.example/operations#sms-budget"}]},
        "warning",
        "Half of the money is spent.",
    ),
    ("population", "s3.list_objects_v2", {"KeyCount": 0}, "warning", "only the province's totals"),
]


def own(province: Province) -> Province:
    """The example's settings with names of its own."""
    alarms = dataclasses.replace(province.alarms, receiver="duty@syt.gov.vn", runbooks="https://ops.syt.gov.vn/x")
    return dataclasses.replace(province, domain="hososuckhoe.syt.gov.vn", alarms=alarms)


ELSEWHERE = {
    "settings",
    "message_price",
    "region",
    "sender_policy",
    "delivery_role",
}


@pytest.fixture
def province() -> Province:
    return own(read_province(PROVINCES / "79.toml"))


def found(province: Province, **broken: Any) -> dict[str, Finding]:
    fake = FakeAccount(HEALTHY | broken)
    return {one.check: one for one in find_all(Inspected(fake.account, province, NOW))}


def test_a_healthy_account_is_well_in_every_way(province: Province) -> None:
    findings = found(province)

    assert {one.state for one in findings.values()} == {"ok"}
    assert worst(list(findings.values())) == "ok"
    assert set(findings) == {check for check, *_ in BROKEN} | ELSEWHERE, "each check has a broken account"


@pytest.mark.parametrize(
    ("made", "state", "said"),
    [(30, "ok", "The first night is not over: no backup yet of TableRecords"), (32, "fault", "No backup since")],
)
def test_before_the_first_night_is_over_no_backup_is_called_fresh(
    province: Province, made: int, state: str, said: str
) -> None:
    tables = {"Table": {"TableArn": "arn:table", "CreationDateTime": NOW - datetime.timedelta(hours=made)}}
    none = {"dynamodb.describe_table": tables, "backup.list_recovery_points_by_resource": {"RecoveryPoints": []}}
    finding = found(province, **none)["backups"]

    assert (finding.state, finding.text.startswith(said)) == (state, True)


def test_a_message_is_booked_at_what_sns_charges_at_least(province: Province) -> None:
    domestic = dataclasses.replace(province, sms=dataclasses.replace(province.sms, price_vnd=900))
    finding = found(domestic)["message_price"]

    assert finding.state == "warning"
    assert "SNS charges about 1,950 đồng a message, sms.price_vnd books 900" in finding.text


@pytest.mark.parametrize(("check", "call", "answer", "state", "said"), BROKEN)
def test_what_is_wrong_is_said_with_what_to_do(
    province: Province, check: str, call: str, answer: Any, state: str, said: str
) -> None:
    findings = found(province, **{call: answer})

    assert findings[check].state == state
    assert said in findings[check].text


@pytest.mark.parametrize(
    ("attributes", "state", "said"),
    [
        ({}, "warning", "does not write its delivery log"),
        ({"DeliveryStatusIAMRole": "arn:role"}, "ok", "tells what becomes"),
        ({"DeliveryStatusIAMRole": "arn:role", "DeliveryStatusSuccessSamplingRate": "100"}, "ok", "tells what becomes"),
        ({"DeliveryStatusIAMRole": "arn:role", "DeliveryStatusSuccessSamplingRate": "0"}, "warning", "of 0 %"),
        ({"DeliveryStatusIAMRole": "arn:another"}, "warning", "DeliveryStatusIAMRole=arn:role"),
    ],
)
def test_a_province_that_asks_for_the_delivery_log_has_it_of_every_message(
    province: Province, monkeypatch: pytest.MonkeyPatch, attributes: dict[str, str], state: str, said: str
) -> None:
    monkeypatch.setitem(OUTPUTS["ssk-79"], "SmsDeliveryRoleArn", "arn:role")
    asking = dataclasses.replace(province, sms=dataclasses.replace(province.sms, delivery_log=True))
    limit = {"MonthlySpendLimit": "24000"}
    finding = found(asking, **{"sns.get_sms_attributes": {"attributes": limit | attributes}})["delivery_log"]

    assert (finding.state, said in finding.text) == (state, True)


def test_where_a_gateway_carries_every_message_nothing_of_sns_is_looked_at(province: Province) -> None:
    by_gateway = dataclasses.replace(province, sms=dataclasses.replace(province.sms, channels=["gateway"]))

    of_sns = {"sandbox", "monthly_limit", "message_price", "sender_id", "sender_policy"}
    assert not (of_sns | {"delivery_log", "delivery_role"}) & set(found(by_gateway))


def test_it_looks_in_the_region_of_the_settings_and_at_the_edge_in_its_own(province: Province) -> None:
    fake = FakeAccount(HEALTHY)
    find_all(Inspected(fake.account, dataclasses.replace(province, region="ap-northeast-1"), NOW))

    assert {region for _, region, _ in fake.asked} == {"ap-northeast-1", "us-east-1"}
    assert {name for name, region, _ in fake.asked if region == "us-east-1"} == {
        "cloudformation.describe_stacks",
        "sns.list_subscriptions_by_topic",
        "sns.get_subscription_attributes",
        "sns.get_topic_attributes",
        "kms.describe_key",
        "acm.describe_certificate",
        "account.get_region_opt_status",
    }


def test_an_account_with_ten_executions_takes_a_province_that_sets_none_aside(province: Province) -> None:
    sharing = dataclasses.replace(province, concurrency=dict.fromkeys(province.concurrency, 0))

    assert sharing.all_reserved_concurrency == 0
    assert found(sharing, **{"lambda.get_account_settings": quota(10)})["concurrency"].state == "warning"


@pytest.mark.parametrize(
    ("concurrency", "reserved"),
    [
        ({"otp": 20, "aggregate": 1}, {"otp": 20, "aggregate": 1, "digest": 1, "report": 1}),
        ({"otp": 20, "aggregate": 0}, {"otp": 20, "digest": 1, "report": 1}),
        ({"otp": 0, "aggregate": 1}, {"aggregate": 1, "digest": 1, "report": 1}),
        ({"otp": 0, "aggregate": 0}, {}),
    ],
)
def test_what_is_set_aside(province: Province, concurrency: dict[str, int], reserved: dict[str, int]) -> None:
    changed = dataclasses.replace(province, concurrency=concurrency)
    names = ("otp", "declare", "aggregate", "digest", "report")

    assert {name: told for name in names if (told := changed.reserved_concurrency(name))} == reserved


def test_the_command_tells_each_finding_and_fails_for_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAccount(HEALTHY | {"lambda.get_account_settings": quota(10)})
    monkeypatch.setattr(doctor, "create_client", fake.account.client)

    assert ssk.main(["doctor", "--province", "79", "--json"]) == 1
    told = capsys.readouterr()
    assert "FAILS  concurrency" in told.err
    assert '"check": "sandbox", "state": "ok"' in told.out
    assert ssk.main(["doctor", "--province", "01"]) == 1
    assert "there is no infrastructure/provinces/01.toml" in capsys.readouterr().err


@pytest.mark.parametrize("anyway", [False, True])
def test_a_deployment_looks_first_and_stops_before_it_begins(
    province: Province, anyway: bool, capsys: pytest.CaptureFixture[str], tmp_path: Any
) -> None:
    fake = FakeAccount(HEALTHY | {"lambda.get_account_settings": quota(10)})
    work = deploy.Deployment(fake.account, province, tmp_path, approve="never")

    if anyway:
        work.check_account(anyway=True)
    else:
        with pytest.raises(OpsError, match="cannot take this province yet"):
            work.check_account(anyway=False)
    assert "ask for a quota of 363" in capsys.readouterr().err
    assert "run" not in fake.names()


NOT_THERE = ClientError({"Error": {"Code": "ValidationError", "Message": "Stack does not exist"}}, "DescribeStacks")
NEEDS_A_STACK = {"alarm_keys", "trail", "subscriptions", "certificate", "backups", "alarms", "population"}


def test_before_the_first_deployment_it_says_what_it_can_and_fails_for_nothing(
    province: Province, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAccount(HEALTHY | {"cloudformation.describe_stacks": NOT_THERE})
    monkeypatch.setattr(doctor, "create_client", fake.account.client)
    monkeypatch.setattr(doctor, "find_province", lambda _: province)

    assert ssk.main(["doctor", "--province", "79"]) == 0

    told = " ".join(capsys.readouterr().out.split())
    assert "in the account 123456789012, as arn:aws:iam::123456789012:user/operator" in told
    assert "stacks: Nothing is deployed yet. `ssk deploy --province 79` does it" in told
    assert told.count("Seen once ssk-79") == len(NEEDS_A_STACK)
    assert "Traceback" not in told
    assert "ValidationError" not in told


@pytest.mark.parametrize("state", ["ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS"])
def test_a_stack_that_never_came_to_life_counts_as_none(province: Province, state: str) -> None:
    findings = found(province, **{"cloudformation.describe_stacks": stacks(state)})

    assert (findings["stacks"].state, "Never came to life: ssk-79-edge" in findings["stacks"].text) == ("fault", True)
    assert {check for check, one in findings.items() if one.text.startswith("Seen once")} == NEEDS_A_STACK


def test_outputs_of_an_older_version_are_told_and_no_trace(province: Province, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTPUTS, "ssk-79-edge", {})

    assert "There is no 'CertificateArn' to look at" in found(province)["certificate"].text


def test_without_credentials_it_says_so_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAccount(HEALTHY | {"sts.get_caller_identity": NoCredentialsError()})
    monkeypatch.setattr(doctor, "create_client", fake.account.client)

    assert ssk.main(["doctor", "--province", "79"]) == 1
    assert capsys.readouterr().err == (
        "ssk: AWS was not asked: Unable to locate credentials. Name a profile of the province's account: AWS_PROFILE.\n"
    )


def test_what_will_fail_later_stops_no_deployment(
    province: Province, tmp_path: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    fake = FakeAccount(HEALTHY | {"sns.get_sms_sandbox_account_status": {"IsInSandbox": True}})

    deploy.Deployment(fake.account, province, tmp_path, approve="never").check_account(anyway=False)

    assert "SMS sandbox" in capsys.readouterr().err
