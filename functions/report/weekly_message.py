"""The week's message to the operators: that all is well, or which alarms ring, with figures.

A week without it means that alarms do not arrive either: it takes the same way as they do.
"""

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from functions.report import weekly_figures
from functions.report.settings import ReportSettings
from health_record.aws.clients import client
from health_record.observability import log_event

UNREAD = "The week's figures could not be read."


def send(config: ReportSettings, now: datetime.datetime) -> int:
    """Publish the message; the number of alarms that ring."""
    alarms, figures = _ringing(), _figures(now)
    client("sns").publish(
        TopicArn=config.alarm_topic_arn,
        Subject=subject(config.province, len(alarms), has_figures=figures is not None),
        Message=text(now.astimezone(ZoneInfo(config.time_zone)), alarms, figures),
    )
    return len(alarms)


def _figures(now: datetime.datetime) -> list[tuple[str, float | None]] | None:
    """The week's figures; None where CloudWatch does not give them, which must not hide which alarms ring."""
    try:
        return weekly_figures.read(now)
    except (BotoCoreError, ClientError) as error:
        log_event("weekly_figures_failed", error=type(error).__name__)
        return None


def subject(province: str, alarms: int, *, has_figures: bool) -> str:
    """At most 100 ASCII characters, as SNS takes; that all is well only where the figures were read too."""
    if alarms:
        said = f"{alarms} alarm{'s' if alarms > 1 else ''} ringing"
    else:
        said = "all is well" if has_figures else "no alarm rings, the week's figures could not be read"
    return f"So Suc Khoe {province}: {said}"


def text(now: datetime.datetime, alarms: Sequence[str], figures: Sequence[tuple[str, float | None]] | None) -> str:
    """The message in plain lines."""
    lines = [f"The week to {now:%Y-%m-%d %H:%M} ({now.tzname()})", ""]
    lines += [f"Ringing: {alarm}" for alarm in alarms] or ["No alarm rings."]
    told = [UNREAD] if figures is None else [f"{_number(value)}  {words}" for words, value in figures]
    return "\n".join([*lines, "", *told])


def _number(value: float | None) -> str:
    return "nothing counted:" if value is None else f"{value:,.2f}".removesuffix(".00")


def _ringing() -> list[str]:
    """What each alarm that rings says of itself."""
    pages = client("cloudwatch").get_paginator("describe_alarms")
    found = pages.paginate(StateValue="ALARM", AlarmTypes=["MetricAlarm"])
    return [alarm.get("AlarmDescription") or alarm["AlarmName"] for page in found for alarm in page["MetricAlarms"]]
