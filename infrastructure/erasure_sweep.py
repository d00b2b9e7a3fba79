"""Who goes on with erasures that broke: the function that erases, called every hour without any caller."""

from aws_cdk import Duration, TimeZone, aws_iam, aws_lambda, aws_scheduler, aws_sqs
from aws_cdk.aws_scheduler_targets import LambdaInvoke
from constructs import Construct

TASK = "resume-erasures"


class ErasureSweep(Construct):
    """An hourly call. An hour without anything to go on with costs one Query of an empty list."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        function: aws_lambda.IFunction,
        dead_letters: aws_sqs.IQueue,
        time_zone: str,
    ) -> None:
        super().__init__(scope, construct_id)
        self.role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("scheduler.amazonaws.com"),
            description="Goes on with erasures that broke",
        )
        aws_scheduler.Schedule(
            self,
            "Hourly",
            schedule=aws_scheduler.ScheduleExpression.cron(minute="15", time_zone=TimeZone.of(time_zone)),
            target=LambdaInvoke(
                function,
                role=self.role.without_policy_updates(),
                input=aws_scheduler.ScheduleTargetInput.from_object({"task": TASK}),
                dead_letter_queue=dead_letters,
                retry_attempts=2,
                max_event_age=Duration.hours(1),
            ),
        )
        self.role.add_managed_policy(
            aws_iam.ManagedPolicy(
                scope,
                f"{construct_id}May",
                statements=[
                    aws_iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn]),
                    aws_iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn]),
                ],
            )
        )
