"""Entry point of the daily aggregation: snapshot, statistics, publication, each also a step of its own."""

from typing import Any

from functions.aggregate import daily_steps
from functions.aggregate.errors import AggregationError, UnexpectedError
from functions.aggregate.settings import AggregateSettings
from health_record import observability
from health_record.aws.service_errors import error_code
from health_record.settings import read_once as load_settings


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the day's work.

    `event` may hold `date` (`YYYY-MM-DD`, today by default) and `step` (`snapshot`, `aggregate`, `publish` or `late`;
    without it all but the last). An answer with status `IN_PROGRESS` waits for an export: call again with the same
    answer as event. Anything that fails leaves the published files as they are, says so on the page, and raises an
    AggregationError whose text holds no data.
    """
    observability.begin_call(context)
    settings = load_settings(AggregateSettings)
    day = daily_steps.find_day(event, settings)
    try:
        return daily_steps.run_steps(event, settings, day)
    except Exception as error:
        reason = type(error).__name__
        observability.log_error(
            "aggregation_failed",
            date=day.isoformat(),
            step=event.get("step"),
            reason=reason,
            code=error_code(error),
            where=observability.code_locations(error),
        )
        daily_steps.mark_late(settings, day)
        if isinstance(error, AggregationError):
            raise
        raise UnexpectedError(f"the aggregation failed: {reason}") from None
