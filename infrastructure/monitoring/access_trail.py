"""CloudTrail: who used a key, changed a setting, or touched a row without being one of the functions.

The functions' own calls are in `audit`, one line each; a second line in the trail would cost more than the tables. A
data event names the table and the key of the item, which is a MAC or a random id.
Selectors: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from collections.abc import Iterable

from aws_cdk import Aws, Duration, Stack, aws_cloudtrail, aws_iam, aws_s3
from constructs import Construct

from infrastructure.compute.policy_builder import statement
from infrastructure.data.buckets import create_private_bucket
from infrastructure.data.removal import ALWAYS_KEPT

Field = aws_cloudtrail.CfnTrail.AdvancedFieldSelectorProperty
Selector = aws_cloudtrail.CfnTrail.AdvancedEventSelectorProperty
CLOUDTRAIL = "cloudtrail.amazonaws.com"


class AccessTrail(Construct):
    """A trail of the region's management events, and of the calls of others than `roles` to the items of `tables`."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        tables: Iterable[str],
        roles: Iterable[aws_iam.IRole],
        server_logs: aws_s3.IBucket,
        days: int,
    ) -> None:
        """`tables` are ARNs, `days` how long the trail's files stay."""
        super().__init__(scope, construct_id)
        short = Duration.days(1)
        rules = [
            aws_s3.LifecycleRule(id="files-go", expiration=Duration.days(days), noncurrent_version_expiration=short)
        ]
        self.bucket = create_private_bucket(
            self, tls_only=True, rules=rules, logged=(server_logs, "trail/"), removal=ALWAYS_KEPT
        )
        self._let_cloudtrail_write()
        trail = aws_cloudtrail.CfnTrail(
            self,
            "Trail",
            is_logging=True,
            s3_bucket_name=self.bucket.bucket_name,
            enable_log_file_validation=True,
            include_global_service_events=True,
            is_multi_region_trail=True,  # IAM, CloudFront and the edge stack act in us-east-1
            advanced_event_selectors=[
                Selector(name="Keys and settings", field_selectors=[_equals("eventCategory", "Management")]),
                Selector(
                    name="Items touched by others than the functions",
                    field_selectors=[
                        _equals("eventCategory", "Data"),
                        _equals("resources.type", "AWS::DynamoDB::Table"),
                        Field(field="resources.ARN", starts_with=list(tables)),
                        Field(field="userIdentity.arn", not_starts_with=[_sessions_of(role) for role in roles]),
                    ],
                ),
            ],
        )
        assert self.bucket.policy is not None
        trail.node.add_dependency(self.bucket.policy)

    def _let_cloudtrail_write(self) -> None:
        ours = f"arn:{Aws.PARTITION}:cloudtrail:{Aws.REGION}:{Aws.ACCOUNT_ID}:trail/{Stack.of(self).stack_name}-*"
        where = {"ArnLike": {"aws:SourceArn": ours}}
        files = self.bucket.arn_for_objects(f"AWSLogs/{Aws.ACCOUNT_ID}/*")
        self.bucket.add_to_resource_policy(_may("s3:GetBucketAcl", self.bucket.bucket_arn, where))
        self.bucket.add_to_resource_policy(_may("s3:PutObject", files, where))


def _may(action: str, resource: str, conditions: dict[str, dict[str, str]]) -> aws_iam.PolicyStatement:
    made = statement([action], [resource], conditions)
    made.add_principals(aws_iam.ServicePrincipal(CLOUDTRAIL))
    return made


def _sessions_of(role: aws_iam.IRole) -> str:
    return f"arn:{Aws.PARTITION}:sts::{Aws.ACCOUNT_ID}:assumed-role/{role.role_name}/"


def _equals(field: str, value: str) -> aws_cloudtrail.CfnTrail.AdvancedFieldSelectorProperty:
    return Field(field=field, equal_to=[value])
