"""Log groups: encrypted, kept for as long as the settings say, also where their stack is deleted."""

from aws_cdk import ArnFormat, Stack, aws_iam, aws_kms, aws_logs
from constructs import Construct

from infrastructure.data.removal import TAKEN_BACK_IF_NEW

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


def create_log_group(
    scope: Construct, construct_id: str, *, key: aws_kms.IKey, days: int, name: str | None = None
) -> aws_logs.LogGroup:
    """A log group that keeps its lines for `days`, one of `settings.RETENTION_DAYS`; without `name` under a new one."""
    return aws_logs.LogGroup(
        scope,
        construct_id,
        log_group_name=name,
        encryption_key=key,
        retention=_RETENTION[days],
        removal_policy=TAKEN_BACK_IF_NEW,
    )


def grant_logs_key_use(key: aws_kms.Key, *, groups: str = "*") -> None:
    """CloudWatch Logs encrypts the groups of this account with `key`: those whose names fit the pattern `groups`."""
    stack = Stack.of(key)
    arns = stack.format_arn(
        service="logs", resource="log-group", resource_name=groups, arn_format=ArnFormat.COLON_RESOURCE_NAME
    )
    key.add_to_resource_policy(
        aws_iam.PolicyStatement(
            principals=[aws_iam.ServicePrincipal(f"logs.{stack.region}.amazonaws.com")],
            actions=[
                "kms:Decrypt",
                "kms:DescribeKey",
                "kms:Encrypt",
                "kms:GenerateDataKey",
                "kms:GenerateDataKeyWithoutPlaintext",
                "kms:ReEncryptFrom",
                "kms:ReEncryptTo",
            ],
            resources=["*"],  # in a key's own policy this is the key
            conditions={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": arns}},
        )
    )
