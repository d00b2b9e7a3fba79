"""The proofs of one deployed province: an alarm, messages, a backup, an export, and two ways to restore."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infrastructure.config.settings import GATEWAY, SNS, Province
from ops.aws_account import Account
from ops.errors import OpsError
from ops.smoke import messages
from ops.smoke.leavings import Leavings

LOOK_AGAIN_SECONDS = 15
MOST_LOOKS = 240  # an hour: an export or a restore takes ten minutes and more, whatever its size
ALARM = "ReportErrors"  # it rings by itself only when the weekly report fails


@dataclass(frozen=True)
class Proof:
    """What was proven, or why not."""

    name: str
    proven: bool
    text: str


class SmokeTest:
    """The proofs of one deployed province, by its stacks' outputs. `phone` is the operator's own, as E.164."""

    def __init__(self, account: Account, province: Province, outputs: dict[str, str], phone: str) -> None:
        self._account, self._province, self._outputs, self._phone = account, province, outputs, phone
        self._leavings = Leavings(account, province.region, province.stack_name)

    @property
    def proofs(self) -> dict[str, Callable[[], str]]:
        """Each proof by its name; what it proved is a sentence, and it raises what went wrong."""
        channels = {SNS: self.message, GATEWAY: self.gateway}
        return {
            "alarm": self.alarm,
            **{proof.__name__: proof for channel, proof in channels.items() if channel in self._province.sms.channels},
            "backup": self.backup,
            "vault": self.vault,
            "export": self.export,
            "restore": self.restore,
        }

    @property
    def left(self) -> list[str]:
        """What is still there of this call and of earlier ones, and what takes it away."""
        return self._leavings.left

    def begin(self) -> None:
        """Take away what earlier calls had to leave."""
        self._leavings.remove_all(self._outputs["InsightsBucket"])

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
        message = messages.make_message(self._province, self._phone)
        return messages.send_by_sns(self._client("sns"), self._province, message)

    def gateway(self) -> str:
        """The gateway in the country takes a message that is signed with the province's key."""
        secrets, arn = self._client("secretsmanager"), self._outputs["SmsGatewaySecretArn"]
        message = messages.make_message(self._province, self._phone)
        return messages.send_by_gateway(secrets, arn, self._province, message)

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

    def vault(self) -> str:
        """The newest copy in the vault becomes a table, by the role that restores."""
        backup, scratch, is_over = self._client("backup"), self._leavings.new_table(), False
        point = self._newest_copy()
        told = backup.get_recovery_point_restore_metadata(
            BackupVaultName=point["BackupVaultName"], RecoveryPointArn=point["RecoveryPointArn"]
        )["RestoreMetadata"]
        wanted = {
            "targetTableName": scratch,
            "encryptionType": "KMS",
            "kmsMasterKeyArn": self._outputs["StorageKeyArn"],
        }
        try:
            job = backup.start_restore_job(
                RecoveryPointArn=point["RecoveryPointArn"],
                IamRoleArn=self._outputs["RestoreRoleArn"],
                ResourceType="DynamoDB",
                Metadata={**told, **wanted},
            )["RestoreJobId"]

            def ended() -> str:
                nonlocal is_over
                state = backup.describe_restore_job(RestoreJobId=job)
                is_over = state["Status"] in ("COMPLETED", "FAILED", "ABORTED")
                if state["Status"] in ("FAILED", "ABORTED"):
                    raise OpsError(state.get("StatusMessage", state["Status"]))
                return job if state["Status"] == "COMPLETED" else ""

            self._wait(ended, "the restore job did not end")
        finally:
            self._leavings.remove_table(scratch, may_come=not is_over)
        return f"A copy of the vault was restored as {scratch}."

    def export(self) -> str:
        """A table goes into the bucket of statistics; of `facilities`, which names no resident."""
        dynamodb, bucket = self._client("dynamodb"), self._outputs["InsightsBucket"]
        prefix, is_over = self._leavings.new_export(), False
        made = dynamodb.export_table_to_point_in_time(
            TableArn=self._table_arn(),
            S3Bucket=bucket,
            S3Prefix=prefix,
            S3SseAlgorithm="KMS",
            S3SseKmsKeyId=self._outputs["StorageKeyArn"],
        )["ExportDescription"]["ExportArn"]

        def ended() -> str:
            nonlocal is_over
            told = dynamodb.describe_export(ExportArn=made)["ExportDescription"]
            is_over = told["ExportStatus"] in ("COMPLETED", "FAILED")
            if told["ExportStatus"] == "FAILED":
                raise OpsError(told.get("FailureMessage", "the export failed"))
            return "done" if is_over else ""

        try:
            self._wait(ended, "the export did not end")
        finally:
            self._leavings.empty(bucket, prefix)
            if not is_over:
                self._leavings.tell_export(bucket, prefix)
        return "A table was exported, and the export is gone again."

    def restore(self) -> str:
        """A table comes back under another name, to a point in time."""
        dynamodb, scratch = self._client("dynamodb"), self._leavings.new_table()
        try:
            dynamodb.restore_table_to_point_in_time(
                SourceTableArn=self._table_arn(), TargetTableName=scratch, UseLatestRestorableTime=True
            )

            def ready() -> str:
                status = dynamodb.describe_table(TableName=scratch)["Table"]["TableStatus"]
                return scratch if status == "ACTIVE" else ""

            self._wait(ready, "the restored table did not become ready")
        finally:
            self._leavings.remove_table(scratch)
        return f"The table was restored as {scratch}."

    def _newest_copy(self) -> dict[str, Any]:
        pages = self._client("backup").get_paginator("list_recovery_points_by_resource")
        points = [one for page in pages.paginate(ResourceArn=self._table_arn()) for one in page["RecoveryPoints"]]
        done = [one for one in points if one["Status"] == "COMPLETED"]
        if not done:
            raise OpsError("The vault has no copy of the table yet: `backup` has to be proven first.")
        newest: dict[str, Any] = max(done, key=lambda one: one["CreationDate"])
        return newest

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

    def _wait(self, look: Callable[[], str], otherwise: str) -> str:
        for _ in range(MOST_LOOKS):
            if found := look():
                return found
            self._account.pause(LOOK_AGAIN_SECONDS)
        raise OpsError(f"{otherwise} within an hour")

    def _client(self, service: str) -> Any:
        return self._account.client(service, self._province.region)
