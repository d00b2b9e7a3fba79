"""The metrics that alarms and the dashboard read, and what AWS documents of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from infrastructure.monitoring.alarm_group import METRICS
from tests.infrastructure.arns import DeployedArns
from tests.infrastructure.operators.account import Account
from tests.infrastructure.operators.alarm_states import metrics_of

DOCS = "https://docs.aws.amazon.com/"


@dataclass(frozen=True)
class Documented:
    """Metrics of a namespace, the sets of dimensions that they are written with, and the page that says so."""

    metrics: frozenset[str]
    dimensions: tuple[frozenset[str], ...]
    page: str


def _documented(metrics: str, *dimensions: str, page: str) -> Documented:
    return Documented(frozenset(metrics.split()), tuple(frozenset(one.split()) for one in dimensions), DOCS + page)


# Read on 2026-11-29.
DOCUMENTED: dict[str, tuple[Documented, ...]] = {
    "AWS/ApiGateway": (
        _documented(
            "4xx 5xx Count IntegrationLatency Latency DataProcessed",
            "ApiId",
            "ApiId Stage",
            "ApiId Method Resource Stage",  # only with detailed metrics
            page="apigateway/latest/developerguide/http-api-metrics.html",
        ),
    ),
    "AWS/Backup": (
        _documented(
            "NumberOfBackupJobsAborted NumberOfBackupJobsCompleted NumberOfBackupJobsExpired NumberOfBackupJobsFailed",
            "BackupVaultName",
            "ResourceType",
            "BackupVaultName ResourceType",
            page="aws-backup/latest/devguide/cloudwatch.html",
        ),
    ),
    "AWS/CertificateManager": (
        _documented("DaysToExpiry", "CertificateArn", page="acm/latest/userguide/cloudwatch-metrics.html"),
    ),
    "AWS/Lambda": (
        _documented(
            "Duration Errors Invocations Throttles",
            "",
            "FunctionName",
            "FunctionName Resource",
            page="lambda/latest/dg/monitoring-metrics-types.html",
        ),
    ),
    "AWS/SNS": (
        _documented("SMSMonthToDateSpentUSD", "", page="sns/latest/dg/sns-monitoring-using-cloudwatch.html"),
        _documented("SMSSuccessRate", "Country SMSType", page="sns/latest/dg/sns-monitoring-using-cloudwatch.html"),
    ),
    "AWS/SQS": (
        _documented(
            "ApproximateNumberOfMessagesVisible",
            "QueueName",
            page="AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html",
        ),
    ),
    "AWS/States": (
        _documented(
            "ExecutionsFailed ExecutionsTimedOut",
            "StateMachineArn",
            page="step-functions/latest/dg/procedure-cw-metrics.html",
        ),
    ),
    "AWS/WAFV2": (
        _documented(
            "BlockedRequests",  # of CloudFront: without a region
            "WebACL Rule",
            page="waf/latest/developerguide/waf-metrics.html",
        ),
    ),
}
# API Gateway writes of one route only where its stage asks for detailed metrics.
OF_A_ROUTE = frozenset({"ApiId", "Method", "Resource", "Stage"})


@dataclass(frozen=True)
class Read:
    """A metric that somebody looks at."""

    by: str
    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    by_alarm: bool = False

    @property
    def service(self) -> str:
        """The function that writes a metric of ours."""
        dimensions = dict(self.dimensions)
        return "otp" if "carrier" in dimensions else dimensions.get("service", "")


def read(account: Account) -> Iterator[Read]:
    """Every metric of an alarm or of the dashboard."""
    for stack, name, properties in account.each("AWS::CloudWatch::Alarm"):
        for metric in metrics_of(stack.resolved(properties)):
            of = tuple(metric["dimensions"].items())
            yield Read(account.path(stack, name), metric["namespace"], metric["name"], of, by_alarm=True)
    for stack, name, properties in account.each("AWS::CloudWatch::Dashboard"):
        for title, metric in _shown(stack, properties):
            space, measured, *dimensions = [one for one in metric if isinstance(one, str)]
            pairs = tuple(zip(dimensions[::2], dimensions[1::2], strict=True))
            yield Read(f"{account.path(stack, name)}: {title}", space, measured, pairs)


def _shown(stack: DeployedArns, properties: dict[str, Any]) -> Iterator[tuple[str, list[Any]]]:
    for widget in json.loads(stack.text(properties["DashboardBody"]))["widgets"]:
        for metric in widget["properties"]["metrics"]:
            yield widget["properties"]["title"], metric


def faults(account: Account) -> list[str]:
    """Metrics of AWS that its documents do not name, or not with these dimensions."""
    return [
        f"{one.by}: {one.namespace} {one.name} by {sorted(dict(one.dimensions))} is not documented"
        for one in read(account)
        if one.namespace != METRICS and not _is_documented(one)
    ] + [
        f"{one.by}: route {dict(one.dimensions)} is none of the API's, or has no detailed metrics"
        for one in read(account)
        if set(dict(one.dimensions)) == OF_A_ROUTE and not _is_measured(account, dict(one.dimensions))
    ]


def _is_documented(one: Read) -> bool:
    return any(
        one.name in known.metrics and frozenset(dict(one.dimensions)) in known.dimensions
        for known in DOCUMENTED.get(one.namespace, ())
    )


def _is_measured(account: Account, dimensions: dict[str, str]) -> bool:
    key = f"{dimensions['Method']} {dimensions['Resource']}"
    return any(
        properties["RouteSettings"].get(key, {}).get("DetailedMetricsEnabled") is True
        for _, _, properties in account.each("AWS::ApiGatewayV2::Stage")
    )
