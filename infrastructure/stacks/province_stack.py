"""The stack of one province: a table of contents of what it is made of, then every right that a function has."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from aws_cdk import CfnOutput, Environment, Stack, aws_iam, aws_scheduler
from aws_cdk.aws_scheduler_targets import LambdaInvoke, StepFunctionsStartExecution
from constructs import Construct

from infrastructure.api.cdn import Cdn
from infrastructure.api.public_api import PublicApi
from infrastructure.compute.daily_state_machine import LOG_DELIVERY, DailyStateMachine
from infrastructure.compute.functions import Layers, ProvinceFunction
from infrastructure.compute.grants import KEY_WRITE, Grants, statement
from infrastructure.compute.schedules import Schedule
from infrastructure.config.deployment_target import DeploymentTarget
from infrastructure.config.routes import (
    AGGREGATE,
    API_FUNCTIONS,
    CONTRIBUTE,
    DECLARE,
    DIGEST,
    LOOKUP,
    OTP,
    REPORT,
    SCHEDULED_FUNCTIONS,
)
from infrastructure.config.settings import Province
from infrastructure.config.tags import add_tags
from infrastructure.data.digest_bucket import DigestBucket
from infrastructure.data.keys import Keys, OriginSecret
from infrastructure.data.site_bucket import ServerLogs, SiteBucket
from infrastructure.data.statistics_bucket import DeadLetters, StatisticsBucket
from infrastructure.data.statistics_catalogue import StatisticsCatalogue
from infrastructure.data.tables import ProvinceTables
from infrastructure.monitoring.alarms import Alarms
from infrastructure.monitoring.dashboard import Dashboard
from infrastructure.monitoring.facility_alarms import add_facility_alarms
from infrastructure.monitoring.message_alarms import add_message_alarms
from infrastructure.monitoring.sms_delivery_log import SmsDeliveryLog

EVENTS = "events#*"  # partitions of `access` with what happened to an account


class ProvinceStack(Stack):
    """Everything that serves one province. Its names are generated, so that a failed try never blocks the next."""

    def __init__(self, scope: Construct, *, province: Province, target: DeploymentTarget) -> None:
        super().__init__(
            scope,
            province.stack_name,
            stack_name=province.stack_name,
            env=Environment(region=province.region),
            description=f"So Suc Khoe: electronic health records of {province.name}",
            termination_protection=True,
            synthesizer=target.synthesizer,
        )
        add_tags(self, province)
        self._province, self._target = province, target

        self.keys = Keys(self, "Keys", prefix=province.stack_name)
        self.origin = OriginSecret(self, "Origin", key=self.keys.storage)
        self.tables = ProvinceTables(self, "Tables", key=self.keys.storage)
        self.server_logs = ServerLogs(self, "ServerLogs", tls_only=target.tls_only)
        self.site = SiteBucket(self, "Site", server_logs=self.server_logs.bucket, tls_only=target.tls_only)
        self.insights = StatisticsBucket(
            self,
            "Insights",
            key=self.keys.storage,
            server_logs=self.server_logs.bucket,
            tls_only=target.tls_only,
        )
        self.digests = DigestBucket(
            self,
            "Digests",
            key=self.keys.storage,
            server_logs=self.server_logs.bucket,
            tls_only=target.tls_only,
        )
        self.dead_letters = DeadLetters(self, "DeadLetters", tls_only=target.tls_only)
        self.layers = Layers(self, "Layers", target=target)
        self.functions = {name: self._function(name) for name in (*API_FUNCTIONS, *SCHEDULED_FUNCTIONS)}
        self.api = PublicApi(
            self,
            "Api",
            province=province,
            functions={name: made.function for name, made in self.functions.items() if name in API_FUNCTIONS},
            log_key=self.keys.storage,
        )
        self.front_door = Cdn(
            self,
            "FrontDoor",
            province=province,
            api_host=self.api.host,
            site=self.site.bucket,
            origin_secret=self.origin.secret,
            edge=target.edge,
        )
        StatisticsCatalogue(self, "Catalogue", province=province, bucket=self.insights.bucket)
        self.daily_work = DailyStateMachine(
            self,
            "DailyWork",
            province=province,
            function=self.functions[AGGREGATE].function,
            log_key=self.keys.storage,
        )
        self._start_timers()
        self.alarms = Alarms(
            self,
            "Alarms",
            settings=province.alarms,
            whole=target.whole,
            key=self.keys.storage,
            functions={name: made.function for name, made in self.functions.items()},
            state_machine_arn=self.daily_work.state_machine.state_machine_arn,
            api=self.api.api,
            dead_letters=self.dead_letters.queue,
        )
        self.functions[REPORT].function.add_environment("SSK_ALARM_TOPIC_ARN", self.alarms.topic.topic_arn)
        self.functions[AGGREGATE].function.add_environment("SSK_SIGNAL_TOPIC_ARN", self.alarms.topic.topic_arn)
        add_facility_alarms(self.alarms)
        add_message_alarms(self.alarms, province.sms)
        if target.whole:  # SNS gives its log groups one name in an account, and an emulator may hold two provinces
            log = SmsDeliveryLog(self, "SmsDeliveryLog", key=self.keys.storage)
            CfnOutput(self, "SmsDeliveryRoleArn", value=log.role.role_arn)
        Dashboard(
            self,
            "Dashboard",
            functions={name: made.function for name, made in self.functions.items()},
            api=self.api.api,
            dead_letters=self.dead_letters.queue,
        )
        self.rights = Grants(
            self,
            province=province,
            roles={name: made.role for name, made in self.functions.items()},
            storage_key=self.keys.storage,
            data_key=self.keys.data,
        )
        self._grant_every_function()
        self._grant_otp()
        self._grant_declare()
        self._grant_lookup()
        self._grant_contribute()
        self._grant_aggregate()
        self._grant_digest()
        self._grant_report()
        self._grant_daily_work()
        self.rights.write()
        self._write_outputs()

    def _start_timers(self) -> None:
        """Everything that begins by the clock, in the province's time."""
        machine = self.daily_work.state_machine
        hour, minute = map(int, self._province.insights.daily_at.split(":"))
        self._timer(
            "Schedule",
            does="Starts the aggregation",
            starts=partial(StepFunctionsStartExecution, machine),
            right=("states:StartExecution", machine.state_machine_arn),
            hour=hour,
            minute=minute,
        )
        # Digests begin when the day before is complete.
        self._call("DigestSchedule", DIGEST, does="Starts the digests of the audit", hour=1, minute=30)
        self._call("ErasureSweep", DECLARE, "resume-erasures", does="Goes on with broken erasures", minute=15)
        self._call("MeasureBackups", REPORT, "measure-backups", does="Measures the backups", hour="*/6", minute=40)
        self._call("WeeklyReport", REPORT, "weekly-report", does="Tells the week", hour=8, minute=0, week_day="MON")

    def _call(self, construct_id: str, name: str, task: str | None = None, **when: Any) -> None:
        """Let the clock call a function, with a task where it has several."""
        function = self.functions[name].function
        words = aws_scheduler.ScheduleTargetInput.from_object({"task": task}) if task else None
        starts = partial(LambdaInvoke, function, input=words)
        self._timer(construct_id, starts=starts, right=("lambda:InvokeFunction", function.function_arn), **when)

    def _timer(self, construct_id: str, **what: Any) -> None:
        Schedule(self, construct_id, province=self._province, dead_letters=self.dead_letters.queue, **what)

    def _function(self, name: str) -> ProvinceFunction:
        analytics = name == AGGREGATE
        return ProvinceFunction(
            self,
            name.capitalize(),
            name=name,
            province=self._province,
            layers=self.layers.analytics if analytics else self.layers.api,
            environment=self._environment(name),
            log_key=self.keys.storage,
            analytics=analytics,
            dead_letters=self.dead_letters.queue if name in SCHEDULED_FUNCTIONS else None,
        )

    def _environment(self, name: str) -> dict[str, str]:
        """What a function is told: only of tables and keys that it may touch."""
        tables, sms = self.tables, self._province.sms
        told: dict[str, Mapping[str, str]] = {
            "every": {
                "SSK_PROVINCE": self._province.code,
                "SSK_TIME_ZONE": self._province.time_zone,
                "SSK_SYNTHETIC": "1" if self._target.synthetic else "0",
                "POWERTOOLS_SERVICE_NAME": name,
                "POWERTOOLS_METRICS_NAMESPACE": "SoSucKhoe",
            },
            "api": {
                "SSK_PUBLIC_ORIGIN": self._target.public_origin_for(self._province),
                "SSK_ORIGIN_SECRET_ARN": self.origin.arn,
                "SSK_MAC_KEY_ID": self.keys.mac.key_id,
                "SSK_TABLE_ACCESS": tables.access.table_name,
                "SSK_TABLE_AUDIT": tables.audit.table_name,
            },
            "records": {
                "SSK_DATA_KEY_ID": self.keys.data.key_id,
                "SSK_TABLE_RECORDS": tables.records.table_name,
                "SSK_TABLE_KEYS": tables.keys.table_name,
            },
            "facts": {"SSK_TABLE_FACTS": tables.facts.table_name},
            "digests": {
                "SSK_TABLE_AUDIT": tables.audit.table_name,
                "SSK_DIGEST_BUCKET": self.digests.bucket.bucket_name,
                "SSK_DIGEST_KEY_ID": self.digests.signing_key.key_id,
                "SSK_SITE_BUCKET": self.site.bucket.bucket_name,
            },
            "facilities": {"SSK_TABLE_FACILITIES": tables.facilities.table_name},
            "report": {
                "SSK_TABLE_AUDIT": tables.audit.table_name,
                "SSK_TABLE_RECORDS": tables.records.table_name,
            },
            "sms": {
                "SSK_SMS_SENDER_ID": sms.sender_id,
                "SSK_SMS_PRICE_VND": str(sms.price_vnd),
                "SSK_SMS_DAILY_BUDGET_VND": str(self._target.sms_daily_budget_for(self._province)),
            },
            "insights": {
                "SSK_INSIGHTS_BUCKET": self.insights.bucket.bucket_name,
                "SSK_SITE_BUCKET": self.site.bucket.bucket_name,
                "SSK_SNAPSHOT_MODE": self._target.snapshot_mode_for(self._province),
                "SSK_STORAGE_KEY_ID": self.keys.storage.key_arn,
                "SSK_CELL_KEY_ID": self.keys.mac.key_id,
            },
        }
        parts = {
            OTP: ("every", "api", "facts", "sms"),
            DECLARE: ("every", "api", "records", "facts"),
            LOOKUP: ("every", "api", "records", "facilities", "sms"),
            CONTRIBUTE: ("every", "api", "records", "facts", "facilities", "sms"),
            AGGREGATE: ("every", "facts", "insights"),
            DIGEST: ("every", "facilities", "digests"),
            REPORT: ("every", "facilities", "report"),
        }[name]
        return {key: value for part in parts for key, value in told[part].items()}

    def _grant_every_function(self) -> None:
        for name, made in self.functions.items():
            self.rights.allow(name, ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{made.logs.log_group_arn}:*"])
            if name in SCHEDULED_FUNCTIONS:
                continue
            self.rights.allow(name, ["secretsmanager:GetSecretValue"], [self.origin.arn])
            self.rights.allow(name, ["kms:GenerateMac"], [self.keys.mac.key_arn])
            self.rights.storage_key(name, KEY_WRITE, "dynamodb", "secretsmanager")
            self.rights.on(name, self.tables.audit, ["PutItem"])

    def _grant_otp(self) -> None:
        access = self.tables.access
        self.rights.on(OTP, access, ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"])
        self.rights.on(OTP, access, ["Query"], index="by-account")
        self.rights.on(OTP, access, ["Query"], only=[EVENTS])
        self.rights.on(OTP, self.tables.facts, ["UpdateItem"], only=["poster#*"])  # counters of codes
        self.rights.sms(OTP)

    def _grant_declare(self) -> None:
        tables = self.tables
        everything = ["BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"]
        self.rights.on(DECLARE, tables.access, ["UpdateItem"], only=["session#*", "account#*", "budget#*"])
        # What the account's PIN opens; and erasing the last record takes the PIN away.
        self.rights.on(DECLARE, tables.access, ["BatchGetItem", "DeleteItem"], only=["account#*"])
        self.rights.on(DECLARE, tables.access, ["DeleteItem", "PutItem", "Query"], only=[EVENTS])
        self.rights.on(DECLARE, tables.records, everything)
        self.rights.on(DECLARE, tables.keys, ["BatchGetItem", "ConditionCheckItem", "DeleteItem", "PutItem"])
        self.rights.on(DECLARE, tables.keys, ["UpdateItem"], only=["identifier#*"])
        self.rights.on(DECLARE, tables.facts, ["DeleteItem", "PutItem", "Query", "UpdateItem"])
        self.rights.on(DECLARE, tables.audit, ["Query"], index="by-record")
        self.rights.data_key(DECLARE, "kms:Decrypt", "kms:GenerateDataKey")

    def _grant_lookup(self) -> None:
        tables = self.tables
        self.rights.on(LOOKUP, tables.access, ["BatchGetItem", "UpdateItem"], only=["budget#*"])
        self.rights.on(LOOKUP, tables.access, ["PutItem"], only=[EVENTS])
        self.rights.on(LOOKUP, tables.records, ["BatchGetItem", "GetItem", "Query"])
        self.rights.on(LOOKUP, tables.keys, ["BatchGetItem"])
        self.rights.on(LOOKUP, tables.keys, ["Query"], index="by-identifier")
        self.rights.on(LOOKUP, tables.facilities, ["Query"])
        self.rights.data_key(LOOKUP, "kms:Decrypt")
        self.rights.sms(LOOKUP)

    def _grant_contribute(self) -> None:
        """It appends to records; `$verify` changes a record's identity, frees numbers and permits a new PIN."""
        tables = self.tables
        self.rights.on(CONTRIBUTE, tables.access, ["BatchGetItem", "UpdateItem"], only=["budget#*"])
        self.rights.on(CONTRIBUTE, tables.access, ["UpdateItem"], only=["permit#*"])
        self.rights.on(CONTRIBUTE, tables.access, ["PutItem"], only=[EVENTS])
        self.rights.on(CONTRIBUTE, tables.records, ["BatchGetItem", "ConditionCheckItem", "Query"])
        self.rights.on(CONTRIBUTE, tables.records, ["PutItem"], only=["record#*"])
        self.rights.on(CONTRIBUTE, tables.records, ["UpdateItem"], only=["record#*"])
        self.rights.on(CONTRIBUTE, tables.keys, ["BatchGetItem"])
        self.rights.on(CONTRIBUTE, tables.keys, ["PutItem"], only=["episode#*"])
        self.rights.on(CONTRIBUTE, tables.keys, ["Query"], index="by-identifier")
        self.rights.on(CONTRIBUTE, tables.keys, ["DeleteItem", "PutItem", "UpdateItem"], only=["identifier#*"])
        self.rights.on(CONTRIBUTE, tables.facts, ["DeleteItem", "PutItem"])
        self.rights.on(CONTRIBUTE, tables.facilities, ["Query"])
        self.rights.data_key(CONTRIBUTE, "kms:Decrypt")
        self.rights.sms(CONTRIBUTE)

    def _grant_aggregate(self) -> None:
        facts, bucket = self.tables.facts, self.insights.bucket
        self.rights.allow(AGGREGATE, ["kms:GenerateMac"], [self.keys.mac.key_arn])  # the noise of published counts
        self.rights.allow(AGGREGATE, ["sns:Publish"], [self.alarms.topic.topic_arn])  # signals, for the department
        snapshots = [bucket.arn_for_objects("snapshots/*")]
        if self._target.snapshot_mode_for(self._province) == "scan":
            self.rights.on(AGGREGATE, facts, ["Scan"])
        else:
            self.rights.on(AGGREGATE, facts, ["DescribeTable", "ExportTableToPointInTime"])
            self.rights.allow(AGGREGATE, ["dynamodb:DescribeExport"], [f"{facts.table_arn}/export/*"])
            self.rights.allow(
                AGGREGATE, ["s3:AbortMultipartUpload", "s3:PutObjectAcl"], snapshots
            )  # DynamoDB on its behalf
        self.rights.storage_key(AGGREGATE, KEY_WRITE, "dynamodb", "s3", "sns")
        kept = [bucket.arn_for_objects(f"{kind}/*") for kind in ("statistics", "forecasts", "published", "released")]
        self.rights.allow(AGGREGATE, ["s3:GetObject", "s3:PutObject"], [*snapshots, *kept])
        self.rights.allow(AGGREGATE, ["s3:PutObject"], [bucket.arn_for_objects("athena/*")])
        self.rights.allow(AGGREGATE, ["s3:GetObject"], [bucket.arn_for_objects("reference/*")])
        self.rights.allow(
            AGGREGATE, ["s3:ListBucket"], [bucket.bucket_arn]
        )  # without it S3 says 403 of what is not there
        published = [bucket.arn_for_objects("published/*"), self.site.bucket.arn_for_objects("insights/*")]
        self.rights.allow(AGGREGATE, ["s3:DeleteObject"], published)  # what an earlier week left beside the newest
        self.rights.allow(AGGREGATE, ["s3:PutObject"], [self.site.bucket.arn_for_objects("insights/*")])
        self.rights.allow(AGGREGATE, ["sqs:SendMessage"], [self.dead_letters.queue.queue_arn])

    def _grant_digest(self) -> None:
        """It reads the audit, adds digests and puts the record of accesses on the site; no other function can."""
        bucket = self.digests.bucket
        self.rights.on(DIGEST, self.tables.facilities, ["Scan"])
        self.rights.on(DIGEST, self.tables.audit, ["Query"], index="by-facility-day")
        kept = [bucket.arn_for_objects(f"{kind}/*") for kind in ("digests", "accesses")]
        self.rights.allow(DIGEST, ["s3:GetObject", "s3:PutObject"], kept)
        self.rights.allow(DIGEST, ["s3:PutObject"], [self.site.bucket.arn_for_objects("accesses/*")])
        self.rights.allow(DIGEST, ["s3:ListBucket"], [bucket.bucket_arn])  # without it S3 says 403 of what is not there
        self.rights.allow(DIGEST, ["kms:GetPublicKey", "kms:Sign"], [self.digests.signing_key.key_arn])
        self.rights.allow(DIGEST, ["sqs:SendMessage"], [self.dead_letters.queue.queue_arn])
        self.rights.storage_key(DIGEST, KEY_WRITE, "dynamodb", "s3")

    def _grant_report(self) -> None:
        """It reads no item of a table: only how old its backups are, what was measured, and which alarms ring."""
        tables = self.tables
        for table in (tables.records, tables.facilities, tables.audit):
            self.rights.on(REPORT, table, ["DescribeTable"])
        asking = ["backup:ListRecoveryPointsByResource", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"]
        self.rights.allow(REPORT, asking, ["*"])  # asked of the whole account, which is the province's own
        self.rights.allow(REPORT, ["sns:Publish"], [self.alarms.topic.topic_arn])
        self.rights.storage_key(REPORT, ("kms:Decrypt", "kms:GenerateDataKey"), "sns")
        self.rights.allow(REPORT, ["sqs:SendMessage"], [self.dead_letters.queue.queue_arn])

    def _grant_daily_work(self) -> None:
        self.daily_work.role.add_managed_policy(
            aws_iam.ManagedPolicy(
                self,
                "DailyWorkMay",
                statements=[
                    statement(["lambda:InvokeFunction"], [self.functions[AGGREGATE].function.function_arn]),
                    statement(LOG_DELIVERY, ["*"]),
                ],
            )
        )

    def _write_outputs(self) -> None:
        outputs = {
            "ApiUrl": self.api.api.api_endpoint,
            "PublicOrigin": self._target.public_origin_for(self._province),
            "Hotline": self._province.hotline,
            "OriginSecretArn": self.origin.arn,
            **{f"Table{name.capitalize()}": table.table_name for name, table in self.tables.by_name.items()},
            "SiteBucket": self.site.bucket.bucket_name,
            "InsightsBucket": self.insights.bucket.bucket_name,
            "DigestBucket": self.digests.bucket.bucket_name,
            "DigestKeyId": self.digests.signing_key.key_id,
            "DigestFunction": self.functions[DIGEST].function.function_name,
            "AggregateFunction": self.functions[AGGREGATE].function.function_name,
            "AggregateStateMachine": self.daily_work.state_machine.state_machine_arn,
            "MacKeyId": self.keys.mac.key_id,
            "DataKeyId": self.keys.data.key_id,
            "StorageKeyArn": self.keys.storage.key_arn,
            "AlarmTopicArn": self.alarms.topic.topic_arn,
            "ReportFunction": self.functions[REPORT].function.function_name,
            "DistributionDomain": self.front_door.distribution.distribution_domain_name,
            "DistributionId": self.front_door.distribution.distribution_id,
        }
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
