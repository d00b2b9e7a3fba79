"""Each of seven faults that were found on 2026-11-29 is found again when its mend is taken back."""

from collections.abc import Callable
from typing import Any

import pytest

from infrastructure.config.settings import Province
from tests.infrastructure.operators import heartbeats, messages, metrics, principals, tags
from tests.infrastructure.operators.account import Account

Resources = dict[str, dict[str, Any]]


def of(account: Account, kind: str, ending: str = "", stack: str = "ssk-79") -> dict[str, Any]:
    """The properties of one resource, to be changed."""
    (found,) = [
        resource["Properties"]
        for resource in account.templates[stack]["Resources"].values()
        if resource["Type"] == kind and resource["Metadata"]["aws:cdk:path"].removesuffix("/Resource").endswith(ending)
    ]
    properties: dict[str, Any] = found
    return properties


def no_service_may_publish(account: Account) -> None:
    for stack in ("ssk-79", "ssk-79-edge"):
        document = of(account, "AWS::SNS::TopicPolicy", stack=stack)["PolicyDocument"]
        document["Statement"] = [one for one in document["Statement"] if one["Effect"] == "Deny"]


def no_service_may_use_the_topic_s_key(account: Account) -> None:
    document = of(account, "AWS::KMS::Key", "Keys/Alarms")["KeyPolicy"]
    document["Statement"] = [one for one in document["Statement"] if "cloudwatch" not in str(one["Principal"])]


def any_account_may_publish(account: Account) -> None:
    for statement in of(account, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]:
        if statement["Effect"] == "Allow":
            del statement["Condition"]


def a_service_that_nobody_uses_may_publish(account: Account) -> None:
    statements = of(account, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]
    allowing = next(one for one in statements if one["Effect"] == "Allow")
    statements.append({**allowing, "Principal": {"Service": "events.amazonaws.com"}})


