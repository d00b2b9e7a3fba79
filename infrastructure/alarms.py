"""What wakes somebody: work that failed, functions that break, and money for messages that runs out."""

from collections.abc import Mapping

from aws_cdk import Duration, Stack, aws_cloudwatch, aws_iam, aws_kms, aws_lambda, aws_sns, aws_sqs
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct

METRICS = "SoSucKhoe"  # the namespace that the functions write to
BUDGET_LEVELS = (50, 80, 100)
UNVERIFIED_PERCENT = 50
FIVE_MINUTES = Duration.minutes(5)


class Alarms(Construct):
    """One topic to the province's operators, and the alarms that speak to it. None of them names a person."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        receiver: str,
        key: aws_kms.Key,
        functions: Mapping[str, aws_lambda.IFunction],
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._let_alarms_use(key)
        self.topic = aws_sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        self.topic.add_subscription(EmailSubscription(receiver))
        self._alarm(
            "DeadLetters",
            dead_letters.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
            1,
            "The aggregation failed for good; its call waits in the dead-letter queue.",
        )
        for name, function in functions.items():  # one each, as the emulator takes no arithmetic of metrics
            self._alarm(
                f"{name.capitalize()}Errors",
                function.metric_errors(period=FIVE_MINUTES),
                1,
                f"The function {name} ended without an answer: it crashed or ran out of time.",
            )
        for level in BUDGET_LEVELS:
            self._alarm(
                f"SmsBudget{level}",
                _otp("SmsBudgetUsed"),
                level,
                f"{level} % of the day's money for messages is spent.",
            )
        self._alarm(
            "CodesUnverified",
            _otp("OtpUnverified"),
            UNVERIFIED_PERCENT,
            "Half of the last hour's codes or more were never used: they come late, or somebody pumps messages.",
            periods=3,
        )

    def _alarm(
        self, construct_id: str, metric: aws_cloudwatch.IMetric, threshold: int, text: str, *, periods: int = 1
    ) -> None:
        alarm = aws_cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=periods,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=text,
        )
        alarm.add_alarm_action(SnsAction(self.topic))

    def _let_alarms_use(self, key: aws_kms.Key) -> None:
        """CloudWatch writes to an encrypted topic only if the key lets it."""
        key.add_to_resource_policy(
            aws_iam.PolicyStatement(
                principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["kms:Decrypt", "kms:GenerateDataKey"],
                resources=["*"],  # in a key's own policy this is the key
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )


def _otp(name: str) -> aws_cloudwatch.Metric:
    """A metric that `otp` writes with its messages."""
    return aws_cloudwatch.Metric(
        namespace=METRICS,
        metric_name=name,
        dimensions_map={"service": "otp"},
        statistic="Maximum",
        period=FIVE_MINUTES,
    )
