"""Every right that a function has in AWS: which tables, keys, buckets and messages, and nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import aws_kms, aws_logs

from infrastructure.compute.policy_builder import KEY_WRITE, PolicyBuilder
from infrastructure.config.routes import (
    AGGREGATE,
    CONTRIBUTE,
    DECLARE,
    DIGEST,
    LOOKUP,
    OTP,
    REPORT,
    SCHEDULED_FUNCTIONS,
)
from infrastructure.data.digest_bucket import DigestBucket
from infrastructure.data.keys import Keys, OriginSecret, SmsGatewaySecret
from infrastructure.data.site_bucket import SiteBucket
from infrastructure.data.statistics_bucket import DeadLetters, StatisticsBucket
from infrastructure.data.tables import ProvinceTables

PHONES = "phone#*"  # partitions of `keys` that lead from a phone to its account
EVENTS = "events#*"  # partitions of `access` with what happened to an account
PAPER_CODES = "paper#*"  # partitions of `access` with a code that a facility gave on paper


@dataclass(frozen=True, kw_only=True)
class FunctionRights:
    """What the functions of a province may reach. `logs` are their log groups by the function's name.

    `watched_keys` are those that `report` looks after.
    """

    rights: PolicyBuilder
    logs: Mapping[str, aws_logs.ILogGroup]
    tables: ProvinceTables
    keys: Keys
    origin: OriginSecret
    site: SiteBucket
    insights: StatisticsBucket
    digests: DigestBucket
    dead_letters: DeadLetters
    alarm_topic_arn: str
    sends_by_sns: bool
    sms_gateway: SmsGatewaySecret | None
    scans_facts: bool
    watched_keys: Sequence[aws_kms.IKey]

    def grant_all(self) -> None:
        """Collect the rights of every function; `PolicyBuilder.write` makes policies of them."""
        self._grant_every_function()
        self._grant_mac_roots()
        self._grant_otp()
        self._grant_declare()
        self._grant_lookup()
        self._grant_contribute()
        self._grant_aggregate()
        self._grant_digest()
        self._grant_report()

    def _grant_every_function(self) -> None:
        for name, logs in self.logs.items():
            self.rights.allow(name, ["logs:CreateLogStream", "logs:PutLogEvents"], [f"{logs.log_group_arn}:*"])
            if name in SCHEDULED_FUNCTIONS:
                continue
            self.rights.allow(name, ["secretsmanager:GetSecretValue"], [self.origin.arn])
            self.rights.storage_key(name, KEY_WRITE, "dynamodb", "secretsmanager")
            self.rights.on(name, self.tables.audit, ["PutItem"])

    def _grant_mac_roots(self) -> None:
        """Each root to those alone who make MACs of it: who reads records cannot tell which phone is whose."""
        for key, functions in (
            (self.keys.phone_mac, (OTP, DECLARE)),
            (self.keys.mac, (DECLARE, LOOKUP, CONTRIBUTE)),
            (self.keys.cell_mac, (AGGREGATE,)),
        ):
            for name in functions:
                self.rights.allow(name, ["kms:GenerateMac"], [key.key_arn])

    def _grant_otp(self) -> None:
        access = self.tables.access
        self.rights.on(OTP, access, ["BatchGetItem", "DeleteItem", "GetItem", "PutItem", "UpdateItem"])
        self.rights.on(OTP, access, ["Query"], index="by-account")
        self.rights.on(OTP, access, ["Query"], only=[EVENTS])
        self.rights.on(OTP, self.tables.keys, ["BatchGetItem", "PutItem"], only=[PHONES])
        self.rights.on(OTP, self.tables.facts, ["UpdateItem"], only=["poster#*"])  # counters of codes
        self._grant_sms(OTP)

    def _grant_declare(self) -> None:
        tables = self.tables
        everything = ["BatchGetItem", "ConditionCheckItem", "DeleteItem", "GetItem", "PutItem", "Query", "UpdateItem"]
        self.rights.on(DECLARE, tables.access, ["UpdateItem"], only=["session#*", "account#*", "budget#*"])
        # What the account's PIN opens; and erasing the last record takes the PIN away, and lets go of the sessions.
        self.rights.on(DECLARE, tables.access, ["BatchGetItem", "DeleteItem"], only=["account#*", "session#*"])
        self.rights.on(DECLARE, tables.access, ["DeleteItem", "PutItem", "Query"], only=[EVENTS])
        self.rights.on(DECLARE, tables.access, ["Query"], index="by-account")
        self.rights.on(DECLARE, tables.records, everything)
        self.rights.on(DECLARE, tables.keys, ["BatchGetItem", "ConditionCheckItem", "DeleteItem", "PutItem"])
        self.rights.on(DECLARE, tables.keys, ["UpdateItem"], only=["identifier#*", PHONES])
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
        self._grant_sms(LOOKUP)

    def _grant_contribute(self) -> None:
        """It appends to records; `$verify` changes a record's identity, frees numbers and permits a new PIN."""
        tables = self.tables
        self.rights.on(CONTRIBUTE, tables.access, ["BatchGetItem", "UpdateItem"], only=["budget#*"])
        self.rights.on(CONTRIBUTE, tables.access, ["UpdateItem"], only=["permit#*"])
        self.rights.on(CONTRIBUTE, tables.access, ["PutItem"], only=[EVENTS, PAPER_CODES])
        self.rights.on(CONTRIBUTE, tables.records, ["BatchGetItem", "ConditionCheckItem", "Query"])
        self.rights.on(CONTRIBUTE, tables.records, ["PutItem"], only=["record#*"])
        self.rights.on(CONTRIBUTE, tables.records, ["UpdateItem"], only=["record#*"])
        self.rights.on(CONTRIBUTE, tables.records, ["DeleteItem", "PutItem"], only=["recounting"])
        self.rights.on(CONTRIBUTE, tables.keys, ["BatchGetItem"])
        self.rights.on(CONTRIBUTE, tables.keys, ["PutItem"], only=["episode#*"])
        self.rights.on(CONTRIBUTE, tables.keys, ["Query"], index="by-identifier")
        self.rights.on(CONTRIBUTE, tables.keys, ["DeleteItem", "PutItem", "UpdateItem"], only=["identifier#*"])
        self.rights.on(CONTRIBUTE, tables.facts, ["DeleteItem", "PutItem", "Query", "UpdateItem"])
        self.rights.on(CONTRIBUTE, tables.facilities, ["Query"])
        self.rights.data_key(CONTRIBUTE, "kms:Decrypt")
        self._grant_sms(CONTRIBUTE)

    def _grant_sms(self, name: str) -> None:
        """Messages over the province's own channels and no other; the key at rest is granted with the origin secret."""
        if self.sends_by_sns:
            self.rights.sms(name)
        if self.sms_gateway:
            self.rights.allow(name, ["secretsmanager:GetSecretValue"], [self.sms_gateway.arn])

    def _grant_aggregate(self) -> None:
        facts, bucket = self.tables.facts, self.insights.bucket
        self.rights.publish(AGGREGATE, self.alarm_topic_arn, self.keys.alarms)  # signals, for the department
        snapshots = [bucket.arn_for_objects("snapshots/*")]
        if self.scans_facts:
            self.rights.on(AGGREGATE, facts, ["Scan"])
        else:
            self.rights.on(AGGREGATE, facts, ["DescribeTable", "ExportTableToPointInTime"])
            self.rights.allow(AGGREGATE, ["dynamodb:DescribeExport"], [f"{facts.table_arn}/export/*"])
            self.rights.allow(
                AGGREGATE, ["s3:AbortMultipartUpload", "s3:PutObjectAcl"], snapshots
            )  # DynamoDB on its behalf
        self.rights.storage_key(AGGREGATE, KEY_WRITE, "dynamodb", "s3")
        kept = [bucket.arn_for_objects(f"{kind}/*") for kind in ("statistics", "published", "released")]
        self.rights.allow(AGGREGATE, ["s3:GetObject", "s3:PutObject"], [*snapshots, *kept])
        added = [bucket.arn_for_objects(f"{kind}/*") for kind in ("athena", "forecasts")]
        self.rights.allow(AGGREGATE, ["s3:PutObject"], added)
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
        """It reads no item of a table: how old its backups are, whether keys work, what was measured, what rings."""
        tables = self.tables
        for table in (tables.records, tables.facilities, tables.audit):
            self.rights.on(REPORT, table, ["DescribeTable"])
        asking = ["backup:ListRecoveryPointsByResource", "cloudwatch:DescribeAlarms", "cloudwatch:GetMetricData"]
        self.rights.allow(REPORT, asking, ["*"])  # asked of the whole account, which is the province's own
        self.rights.allow(REPORT, ["kms:DescribeKey"], [key.key_arn for key in self.watched_keys])
        self.rights.publish(REPORT, self.alarm_topic_arn, self.keys.alarms)
        self.rights.allow(REPORT, ["sqs:SendMessage"], [self.dead_letters.queue.queue_arn])
