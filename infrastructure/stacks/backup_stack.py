"""The stack of a province's long backups: a locked vault, a plan, a role that fills the vault, one that restores."""

from aws_cdk import (
    CfnOutput,
    CfnParameter,
    Duration,
    Environment,
    Fn,
    Stack,
    TimeZone,
    aws_backup,
    aws_cloudwatch,
    aws_dynamodb,
    aws_events,
    aws_iam,
    aws_kms,
    aws_sns,
)
from constructs import Construct

from infrastructure.config.deployment_target import DeploymentTarget
from infrastructure.config.routes import REPORT
from infrastructure.config.settings import Province
from infrastructure.config.tags import add_tags
from infrastructure.data.keys import create_symmetric_key
from infrastructure.data.removal import TAKEN_BACK_IF_NEW
from infrastructure.monitoring.alarm_group import HOUR, MEASURED_EVERY, AlarmGroup, function_metric

# `keys` and `facts` must be forgotten within the law's 20 days, and `access` holds little that lasts: none is here.
TABLES = ("Records", "Facilities", "Audit")
RESTORED = "restored"  # what is restored is called ssk-79-restored-...; no name that CloudFormation makes begins so
TABLE_NAME = r"[a-zA-Z0-9_.-]{3,255}"
KEY_ARN = "arn:.+:kms:.+:key/.+"
TOPIC_ARN = "arn:.+:sns:.+"
HOUR_OF_BACKUP = 1  # in the province's time
START_HOURS, COMPLETION_HOURS = 1, 6
HOURS_OF_A_MISSED_BACKUP = 24 + START_HOURS + COMPLETION_HOURS


