"""What begins by the clock, in the province's own time: each with a role that may start that one thing."""

from collections.abc import Callable

from aws_cdk import Duration, TimeZone, aws_iam, aws_scheduler, aws_sqs
from constructs import Construct

from infrastructure.compute.policy_builder import statement
from infrastructure.config.settings import Province


class Schedule(Construct):
    """A schedule that calls every day, or every hour where no `hour` is named; what fails for good waits in a queue.

    `hour` is an hour or a cron expression (`*/6`); with `week_day` (`MON`) it calls once a week.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        province: Province,
        does: str,
        starts: Callable[..., aws_scheduler.IScheduleTarget],
        right: tuple[str, str],
        minute: int,
        hour: int | str | None = None,
        week_day: str | None = None,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        """`starts` makes the target of its role and of what to do about failures; `right` is its action and its ARN."""
        super().__init__(scope, construct_id)
        daily = hour is not None
        role = aws_iam.Role(
            self,
            "Role",
            assumed_by=aws_iam.ServicePrincipal("scheduler.amazonaws.com"),
            description=f"{does} of province {province.code}",
        )
        aws_scheduler.Schedule(
            self,
            "Daily" if daily else "Hourly",
            schedule=aws_scheduler.ScheduleExpression.cron(
                hour=str(hour) if daily else None,
                minute=str(minute),
                week_day=week_day,
                time_zone=TimeZone.of(province.time_zone),
            ),
            target=starts(
                role=role.without_policy_updates(),
                dead_letter_queue=dead_letters,
                retry_attempts=2,
                max_event_age=Duration.hours(6 if daily else 1),
            ),
        )
        action, started = right
        rights = [statement([action], [started]), statement(["sqs:SendMessage"], [dead_letters.queue_arn])]
        role.add_managed_policy(aws_iam.ManagedPolicy(scope, f"{construct_id}May", statements=rights))
