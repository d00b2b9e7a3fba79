"""How many numbers a phone may claim in a month, so that claiming is no test of whose number is verified.

    access  budget#numbers#<mac of the phone> / month#2026-11    claimed, ttl
    access  budget#numbers#unshown#<mac> / month#2026-11         the same by sessions that did not show the phone

A correction of the name or the birth date claims those numbers anew that no card vouches for: no dates are tried.
The phone counts and not its account, which an erasure ends: nobody starts anew by erasing what they declared. Who did
not show the phone spends none of its claims (`DeclarationRequest.claimant`).
What is kept counts in its own transaction, what was refused is counted afterwards, and its answer is told only if the
month had room for it: eighty tries at once learn no more than thirty. Past the limit every claim is refused alike,
before anything is told of the number.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.declare.clock import Timestamp
from functions.declare.declaration import repeated_request
from functions.declare.settings import config
from health_record.aws import idempotent_write
from health_record.aws.dynamo import is_condition_failure, to_wire
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import ServiceError, TooManyRequestsError
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.table_keys import access_keys

MOST_IN_A_MONTH = 30  # twelve people with two numbers each, and six mistakes
KEPT_DAYS = 62  # from the month's first day


def consume(transaction: Transaction, claimant: str, numbers: int, timestamp: Timestamp) -> None:
    """Count `numbers` more in the transaction, on the condition that the month has room for them."""
    if not numbers:
        return
    transaction.add("numbers", {"Update": _claim_update(claimant, numbers, timestamp)})


def refusal_error(refused: ConditionFailedError, claimant: str, numbers: int, timestamp: Timestamp) -> ServiceError:
    """What is answered to a claim that was refused. Past the limit that is all; else the try counts."""
    if "numbers" in refused.names:
        return _too_many_error()
    if numbers:
        try:
            idempotent_write.update_item(_claim_update(claimant, numbers, timestamp))
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


def _claim_update(claimant: str, numbers: int, timestamp: Timestamp) -> dict[str, Any]:
    pk, _ = access_keys.rate_limit_key(f"numbers#{claimant}")
    return {
        "TableName": config().table_access,
        "Key": to_wire({"pk": pk, "sk": f"month#{timestamp.day:%Y-%m}"}),
        "UpdateExpression": "SET #ttl = :ttl ADD claimed :numbers",
        "ConditionExpression": "attribute_not_exists(claimed) OR claimed <= :room",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
        "ExpressionAttributeValues": to_wire(
            {":ttl": _kept_until(timestamp), ":numbers": numbers, ":room": MOST_IN_A_MONTH - numbers}
        ),
    }


def _kept_until(timestamp: Timestamp) -> int:
    """The same for the whole month: beside the phone's MAC it does not say when somebody declared."""
    first = datetime(timestamp.day.year, timestamp.day.month, 1, tzinfo=UTC)
    return int((first + timedelta(days=KEPT_DAYS)).timestamp())
