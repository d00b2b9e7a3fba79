"""Wrong pairs of a facility: look-ups that found nobody, counted in one budget whatever call they came by.

    access  budget#misses#<facility> / window
    access  budget#misses#<facility>#emergency / window     those of emergencies, by themselves

A facility that types this many wrong pairs is trying numbers; a busy desk stays far below. An emergency is not refused
for what the desk typed: it has a count of its own, which ends where no hospital of the facility's size comes.
"""

import time
from dataclasses import dataclass
from typing import NoReturn

from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.errors import TooManyRequestsError
from health_record.facility.registry import Facility
from health_record.language import Translated
from health_record.observability import count_metric

HOUR, DAY = 3600, 86400
AN_HOUR, A_DAY = 60, 300
TIMES_PATIENTS = 2  # wrong pairs in emergencies: twice all patients of a day are nobody's mistakes


@dataclass(frozen=True)
class MissBudget:
    """What counts the wrong pairs of a facility: those of emergencies apart from all others."""

    facility: Facility
    is_emergency: bool = False

    @property
    def name(self) -> str:
        """The name of the budget."""
        return f"misses#{self.facility.id}#emergency" if self.is_emergency else f"misses#{self.facility.id}"

    @property
    def windows(self) -> tuple[Window, Window]:
        """Where it ends."""
        if not self.is_emergency:
            return Window(HOUR, AN_HOUR), Window(DAY, A_DAY)
        a_day = max(A_DAY, TIMES_PATIENTS * self.facility.patients_a_day)
        return Window(HOUR, max(AN_HOUR, a_day // 2)), Window(DAY, a_day)

    def check_limit(self, state: Item, amount: int = 1) -> None:
        """Raise TooManyRequestsError unless the budget, as read, has room for `amount`: also for a right pair."""
        try:
            rate_limits.check_limits(state, self.windows, amount, int(time.time()))
        except RateLimitExceededError as error:
            _too_many(error)

    def record(self, table_access: str, seen: Item, amount: int = 1) -> Consumption:
        """Count `amount`, to be given back if the call is a replay. Raises TooManyRequestsError beyond the limit."""
        count_metric("LookupMissed", amount)
        try:
            return rate_limits.consume(table_access, self.name, self.windows, amount=amount, seen=seen)
        except RateLimitExceededError as error:
            _too_many(error)


def _too_many(error: RateLimitExceededError) -> NoReturn:
    count_metric("LookupEnumeration")
    raise TooManyRequestsError(
        Translated("Quá nhiều lần tra cứu sai.", "Too many look-ups that found nobody."),
        type="too-many-misses",
        headers={"Retry-After": str(error.retry_after)},
    ) from error
