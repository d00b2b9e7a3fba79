"""Entry point of the daily aggregation: snapshot, statistics, publication, each also a step of its own."""

from typing import Any

from functions.aggregate import run
from functions.aggregate.settings import AggregateSettings
from health_record import observe, settings


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Do the day's work.

    `event` may hold `date` (`YYYY-MM-DD`, today by default) and `step` (`snapshot`, `aggregate` or `publish`; without
    it all three). An answer with status `IN_PROGRESS` waits for an export: call again with the same answer as event.
    Anything that fails leaves the published files as they are, says so on the page, and raises.
    """
    chosen = settings.cached(AggregateSettings)
    day = run.day_of(event, chosen)
    try:
        return run.steps(event, chosen, day)
    except Exception:
        observe.logger().exception("aggregation failed", extra={"date": day.isoformat(), "step": event.get("step")})
        run.say_late(chosen, day)
        raise
