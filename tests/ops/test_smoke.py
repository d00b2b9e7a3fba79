"""`ssk smoke`: each proof is made, waited for and taken away, also when it fails, and a failure stops no other."""

import dataclasses
import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infrastructure.config import settings
from infrastructure.config.settings import PROVINCES, Province, read_province
from ops import ssk
from ops.commands import smoke as command
from ops.smoke.proofs import MOST_LOOKS, SmokeTest
from tests import sms_gateway
from tests.conftest import forget_caches
from tests.ops.fake_account import FakeAccount

PHONE = "+84912345678"
OUTPUTS = {
    "TableFacilities": "facilities",
    "InsightsBucket": "insights",
    "StorageKeyArn": "arn:key",
    "RestoreRoleArn": "arn:restore-role",
    "SmsGatewaySecretArn": "arn:gateway-secret",
}
SCRATCH = "ssk-79-restored-smoke-"
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


class InUse(Exception):  # noqa: N818 - a stand-in of botocore's
    pass


def copy_of(day: int, status: str = "COMPLETED") -> dict[str, Any]:
    made = datetime.datetime(2026, 11, day, tzinfo=datetime.UTC)
    return {
        "Status": status,
        "CreationDate": made,
        "RecoveryPointArn": f"arn:copy-{day}",
        "BackupVaultName": "vault",
    }


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
    "dynamodb.list_tables": {"TableNames": ["ssk-79-TablesFacilities1A-XYZ", "ssk-79-restored-records"]},
    "backup.list_recovery_points_by_resource": {"RecoveryPoints": [copy_of(1), copy_of(3), copy_of(4, "PARTIAL")]},
    "backup.get_recovery_point_restore_metadata": {"RestoreMetadata": {"originalTableName": "facilities"}},
    "backup.start_restore_job": {"RestoreJobId": "restore"},
    "backup.describe_restore_job": in_turn({"Status": "RUNNING"}, {"Status": "COMPLETED"}),
    "s3.list_object_versions": {
        "Versions": [{"Key": "smoke/1", "VersionId": "v"}],
        "DeleteMarkers": [{"Key": "smoke/1", "VersionId": "d"}],
    },
    "s3.delete_object": {},
}


def account(**broken: Any) -> FakeAccount:
    fake = FakeAccount(HEALTHY | broken)
    fake.not_found, fake.in_use = NotFound, InUse
    return fake


def smoke(fake: FakeAccount, province: Province | None = None) -> SmokeTest:
    return SmokeTest(fake.account, province or read_province(PROVINCES / "79.toml"), OUTPUTS, PHONE)


def prove(fake: FakeAccount, name: str) -> tuple[bool, str]:
    proof = smoke(fake).prove(name)
    return proof.proven, proof.text


def words(fake: FakeAccount, call: str) -> list[dict[str, Any]]:
    return [told for name, _, told in fake.asked if name == call]


@pytest.mark.parametrize("name", ["alarm", "message", "backup", "vault", "export", "restore"])
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


