"""The week's message to the operators: that all is well, or which alarms ring, with figures.

A week without it means that alarms do not arrive either: it takes the same way as they do.
"""

import datetime
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from functions.report import weekly_figures
from functions.report.settings import ReportSettings
from health_record.aws.clients import client


def send(config: ReportSettings, now: datetime.datetime) -> int:
    """Publish the message; the number of alarms that ring."""
    alarms = _ringing()
    client("sns").publish(
        TopicArn=config.alarm_topic_arn,
        Subject=subject(config.province, len(alarms)),
        Message=text(now.astimezone(ZoneInfo(config.time_zone)), alarms, weekly_figures.read(now)),
    )
    return len(alarms)


def subject(province: str, alarms: int) -> str:
    """At most 100 ASCII characters, as SNS takes."""
    said = "all is well" if not alarms else f"{alarms} alarm{'s' if alarms > 1 else ''} ringing"
    return f"So Suc Khoe {province}: {said}"


def text(now: datetime.datetime, alarms: Sequence[str], figures: Sequence[tuple[str, float | None]]) -> str:
    """The message in plain lines."""
    lines = [f"The week to {now:%Y-%m-%d %H:%M} ({now.tzname()})", ""]
    lines += [f"Ringing: {alarm}" for alarm in alarms] or ["No alarm rings."]
    lines += ["", *(f"{_number(value)}  {words}" for words, value in figures)]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "nothing counted:" if value is None else f"{value:,.2f}".removesuffix(".00")


def _ringing() -> list[str]:
    """What each alarm that rings says of itself."""
    pages = client("cloudwatch").get_paginator("describe_alarms")
    found = pages.paginate(StateValue="ALARM", AlarmTypes=["MetricAlarm"])
    return [alarm.get("AlarmDescription") or alarm["AlarmName"] for page in found for alarm in page["MetricAlarms"]]
