"""What wakes somebody: work that failed, functions that break or are full, and money for messages that runs out."""

from collections.abc import Mapping

from aws_cdk import Duration, aws_apigatewayv2, aws_cloudwatch, aws_kms, aws_lambda, aws_sqs
from constructs import Construct

from infrastructure.config.settings import Alarms as Settings
from infrastructure.monitoring.alarm_topic import FIVE_MINUTES, LESS_THAN, AlarmGroup, create_operators_topic

METRICS = "SoSucKhoe"  # the namespace that the functions write to
BUDGET_LEVELS = (50, 80, 100)
UNVERIFIED_PERCENT = 50
FAILED_CALLS = 5
SLOW_MS = 3_000
THROTTLED_CALLS = 10


class Alarms(AlarmGroup):
    """One topic to the province's operators, and the alarms of everything that runs in the province's own region.

    Other constructs add theirs with `add_alarm`.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        settings: Settings,
        key: aws_kms.Key,
        functions: Mapping[str, aws_lambda.IFunction],
        aggregate: aws_lambda.IFunction,
        api: aws_apigatewayv2.IHttpApi,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id, runbooks=settings.runbooks)
        self.topic = create_operators_topic(self, "Topic", receiver=settings.receiver, key=key)
        self._watch_work(aggregate, dead_letters)
        self._watch_functions(functions)
        self._watch_api(api)
        self._watch_codes()

    def _watch_work(self, aggregate: aws_lambda.IFunction, dead_letters: aws_sqs.IQueue) -> None:
        self.add_alarm(
            "DeadLetters",
            dead_letters.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
            1,
            "The aggregation failed for good; its call waits in the dead-letter queue.",
            page="dead-letters",
        )
        self.add_alarm(
            "StatisticsMissing",
            aggregate.metric_invocations(period=Duration.days(1)),
            1,
            "The aggregation did not run for a day.",
            page="statistics-missing",
            when=LESS_THAN,
            without_data=aws_cloudwatch.TreatMissingData.BREACHING,
        )

    def _watch_functions(self, functions: Mapping[str, aws_lambda.IFunction]) -> None:
        for name, function in functions.items():  # one each, as the emulator takes no arithmetic of metrics
            self.add_alarm(
                f"{name.capitalize()}Errors",
                function.metric_errors(period=FIVE_MINUTES),
                1,
                f"The function {name} ended without an answer: it crashed or ran out of time.",
                page="function-errors",
            )
        self.add_alarm(
            "FunctionThrottles",
            # Without a dimension it counts all functions of the account, which is the province's own.
            aws_cloudwatch.Metric(
                namespace="AWS/Lambda", metric_name="Throttles", statistic="Sum", period=FIVE_MINUTES
            ),
            THROTTLED_CALLS,
            "Calls were refused because a function has as many environments as it may have.",
            page="function-throttles",
        )

    def _watch_api(self, api: aws_apigatewayv2.IHttpApi) -> None:
        self.add_alarm(
            "ApiErrors",
            api.metric("5xx", statistic="Sum", period=FIVE_MINUTES),
            FAILED_CALLS,
            "Calls to the API failed on our side.",
            page="api-errors",
        )
        self.add_alarm(
            "ApiSlow",
            api.metric("Latency", statistic="p99", period=FIVE_MINUTES),
            SLOW_MS,
            "One call of a hundred takes three seconds or more.",
            page="api-slow",
            periods=3,
        )

    def _watch_codes(self) -> None:
        for level in BUDGET_LEVELS:
            self.add_alarm(
                f"SmsBudget{level}",
                function_metric("otp", "SmsBudgetUsed", "Maximum"),
                level,
                f"{level} % of the day's money for messages is spent.",
                page="sms-budget",
            )
        self.add_alarm(
            "CodesUnverified",
            function_metric("otp", "OtpUnverified", "Maximum"),
            UNVERIFIED_PERCENT,
            "Half of the last hour's codes or more were never used: they come late, or somebody pumps messages.",
            page="codes-unverified",
            periods=3,
        )


def function_metric(function: str, name: str, statistic: str) -> aws_cloudwatch.Metric:
    """A metric that a function writes itself."""
    return aws_cloudwatch.Metric(
        namespace=METRICS,
        metric_name=name,
        dimensions_map={"service": function},
        statistic=statistic,
        period=FIVE_MINUTES,
    )
