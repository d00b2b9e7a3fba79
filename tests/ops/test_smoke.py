"""`ssk smoke`: each proof is made, waited for and taken away, also when it fails, and a failure stops no other."""

import json
from typing import Any

import pytest

from infrastructure.config.settings import PROVINCES, read_province
from ops import ssk
from ops.commands import smoke as command
from ops.smoke import MOST_LOOKS, SmokeTest
from tests.ops.fake_account import FakeAccount

PHONE = "+84912345678"
OUTPUTS = {"TableFacilities": "facilities", "InsightsBucket": "insights", "StorageKeyArn": "arn:key"}
TABLE = "arn:aws:dynamodb:ap-southeast-1:1:table/facilities"


def in_turn(*answers: Any) -> Any:
    left = list(answers)
    return lambda **_: left.pop(0) if len(left) > 1 else left[0]


def history(summary: str) -> dict[str, Any]:
    return {"AlarmHistoryItems": [{"HistorySummary": summary}]}


def export_is(status: str, **more: str) -> dict[str, Any]:
    return {"ExportDescription": {"ExportStatus": status, **more}}


class NotFound(Exception):  # noqa: N818 - a stand-in of botocore's
    pass


HEALTHY: dict[str, Any] = {
    "cloudwatch.describe_alarms": {"MetricAlarms": [{"AlarmName": "ssk-79-AlarmsReportErrorsX"}]},
    "cloudwatch.set_alarm_state": {},
    "cloudwatch.describe_alarm_history": in_turn(
        {"AlarmHistoryItems": []}, history("Successfully executed action arn:topic")
    ),
    "sns.publish": {"MessageId": "m-1"},
    "dynamodb.describe_table": lambda TableName: {"Table": {"TableArn": TABLE, "TableStatus": "ACTIVE"}},  # noqa: N803
    "backup.list_backup_plans": {"BackupPlansList": [{"BackupPlanId": "p"}]},
    "backup.get_backup_plan": {"BackupPlan": {"Rules": [{"TargetBackupVaultName": "vault"}]}},
    "backup.list_backup_selections": {"BackupSelectionsList": [{"SelectionId": "s"}]},
    "backup.get_backup_selection": {"BackupSelection": {"Resources": [TABLE], "IamRoleArn": "arn:role"}},
    "backup.start_backup_job": {"BackupJobId": "job"},
    "backup.describe_backup_job": in_turn({"State": "RUNNING"}, {"State": "COMPLETED"}),
    "dynamodb.export_table_to_point_in_time": {"ExportDescription": {"ExportArn": "arn:export"}},
    "dynamodb.describe_export": in_turn(export_is("IN_PROGRESS"), export_is("COMPLETED")),
    "dynamodb.restore_table_to_point_in_time": {},
    "dynamodb.delete_table": {},
    "s3.list_object_versions": {
        "Versions": [{"Key": "smoke/1", "VersionId": "v"}],
        "DeleteMarkers": [{"Key": "smoke/1", "VersionId": "d"}],
    },
    "s3.delete_object": {},
}


def account(**broken: Any) -> FakeAccount:
    fake = FakeAccount(HEALTHY | broken)
    fake.not_found = NotFound
    return fake


def prove(fake: FakeAccount, name: str) -> tuple[bool, str]:
    test = SmokeTest(fake.account, read_province(PROVINCES / "79.toml"), OUTPUTS, PHONE)
    proof = test.prove(name)
    return proof.proven, proof.text


def words(fake: FakeAccount, call: str) -> list[dict[str, Any]]:
    return [told for name, _, told in fake.asked if name == call]


@pytest.mark.parametrize("name", ["alarm", "message", "backup", "export", "restore"])
def test_a_healthy_province_proves_it(name: str) -> None:
    fake = account()

    proven, text = prove(fake, name)

    assert proven, text
    assert {region for _, region, _ in fake.asked} == {"ap-southeast-1"}


