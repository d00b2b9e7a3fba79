"""The one dashboard of a province: who comes how far, what fails, how long it takes, what it costs, whom it covers."""

from collections.abc import Mapping, Sequence

from aws_cdk import Duration, aws_apigatewayv2, aws_cloudwatch, aws_lambda, aws_sqs
from constructs import Construct

from infrastructure.monitoring.alarm_group import HOUR, function_metric
from infrastructure.monitoring.message_alarms import sms_spend_metric

WIDTH = 12  # of 24: two in a row


class Dashboard(Construct):
    """Metrics only, none of which names a person, a ward or a facility."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        functions: Mapping[str, aws_lambda.IFunction],
        api: aws_apigatewayv2.IHttpApi,
        dead_letters: aws_sqs.IQueue,
    ) -> None:
        super().__init__(scope, construct_id)
        self._api = api
        board = aws_cloudwatch.Dashboard(self, "Board", default_interval=Duration.days(7))
        board.add_widgets(self._funnel(), self._latency())
        board.add_widgets(self._errors(functions, dead_letters), self._function_times(functions))
        board.add_widgets(self._money(), self._coverage())

    def _funnel(self) -> aws_cloudwatch.GraphWidget:
        """From the poster to a record, and where people are lost on the way."""
        visits = self._api.metric(
            "Count",
            dimensions_map={  # what an HTTP API writes of one route: API Gateway calls a route's path its resource
                "ApiId": self._api.api_id,
                "Method": "POST",
                "Resource": "/v1/visits",
                "Stage": "$default",
            },
            statistic="Sum",
            period=HOUR,
            label="posters scanned",
        )
        steps = {
            "codes sent": function_metric("otp", "OtpSent", "Sum"),
            "phones proven": function_metric("otp", "OtpVerified", "Sum"),
            "declarations refused": function_metric("declare", "DeclarationRefused", "Sum"),
            "records made": function_metric("declare", "RecordCreated", "Sum"),
        }
        return _graph("Journey, in an hour", [visits, *_named(steps)])

    def _latency(self) -> aws_cloudwatch.GraphWidget:
        shown = [
            self._api.metric("Latency", statistic=statistic, period=HOUR, label=statistic)
            for statistic in ("p50", "p95", "p99")
        ]
        return _graph("API, milliseconds to the answer", shown)

    def _errors(
        self, functions: Mapping[str, aws_lambda.IFunction], dead_letters: aws_sqs.IQueue
    ) -> aws_cloudwatch.GraphWidget:
        api = [self._api.metric(name, statistic="Sum", period=HOUR, label=f"API {name}") for name in ("4xx", "5xx")]
        crashed = [one.metric_errors(period=HOUR, label=f"{name} crashed") for name, one in functions.items()]
        full = [one.metric_throttles(period=HOUR, label=f"{name} was full") for name, one in functions.items()]
        waiting = dead_letters.metric_approximate_number_of_messages_visible(
            period=HOUR, statistic="Maximum", label="aggregations that failed for good"
        )
        return _graph("Errors, in an hour", [*api, *crashed, *full, waiting])

    def _function_times(self, functions: Mapping[str, aws_lambda.IFunction]) -> aws_cloudwatch.GraphWidget:
        shown = [one.metric_duration(statistic="p95", period=HOUR, label=name) for name, one in functions.items()]
        return _graph("Functions, milliseconds at work (p95)", shown)

    def _money(self) -> aws_cloudwatch.GraphWidget:
        shares = {
            "% of the day's money for messages": function_metric("otp", "SmsBudgetUsed", "Maximum"),
            "% of codes that were never used": function_metric("otp", "OtpUnverified", "Maximum"),
        }
        spent = sms_spend_metric().with_(period=HOUR, label="USD this month, as SNS counts")
        return _graph("Messages", _named(shares), right=[spent])

    def _coverage(self) -> aws_cloudwatch.GraphWidget:
        """What the last aggregation counted; a share of the population only where the department gave one."""
        people = {"residents with a record": function_metric("aggregate", "ResidentsCounted", "Maximum")}
        share = {"% of the population": function_metric("aggregate", "CoveragePercent", "Maximum")}
        return _graph("Coverage", _named(people, Duration.days(1)), right=_named(share, Duration.days(1)))


def _named(metrics: Mapping[str, aws_cloudwatch.Metric], period: Duration = HOUR) -> list[aws_cloudwatch.Metric]:
    return [metric.with_(label=label, period=period) for label, metric in metrics.items()]


def _graph(
    title: str, left: Sequence[aws_cloudwatch.IMetric], *, right: Sequence[aws_cloudwatch.IMetric] = ()
) -> aws_cloudwatch.GraphWidget:
    return aws_cloudwatch.GraphWidget(title=title, left=list(left), right=list(right), width=WIDTH)
