"""Where the signed digests of the audit lie, and when they are made: nobody can change or delete one, not even root."""

from aws_cdk import Duration, RemovalPolicy, TimeZone, aws_iam, aws_kms, aws_lambda, aws_s3, aws_scheduler, aws_sqs
from aws_cdk.aws_scheduler_targets import LambdaInvoke
from constructs import Construct

from infrastructure.buckets import private_bucket
from infrastructure.settings import Province

KEPT = Duration.days(5 * 366)
HOUR, MINUTE = 1, 30  # an hour and a half into the province's day, so that the day before is complete


class DigestStore(Construct):
    """A bucket with object lock in compliance mode, and the key that signs what is put there."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: aws_kms.IKey, server_logs: aws_s3.IBucket, tls_only: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = private_bucket(
            self,
            tls_only=tls_only,
            rules=[],
            key=key,
            logged=(server_logs, "digests/"),
            object_lock_enabled=True,
            object_lock_default_retention=aws_s3.ObjectLockRetention.compliance(KEPT),
        )
        self.signing_key = aws_kms.Key(
            self,
            "SigningKey",
            description="Signs the daily digests of the audit",
            key_spec=aws_kms.KeySpec.ECC_NIST_P256,
            key_usage=aws_kms.KeyUsage.SIGN_VERIFY,
            removal_policy=RemovalPolicy.RETAIN,
            pending_window=Duration.days(30),
        )


class DailyDigest(Construct):
    """Makes the digests once a day in the province's own time."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        function: aws_lambda.IFunction,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("scheduler.amazonaws.com"),
            description=f"Starts the digests of the audit of province {province.code}",
        )
        aws_scheduler.Schedule(
            self,
            "Daily",
            schedule=aws_scheduler.ScheduleExpression.cron(
                hour=str(HOUR), minute=str(MINUTE), time_zone=TimeZone.of(province.time_zone)
            ),
            target=LambdaInvoke(
                function,
                role=self.role.without_policy_updates(),
                dead_letter_queue=dead_letters,
                retry_attempts=2,
                max_event_age=Duration.hours(6),
            ),
        )