def restoring(after: int) -> dict[str, Any]:
    """A table that becomes ready after so many looks, and can be deleted only then."""
    looks = {"left": after}

    def describe(TableName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        is_scratch = TableName.startswith(SCRATCH)
        looks["left"] -= is_scratch
        status = "CREATING" if is_scratch and looks["left"] >= 0 else "ACTIVE"
        return {"Table": {"TableArn": TABLE, "TableStatus": status}}

    def delete(TableName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        if looks["left"] >= 0:
            raise InUse
        return {}

    return {"dynamodb.describe_table": describe, "dynamodb.delete_table": delete}


@pytest.mark.parametrize("looks", [0, 1, MOST_LOOKS - 1])
def test_a_restored_table_is_deleted_once_it_is_ready(looks: int) -> None:
    fake = account(**restoring(looks))
    test = smoke(fake)

    assert test.prove("restore").proven
    (restored,) = words(fake, "dynamodb.restore_table_to_point_in_time")
    assert restored["TargetTableName"].startswith(SCRATCH)
    assert words(fake, "dynamodb.delete_table") == [{"TableName": restored["TargetTableName"]}]
    assert fake.waited == looks * 15
    assert test.left == []


def test_a_table_that_becomes_ready_late_is_told_and_deleted_by_the_next_call() -> None:
    fake = account(**restoring(MOST_LOOKS + 1))
    test = smoke(fake)

    assert test.prove("restore").text == "OpsError: the restored table did not become ready within an hour"
    name = words(fake, "dynamodb.restore_table_to_point_in_time")[0]["TargetTableName"]
    assert test.left == [
        f"The table {name} is still being restored, and cannot be deleted meanwhile. The next `ssk smoke` deletes it."
    ]

    later = account(**{"dynamodb.list_tables": {"TableNames": ["ssk-79-restored-records", name, f"{SCRATCH}of-mine"]}})
    smoke(later).begin()

    assert words(later, "dynamodb.delete_table") == [{"TableName": name}], "nothing else is called so"
    assert {told["Key"] for told in words(later, "s3.delete_object")} == {"smoke/1"}


def test_an_interrupted_restore_is_told_too() -> None:
    """Ctrl-C while it waits: the table cannot be deleted yet, and that hides no interruption."""
    fake = account(**restoring(MOST_LOOKS))
    stopped = dataclasses.replace(fake.account, pause=interrupt)
    test = SmokeTest(stopped, read_province(PROVINCES / "79.toml"), OUTPUTS, PHONE)

    with pytest.raises(KeyboardInterrupt):
        test.prove("restore")
    assert "is still being restored" in test.left[0]


def interrupt(_: float) -> None:
    raise KeyboardInterrupt


def test_an_export_that_outlives_its_hour_is_told_and_swept_by_the_next_call() -> None:
    fake = account(**{"dynamodb.describe_export": export_is("IN_PROGRESS")})
    test = smoke(fake)

    assert not test.prove("export").proven
    prefix = words(fake, "dynamodb.export_table_to_point_in_time")[0]["S3Prefix"]
    assert test.left == [f"An export still writes to s3://insights/{prefix}. The next `ssk smoke` deletes it."]


def test_the_vault_is_restored_by_the_role_for_it_into_a_table_under_the_province_s_key() -> None:
    fake = account()
    assert prove(fake, "vault")[0]

    (job,) = words(fake, "backup.start_restore_job")
    assert (job["RecoveryPointArn"], job["IamRoleArn"]) == ("arn:copy-3", "arn:restore-role"), "the newest whole copy"
    assert job["Metadata"]["targetTableName"].startswith(SCRATCH)
    assert (job["Metadata"]["encryptionType"], job["Metadata"]["kmsMasterKeyArn"]) == ("KMS", "arn:key")
    assert words(fake, "dynamodb.delete_table") == [{"TableName": job["Metadata"]["targetTableName"]}]


@pytest.mark.parametrize(
    ("broken", "said", "left"),
    [
        ({"backup.describe_restore_job": {"Status": "FAILED", "StatusMessage": "no key"}}, "OpsError: no key", 0),
        ({"backup.describe_restore_job": {"Status": "PENDING"}}, "OpsError: the restore job did not end within", 1),
        ({"backup.list_recovery_points_by_resource": {"RecoveryPoints": []}}, "OpsError: The vault has no copy", 0),
    ],
)
def test_what_the_vault_does_not_give_is_told(broken: dict[str, Any], said: str, left: int) -> None:
    fake = account(**broken, **{"dynamodb.delete_table": NotFound()})
    test = smoke(fake)
    proof = test.prove("vault")

    assert (proof.proven, proof.text.startswith(said)) == (False, True)
    assert len([one for one in test.left if "A job may still make the table" in one]) == len(test.left) == left


@pytest.fixture
def gateway(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[sms_gateway.SmsGateway]:
    with sms_gateway.serve(tmp_path) as running:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / sms_gateway.CERTIFICATE))
        forget_caches()
        yield running


def by_gateway(url: str, *channels: str) -> Province:
    province = read_province(PROVINCES / "79.toml")
    chosen = dataclasses.replace(province.sms, channels=list(channels), gateway=settings.SmsGateway(url=url))
    return dataclasses.replace(province, sms=chosen)


def stored_key(key_id: str = "first", secret: str = "secret-of-the-first-key") -> dict[str, Any]:
    return {
        "secretsmanager.get_secret_value": {"SecretString": json.dumps({"key_id": key_id, "secret": secret})},
    }


@pytest.mark.parametrize(
    ("channels", "proofs"),
    [
        (["sns"], {"message"}),
        (["gateway"], {"gateway"}),
        (["gateway", "sns"], {"message", "gateway"}),
    ],
)
def test_every_channel_of_the_province_has_its_proof(channels: list[str], proofs: set[str]) -> None:
    names = set(smoke(account(), by_gateway("https://a.vn/b", *channels)).proofs)

    assert names == {"alarm", "backup", "vault", "export", "restore"} | proofs


def test_the_gateway_takes_the_message_that_functions_send(gateway: sms_gateway.SmsGateway) -> None:
    proof = smoke(account(**stored_key()), by_gateway(gateway.url, "gateway")).prove("gateway")

    assert proof.proven, proof.text
    (sent,) = gateway.sent
    assert (sent["to"], sent["sender"], sent["template"]) == (PHONE, "SoSucKhoe", "one-time-code")
    assert "000000" in sent["text"]


@pytest.mark.parametrize(
    ("behaviour", "key", "said"),
    [
        ("accept", stored_key("second"), "does not know the key second"),
        ("accept", stored_key(secret="another"), "does not know the key first"),
        ("refuse balance-spent", stored_key(), "refused: balance-spent"),
        ("500", stored_key(), "unknown: http-500"),
        ("lose", stored_key(), "unknown: no-answer"),
    ],
)
def test_a_gateway_that_does_not_take_it_is_told(
    gateway: sms_gateway.SmsGateway, behaviour: str, key: dict[str, Any], said: str
) -> None:
    gateway.behave(behaviour)
    proof = smoke(account(**key), by_gateway(gateway.url, "gateway")).prove("gateway")

    assert not proof.proven
    assert said in proof.text
    assert PHONE not in proof.text


def stacks_of(*deployed: str) -> Any:
    def describe(StackName: str) -> dict[str, Any]:  # noqa: N803 - as boto3 names it
        if StackName not in deployed:
            why = {"Code": "ValidationError", "Message": f"Stack with id {StackName} does not exist"}
            raise ClientError({"Error": why}, "DescribeStacks")
        told = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        return {"Stacks": [{"StackStatus": "UPDATE_COMPLETE", "Outputs": told}]}

    return describe


@pytest.mark.parametrize(("deployed", "missing"), [((), "ssk-79-backup"), (("ssk-79-backup",), "ssk-79")])
def test_before_the_first_deployment_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], deployed: tuple[str, ...], missing: str
) -> None:
    fake = account(**{"cloudformation.describe_stacks": stacks_of(*deployed)})
    monkeypatch.setattr(command, "Account", lambda **_: fake.account)

    assert ssk.main(["smoke", "--province", "79", "--phone", "0912345678"]) == 1
    assert capsys.readouterr().err == f"ssk: {missing} is not deployed: `ssk deploy --province 79` first.\n"


def test_a_proof_that_fails_stops_no_other(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    told = stacks_of("ssk-79", "ssk-79-backup")
    fake = account(**{"cloudformation.describe_stacks": told, "sns.publish": TimeoutError()})
    monkeypatch.setattr(command, "Account", lambda **_: fake.account)

    assert ssk.main(["smoke", "--province", "79", "--phone", "0912345678", "--json"]) == 1

    proofs = json.loads(capsys.readouterr().out.splitlines()[-1])["proofs"]
    assert [(one["name"], one["proven"]) for one in proofs] == [
        ("alarm", True),
        ("message", False),
        ("backup", True),
        ("vault", True),
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
    fake = account(**{"cloudformation.describe_stacks": stacks_of("ssk-79", "ssk-79-backup")})
    monkeypatch.setattr(command, "Account", lambda **_: fake.account)

    assert ssk.main(["smoke", "--province", "79", *given]) == 1
    assert said in capsys.readouterr().err
