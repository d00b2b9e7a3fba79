"""What SNS tells of each message, counted by carrier, and nothing else of it.

A line of this log holds a phone number. So it is there only where the settings ask for it (`sms.delivery_log`), under a
key of its own that opens nothing else, for a day; metric filters count its lines by the prefix of the number as they
come, and those counts, which name nobody, are all that leaves it.

https://docs.aws.amazon.com/sns/latest/dg/sms_stats_cloudwatch.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

from aws_cdk import Duration, RemovalPolicy, Stack, aws_cloudwatch, aws_iam, aws_kms, aws_logs
from constructs import Construct

from infrastructure.compute.policy_builder import statement
from infrastructure.monitoring.alarm_group import FIVE_MINUTES, AlarmGroup
from infrastructure.monitoring.logs import grant_logs_key_use

# What SNS asks of the role, by "Amazon SNS SMS delivery status in CloudWatch logs"; here on these two groups only.
DELIVERY_LOG = (
    "logs:CreateLogGroup",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
)
METRICS = "SoSucKhoe/SmsDelivery"
PENDING_DAYS = 7  # of a key whose last line is gone after one
# As `health_record.identity.carriers` has them; all others together are the fourth.
PREFIXES = {
    "viettel": ("+843", "+8486", "+8496", "+8497", "+8498"),
    "vinaphone": ("+8481", "+8482", "+8483", "+8484", "+8485", "+8488", "+8491", "+8494"),
    "mobifone": ("+847", "+8489", "+8490", "+8493"),
}
OTHER = "other"
DELIVERED_PERCENT = 50
FEWEST_REPORTS = 10  # of one carrier in five minutes


class SmsDeliveryLog(Construct):
    """The two log groups whose names SNS gives, the role by which it writes to them, and what counts their lines."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        stack = Stack.of(self)
        name = f"sns/{stack.region}/{stack.account}/DirectPublishToPhoneNumber"
        key = aws_kms.Key(
            self,
            "Key",
            description=f"{stack.stack_name}: the log of delivered messages, which is kept for a day",
            enable_key_rotation=True,
            removal_policy=RemovalPolicy.DESTROY,
            pending_window=Duration.days(PENDING_DAYS),
        )
        grant_logs_key_use(key, groups=f"{name}*")
        groups = {
            kind: aws_logs.LogGroup(
                self,
                kind,
                log_group_name=name + ending,
                encryption_key=key,
                retention=aws_logs.RetentionDays.ONE_DAY,
                removal_policy=RemovalPolicy.DESTROY,
            )
            for kind, ending in (("Delivered", ""), ("Failed", "/Failure"))
        }
        for carrier in (*PREFIXES, OTHER):
            self._count(groups["Delivered"], "Delivered", carrier, "SmsDelivered")
            for kind, group in groups.items():
                self._count(group, f"{kind}Reported", carrier, "SmsReported")
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("sns.amazonaws.com"),
            description="Writes what became of messages",
        )
        rights = statement(DELIVERY_LOG, [f"{group.log_group_arn}:*" for group in groups.values()])
        self.role.add_managed_policy(aws_iam.ManagedPolicy(scope, f"{construct_id}May", statements=[rights]))

    def _count(self, group: aws_logs.LogGroup, construct_id: str, carrier: str, metric: str) -> None:
        aws_logs.MetricFilter(
            self,
            f"{construct_id}{carrier.capitalize()}",
            log_group=group,
            filter_pattern=aws_logs.FilterPattern.literal(pattern_of(carrier)),
            metric_namespace=METRICS,
            metric_name=metric + carrier.capitalize(),
            metric_value="1",
        )


def pattern_of(carrier: str) -> str:
    """The filter of lines about numbers of `carrier`."""
    if carrier == OTHER:
        prefixes = [prefix for of_carrier in PREFIXES.values() for prefix in of_carrier]
        return _joined("&&", [f'$.delivery.destination != "{prefix}*"' for prefix in prefixes])
    return _joined("||", [f'$.delivery.destination = "{prefix}*"' for prefix in PREFIXES[carrier]])


def _joined(operator: str, conditions: list[str]) -> str:
    return "{ " + f" {operator} ".join(f"({condition})" for condition in conditions) + " }"


def add_delivery_alarms(alarms: AlarmGroup) -> None:
    """Add an alarm for each carrier: it rings when it reports failures, within five to ten minutes of their report."""
    for carrier in (*PREFIXES, OTHER):
        alarms.add_share_alarm(
            f"SmsUndelivered{carrier.capitalize()}",
            _metric("SmsDelivered", carrier),
            _metric("SmsReported", carrier),
            DELIVERED_PERCENT,
            f"In five minutes more than half of the messages that {carrier} reported on were not delivered.",
            page="sms-undelivered",
            floor=FEWEST_REPORTS,
        )


def _metric(name: str, carrier: str) -> aws_cloudwatch.Metric:
    return aws_cloudwatch.Metric(
        namespace=METRICS, metric_name=name + carrier.capitalize(), statistic="Sum", period=FIVE_MINUTES
    )
