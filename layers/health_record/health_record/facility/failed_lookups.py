"""Wrong pairs of a facility: look-ups that found nobody, counted in one budget whatever call they came by.

    access  budget#misses#<facility> / window

A facility that types this many wrong pairs is trying numbers; a busy desk stays far below.
"""

import time
from typing import NoReturn

from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import RateLimitExceededError, Window
from health_record.errors import TooManyRequestsError
from health_record.language import Translated
from health_record.observability import count_metric

WINDOWS = (Window(3600, 60), Window(86400, 300))


def budget_name(facility_id: str) -> str:
    """The name of a facility's budget."""
    return f"misses#{facility_id}"


def check_limit(state: Item) -> None:
    """Raise TooManyRequestsError once the budget, as it was read, is spent: also for a pair that is right."""
    try:
        rate_limits.check_limits(state, WINDOWS, 1, int(time.time()))
    except RateLimitExceededError as error:
        _too_many(error)


def record_failed_lookup(table_access: str, facility_id: str, seen: Item) -> None:
    """Count one. Raises TooManyRequestsError when it was one too many."""
    count_metric("LookupMissed")
    try:
        rate_limits.consume(table_access, budget_name(facility_id), WINDOWS, seen=seen)
    except RateLimitExceededError as error:
        _too_many(error)


def _too_many(error: RateLimitExceededError) -> NoReturn:
    count_metric("LookupEnumeration")
    raise TooManyRequestsError(
        Translated("Quá nhiều lần tra cứu sai.", "Too many look-ups that found nobody."),
        type="too-many-misses",
        headers={"Retry-After": str(error.retry_after)},
    ) from error
