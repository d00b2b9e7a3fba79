"""Where the aggregation writes, when it runs, and where its failures wait."""

from aws_cdk import (
    Duration,
    TimeZone,
    aws_iam,
    aws_kms,
    aws_s3,
    aws_scheduler,
    aws_sqs,
    aws_stepfunctions,
)
from aws_cdk.aws_scheduler_targets import StepFunctionsStartExecution
from constructs import Construct

from infrastructure.buckets import private_bucket
from infrastructure.settings import Province

SNAPSHOT_DAYS = 7  # read on the day they are made; with S3's rounding, every version is gone well within 15 days
NONCURRENT_DAYS = 90


class InsightsStore(Construct):
    """The bucket of snapshots, statistics, forecasts and what is published of them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: aws_kms.IKey, server_logs: aws_s3.IBucket, tls_only: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            tls_only=tls_only,
            key=key,
            logged=(server_logs, "insights/"),
            rules=[
                aws_s3.LifecycleRule(
                    id="snapshots-go",
                    prefix="snapshots/",
                    expiration=Duration.days(SNAPSHOT_DAYS),
                    noncurrent_version_expiration=Duration.days(1),
                ),
                aws_s3.LifecycleRule(
                    id="old-versions-go",
                    noncurrent_version_expiration=Duration.days(NONCURRENT_DAYS),
                    expired_object_delete_marker=True,
                ),
            ],
        )


class DeadLetters(Construct):
    """A queue that keeps for two weeks what the aggregation could not do."""

    def __init__(self, scope: Construct, construct_id: str, *, tls_only: bool) -> None:
        super().__init__(scope, construct_id)
        self.queue = aws_sqs.Queue(
            self,
            "Queue",
            encryption=aws_sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=tls_only,
            retention_period=Duration.days(14),
        )


class DailyAggregation(Construct):
    """Runs the aggregation once a day in the province's own time."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        state_machine: aws_stepfunctions.IStateMachine,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        hour, minute = province.insights.daily_at.split(":")
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("scheduler.amazonaws.com"),
            description=f"Starts the aggregation of province {province.code}",
        )
        aws_scheduler.Schedule(
            self,
            "Daily",
            schedule=aws_scheduler.ScheduleExpression.cron(
                hour=str(int(hour)), minute=str(int(minute)), time_zone=TimeZone.of(province.time_zone)
            ),
            target=StepFunctionsStartExecution(
                state_machine,
                role=self.role.without_policy_updates(),
                dead_letter_queue=dead_letters,
                retry_attempts=2,
                max_event_age=Duration.hours(6),
            ),
        )
