"""Episodes of people without a record: a daily limit of their own, by the facility's size, apart from look-ups.

    access  budget#episodes#<facility> / window

Most patients have no record, and a facility may send the same episodes again for 90 days: ten times its patients a day
are a full hospital's honest work. Whoever needs more is trying numbers.
"""

import time
from collections.abc import Mapping

from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import RateLimitExceededError, Window
from health_record.errors import TooManyRequestsError
from health_record.facility.registry import Facility
from health_record.language import Translated
from health_record.observability import count_metric

DAY = 86400
TIMES_PATIENTS = 10


def limit_of(facility: Facility) -> int:
    """How many a day."""
    return TIMES_PATIENTS * facility.patients_a_day


def budget(facility: Facility) -> str:
    """The name of the facility's budget."""
    return f"episodes#{facility.id}"


def check(facility: Facility, budgets: Mapping[str, Item]) -> None:
    """Raise TooManyRequestsError where none is left, before anybody learns whether the person has a record."""
    try:
        rate_limits.check_limits(budgets[budget(facility)], _windows(facility), 1, int(time.time()))
    except RateLimitExceededError as error:
        raise _too_many_error(error) from error


def add(table_access: str, facility: Facility) -> None:
    """Count one. Raises TooManyRequestsError when it was one too many."""
    count_metric("EpisodeWithoutRecord")
    try:
        rate_limits.consume(table_access, budget(facility), _windows(facility))
    except RateLimitExceededError as error:
        raise _too_many_error(error) from error


def _windows(facility: Facility) -> tuple[Window, ...]:
    return (Window(DAY, limit_of(facility)),)


def _too_many_error(error: RateLimitExceededError) -> TooManyRequestsError:
    count_metric("EpisodeEnumeration")
    text = Translated(
        "Quá nhiều đợt điều trị không có hồ sơ hôm nay; hãy gửi lại sau.",
        "Too many episodes without a record today; send them again later.",
    )
    return TooManyRequestsError(text, type="too-many-unknown", headers={"Retry-After": str(error.retry_after)})
