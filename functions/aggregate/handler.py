"""Entry point of the daily aggregation: snapshot, statistics, publication, each also a step of its own."""

from typing import Any

from functions.aggregate import daily_steps
from functions.aggregate.errors import AggregationError, UnexpectedError
from functions.aggregate.settings import AggregateSettings
from health_record import observability, settings
from health_record.aws.dynamo import error_code


def handler(event: dict[str, Any], _context: Any) -> dict[str, Any]:
    """Do the day's work.

    `event` may hold `date` (`YYYY-MM-DD`, today by default) and `step` (`snapshot`, `aggregate`, `publish` or `late`;
    without it all but the last). An answer with status `IN_PROGRESS` waits for an export: call again with the same
    answer as event. Anything that fails leaves the published files as they are, says so on the page, and raises an
    AggregationError whose text holds no data.
    """
    chosen = settings.cached(AggregateSettings)
    day = daily_steps.day_of(event, chosen)
    try:
        return daily_steps.steps(event, chosen, day)
    except Exception as error:
        reason = type(error).__name__
        said = {"reason": reason, "code": error_code(error), "where": observability.code_locations(error)}
        observability.logger().error(
            "aggregation failed", extra={"date": day.isoformat(), "step": event.get("step"), **said}
        )
        daily_steps.say_late(chosen, day)
        if isinstance(error, AggregationError):
            raise
        raise UnexpectedError(f"the aggregation failed: {reason}") from None
