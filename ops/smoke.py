"""One true pass through what a template only promises: an alarm, a message, a backup, an export, a restore.

Each proof makes something of its own, waits for it, and takes it away again, also when it fails. The one thing that
stays is the backup: the vault is locked, so that nobody empties it; its copy goes by itself with those of that day.
"""

import contextlib
import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from health_record.identity import message_texts
from infrastructure.config.settings import Province
from ops.aws_account import Account
from ops.errors import OpsError

LOOK_AGAIN_SECONDS = 15
MOST_LOOKS = 240  # an hour: an export or a restore takes ten minutes and more, whatever its size
ALARM = "ReportErrors"  # it rings by itself only when the weekly report fails
NO_CODE = "000000"  # carriers pass the registered text alone, so the message is that of a code which opens nothing
PREFIX = "smoke/"


@dataclass(frozen=True)
class Proof:
    """What was proven, or why not."""

    name: str
    proven: bool
    text: str


class SmokeTest:
    """The proofs of one deployed province. `phone` is the operator's own, as E.164."""

    def __init__(self, account: Account, province: Province, outputs: dict[str, str], phone: str) -> None:
        self._account, self._province, self._outputs, self._phone = account, province, outputs, phone

    @property
    def proofs(self) -> dict[str, Callable[[], str]]:
        """Each proof by its name; what it proved is a sentence, and it raises what went wrong."""
        return {
            "alarm": self.alarm,
            "message": self.message,
            "backup": self.backup,
            "export": self.export,
            "restore": self.restore,
        }

    def prove(self, name: str) -> Proof:
        """One proof, whose failure is told and stops no other."""
        try:
            return Proof(name, True, self.proofs[name]())
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what the operator has to read
            return Proof(name, False, f"{type(error).__name__}: {error}")

    def alarm(self) -> str:
        """An alarm that rings reaches the topic, and sleeps again."""
        cloudwatch, name = self._client("cloudwatch"), self._find_alarm()
        since = datetime.datetime.now(datetime.UTC)
        try:
            cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="ssk smoke: a test of the way")
            said = self._wait(lambda: self._action_since(name, since), "CloudWatch told nobody of the alarm")
        finally:
            cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="ssk smoke: the test is over")
        if not said.startswith("Successfully executed action"):
            raise OpsError(said)
        return "The alarm reached the topic. An e-mail must be in the duty's mailbox within minutes: look."

    def message(self) -> str:
        """SNS takes a message in the province's name."""
        attributes = {
            "AWS.SNS.SMS.SenderID": {"DataType": "String", "StringValue": self._province.sms.sender_id},
            "AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"},
        }
        now = datetime.datetime.now(ZoneInfo(self._province.time_zone))
        text = message_texts.code_message(self._phone, NO_CODE, now, f"https://{self._province.domain}").text
        sent = self._client("sns").publish(PhoneNumber=self._phone, Message=text, MessageAttributes=attributes)
        taken = f"SNS took the message {sent['MessageId']}"
        return f"{taken}. It must be on your phone within a minute, with the code {NO_CODE}: look."

    def backup(self) -> str:
        """The backups' role can fill the vault."""
        backup, table = self._client("backup"), self._table_arn()
        plan = self._find_selection(table)
        job = backup.start_backup_job(
            BackupVaultName=plan["vault"],
            ResourceArn=table,
            IamRoleArn=plan["role"],
            Lifecycle={"DeleteAfterDays": self._province.retention_days.daily_backups},
        )["BackupJobId"]

        def ended() -> str:
            told = backup.describe_backup_job(BackupJobId=job)
            if told["State"] in ("FAILED", "ABORTED", "EXPIRED"):
                raise OpsError(told.get("StatusMessage", told["State"]))
            return job if told["State"] == "COMPLETED" else ""

        self._wait(ended, "the backup job did not end")
        return f"A backup was made; its copy goes in {self._province.retention_days.daily_backups} days by itself."

    def export(self) -> str:
        """A table goes into the bucket of statistics; of `facilities`, which names no resident."""
        dynamodb, bucket, prefix = self._client("dynamodb"), self._outputs["InsightsBucket"], PREFIX + uuid.uuid4().hex
        try:
            made = dynamodb.export_table_to_point_in_time(
                TableArn=self._table_arn(),
                S3Bucket=bucket,
                S3Prefix=prefix,
                S3SseAlgorithm="KMS",
                S3SseKmsKeyId=self._outputs["StorageKeyArn"],
            )["ExportDescription"]["ExportArn"]

            def ended() -> str:
                told = dynamodb.describe_export(ExportArn=made)["ExportDescription"]
                if told["ExportStatus"] == "FAILED":
                    raise OpsError(told.get("FailureMessage", "the export failed"))
                return "done" if told["ExportStatus"] == "COMPLETED" else ""

            self._wait(ended, "the export did not end")
        finally:
            self._empty(bucket, prefix)
        return "A table was exported, and the export is gone again."

    def restore(self) -> str:
        """A table comes back under another name."""
        dynamodb, scratch = self._client("dynamodb"), f"{self._province.stack_name}-smoke-{uuid.uuid4().hex[:8]}"
        try:
            dynamodb.restore_table_to_point_in_time(
                SourceTableArn=self._table_arn(), TargetTableName=scratch, UseLatestRestorableTime=True
            )

            def ready() -> str:
                status = dynamodb.describe_table(TableName=scratch)["Table"]["TableStatus"]
                return scratch if status == "ACTIVE" else ""

            self._wait(ready, "the restored table did not become ready")
        finally:
            with contextlib.suppress(dynamodb.exceptions.ResourceNotFoundException):
                dynamodb.delete_table(TableName=scratch)
        return f"The table was restored as {scratch}, which is deleted again."

    def _find_alarm(self) -> str:
        prefix = f"{self._province.stack_name}-Alarms{ALARM}"
        found = self._client("cloudwatch").describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
        if not found:
            raise OpsError(f"There is no alarm {prefix}...: deploy this version first.")
        name: str = found[0]["AlarmName"]
        return name

    def _action_since(self, name: str, since: datetime.datetime) -> str:
        history = self._client("cloudwatch").describe_alarm_history(
            AlarmName=name, HistoryItemType="Action", StartDate=since
        )["AlarmHistoryItems"]
        return str(history[0]["HistorySummary"]) if history else ""

    def _find_selection(self, table: str) -> dict[str, str]:
        """Vault and role of the plan that backs the table up."""
        backup = self._client("backup")
        for plan in backup.list_backup_plans()["BackupPlansList"]:
            rules = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
            for one in backup.list_backup_selections(BackupPlanId=plan["BackupPlanId"])["BackupSelectionsList"]:
                selected = backup.get_backup_selection(
                    BackupPlanId=plan["BackupPlanId"], SelectionId=one["SelectionId"]
                )["BackupSelection"]
                if table in selected["Resources"]:
                    return {"vault": rules[0]["TargetBackupVaultName"], "role": selected["IamRoleArn"]}
        raise OpsError("No backup plan selects the table: deploy the stack of backups first.")

    def _table_arn(self) -> str:
        table = self._client("dynamodb").describe_table(TableName=self._outputs["TableFacilities"])["Table"]
        arn: str = table["TableArn"]
        return arn

    def _empty(self, bucket: str, prefix: str) -> None:
        """Delete every version below the prefix."""
        s3 = self._client("s3")
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
            for one in (*page.get("Versions", []), *page.get("DeleteMarkers", [])):
                s3.delete_object(Bucket=bucket, Key=one["Key"], VersionId=one["VersionId"])

    def _wait(self, look: Callable[[], str], otherwise: str) -> str:
        for _ in range(MOST_LOOKS):
            if found := look():
                return found
            self._account.pause(LOOK_AGAIN_SECONDS)
        raise OpsError(f"{otherwise} within an hour")

    def _client(self, service: str) -> Any:
        return self._account.client(service, self._province.region)
