"""A week in figures, asked of CloudWatch: counts and money, never a person."""

import datetime
from dataclasses import dataclass

from health_record.aws.clients import client

METRICS = "SoSucKhoe"
WEEK = datetime.timedelta(days=7)
DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Figure:
    """One line of the message: its words, the metric, and how the days make one number (`Sum` or `Maximum`)."""

    words: str
    namespace: str
    metric: str
    service: str | None
    statistic: str


FIGURES = (
    Figure("residents with a record", METRICS, "ResidentsCounted", "aggregate", "Maximum"),
    Figure("records made", METRICS, "RecordCreated", "declare", "Sum"),
    Figure("codes sent", METRICS, "OtpSent", "otp", "Sum"),
    Figure("records opened as emergencies", METRICS, "EmergencyAccess", "lookup", "Sum"),
    Figure("calls that ended without an answer", "AWS/Lambda", "Errors", None, "Sum"),
    Figure("USD spent on messages this month, as SNS counts", "AWS/SNS", "SMSMonthToDateSpentUSD", None, "Maximum"),
    Figure("hours since the oldest of the newest backups, at most", METRICS, "BackupAgeHours", "report", "Maximum"),
)


def read(now: datetime.datetime) -> list[tuple[str, float | None]]:
    """Words and number of each figure for the seven days to `now`; None where nothing was counted."""
    answer = client("cloudwatch").get_metric_data(
        StartTime=now - WEEK,
        EndTime=now,
        MetricDataQueries=[
            {
                "Id": f"figure{index}",
                "MetricStat": {
                    "Metric": {
                        "Namespace": figure.namespace,
                        "MetricName": figure.metric,
                        "Dimensions": [{"Name": "service", "Value": figure.service}] if figure.service else [],
                    },
                    "Period": DAY_SECONDS,
                    "Stat": figure.statistic,
                },
            }
            for index, figure in enumerate(FIGURES)
        ],
    )
    values = {result["Id"]: result["Values"] for result in answer["MetricDataResults"]}
    return [(figure.words, _in_one(figure, values.get(f"figure{index}", []))) for index, figure in enumerate(FIGURES)]


def _in_one(figure: Figure, days: list[float]) -> float | None:
    if not days:
        return None
    return sum(days) if figure.statistic == "Sum" else max(days)
