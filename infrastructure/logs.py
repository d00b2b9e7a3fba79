"""Log groups: encrypted, kept for as long as the settings say, and no longer than the stack."""

from aws_cdk import RemovalPolicy, aws_kms, aws_logs
from constructs import Construct

_RETENTION = {
    7: aws_logs.RetentionDays.ONE_WEEK,
    14: aws_logs.RetentionDays.TWO_WEEKS,
    30: aws_logs.RetentionDays.ONE_MONTH,
    60: aws_logs.RetentionDays.TWO_MONTHS,
    90: aws_logs.RetentionDays.THREE_MONTHS,
    180: aws_logs.RetentionDays.SIX_MONTHS,
    365: aws_logs.RetentionDays.ONE_YEAR,
    400: aws_logs.RetentionDays.THIRTEEN_MONTHS,
}


def log_group(scope: Construct, construct_id: str, *, key: aws_kms.IKey, days: int) -> aws_logs.LogGroup:
    """A log group that keeps its lines for `days`, one of `settings.RETENTION_DAYS`."""
    return aws_logs.LogGroup(
        scope, construct_id, encryption_key=key, retention=_RETENTION[days], removal_policy=RemovalPolicy.DESTROY
    )
