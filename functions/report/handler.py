"""Entry point of `report`: looks after keys and the age of the backups, and tells the operators of the week."""

import datetime
from typing import Any

from functions.report import backup_age, key_states, weekly_message
from functions.report.settings import ReportSettings
from health_record import settings
from health_record.observability import begin_call, count_metric, log_event, metrics


class UnknownTaskError(Exception):
    """The event names no task of this function."""


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """Do the event's `task`: `measure-backups` or `weekly-report`. Raises UnknownTaskError."""
    begin_call(context)
    config = settings.read_once(ReportSettings)
    now = datetime.datetime.now(datetime.UTC)
    task = event.get("task")
    if task == "measure-backups":
        return _measure_each(config, now)
    if task == "weekly-report":
        alarms = weekly_message.send(config, now)
        log_event("weekly_report_sent", alarms=alarms)
        return {"alarms": alarms}
    raise UnknownTaskError


def _measure_each(config: ReportSettings, now: datetime.datetime) -> dict[str, float]:
    """Take and write each measure by itself: none hides another. Raises the first failure once all were tried."""
    found: dict[str, float] = {}
    failures = []
    for name, measure in MEASURES.items():
        try:
            found |= measure(config, now)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised below
            log_event("measure_failed", measure=name, error=type(error).__name__)
            failures.append(error)
        else:
            metrics().flush_metrics()
    if failures:
        raise failures[0]
    return found


def _measure_backups(config: ReportSettings, now: datetime.datetime) -> dict[str, float]:
    hours = round(backup_age.oldest_hours(config, now), 2)
    count_metric("BackupAgeHours", hours)
    return {"hours": hours}


def _measure_keys(config: ReportSettings, _: datetime.datetime) -> dict[str, float]:
    unusable = key_states.count_unusable(config)
    count_metric("KeysNotUsable", unusable)
    return {"keys_not_usable": unusable}


MEASURES = {"backups": _measure_backups, "keys": _measure_keys}
