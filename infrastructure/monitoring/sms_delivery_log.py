"""Where SNS writes what became of each message, once an operator switches that on for an incident.

It is off: a line of this log holds a phone number, so it is kept for a day, encrypted, and switched off again.
"""

from aws_cdk import RemovalPolicy, Stack, aws_iam, aws_kms, aws_logs
from constructs import Construct

from infrastructure.compute.policy_builder import statement

# What SNS asks of the role, by "Amazon SNS SMS delivery status in CloudWatch logs"; here on these two groups only.
DELIVERY_LOG = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
)


class SmsDeliveryLog(Construct):
    """The two log groups whose names SNS gives, and the role by which it writes to them alone."""

    def __init__(self, scope: Construct, construct_id: str, *, key: aws_kms.IKey) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        name = f"sns/{stack.region}/{stack.account}/DirectPublishToPhoneNumber"
        groups = [
            aws_logs.LogGroup(
                self,
                kind,
                log_group_name=name + ending,
                encryption_key=key,
                retention=aws_logs.RetentionDays.ONE_DAY,
                removal_policy=RemovalPolicy.DESTROY,
            )
            for kind, ending in (("Delivered", ""), ("Failed", "/Failure"))
        ]
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("sns.amazonaws.com"),
            description="Writes what became of messages, when an operator asks for it",
        )
        rights = statement(DELIVERY_LOG, [f"{group.log_group_arn}:*" for group in groups])
        self.role.add_managed_policy(aws_iam.ManagedPolicy(scope, f"{construct_id}May", statements=[rights]))
