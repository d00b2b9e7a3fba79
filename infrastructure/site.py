"""The bucket of the static site, and the bucket where S3 writes who asked for what."""

from aws_cdk import Duration, RemovalPolicy, aws_s3
from constructs import Construct

SERVER_LOG_DAYS = 90
OLD_VERSION_DAYS = 30


class ServerLogs(Construct):
    """Where S3 logs requests to the other buckets; their keys name no person."""

    def __init__(self, scope: Construct, construct_id: str, *, tls_only: bool) -> None:
        super().__init__(scope, construct_id)
        self.bucket = aws_s3.Bucket(
            self,
            "Bucket",
            encryption=aws_s3.BucketEncryption.S3_MANAGED,  # the log service writes to no other kind
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=tls_only,
            minimum_tls_version=1.2 if tls_only else None,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            lifecycle_rules=[
                aws_s3.LifecycleRule(
                    id="logs-go",
                    expiration=Duration.days(SERVER_LOG_DAYS),
                    noncurrent_version_expiration=Duration.days(1),
                )
            ],
        )


class Site(Construct):
    """The pages as built, and under `insights/` what the aggregation publishes. Only the CDN reads it."""

    def __init__(self, scope: Construct, construct_id: str, *, server_logs: aws_s3.IBucket, tls_only: bool) -> None:
        super().__init__(scope, construct_id)
        self.bucket = aws_s3.Bucket(
            self,
            "Bucket",
            encryption=aws_s3.BucketEncryption.S3_MANAGED,
            block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
            object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
            enforce_ssl=tls_only,
            minimum_tls_version=1.2 if tls_only else None,
            versioned=True,
            removal_policy=RemovalPolicy.RETAIN,
            server_access_logs_bucket=server_logs,
            server_access_logs_prefix="site/",
            lifecycle_rules=[
                aws_s3.LifecycleRule(
                    id="old-versions-go",
                    noncurrent_version_expiration=Duration.days(OLD_VERSION_DAYS),
                    expired_object_delete_marker=True,
                    abort_incomplete_multipart_upload_after=Duration.days(1),
                )
            ],
        )
