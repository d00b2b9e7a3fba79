"""The stack of one province: a table of contents of what it is made of."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from aws_cdk import CfnOutput, Environment, Stack, aws_iam, aws_kms, aws_scheduler
from aws_cdk.aws_scheduler_targets import LambdaInvoke, StepFunctionsStartExecution
from constructs import Construct

from infrastructure.api.cdn import Cdn
from infrastructure.api.public_api import PublicApi
from infrastructure.compute.daily_state_machine import LOG_DELIVERY, DailyStateMachine
from infrastructure.compute.function_rights import FunctionRights
from infrastructure.compute.functions import Layers, ProvinceFunction
from infrastructure.compute.policy_builder import PolicyBuilder, statement
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
from infrastructure.config.settings import SNS, Province
from infrastructure.config.tags import add_tags
from infrastructure.data.digest_bucket import DigestBucket
from infrastructure.data.keys import Keys, OriginSecret, SmsGatewaySecret
from infrastructure.data.site_bucket import ServerLogs, SiteBucket
from infrastructure.data.statistics_bucket import DeadLetters, StatisticsBucket
from infrastructure.data.statistics_catalogue import StatisticsCatalogue
from infrastructure.data.tables import ProvinceTables
from infrastructure.monitoring.access_trail import AccessTrail
from infrastructure.monitoring.alarms import Alarms
from infrastructure.monitoring.dashboard import Dashboard
from infrastructure.monitoring.facility_alarms import add_facility_alarms
from infrastructure.monitoring.message_alarms import add_message_alarms
from infrastructure.monitoring.sms_delivery_log import SmsDeliveryLog, add_delivery_alarms
from infrastructure.packaging.layers import build_function_code


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
        self.sms_gateway = SmsGatewaySecret(self, "SmsGateway", key=self.keys.storage) if province.sms.gateway else None
        self.tables = ProvinceTables(self, "Tables", key=self.keys.storage, warm=province.warm_throughput)
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
            key=self.keys.alarms,
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
            if province.sms.delivery_log:
                log = SmsDeliveryLog(self, "SmsDeliveryLog")
                CfnOutput(self, "SmsDeliveryRoleArn", value=log.role.role_arn)
                add_delivery_alarms(self.alarms)
            AccessTrail(
                self,
                "AccessTrail",
                tables=[table.table_arn for table in self.tables.by_name.values()],
                roles=[made.role for made in self.functions.values()],
                server_logs=self.server_logs.bucket,
                days=province.retention_days.access_logs,
            )
        Dashboard(
            self,
            "Dashboard",
            functions={name: made.function for name, made in self.functions.items()},
            api=self.api.api,
            dead_letters=self.dead_letters.queue,
        )
        rights = PolicyBuilder(
            self,
            province=province,
            roles={name: made.role for name, made in self.functions.items()},
            storage_key=self.keys.storage,
            data_key=self.keys.data,
        )
        FunctionRights(
            rights=rights,
            logs={name: made.logs for name, made in self.functions.items()},
            tables=self.tables,
            keys=self.keys,
            origin=self.origin,
            site=self.site,
            insights=self.insights,
            digests=self.digests,
            dead_letters=self.dead_letters,
            alarm_topic_arn=self.alarms.topic.topic_arn,
            sends_by_sns=SNS in province.sms.channels,
            sms_gateway=self.sms_gateway,
            scans_facts=target.snapshot_mode_for(province) == "scan",
            watched_keys=self._watched_keys(),
        ).grant_all()
        self._grant_daily_work()
        rights.write()
        self._write_outputs()

    def _watched_keys(self) -> list[aws_kms.Key]:
        """The keys by whose loss something of the province is lost; `report` asks whether they work."""
        return [*self.keys.all, self.digests.signing_key]

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
                "SSK_TABLE_ACCESS": tables.access.table_name,
                "SSK_TABLE_AUDIT": tables.audit.table_name,
            },
            "records": {
                "SSK_DATA_KEY_ID": self.keys.data.key_id,
                "SSK_TABLE_RECORDS": tables.records.table_name,
            },
            "phones": {"SSK_PHONE_MAC_KEY_ID": self.keys.phone_mac.key_id},
            "identifiers": {"SSK_IDENTIFIER_MAC_KEY_ID": self.keys.mac.key_id},
            "keys": {"SSK_TABLE_KEYS": tables.keys.table_name},
            "code": {"SSK_CODE_VERSION": f"{build_function_code(name).content_hash[:16]}-{self.layers.version}"},
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
                "SSK_WATCHED_KEY_ARNS": ",".join(key.key_arn for key in self._watched_keys()),
            },
            "sms": {
                "SSK_SMS_SENDER_ID": sms.sender_id,
                "SSK_SMS_PRICE_VND": str(sms.price_vnd),
                "SSK_SMS_DAILY_BUDGET_VND": str(self._target.sms_daily_budget_for(self._province)),
                "SSK_SMS_CHANNELS": ",".join(sms.channels),
                **self._sms_gateway_environment(),
            },
            "limits": {f"SSK_{limit.upper()}": str(value) for limit, value in self._province.limits.items()},
            "insights": {
                "SSK_INSIGHTS_BUCKET": self.insights.bucket.bucket_name,
                "SSK_SITE_BUCKET": self.site.bucket.bucket_name,
                "SSK_SNAPSHOT_MODE": self._target.snapshot_mode_for(self._province),
                "SSK_STORAGE_KEY_ID": self.keys.storage.key_arn,
                "SSK_CELL_KEY_ID": self.keys.cell_mac.key_id,
            },
        }
        parts = {
            OTP: ("every", "api", "phones", "keys", "facts", "sms", "limits"),
            DECLARE: ("every", "api", "phones", "identifiers", "records", "keys", "facts"),
            LOOKUP: ("every", "api", "identifiers", "records", "keys", "facilities", "sms", "code"),
            CONTRIBUTE: ("every", "api", "identifiers", "records", "keys", "facts", "facilities", "sms"),
            AGGREGATE: ("every", "facts", "insights"),
            DIGEST: ("every", "facilities", "digests"),
            REPORT: ("every", "facilities", "report"),
        }[name]
        return {key: value for part in parts for key, value in told[part].items()}

    def _sms_gateway_environment(self) -> dict[str, str]:
        gateway = self._province.sms.gateway
        if gateway is None or self.sms_gateway is None:
            return {}
        return {"SSK_SMS_GATEWAY_URL": gateway.url, "SSK_SMS_GATEWAY_SECRET_ARN": self.sms_gateway.arn}

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
            "PhoneMacKeyId": self.keys.phone_mac.key_id,
            "DataKeyId": self.keys.data.key_id,
            "StorageKeyArn": self.keys.storage.key_arn,
            "AlarmTopicArn": self.alarms.topic.topic_arn,
            "ReportFunction": self.functions[REPORT].function.function_name,
            "DistributionDomain": self.front_door.distribution.distribution_domain_name,
            "DistributionId": self.front_door.distribution.distribution_id,
        }
        if self.sms_gateway:
            outputs["SmsGatewaySecretArn"] = self.sms_gateway.arn
        for name, value in outputs.items():
            CfnOutput(self, name, value=value)