def test_the_alarm_sleeps_again_whatever_happened() -> None:
    for answer, proven in (
        (history("Successfully executed action arn:topic"), True),
        (history("Failed to execute action arn:topic. Received error: not authorized"), False),
        ({"AlarmHistoryItems": []}, False),
    ):
        fake = account(**{"cloudwatch.describe_alarm_history": answer})

        assert prove(fake, "alarm")[0] is proven
        assert [one["StateValue"] for one in words(fake, "cloudwatch.set_alarm_state")] == ["ALARM", "OK"]


def test_the_message_goes_to_the_operator_s_phone_in_the_province_s_name() -> None:
    fake = account()
    prove(fake, "message")

    (sent,) = words(fake, "sns.publish")
    assert sent["PhoneNumber"] == PHONE
    assert sent["MessageAttributes"]["AWS.SNS.SMS.SenderID"]["StringValue"] == "SoSucKhoe"
    assert len(sent["Message"]) <= 160
    assert sent["Message"].isascii()


@pytest.mark.parametrize("state", ["FAILED", "ABORTED", "EXPIRED"])
def test_a_backup_that_fails_is_told_in_its_own_words(state: str) -> None:
    told = {"State": state, "StatusMessage": "Insufficient privileges: backup:TagResource"}

    assert prove(account(**{"backup.describe_backup_job": told}), "backup") == (
        False,
        "OpsError: Insufficient privileges: backup:TagResource",
    )


def test_the_backup_fills_the_vault_by_the_plan_s_own_role() -> None:
    fake = account()
    prove(fake, "backup")

    (job,) = words(fake, "backup.start_backup_job")
    assert (job["BackupVaultName"], job["IamRoleArn"], job["ResourceArn"]) == ("vault", "arn:role", TABLE)
    assert job["Lifecycle"] == {"DeleteAfterDays": 35}, "the vault is locked: less it does not take"


@pytest.mark.parametrize(
    ("answer", "proven"), [(export_is("COMPLETED"), True), (export_is("FAILED", FailureMessage="no key"), False)]
)
def test_of_an_export_no_version_stays(answer: dict[str, Any], proven: bool) -> None:
    fake = account(**{"dynamodb.describe_export": answer})

    assert prove(fake, "export")[0] is proven
    assert [one["VersionId"] for one in words(fake, "s3.delete_object")] == ["v", "d"]
    (asked,) = words(fake, "dynamodb.export_table_to_point_in_time")
    assert asked["S3Prefix"].startswith("smoke/")


def test_a_restored_table_is_deleted_whether_it_became_ready_or_not() -> None:
    never = {"Table": {"TableArn": TABLE, "TableStatus": "CREATING"}}
    for answer, proven in ((HEALTHY["dynamodb.describe_table"], True), (never, False)):
        fake = account(**{"dynamodb.describe_table": answer})

        assert prove(fake, "restore")[0] is proven
        (restored,) = words(fake, "dynamodb.restore_table_to_point_in_time")
        assert restored["TargetTableName"].startswith("ssk-79-smoke-")
        assert words(fake, "dynamodb.delete_table") == [{"TableName": restored["TargetTableName"]}]
        assert fake.waited == (0 if proven else MOST_LOOKS * 15)


def test_a_proof_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
    fake = account(**{"cloudformation.describe_stacks": {"Stacks": [{"Outputs": told}]}, "sns.publish": TimeoutError()})
    monkeypatch.setattr(command, "Account", lambda **_: fake.account)

    assert ssk.main(["smoke", "--province", "79", "--phone", "0912345678", "--json"]) == 1

    proofs = json.loads(capsys.readouterr().out.splitlines()[-1])["proofs"]
    assert [(one["name"], one["proven"]) for one in proofs] == [
        ("alarm", True),
        ("message", False),
        ("backup", True),
        ("export", True),
        ("restore", True),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--phone", "123"], "--phone must be a Vietnamese mobile number."),
        (["--phone", "0912345678", "--only", "luck"], "There is no proof luck"),
    ],
)
def test_what_cannot_be_is_refused(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: list[str], said: str
) -> None:
    fake = account(**{"cloudformation.describe_stacks": {"Stacks": [{"Outputs": []}]}})
    monkeypatch.setattr(command, "Account", lambda **_: fake.account)

    assert ssk.main(["smoke", "--province", "79", *given]) == 1
    assert said in capsys.readouterr().err
