"""Where the signed digests of the audit lie: nobody can change or delete one, not even root."""

from aws_cdk import Duration, aws_kms, aws_s3
from constructs import Construct

from infrastructure.data.buckets import create_private_bucket
from infrastructure.data.removal import TAKEN_BACK_IF_NEW

RETENTION = Duration.days(5 * 366)


class DigestBucket(Construct):
    """A bucket with object lock in compliance mode, and the key that signs what is put there."""

    def __init__(
        self, scope: Construct, construct_id: str, *, key: aws_kms.IKey, server_logs: aws_s3.IBucket, tls_only: bool
    ) -> None:
        super().__init__(scope, construct_id)
        self.bucket = create_private_bucket(
            self,
            tls_only=tls_only,
            rules=[],
            key=key,
            logged=(server_logs, "digests/"),
            object_lock_enabled=True,
            object_lock_default_retention=aws_s3.ObjectLockRetention.compliance(RETENTION),
        )
        self.signing_key = aws_kms.Key(
            self,
            "SigningKey",
            description="Signs the daily digests of the audit",
            key_spec=aws_kms.KeySpec.ECC_NIST_P256,
            key_usage=aws_kms.KeyUsage.SIGN_VERIFY,
            removal_policy=TAKEN_BACK_IF_NEW,
            pending_window=Duration.days(30),
        )
