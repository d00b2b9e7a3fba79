"""How many numbers a phone may claim in a month, so that claiming is no test of whose number is verified.

    access  budget#numbers#<mac of the phone> / month#2026-11    spent, ttl (`calendar_budget`)
    access  budget#numbers#unshown#<mac> / month#2026-11         the same by sessions that did not show the phone

A correction of the name or the birth date claims those numbers anew that no card vouches for: no dates are tried.
The phone counts and not its account, which an erasure ends: nobody starts anew by erasing what they declared. Who did
not show the phone spends none of its claims (`DeclarationRequest.claimant`).
What is kept counts in its own transaction, what was refused is counted afterwards, and its answer is told only if the
month had room for it: eighty tries at once learn no more than thirty. Past the limit every claim is refused alike,
before anything is told of the number.
"""

from typing import Any

from functions.declare import calendar_budget
from functions.declare.clock import Timestamp
from functions.declare.declaration import repeated_request
from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import ServiceError, TooManyRequestsError
from health_record.language import Translated
from health_record.observability import count_metric

MOST_IN_A_MONTH = 30  # twelve people with two numbers each, and six mistakes


def consume(transaction: Transaction, claimant: str, numbers: int, timestamp: Timestamp) -> None:
    """Count `numbers` more in the transaction, on the condition that the month has room for them."""
    if not numbers:
        return
    transaction.add("numbers", _claim(claimant, numbers, timestamp))


def refusal_error(refused: ConditionFailedError, claimant: str, numbers: int, timestamp: Timestamp) -> ServiceError:
    """What is answered to a claim that was refused. Past the limit that is all; else the try counts."""
    if "numbers" in refused.names:
        return _too_many_error()
    if numbers:
        try:
            idempotent_write.update_item(_claim(claimant, numbers, timestamp)["Update"])
        except Exception as error:
            if is_condition_failure(error):
                return _too_many_error()
            raise
    return repeated_request.identifier_conflict_error()


def _too_many_error() -> TooManyRequestsError:
    count_metric("ClaimsSpent")
    return TooManyRequestsError(
        Translated(
            "Số điện thoại này đã khai quá nhiều số giấy tờ trong tháng. Hãy bỏ trống các số đó rồi gửi lại, "
            "hoặc mang giấy tờ đến trạm y tế.",
            "This account has given too many document numbers this month. Leave them empty and send again, "
            "or bring the cards to a ward health station.",
        ),
        type="too-many-numbers",
    )


def _claim(claimant: str, numbers: int, timestamp: Timestamp) -> dict[str, Any]:
    return calendar_budget.of_month(f"numbers#{claimant}", numbers, MOST_IN_A_MONTH, timestamp)
