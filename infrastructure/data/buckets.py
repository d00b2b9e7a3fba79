"""A bucket as every one of the province is: private, versioned, kept, its requests logged."""

from typing import Any

from aws_cdk import Duration, RemovalPolicy, aws_kms, aws_s3
from constructs import Construct

from infrastructure.data.removal import TAKEN_BACK_IF_NEW


def create_private_bucket(
    scope: Construct,
    *,
    tls_only: bool,
    rules: list[aws_s3.LifecycleRule],
    key: aws_kms.IKey | None = None,
    logged: tuple[aws_s3.IBucket, str] | None = None,
    removal: RemovalPolicy = TAKEN_BACK_IF_NEW,
    **more: Any,
) -> aws_s3.Bucket:
    """The bucket of `scope`, encrypted by `key` or else by S3's own; `logged` is the bucket of logs and a prefix there.

    `more` are properties of `aws_s3.Bucket`. An upload that breaks off leaves nothing for longer than a day.
    """
    logs, prefix = logged or (None, None)
    return aws_s3.Bucket(
        scope,
        "Bucket",
        encryption=aws_s3.BucketEncryption.KMS if key else aws_s3.BucketEncryption.S3_MANAGED,
        encryption_key=key,
        bucket_key_enabled=True if key else None,
        block_public_access=aws_s3.BlockPublicAccess.BLOCK_ALL,
        object_ownership=aws_s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
        enforce_ssl=tls_only,
        minimum_tls_version=1.2 if tls_only else None,
        versioned=True,
        removal_policy=removal,
        server_access_logs_bucket=logs,
        server_access_logs_prefix=prefix,
        lifecycle_rules=[
            *rules,
            aws_s3.LifecycleRule(id="leavings-go", abort_incomplete_multipart_upload_after=Duration.days(1)),
        ],
        **more,
    )
