"""The age of the newest backups, and the week's message to the operators."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine

from functions.report import backup_age, weekly_figures, weekly_message
from functions.report.handler import UnknownTaskError, handler
from health_record.aws import clients
from tests import roles
from tests.conftest import World, aws

MADE = "2026-11-20T02:00:00Z"
MONDAY = "2026-11-23T01:00:00Z"  # 08:00 in the province
TABLES = ("records", "facilities", "audit")


class Backups:
    """AWS Backup, of which moto knows no recovery points: two pages for each table."""

    def __init__(self) -> None:
        self.points: dict[str, list[tuple[str, str]]] = {}

    def get_paginator(self, operation: str) -> "Backups":
        assert operation == "list_recovery_points_by_resource"
        return self

    def paginate(self, *, ResourceArn: str) -> Iterator[dict[str, Any]]:  # noqa: N803 - as boto3 names it
        roles.check("report", "backup", "ListRecoveryPointsByResource", {})
        points = [
            {"Status": status, "CreationDate": datetime.datetime.fromisoformat(at)}
            for status, at in self.points.get(ResourceArn.rpartition("/")[2], [])
        ]
        yield {"RecoveryPoints": points[:1]}
        yield {"RecoveryPoints": points[1:]}


@pytest.fixture
def backups(world: World, monkeypatch: pytest.MonkeyPatch) -> Backups:
    fake = Backups()
    original = clients.client
    monkeypatch.setattr(backup_age, "client", lambda service: fake if service == "backup" else original(service))
    monkeypatch.setenv("SSK_ALARM_TOPIC_ARN", aws("sns").create_topic(Name="alarms")["TopicArn"])
    return fake


def measure(moment: str) -> float:
    with time_machine.travel(moment, tick=False):
        hours: float = handler({"task": "measure-backups"}, None)["hours"]
    return hours


def test_the_age_is_that_of_the_table_whose_newest_copy_is_oldest(backups: Backups, written: Callable[[], str]) -> None:
    backups.points = {
        "records": [("COMPLETED", "2026-11-21T18:10:00+00:00"), ("COMPLETED", "2026-11-22T18:10:00+00:00")],
        "facilities": [("COMPLETED", "2026-11-21T19:00:00+00:00")],
        "audit": [("COMPLETED", "2026-11-22T18:30:00+00:00")],
    }

    assert measure("2026-11-23T01:00:00Z") == 30.0
    assert '"BackupAgeHours":[30.0]' in written()


@pytest.mark.parametrize("status", ["PARTIAL", "DELETING", "EXPIRED", "STOPPED"])
def test_only_what_can_be_restored_is_a_copy(backups: Backups, status: str) -> None:
    for table in TABLES:
        backups.points[table] = [("COMPLETED", "2026-11-20T18:00:00+00:00"), (status, "2026-11-22T18:00:00+00:00")]

    assert measure("2026-11-22T18:00:00Z") == 48.0


def test_a_table_without_any_copy_is_as_old_as_the_table(backups: Backups) -> None:
    """So that a new province is given its first night, and a table that is left out of the plan is told."""
    made = aws("dynamodb").describe_table(TableName="audit")["Table"]["CreationDateTime"]
    backups.points = {name: [("COMPLETED", made.isoformat())] for name in ("records", "facilities")}

    assert measure((made + datetime.timedelta(hours=31)).isoformat()) == pytest.approx(31, abs=0.01)


def alarm(name: str, description: str, state: str) -> None:
    aws("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription=description,
        Namespace="SoSucKhoe",
        MetricName="SmsBudgetUsed",
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    aws("cloudwatch").set_alarm_state(AlarmName=name, StateValue=state, StateReason="of a test")


def measured(name: str, service: str, *days: float) -> None:
    for back, value in enumerate(days):
        at = datetime.datetime.fromisoformat(MONDAY) - datetime.timedelta(days=back, hours=1)
        metric = {
            "MetricName": name,
            "Dimensions": [{"Name": "service", "Value": service}],
            "Timestamp": at,
            "Value": value,
        }
        aws("cloudwatch").put_metric_data(Namespace="SoSucKhoe", MetricData=[metric])


def sent(backups: Backups) -> tuple[str, list[str]]:
    """Subject and lines of what the handler published."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.sns import sns_backends

    with time_machine.travel(MONDAY, tick=False):
        handler({"task": "weekly-report"}, None)
    (topic,) = sns_backends[DEFAULT_ACCOUNT_ID]["ap-southeast-1"].topics.values()
    ((_, text, subject, *_),) = topic.sent_notifications
    return subject, text.splitlines()


def test_a_good_week_is_told_with_its_figures(backups: Backups) -> None:
    alarm("ssk-79-sleeping", "Half of the money is spent. https://van-hanh.example#sms-budget", "OK")
    measured("ResidentsCounted", "aggregate", 5_400, 5_300)
    measured("RecordCreated", "declare", 20, 30, 50)
    measured("BackupAgeHours", "report", 25.5)

    subject, lines = sent(backups)

    assert subject == "So Suc Khoe 79: all is well"
    assert lines[:3] == ["The week to 2026-11-23 08:00 (+07)", "", "No alarm rings."]
    assert "5,400  residents with a record" in lines
    assert "100  records made" in lines
    assert "25.50  hours since the oldest of the newest backups, at most" in lines
    assert "nothing counted:  codes sent" in lines


def test_what_rings_is_told_in_its_own_words(backups: Backups) -> None:
    alarm("ssk-79-a", "Half of the money is spent. https://van-hanh.example#sms-budget", "ALARM")
    alarm("ssk-79-b", "", "ALARM")

    subject, lines = sent(backups)

    assert subject == "So Suc Khoe 79: 2 alarms ringing"
    assert lines[2:4] == [
        "Ringing: Half of the money is spent. https://van-hanh.example#sms-budget",
        "Ringing: ssk-79-b",
    ]


@pytest.mark.parametrize(
    ("alarms", "has_figures", "said"),
    [
        (0, True, "all is well"),
        (0, False, "no alarm rings, the week's figures could not be read"),
        (1, True, "1 alarm ringing"),
        (2, False, "2 alarms ringing"),
        (999, True, "999 alarms ringing"),
    ],
)
def test_a_subject_is_what_sns_takes(alarms: int, said: str, *, has_figures: bool) -> None:
    subject = weekly_message.subject("79", alarms, has_figures=has_figures)

    assert subject == f"So Suc Khoe 79: {said}"
    assert subject.isascii()
    assert len(subject) <= 100


def test_every_figure_is_in_the_message_once() -> None:
    words = [figure.words for figure in weekly_figures.FIGURES]

    assert len(set(words)) == len(words)
    assert not [word for word in words if "phone" in word or "name" in word]


@pytest.mark.parametrize("event", [{}, {"task": "anything"}, {"task": None}])
def test_an_event_without_a_known_task_is_a_fault_that_an_alarm_tells(backups: Backups, event: dict[str, Any]) -> None:
    with pytest.raises(UnknownTaskError):
        handler(event, None)
