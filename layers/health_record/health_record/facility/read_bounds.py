"""How many people a facility's reads may name: by facility and by practitioner, an hour and a day, by its size.

    access  budget#reads#<facility> / window
    access  budget#reads#<facility>#<hash of the practitioner> / window

Every answer of a search, a match, a summary, `$everything` or an attachment counts whom it names, whatever it then
shows of them. Only a call whose signature is proven counts, and a replay of it costs nothing. An emergency counts as
well and is never refused here: it has a budget of its own (`functions/lookup/emergencies.py`).
"""

import hashlib
import time
from collections.abc import Iterable, Mapping, Sequence
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
READS_PER_PATIENT = 6  # a search, a summary, and some pages or attachments of it
BUSIEST_HOUR = 4  # a quarter of a day's reads may come in one hour
PERSON_AN_HOUR, PERSON_A_DAY = 120, 600  # one read each half minute: more is a machine
TIMES_WHEN_LIFTED = 10
NEAR_PERCENT = 80

type Windows = tuple[Window, Window]


@dataclass(frozen=True)
class ReadBounds:
    """What a facility may read as a whole, and by one practitioner."""

    facility: Windows
    practitioner: Windows


@dataclass(frozen=True)
class Reader:
    """Who reads, and whether in an emergency, which nothing here refuses."""

    facility: Facility
    practitioner: str
    is_emergency: bool

    @property
    def budget_names(self) -> tuple[str, str]:
        """The budgets of the facility and of the practitioner. The name goes into no table but the audit."""
        facility_id = self.facility.id
        person = hashlib.sha256(f"{facility_id}#{self.practitioner}".encode()).hexdigest()[:32]
        return f"reads#{facility_id}", f"reads#{facility_id}#{person}"


def bounds_of(patients_a_day: int, *, lifted: bool = False) -> ReadBounds:
    """The bounds of a facility of this size; pure.

    >>> bounds_of(200).facility
    (Window(seconds=3600, limit=300), Window(seconds=86400, limit=1200))
    """
    times = TIMES_WHEN_LIFTED if lifted else 1
    a_day = READS_PER_PATIENT * patients_a_day
    an_hour = -(-a_day // BUSIEST_HOUR)
    return ReadBounds(
        (Window(HOUR, times * an_hour), Window(DAY, times * a_day)),
        (Window(HOUR, times * min(an_hour, PERSON_AN_HOUR)), Window(DAY, times * min(a_day, PERSON_A_DAY))),
    )


def check(reader: Reader, budgets: Mapping[str, Item], amount: int = 1) -> bool:
    """Whether the budgets, as they were read, have room for `amount` more people.

    Without room raises TooManyRequestsError, but for an emergency.
    """
    now = int(time.time())
    for name, windows in _budgets(reader, now):
        try:
            rate_limits.check_limits(budgets[name], windows, amount, now)
        except RateLimitExceededError as error:
            if not reader.is_emergency:
                _too_many(error, reader, name)
            return False
    return True


def count(table_access: str, reader: Reader, budgets: Mapping[str, Item], amount: int) -> list[Consumption]:
    """Count the people whom an answer names, to be given back if the call is a replay. Raises TooManyRequestsError.

    What one budget refuses, or does not answer, is given back to the other.
    """
    counted: list[Consumption] = []
    for name, windows in _budgets(reader, int(time.time())):
        limits = [Window(window.seconds, None) for window in windows] if reader.is_emergency else windows
        try:
            consumption = rate_limits.consume(table_access, name, limits, amount=amount, seen=budgets[name])
        except RateLimitExceededError as error:
            _refund(counted)
            _too_many(error, reader, name)
        except Exception:
            _refund(counted)
            raise
        counted.append(consumption)
        _warn(consumption, windows)
    return counted


def _refund(counted: Iterable[Consumption]) -> None:
    for consumption in counted:
        rate_limits.refund(consumption)


def _budgets(reader: Reader, now: int) -> Sequence[tuple[str, Windows]]:
    facility = reader.facility
    bounds = bounds_of(facility.patients_a_day, lifted=facility.has_lifted_bounds(now))
    return list(zip(reader.budget_names, (bounds.facility, bounds.practitioner), strict=True))


def _warn(consumption: Consumption, windows: Windows) -> None:
    """Tell the operators before the bound, once in a window, and of each read of an emergency beyond it."""
    for window in windows:
        limit, after = window.limit or 0, consumption.counts[window.seconds]
        near = -(-limit * NEAR_PERCENT // 100)
        if after > limit:
            count_metric("ReadBoundReached")
        elif after - consumption.amount < near <= after:
            count_metric("ReadBoundNear")


def _too_many(error: RateLimitExceededError, reader: Reader, name: str) -> NoReturn:
    count_metric("ReadBoundReached")
    raise TooManyRequestsError(
        _FACILITY_TEXT if name == reader.budget_names[0] else _PRACTITIONER_TEXT,
        type="too-many-reads",
        headers={"Retry-After": str(error.retry_after)},
    ) from error


_FACILITY_TEXT = Translated(
    "Cơ sở đã đọc nhiều hồ sơ hơn mức của quy mô đã đăng ký. Hãy thử lại sau thời gian trong Retry-After; nếu cơ sở "
    "thật sự đông người bệnh hơn, xin báo Sở Y tế để nới mức. Cấp cứu (ETREAT) vẫn được phục vụ.",
    "The facility has read more than its registered size allows. Try again after Retry-After; if it really has more "
    "patients, ask the health department to raise the bound. Emergencies (ETREAT) are still served.",
)
_PRACTITIONER_TEXT = Translated(
    "Một người dùng (Practitioner) đã đọc quá nhiều hồ sơ. Hãy thử lại sau thời gian trong Retry-After; mỗi người hỏi "
    "phải được nêu bằng tên của chính họ. Cấp cứu (ETREAT) vẫn được phục vụ.",
    "One practitioner has read too many records. Try again after Retry-After; each call must name who really asks. "
    "Emergencies (ETREAT) are still served.",
)