class BackupStack(Stack):
    """Daily and monthly backups of the tables that may be kept. It is told of them by outputs of the province stack.

    What is restored from it cannot be decrypted without the record keys, which are in no backup (decision 0019).
    """

    def __init__(self, scope: Construct, *, province: Province, target: DeploymentTarget) -> None:
        super().__init__(
            scope,
            f"{province.stack_name}-backup",
            stack_name=f"{province.stack_name}-backup",
            env=Environment(region=province.region),
            description=f"So Suc Khoe: backups of {province.name}",
            termination_protection=True,
            synthesizer=target.synthesizer,
        )
        add_tags(self, province)
        self._province = province
        names = {name: self._told(f"Table{name}", TABLE_NAME) for name in TABLES}
        storage_key = self._told("StorageKeyArn", KEY_ARN)
        self.vault = self._vault()
        self.plan = self._plan()
        tables = [
            aws_dynamodb.Table.from_table_name(self, name, table_name).table_arn for name, table_name in names.items()
        ]
        self.role = self._role(tables, storage_key)
        self.restore_role = self._restore_role(tables, storage_key)
        self.plan.add_selection(
            "Tables",
            resources=[aws_backup.BackupResource.from_arn(arn) for arn in tables],
            role=self.role.without_policy_updates(),
            disable_default_backup_policy=True,
        )
        self._watch()
        CfnOutput(self, "RestoreRoleArn", value=self.restore_role.role_arn)
        CfnOutput(self, "VaultName", value=self.vault.backup_vault_name)

    def _told(self, name: str, pattern: str) -> str:
        return CfnParameter(
            self, name, description=f"{name} of the province stack", allowed_pattern=pattern
        ).value_as_string

    def _vault(self) -> aws_backup.BackupVault:
        """A vault whose contents nobody deletes early without first taking its lock away, which the trail shows."""
        days = self._province.retention_days
        unique = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", self.stack_id))))
        return aws_backup.BackupVault(
            self,
            "Vault",
            backup_vault_name=f"{self._province.stack_name}-{unique}",  # a vault must be named; this is new each time
            encryption_key=create_symmetric_key(self, "Key", f"{self.stack_name}: backups at rest"),
            block_recovery_point_deletion=True,
            lock_configuration=aws_backup.LockConfiguration(
                min_retention=Duration.days(days.daily_backups), max_retention=Duration.days(days.monthly_backups)
            ),
            removal_policy=TAKEN_BACK_IF_NEW,
        )

    def _plan(self) -> aws_backup.BackupPlan:
        plan = aws_backup.BackupPlan(self, "Plan", backup_vault=self.vault)
        days = self._province.retention_days
        hour = str(HOUR_OF_BACKUP)
        for name, when, kept in (
            ("daily", aws_events.Schedule.cron(hour=hour, minute="0"), days.daily_backups),
            ("monthly", aws_events.Schedule.cron(hour=hour, minute="30", day="1"), days.monthly_backups),
        ):
            rule = aws_backup.BackupPlanRule(
                rule_name=name,
                schedule_expression=when,
                schedule_expression_timezone=TimeZone.of(self._province.time_zone),
                delete_after=Duration.days(kept),
                start_window=Duration.hours(START_HOURS),
                completion_window=Duration.hours(COMPLETION_HOURS),
            )
            plan.add_rule(rule)
        return plan

    def _role(self, tables: list[str], storage_key: str) -> aws_iam.Role:
        """What AWS's own role for backups may do on everything, on these tables alone.

        The original, `AWSBackupServiceRolePolicyForBackup`, is kept in `tests/infrastructure/aws`, and a test holds
        this copy to it.
        """
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("backup.amazonaws.com"),
            description=f"Makes the backups of province {self._province.code}",
        )
        through = {"StringEquals": {"kms:ViaService": f"dynamodb.{self.region}.amazonaws.com"}}
        vault_key = self.node.find_child("Key")
        assert isinstance(vault_key, aws_kms.Key)
        statements = [
            aws_iam.PolicyStatement(
                actions=[
                    "dynamodb:CreateBackup",
                    "dynamodb:DescribeTable",
                    "dynamodb:ListTagsOfResource",
                    "dynamodb:StartAwsBackupJob",
                ],
                resources=tables,
            ),
            aws_iam.PolicyStatement(
                actions=["dynamodb:DeleteBackup", "dynamodb:DescribeBackup"],
                resources=[f"{table}/backup/*" for table in tables],
            ),
            aws_iam.PolicyStatement(
                actions=["backup:CopyIntoBackupVault", "backup:DescribeBackupVault"],
                resources=[self.vault.backup_vault_arn],
            ),
            aws_iam.PolicyStatement(  # a job that copies the tags of its table fails without it
                actions=["backup:TagResource"],
                resources=[f"arn:{self.partition}:backup:{self.region}:{self.account}:recovery-point:*"],
            ),
            aws_iam.PolicyStatement(
                actions=["kms:Decrypt", "kms:GenerateDataKey"], resources=[storage_key], conditions=through
            ),
            aws_iam.PolicyStatement(actions=["kms:DescribeKey"], resources=[storage_key, vault_key.key_arn]),
            aws_iam.PolicyStatement(
                actions=["kms:CreateGrant"],
                resources=[storage_key, vault_key.key_arn],
                conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}},
            ),
        ]
        role.add_managed_policy(aws_iam.ManagedPolicy(self, "RoleMay", statements=statements))
        return role

    def _restore_role(self, tables: list[str], storage_key: str) -> aws_iam.Role:
        """What AWS's own role for restores may do on everything: from copies of these tables, into new tables alone.

        The original, `AWSBackupServiceRolePolicyForRestores`, is kept and held to as that of the backups is. Its
        rights on items reach tables called `ssk-79-restored-...`, so that no restore touches a table in use.
        """
        role = aws_iam.Role(
            self,
            "RestoreRole",
            assumed_by=aws_iam.ServicePrincipal("backup.amazonaws.com"),
            description=f"Restores backups of province {self._province.code} into new tables",
        )
        through = {"StringEquals": {"kms:ViaService": f"dynamodb.{self.region}.amazonaws.com"}}
        vault_key = self.node.find_child("Key")
        assert isinstance(vault_key, aws_kms.Key)
        keys = [storage_key, vault_key.key_arn]
        named = f"{self._province.stack_name}-{RESTORED}-*"
        restored = self.format_arn(service="dynamodb", resource="table", resource_name=named)
        statements = [
            aws_iam.PolicyStatement(
                actions=[
                    "dynamodb:BatchWriteItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:DescribeTable",
                    "dynamodb:GetItem",
                    "dynamodb:PutItem",
                    "dynamodb:Query",
                    "dynamodb:Scan",
                    "dynamodb:UpdateItem",
                ],
                resources=[restored],
            ),
            aws_iam.PolicyStatement(  # AWS does not say on which of the two this is judged; it makes a new table only
                actions=["dynamodb:RestoreTableFromAwsBackup"], resources=[restored, *tables]
            ),
            aws_iam.PolicyStatement(
                actions=["dynamodb:RestoreTableFromBackup"], resources=[f"{table}/backup/*" for table in tables]
            ),
            aws_iam.PolicyStatement(
                actions=[
                    "kms:Decrypt",
                    "kms:Encrypt",
                    "kms:GenerateDataKey",
                    "kms:GenerateDataKeyWithoutPlaintext",
                    "kms:ReEncryptFrom",
                    "kms:ReEncryptTo",
                ],
                resources=keys,
                conditions=through,
            ),
            aws_iam.PolicyStatement(actions=["kms:DescribeKey"], resources=keys),
            aws_iam.PolicyStatement(
                actions=["kms:CreateGrant"], resources=keys, conditions={"Bool": {"kms:GrantIsForAWSResource": "true"}}
            ),
        ]
        role.add_managed_policy(aws_iam.ManagedPolicy(self, "RestoreRoleMay", statements=statements))
        return role

    def _watch(self) -> None:
        alarms = AlarmGroup(self, "Alarms", runbooks=self._province.alarms.runbooks)
        alarms.topic = aws_sns.Topic.from_topic_arn(self, "Topic", self._told("AlarmTopicArn", TOPIC_ARN))
        for state, text in (
            ("Failed", "A backup could not be made."),
            ("Expired", "A backup did not begin in its hour."),
            ("Aborted", "Somebody cancelled a backup."),
        ):
            alarms.add_alarm(
                f"Backups{state}",
                self._jobs(state),
                1,
                text,
                page="backups-failed",
                told_together=True,
            )
        alarms.add_heartbeat_alarm(
            "BackupsMissing",
            self._jobs("Completed"),
            "No backup was completed for a day: none failed, so none may have begun.",
            page="backups-failed",
            hours=HOURS_OF_A_MISSED_BACKUP,
            told_together=True,
        )
        alarms.add_alarm(
            "BackupTooOld",
            function_metric(REPORT, "BackupAgeHours", "Maximum", period=MEASURED_EVERY),
            HOURS_OF_A_MISSED_BACKUP,
            "The newest copy of a table that can be restored is more than a day old, or nobody could tell its age.",
            page="backups-failed",
            periods=2,
            without_data=aws_cloudwatch.TreatMissingData.BREACHING,
            told_together=True,
        )
        alarms.add_composite_alarm(
            "BackupFault",
            ["BackupsFailed", "BackupsExpired", "BackupsAborted", "BackupsMissing", "BackupTooOld"],
            "The long backups are not as they should be.",
            page="backups-failed",
        )

    def _jobs(self, state: str) -> aws_cloudwatch.Metric:
        """How many jobs of the vault came into this state in an hour; AWS Backup writes no zeros."""
        return aws_cloudwatch.Metric(
            namespace="AWS/Backup",
            metric_name=f"NumberOfBackupJobs{state}",
            dimensions_map={"BackupVaultName": self.vault.backup_vault_name},
            statistic="Sum",
            period=HOUR,
        )