def everything_without_tls_is_refused_and_with_it_too(account: Account) -> None:
    for statement in of(account, "AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"]:
        if statement["Effect"] == "Deny":
            statement["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}
            statement["Action"] = "sns:*"


def _backup_statements(account: Account) -> list[dict[str, Any]]:
    policy = of(account, "AWS::IAM::ManagedPolicy", "/RoleMay", stack="ssk-79-backup")
    statements: list[dict[str, Any]] = policy["PolicyDocument"]["Statement"]
    return statements


def backups_may_not_be_tagged(account: Account) -> None:
    statements = _backup_statements(account)
    statements[:] = [one for one in statements if one["Action"] != "backup:TagResource"]


def backups_may_ask_of_a_key_through_dynamodb_only(account: Account) -> None:
    for statement in _backup_statements(account):
        if statement["Action"] == "kms:DescribeKey":
            statement["Condition"] = {"StringEquals": {"kms:ViaService": "dynamodb.ap-southeast-1.amazonaws.com"}}


def restores_may_not_use_the_vault_s_key(account: Account) -> None:
    policy = of(account, "AWS::IAM::ManagedPolicy", "RestoreRoleMay", stack="ssk-79-backup")
    for statement in policy["PolicyDocument"]["Statement"]:
        if "kms:Decrypt" in statement["Action"]:
            statement["Resource"] = statement["Resource"][0]


def restores_may_write_over_tables_in_use(account: Account) -> None:
    policy = of(account, "AWS::IAM::ManagedPolicy", "RestoreRoleMay", stack="ssk-79-backup")
    policy["PolicyDocument"]["Statement"].append({"Effect": "Allow", "Action": "dynamodb:UpdateTable", "Resource": "*"})


def the_site_s_bucket_does_not_know_the_cdn(account: Account) -> None:
    document = of(account, "AWS::S3::BucketPolicy", "Site/Bucket/Policy")["PolicyDocument"]
    document["Statement"] = [one for one in document["Statement"] if one["Effect"] == "Deny"]


def tables_have_no_tags(account: Account) -> None:
    for resource in account.templates["ssk-79"]["Resources"].values():
        if resource["Type"] == "AWS::DynamoDB::GlobalTable":
            del resource["Properties"]["Replicas"][0]["Tags"]


def _calls_of_a_day(function: str) -> dict[str, Any]:
    return {
        "Namespace": "AWS/Lambda",
        "MetricName": "Invocations",
        "Dimensions": [{"Name": "FunctionName", "Value": function}],
        "Statistic": "Sum",
        "Period": 86_400,
        "EvaluationPeriods": 1,
    }


def the_digest_s_alarm_counts_calls(account: Account) -> None:
    alarm = of(account, "AWS::CloudWatch::Alarm", "DigestMissing")
    del alarm["Metrics"]
    alarm.update(_calls_of_a_day("digest"))


def missing_hours_are_not_filled(account: Account) -> None:
    for part in of(account, "AWS::CloudWatch::Alarm", "ErasureSweepMissing")["Metrics"]:
        if "Expression" in part:
            part["Expression"] = "successes"


def nobody_sees_that_no_backup_began(account: Account) -> None:
    for ending in ("BackupsMissing", "BackupTooOld"):
        of(account, "AWS::CloudWatch::Alarm", ending, stack="ssk-79-backup")["TreatMissingData"] = "notBreaching"
    for part in of(account, "AWS::CloudWatch::Alarm", "BackupsMissing", stack="ssk-79-backup")["Metrics"]:
        if "Expression" in part:
            part["Expression"] = "successes"


def half_of_the_limit_is_not_told(account: Account) -> None:
    resources = account.templates["ssk-79"]["Resources"]
    for name in [name for name in resources if name.startswith("AlarmsSmsLimit50")]:
        del resources[name]


def arrivals_are_not_told(account: Account) -> None:
    of(account, "AWS::CloudWatch::Alarm", "SmsNotArriving")["MetricName"] = "SMSFailureRate"


def the_dashboard_asks_for_a_route(account: Account) -> None:
    board = of(account, "AWS::CloudWatch::Dashboard")
    parts = board["DashboardBody"]["Fn::Join"][1]
    asked = '"Method","POST","Resource","/v1/visits"'
    assert any(asked in part for part in parts if isinstance(part, str))
    parts[:] = [part.replace(asked, '"Route","POST /v1/visits"') if isinstance(part, str) else part for part in parts]


def routes_are_not_measured(account: Account) -> None:
    of(account, "AWS::ApiGatewayV2::Stage")["RouteSettings"]["POST /v1/visits"]["DetailedMetricsEnabled"] = False


def every_alarm_tells_for_itself_too(account: Account) -> None:
    topic = of(account, "AWS::CloudWatch::CompositeAlarm", "ServiceFault")["AlarmActions"]
    of(account, "AWS::CloudWatch::Alarm", "OtpErrors")["AlarmActions"] = topic


def nobody_tells_of_dead_letters(account: Account) -> None:
    resources = account.templates["ssk-79"]["Resources"]
    for name in [name for name in resources if name.startswith("AlarmsDeadLettersAlone")]:
        del resources[name]


def every_fault(account: Account, province: Province) -> list[str]:
    return [
        *principals.faults(account),
        *tags.faults(account, province.all_tags),
        *heartbeats.faults(account),
        *metrics.faults(account),
        *messages.faults(account),
        *messages.money_faults(account, province),
    ]


MENDS: list[tuple[int, Callable[[Account], None], str]] = [
    (1, no_service_may_publish, "alarm Alarms/ServiceFault: sns:Publish on ssk-79-alarmstopic"),
    (1, no_service_may_publish, "alarm Alarms/BackupFault: sns:Publish"),
    (1, no_service_may_publish, "budget CostBudget: sns:Publish"),
    (1, no_service_may_use_the_topic_s_key, "by the topic's key: kms:GenerateDataKey"),
    (1, any_account_may_publish, "alarm Alarms/SmsLimit90: a stranger's account may do it too"),
    (1, a_service_that_nobody_uses_may_publish, "sns:Publish is allowed to events.amazonaws.com, and nothing needs it"),
    (1, everything_without_tls_is_refused_and_with_it_too, "alarm Alarms/SmsLimit90: sns:Publish"),
    (1, the_site_s_bucket_does_not_know_the_cdn, "distribution FrontDoor/Cdn: s3:GetObject"),
    (2, backups_may_not_be_tagged, "backups Plan/Tables: backup:TagResource on 1"),
    (
        2,
        backups_may_ask_of_a_key_through_dynamodb_only,
        "backups Plan/Tables: kms:DescribeKey on key/ssk-79-backup-key",
    ),
    (2, restores_may_not_use_the_vault_s_key, "restores Vault: kms:Decrypt on key/ssk-79-backup-key"),
    (2, restores_may_write_over_tables_in_use, "RestoreRole: dynamodb:UpdateTable is granted, and nothing needs it"),
    (3, tables_have_no_tags, "Tables/Records (AWS::DynamoDB::GlobalTable) lacks tags of the province"),
    (4, the_digest_s_alarm_counts_calls, "Alarms/DigestMissing: counts calls and not successes"),
    (4, the_digest_s_alarm_counts_calls, "DigestSchedule/Daily: nobody misses ('SoSucKhoe', 'digest')"),
    (4, missing_hours_are_not_filled, "Alarms/ErasureSweepMissing: sees a silence late"),
    (4, nobody_sees_that_no_backup_began, "Plan: nobody misses ('AWS/Backup'"),
    (5, half_of_the_limit_is_not_told, "nobody is told when 12,000 USD are spent on messages"),
    (5, arrivals_are_not_told, "nobody is told when messages do not arrive"),
    (6, the_dashboard_asks_for_a_route, "Count by ['ApiId', 'Route', 'Stage'] is not documented"),
    (6, routes_are_not_measured, "is none of the API's, or has no detailed metrics"),
    (7, every_alarm_tells_for_itself_too, "Alarms/OtpErrors: 2 messages for one fault"),
    (7, nobody_tells_of_dead_letters, "Alarms/DeadLetters: 0 messages for one fault"),
]


@pytest.mark.parametrize(("point", "taken_back", "fault"), MENDS)
def test_a_mend_that_is_taken_back_is_found(
    account: Account, province: Province, point: int, taken_back: Callable[[Account], None], fault: str
) -> None:
    without = account.changed()
    taken_back(without)

    found = every_fault(without, province)

    assert any(fault in one for one in found), f"point {point}: {found[:5]}"


def test_all_seven_are_here_and_nothing_is_found_with_them(account: Account, province: Province) -> None:
    assert {point for point, _, _ in MENDS} == {1, 2, 3, 4, 5, 6, 7}
    assert every_fault(account.changed(), province) == []
