"""Logs and metrics: structured, allow-listed, and without anything that names a person."""

import functools
import itertools
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger, Metrics

ROOTS = ("/health_record/", "/functions/")
LOCATIONS = 6
CALLER = 3  # frames up from Powertools' own: its method, ours, and who called ours

_calls = itertools.count()


@functools.cache
def logger() -> "Logger":
    """The function's JSON logger. Log event names and counts, never values a person gave."""
    from aws_lambda_powertools import Logger

    # The level is named here because Powertools would also take it from a bare LOG_LEVEL, which is not ours to own.
    level = os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO")
    service = os.environ.get("POWERTOOLS_SERVICE_NAME", "ssk")
    return Logger(service=service, level=level, location="%(module)s.%(funcName)s:%(lineno)d")


@functools.cache
def metrics() -> "Metrics":
    """The function's metrics (embedded metric format); `entry_point.handle_event` flushes them with each request."""
    from aws_lambda_powertools import Metrics

    return Metrics(namespace="SoSucKhoe", service=os.environ.get("POWERTOOLS_SERVICE_NAME", "ssk"))


def count_metric(name: str, value: float = 1, **dimensions: str) -> None:
    """Add to the metric `name`; a metric with dimensions of its own is written at once."""
    from aws_lambda_powertools.metrics import MetricUnit, single_metric

    if not dimensions:
        metrics().add_metric(name=name, unit=MetricUnit.Count, value=value)
        return
    with single_metric(name=name, unit=MetricUnit.Count, value=value, namespace="SoSucKhoe") as metric:
        for dimension, content in dimensions.items():
            metric.add_dimension(name=dimension, value=content)


def record_duration(name: str, value: float) -> None:
    """Add a duration to the metric `name`."""
    from aws_lambda_powertools.metrics import MetricUnit

    metrics().add_metric(name=name, unit=MetricUnit.Milliseconds, value=value)


def begin_call(context: Any) -> None:
    """Put the request id, which a 500 tells the caller, and whether the start was cold into each log line of a call.

    `context` is Lambda's. The keys have the names that Powertools gives them.
    """
    request_id = getattr(context, "aws_request_id", "")
    logger().append_keys(function_request_id=request_id, cold_start=next(_calls) == 0)


def log_event(event: str, **fields: Any) -> None:
    """One log line. `event` is a fixed name in snake_case; `fields` hold no personal data."""
    logger().info(event, extra=fields, stacklevel=CALLER)


def log_error(event: str, **fields: Any) -> None:
    """The same for what nobody expected: its level is ERROR."""
    logger().error(event, extra=fields, stacklevel=CALLER)


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
