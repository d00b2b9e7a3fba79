"""What wakes somebody in the province's own region: work that failed or did not happen, functions that break."""

from collections.abc import Mapping

from aws_cdk import aws_apigatewayv2, aws_cloudwatch, aws_kms, aws_lambda, aws_sqs
from constructs import Construct

from infrastructure.config.routes import AGGREGATE, API_FUNCTIONS, DECLARE, DIGEST, REPORT
from infrastructure.config.settings import Alarms as Settings
from infrastructure.monitoring.alarm_group import FIVE_MINUTES, MEASURED_EVERY, AlarmGroup, function_metric
from infrastructure.monitoring.alarm_topic import create_operators_topic

FAILED_CALLS = 5
SLOW_MS = 3_000
THROTTLED_CALLS = 10
DAILY_HOURS = 26  # what runs once a day is missed two hours after its time
SWEEP_HOURS = 3  # what runs every hour


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
        whole: bool,
        key: aws_kms.Key,
        functions: Mapping[str, aws_lambda.IFunction],
        state_machine_arn: str,
        api: aws_apigatewayv2.IHttpApi,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id, runbooks=settings.runbooks, whole=whole)
        self.topic = create_operators_topic(self, "Topic", receiver=settings.receiver, key=key)
        self._watch_functions(functions)
        self._watch_api(api)
        self._watch_statistics(state_machine_arn)
        self._watch_other_work(dead_letters)
        self._tell_together()

    def _watch_functions(self, functions: Mapping[str, aws_lambda.IFunction]) -> None:
        for name, function in functions.items():  # one each, as the emulator takes no arithmetic of metrics
            self.add_alarm(
                f"{name.capitalize()}Errors",
                function.metric_errors(period=FIVE_MINUTES),
                1,
                f"The function {name} ended without an answer: it crashed or ran out of time.",
                page="function-errors",
                told_together=name != REPORT,
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
            told_together=True,
        )

    def _watch_api(self, api: aws_apigatewayv2.IHttpApi) -> None:
        self.add_alarm(
            "ApiErrors",
            api.metric("5xx", statistic="Sum", period=FIVE_MINUTES),
            FAILED_CALLS,
            "Calls to the API failed on our side.",
            page="api-errors",
            told_together=True,
        )
        self.add_alarm(
            "ApiSlow",
            api.metric("Latency", statistic="p99", period=FIVE_MINUTES),
            SLOW_MS,
            "One call of a hundred takes three seconds or more.",
            page="api-slow",
            periods=3,
            told_together=True,
        )

    def _watch_statistics(self, state_machine_arn: str) -> None:
        for what, how in (("Failed", "came to a dead end"), ("TimedOut", "did not end in time")):
            self.add_alarm(
                f"Aggregation{what}",
                aws_cloudwatch.Metric(
                    namespace="AWS/States",
                    metric_name=f"Executions{what}",
                    dimensions_map={"StateMachineArn": state_machine_arn},
                    statistic="Sum",
                    period=FIVE_MINUTES,
                ),
                1,
                f"The day's aggregation {how}; what was published before stays and says so.",
                page="statistics-missing",
                told_together=True,
            )
        for what, metric in (("Statistics", "StatisticsSucceeded"), ("Publication", "PublicationSucceeded")):
            self.add_heartbeat_alarm(
                f"{what}Missing",
                function_metric(AGGREGATE, metric, "Sum"),
                f"{what} did not succeed for a day.",
                page="statistics-missing",
                hours=DAILY_HOURS,
                told_together=True,
            )

    def _watch_other_work(self, dead_letters: aws_sqs.IQueue) -> None:
        self.add_heartbeat_alarm(
            "DigestMissing",
            function_metric(DIGEST, "DigestsSucceeded", "Sum"),
            "The audit was not digested for a day.",
            page="audit-digests",
            hours=DAILY_HOURS,
            told_together=True,
        )
        self.add_heartbeat_alarm(
            "ErasureSweepMissing",
            function_metric(DECLARE, "ErasureSweepSucceeded", "Sum"),
            "Interrupted erasures were not resumed for three hours.",
            page="erasure-sweep",
            hours=SWEEP_HOURS,
        )
        self.add_alarm(
            "KeyNotUsable",
            function_metric(REPORT, "KeysNotUsable", "Maximum", period=MEASURED_EVERY),
            1,
            "A key of the province is disabled or will be deleted, or nobody could say: what is under it may be lost.",
            page="key-not-usable",
            # The measure comes by a log under one of the keys. One that is late rings nothing: with fewer data points
            # than periods CloudWatch looks back further before it takes a missing one for a bad one.
            without_data=aws_cloudwatch.TreatMissingData.BREACHING,
        )
        self.add_alarm(
            "DeadLetters",
            dead_letters.metric_approximate_number_of_messages_visible(period=FIVE_MINUTES, statistic="Maximum"),
            1,
            "A call of the schedule failed for good; it waits in the dead-letter queue.",
            page="dead-letters",
            told_together=True,
        )

    def _tell_together(self) -> None:
        serving = [f"{name.capitalize()}Errors" for name in API_FUNCTIONS]
        self.add_composite_alarm(
            "ServiceFault",
            [*serving, "FunctionThrottles", "ApiErrors", "ApiSlow"],
            "People or facilities are not served as they should be.",
            page="service-fault",
        )
        self.add_composite_alarm(
            "StatisticsFault",
            ["AggregateErrors", "AggregationFailed", "AggregationTimedOut", "StatisticsMissing", "PublicationMissing"],
            "The day's statistics or their publication did not succeed.",
            page="statistics-missing",
        )
        self.add_composite_alarm(
            "DigestFault",
            ["DigestErrors", "DigestMissing"],
            "The day's digests of the audit did not succeed.",
            page="audit-digests",
        )
        self.add_composite_alarm(
            "DeadLettersAlone",
            ["DeadLetters"],
            "A call of the schedule waits in the dead-letter queue, and no other alarm says why.",
            page="dead-letters",
            unless=["ServiceFault", "StatisticsFault", "DigestFault"],
        )
