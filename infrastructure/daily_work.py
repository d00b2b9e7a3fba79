"""The day's work as a state machine: a dead end says so on the page, wakes somebody and leaves yesterday's files."""

from aws_cdk import Duration, Stack, aws_cloudwatch, aws_iam, aws_kms, aws_lambda, aws_logs, aws_sns, aws_stepfunctions
from aws_cdk.aws_cloudwatch_actions import SnsAction
from constructs import Construct

from infrastructure.daily_states import definition
from infrastructure.logs import log_group
from infrastructure.settings import Province

# The calls by which Step Functions writes a log; none of them takes a resource.
LOG_DELIVERY = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
YESTERDAYS = "yesterday's files stay published and say so."


class DailyWork(Construct):
    """The state machine of one province, its log, and the alarms of its dead ends."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        function: aws_lambda.IFunction,
        log_key: aws_kms.IKey,
        alarm_topic: aws_sns.ITopic,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("states.amazonaws.com"),
            description=f"Runs the aggregation of province {province.code} step by step",
        )
        self.logs: aws_logs.LogGroup = log_group(self, "Logs", key=log_key, days=province.retention_days.debug_logs)
        machine = aws_stepfunctions.CfnStateMachine(
            self,
            "Machine",
            role_arn=self.role.role_arn,
            definition_string=Stack.of(self).to_json_string(definition(function.function_arn)),
            logging_configuration=aws_stepfunctions.CfnStateMachine.LoggingConfigurationProperty(
                destinations=[
                    aws_stepfunctions.CfnStateMachine.LogDestinationProperty(
                        cloud_watch_logs_log_group=aws_stepfunctions.CfnStateMachine.CloudWatchLogsLogGroupProperty(
                            log_group_arn=self.logs.log_group_arn
                        )
                    )
                ],
                include_execution_data=True,  # dates, keys of files and counts; never a row of the facts
                level="ALL",
            ),
        )
        self.arn = machine.ref
        self._alarm("Failed", alarm_topic, f"The day's aggregation came to a dead end; {YESTERDAYS}")
        self._alarm("TimedOut", alarm_topic, f"The day's aggregation did not end in time; {YESTERDAYS}")

    def _alarm(self, what: str, topic: aws_sns.ITopic, text: str) -> None:
        metric = aws_cloudwatch.Metric(
            namespace="AWS/States",
            metric_name=f"Executions{what}",
            dimensions_map={"StateMachineArn": self.arn},
            statistic="Sum",
            period=Duration.minutes(5),
        )
        alarm = aws_cloudwatch.Alarm(
            self,
            what,
            metric=metric,
            threshold=1,
            comparison_operator=aws_cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            evaluation_periods=1,
            treat_missing_data=aws_cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=text,
        )
        alarm.add_alarm_action(SnsAction(topic))
