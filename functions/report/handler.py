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
        unusable = key_states.count_unusable(config)
        count_metric("KeysNotUsable", unusable)
        metrics().flush_metrics()
        hours = round(backup_age.oldest_hours(config, now), 2)
        count_metric("BackupAgeHours", hours)
        metrics().flush_metrics()
        return {"hours": hours, "keys_not_usable": unusable}
    if task == "weekly-report":
        alarms = weekly_message.send(config, now)
        log_event("weekly_report_sent", alarms=alarms)
        return {"alarms": alarms}
    raise UnknownTaskError
