"""Where the aggregation writes, and where failures wait of what nobody waits for."""

from aws_cdk import Duration, aws_kms, aws_s3, aws_sqs
from constructs import Construct

from infrastructure.data.buckets import create_private_bucket

SNAPSHOT_DAYS = 7  # read on the day they are made; with S3's rounding, every version is gone well within 15 days
NONCURRENT_DAYS = 90


class StatisticsBucket(Construct):
    """The bucket of snapshots, statistics, forecasts and what is published of them."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: aws_kms.IKey, server_logs: aws_s3.IBucket, tls_only: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = create_private_bucket(
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
    """A queue that keeps for two weeks what a timer's call could not do."""

    def __init__(self, scope: Construct, construct_id: str, *, tls_only: bool) -> None:
        super().__init__(scope, construct_id)
        self.queue = aws_sqs.Queue(
            self,
            "Queue",
            encryption=aws_sqs.QueueEncryption.SQS_MANAGED,
            enforce_ssl=tls_only,
            retention_period=Duration.days(14),
        )
