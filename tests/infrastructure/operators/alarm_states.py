"""What an alarm says of a series of data points, by "Using Amazon CloudWatch alarms" in CloudWatch's user guide.

A series has one value for each of the alarm's periods, the newest last, and None where there was no data.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

type Series = Sequence[float | None]
COMPARISONS = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}
FILLED = re.compile(r"FILL\((\w+), 0\)")


def metric_of(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """The metric that an alarm reads, of a share what it is a share of: as `metrics_of` tells it."""
    return metrics_of(alarm)[0]


def metrics_of(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every metric that an alarm reads: namespace, name, dimensions, statistic, period and whether it is filled."""
    if "Metrics" not in alarm:
        statistic = alarm.get("Statistic") or alarm["ExtendedStatistic"]
        return [_metric(alarm, alarm.get("Dimensions", []), statistic, alarm["Period"], filled=False)]
    (shown,) = (one for one in alarm["Metrics"] if "Expression" in one)
    filled = FILLED.fullmatch(shown["Expression"])
    sources = (one for one in alarm["Metrics"] if "MetricStat" in one)
    return [_of_source(source, filled) for source in sources]


def _of_source(source: Mapping[str, Any], filled: re.Match[str] | None) -> dict[str, Any]:
    read, metric = source["MetricStat"], source["MetricStat"]["Metric"]
    return _metric(
        metric,
        metric.get("Dimensions", []),
        read["Stat"],
        read["Period"],
        filled=bool(filled) and filled[1] == source["Id"],
    )


def _metric(
    named: Mapping[str, Any], dimensions: list[Any], statistic: str, period: int, *, filled: bool
) -> dict[str, Any]:
    return {
        "namespace": named["Namespace"],
        "name": named["MetricName"],
        "dimensions": {one["Name"]: one["Value"] for one in dimensions},
        "statistic": statistic,
        "period": period,
        "filled": filled,
    }


def rings(alarm: Mapping[str, Any], series: Series) -> bool:
    """Whether the alarm is in ALARM after the series."""
    points = list(series)[-alarm["EvaluationPeriods"] :]
    if metric_of(alarm)["filled"]:
        points = [0 if point is None else point for point in points]
    wrong = COMPARISONS[alarm["ComparisonOperator"]]
    breaching = [_is_wrong(alarm, point, wrong) for point in points]
    return len(points) == alarm["EvaluationPeriods"] and sum(breaching) >= alarm.get("DatapointsToAlarm", len(points))


def _is_wrong(alarm: Mapping[str, Any], point: float | None, wrong: Any) -> bool:
    if point is None:
        return bool(alarm["TreatMissingData"] == "breaching")
    return bool(wrong(point, alarm["Threshold"]))
