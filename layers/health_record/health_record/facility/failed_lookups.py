"""Wrong pairs of a facility: look-ups that found nobody, counted in one budget whatever call they came by.

    access  budget#misses#<facility> / window

A facility that types this many wrong pairs is trying numbers; a busy desk stays far below.
"""

import time
from typing import NoReturn

from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import BudgetSpentError, Window
from health_record.errors import TooManyRequestsError
from health_record.language import Text
from health_record.observability import count

WINDOWS = (Window(3600, 60), Window(86400, 300))


def budget(facility_id: str) -> str:
    """The name of a facility's budget."""
    return f"misses#{facility_id}"


def refuse_if_spent(state: Item) -> None:
    """Raise TooManyRequestsError once the budget, as it was read, is spent: also for a pair that is right."""
    try:
        rate_limits.refuse_if_spent(state, WINDOWS, 1, int(time.time()))
    except BudgetSpentError as error:
        _too_many(error)


def add(table_access: str, facility_id: str, seen: Item) -> None:
    """Count one. Raises TooManyRequestsError when it was one too many."""
    count("LookupMissed")
    try:
        rate_limits.take(table_access, budget(facility_id), WINDOWS, seen=seen)
    except BudgetSpentError as error:
        _too_many(error)


def _too_many(error: BudgetSpentError) -> NoReturn:
    count("LookupEnumeration")
    raise TooManyRequestsError(
        Text("Quá nhiều lần tra cứu sai.", "Too many look-ups that found nobody."),
        type="too-many-misses",
        headers={"Retry-After": str(error.retry_after)},
    ) from error
