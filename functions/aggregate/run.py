"""The day's work as steps that can be run one by one or all together."""

import datetime as dt
import zoneinfo
from typing import Any

from functions.aggregate import export, publication, snapshot, statistics, store
from functions.aggregate.settings import AggregateSettings
from health_record import observe

STEPS = ("snapshot", "aggregate", "publish")


class BadEventError(ValueError):
    """The event asks for a step or a day that does not exist."""


def day_of(event: dict[str, Any], chosen: AggregateSettings) -> dt.date:
    """The day to work for: the event's `date`, else today where the province is. Raises BadEventError."""
    if "date" not in event:
        return dt.datetime.now(zoneinfo.ZoneInfo(chosen.time_zone)).date()
    try:
        return dt.date.fromisoformat(str(event["date"]))
    except ValueError as error:
        raise BadEventError("date must be YYYY-MM-DD") from error


def steps(event: dict[str, Any], chosen: AggregateSettings, day: dt.date) -> dict[str, Any]:
    """Run the asked step, or all of them; what is known afterwards, which is the next step's event."""
    asked = event.get("step")
    if asked is not None and asked not in STEPS:
        raise BadEventError("step must be one of " + ", ".join(STEPS))
    state: dict[str, Any] = {
        **{name: event[name] for name in ("export_arn", "snapshot", "release") if name in event},
        "date": day.isoformat(),
        "week": store.iso_week(day),
        "status": "COMPLETED",
    }
    for step in STEPS if asked is None else (asked,):
        state |= _STEP[step](state, chosen, day)
        observe.info("step done", step=step, date=state["date"], status=state["status"])
        if state["status"] != "COMPLETED":
            break
    return state


def say_late(chosen: AggregateSettings, day: dt.date) -> None:
    """Mark the published page as late; a second failure here is only logged, so that the first is the one raised."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        publication.say_late(chosen, day)
    except (BotoCoreError, ClientError):
        observe.logger().exception("the page could not be marked as late")


def _snapshot(state: dict[str, Any], chosen: AggregateSettings, day: dt.date) -> dict[str, Any]:
    if chosen.snapshot_mode == "scan":
        return {"snapshot": snapshot.scan(chosen, day)}
    arn = state.get("export_arn") or export.start(chosen, day)
    found = export.look(arn)
    return {"export_arn": arn, "snapshot": found} if found else {"export_arn": arn, "status": "IN_PROGRESS"}


def _aggregate(state: dict[str, Any], chosen: AggregateSettings, day: dt.date) -> dict[str, Any]:
    if "snapshot" not in state:
        raise BadEventError("the step aggregate needs the snapshot that the step snapshot answered")
    return statistics.make(chosen, day, state["snapshot"])


def _publish(state: dict[str, Any], chosen: AggregateSettings, day: dt.date) -> dict[str, Any]:
    return {"published": publication.make(chosen, day, forced=bool(state.get("release")))}


_STEP = {"snapshot": _snapshot, "aggregate": _aggregate, "publish": _publish}
