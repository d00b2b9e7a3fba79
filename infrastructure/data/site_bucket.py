"""The bucket of the static site, and the bucket where S3 writes who asked for what."""

from aws_cdk import Duration, aws_s3
from constructs import Construct

from infrastructure.data.buckets import create_private_bucket
from infrastructure.data.removal import ALWAYS_KEPT

SERVER_LOG_DAYS = 90
OLD_VERSION_DAYS = 30


class ServerLogs(Construct):
    """Where S3 logs requests to the other buckets; their keys name no person."""

    def __init__(self, scope: Construct, construct_id: str, *, tls_only: bool) -> None:
        super().__init__(scope, construct_id)
        self.bucket = create_private_bucket(  # by S3's own key: the log service writes to no other kind
            self,
            tls_only=tls_only,
            removal=ALWAYS_KEPT,
            rules=[
                aws_s3.LifecycleRule(
                    id="logs-go",
                    expiration=Duration.days(SERVER_LOG_DAYS),
                    noncurrent_version_expiration=Duration.days(1),
                )
            ],
        )


class SiteBucket(Construct):
    """The pages as built, and under `insights/` what the aggregation publishes. Only the CDN reads it."""

    def __init__(self, scope: Construct, construct_id: str, *, server_logs: aws_s3.IBucket, tls_only: bool) -> None:
        super().__init__(scope, construct_id)
        self.bucket = create_private_bucket(
            self,
            tls_only=tls_only,
            logged=(server_logs, "site/"),
            rules=[
                aws_s3.LifecycleRule(
                    id="old-versions-go",
                    noncurrent_version_expiration=Duration.days(OLD_VERSION_DAYS),
                    expired_object_delete_marker=True,
                )
            ],
        )
