"""How operators hear of trouble: one topic to a duty's e-mail, and alarms that each link to a page of the runbook."""

from aws_cdk import Duration, Stack, aws_cloudwatch, aws_iam, aws_kms, aws_sns
from aws_cdk.aws_cloudwatch_actions import SnsAction
from aws_cdk.aws_sns_subscriptions import EmailSubscription
from constructs import Construct

FIVE_MINUTES = Duration.minutes(5)
AT_LEAST = aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
LESS_THAN = aws_cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD


def create_operators_topic(scope: Construct, construct_id: str, *, receiver: str, key: aws_kms.Key) -> aws_sns.Topic:
    """A topic to the operators, encrypted with a key that CloudWatch may use to write to it."""
    key.add_to_resource_policy(
        aws_iam.PolicyStatement(
            principals=[aws_iam.ServicePrincipal("cloudwatch.amazonaws.com")],
            actions=["kms:Decrypt", "kms:GenerateDataKey"],
            resources=["*"],  # in a key's own policy this is the key
            conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}},
        )
    )
    topic = aws_sns.Topic(scope, construct_id, master_key=key, enforce_ssl=True)
    topic.add_subscription(EmailSubscription(receiver))
    return topic


class AlarmGroup(Construct):
    """Alarms that speak to one topic. None of them names a person; without data they sleep, unless told otherwise."""

    def __init__(self, scope: Construct, construct_id: str, *, runbooks: str) -> None:
        super().__init__(scope, construct_id)
        self._runbooks = runbooks
        self.topic: aws_sns.ITopic

    def add_alarm(
        self,
        construct_id: str,
        metric: aws_cloudwatch.IMetric,
        threshold: float,
        text: str,
        *,
        page: str,
        periods: int = 1,
        when: aws_cloudwatch.ComparisonOperator = AT_LEAST,
        without_data: aws_cloudwatch.TreatMissingData = aws_cloudwatch.TreatMissingData.NOT_BREACHING,
    ) -> None:
        """Add an alarm. `text` is a sentence; `page` is a heading of `docs/operations.md`, as its link spells it."""
        alarm = aws_cloudwatch.Alarm(
            self,
            construct_id,
            metric=metric,
            threshold=threshold,
            comparison_operator=when,
            evaluation_periods=periods,
            treat_missing_data=without_data,
            alarm_description=f"{text} {self._runbooks}#{page}",
        )
        alarm.add_alarm_action(SnsAction(self.topic))
