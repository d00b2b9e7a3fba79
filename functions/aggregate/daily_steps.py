"""The day's work as steps that can be run one by one or all together."""

import datetime as dt
import zoneinfo
from typing import Any

from functions.aggregate import buckets, day_statistics
from functions.aggregate.errors import BadEventError
from functions.aggregate.protect import cell_key
from functions.aggregate.publish import weekly_publication
from functions.aggregate.settings import AggregateSettings
from functions.aggregate.snapshot import export, scan
from health_record import observability

STEPS = ("snapshot", "aggregate", "publish")
STATE_MEMBERS = ("export_arn", "export_attempt", "snapshot", "release", "residents", "tables")
# What an alarm waits for every day.
SUCCESSES = {"aggregate": "StatisticsSucceeded", "publish": "PublicationSucceeded"}
LATE = "late"  # the step of a state machine that could not go on


def find_day(event: dict[str, Any], settings: AggregateSettings) -> dt.date:
    """The day to work for: the event's `date`, else today where the province is. Raises BadEventError."""
    if "date" not in event:
        return dt.datetime.now(zoneinfo.ZoneInfo(settings.time_zone)).date()
    try:
        return dt.date.fromisoformat(str(event["date"]))
    except ValueError as error:
        raise BadEventError("date must be YYYY-MM-DD") from error


def run_steps(event: dict[str, Any], settings: AggregateSettings, day: dt.date) -> dict[str, Any]:
    """Run the asked step, or all of them; what is known afterwards, which is the next step's event.

    The step `late` only says on the page that the day's work did not succeed.
    """
    asked = event.get("step")
    if asked == LATE:
        weekly_publication.mark_late(settings, day)
        return {"date": day.isoformat(), "week": buckets.iso_week(day), "status": "LATE"}
    if asked is not None and asked not in STEPS:
        raise BadEventError("step must be one of " + ", ".join(STEPS))
    state: dict[str, Any] = {
        **{name: event[name] for name in STATE_MEMBERS if name in event},
        "date": day.isoformat(),
        "week": buckets.iso_week(day),
        "status": "COMPLETED",
    }
    for step in STEPS if asked is None else (asked,):
        state |= _STEP[step](state, settings, day)
        observability.log_event("step_done", step=step, date=state["date"], status=state["status"])
        if state["status"] != "COMPLETED":
            break
        if step in SUCCESSES:
            observability.count_metric(SUCCESSES[step], service="aggregate")
    return state


def mark_late(settings: AggregateSettings, day: dt.date) -> None:
    """Mark the published page as late; a second failure here is only logged, so that the first is the one raised."""
    try:
        weekly_publication.mark_late(settings, day)
    except Exception as error:  # noqa: BLE001 - the first failure is raised, and its alarm tells
        observability.log_error("late_mark_failed", reason=type(error).__name__)


def _snapshot(state: dict[str, Any], settings: AggregateSettings, day: dt.date) -> dict[str, Any]:
    if settings.snapshot_mode == "scan":
        return {"snapshot": scan.scan_table(settings, day)}
    known = export.Export(state["export_arn"], int(state.get("export_attempt", 1))) if "export_arn" in state else None
    found = export.advance_export(settings, day, known)
    reached = {"snapshot": found.manifest} if found.manifest else {"status": "IN_PROGRESS"}
    return {"export_arn": found.arn, "export_attempt": found.attempt, **reached}


def _aggregate(state: dict[str, Any], settings: AggregateSettings, day: dt.date) -> dict[str, Any]:
    if "snapshot" not in state:
        raise BadEventError("the step aggregate needs the snapshot that the step snapshot answered")
    batches = day_statistics.of_snapshot(settings.insights_bucket, state["snapshot"])
    return day_statistics.write_statistics(
        settings, day, batches, cell_key.of_province(settings.cell_key_id, settings.province)
    )


def _publish(state: dict[str, Any], settings: AggregateSettings, day: dt.date) -> dict[str, Any]:
    return {"published": weekly_publication.publish_week(settings, day, repair=bool(state.get("release")))}


_STEP = {"snapshot": _snapshot, "aggregate": _aggregate, "publish": _publish}
