"""Wrong pairs of a facility: look-ups that found nobody, counted in one budget whatever call they came by.

    access  budget#misses#<facility> / window

A facility that types this many wrong pairs is trying numbers; a busy desk stays far below.
"""

import time
from typing import NoReturn

from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.errors import TooManyRequestsError
from health_record.language import Translated
from health_record.observability import count_metric

WINDOWS = (Window(3600, 60), Window(86400, 300))


def budget_name(facility_id: str) -> str:
    """The name of a facility's budget."""
    return f"misses#{facility_id}"


def check_limit(state: Item, amount: int = 1) -> None:
    """Raise TooManyRequestsError unless the budget, as it was read, has room for `amount`: also for a right pair."""
    try:
        rate_limits.check_limits(state, WINDOWS, amount, int(time.time()))
    except RateLimitExceededError as error:
        _too_many(error)


def record_failed_lookups(table_access: str, facility_id: str, seen: Item, amount: int = 1) -> Consumption:
    """Count `amount`, to be given back if the call is a replay. Raises TooManyRequestsError if they are too many."""
    count_metric("LookupMissed", amount)
    try:
        return rate_limits.consume(table_access, budget_name(facility_id), WINDOWS, amount=amount, seen=seen)
    except RateLimitExceededError as error:
        _too_many(error)


def _too_many(error: RateLimitExceededError) -> NoReturn:
    count_metric("LookupEnumeration")
    raise TooManyRequestsError(
        Translated("Quá nhiều lần tra cứu sai.", "Too many look-ups that found nobody."),
        type="too-many-misses",
        headers={"Retry-After": str(error.retry_after)},
    ) from error
