"""The day's work as a state machine, and its log."""

from aws_cdk import Stack, aws_iam, aws_kms, aws_lambda, aws_stepfunctions
from constructs import Construct

from infrastructure.compute.state_machine_definition import build_definition
from infrastructure.config.settings import Province
from infrastructure.monitoring.logs import create_log_group

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


class DailyStateMachine(Construct):
    """The state machine that takes the aggregation of one province through its day."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        function: aws_lambda.IFunction,
        log_key: aws_kms.IKey,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("states.amazonaws.com"),
            description=f"Runs the aggregation of province {province.code} step by step",
        )
        logs = create_log_group(self, "Logs", key=log_key, days=province.retention_days.debug_logs)
        kinds = aws_stepfunctions.CfnStateMachine
        machine = kinds(
            self,
            "Machine",
            role_arn=self.role.role_arn,
            definition_string=Stack.of(self).to_json_string(build_definition(function.function_arn)),
            logging_configuration=kinds.LoggingConfigurationProperty(
                destinations=[
                    kinds.LogDestinationProperty(
                        cloud_watch_logs_log_group=kinds.CloudWatchLogsLogGroupProperty(
                            log_group_arn=logs.log_group_arn
                        )
                    )
                ],
                include_execution_data=True,  # dates, keys of files and counts; never a row of the facts
                level="ALL",
            ),
        )
        self.state_machine = aws_stepfunctions.StateMachine.from_state_machine_arn(self, "ByArn", machine.ref)
