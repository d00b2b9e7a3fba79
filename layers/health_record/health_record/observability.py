"""Logs and metrics: structured, allow-listed, and without anything that names a person."""

import functools
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics

ROOTS = ("/health_record/", "/functions/")
LOCATIONS = 6


@functools.cache
def logger() -> "Logger":
    """The function's JSON logger. Log event names and counts, never values a person gave."""
    from aws_lambda_powertools import Logger

    # The level is named here because Powertools would also take it from a bare LOG_LEVEL, which is not ours to own.
    level = os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO")
    return Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", "ssk"), level=level)


@functools.cache
def metrics() -> "Metrics":
    """The function's metrics (embedded metric format); `api.serve` flushes them with each request."""
    from aws_lambda_powertools import Metrics

    return Metrics(namespace="SoSucKhoe", service=os.environ.get("POWERTOOLS_SERVICE_NAME", "ssk"))


def count(name: str, value: float = 1, **dimensions: str) -> None:
    """Add to the metric `name`; a metric with dimensions of its own is written at once."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    if not dimensions:
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
        return
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="SoSucKhoe") as metric:
        for dimension, content in dimensions.items():
            metric.add_dimension(name=dimension, value=content)


def milliseconds(name: str, value: float) -> None:
    """Add a duration to the metric `name`."""
    from aws_lambda_powertools.metrics import MetricUnit

    metrics().add_metric(name=name, unit=MetricUnit.Milliseconds, value=value)


def info(event: str, **fields: Any) -> None:
    """One log line. `event` is a fixed name; `fields` hold no personal data."""
    logger().info(event, extra=fields)


def code_locations(error: BaseException) -> list[str]:
    """`http/entry_point.py:71 serve` of the last steps to the error, innermost last, without any text of it."""
    locations = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        locations.append(f"{_path_in_package(code.co_filename)}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return locations[-LOCATIONS:]


def _path_in_package(path: str) -> str:
    """The path from `health_record` or `functions` on; of other code the file and its folder."""
    for root in ROOTS:
        before, found, rest = path.rpartition(root)
        if found:
            return rest if root == ROOTS[0] else f"{root.strip('/')}/{rest}"
    return "/".join(path.rsplit("/", 2)[-2:])
