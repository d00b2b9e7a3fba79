"""How many numbers an account may claim in a month, so that claiming is no test of whose number is verified.

    access  budget#numbers#<account> / month#2026-11   claimed, ttl

What is kept counts in its own transaction, what was refused is counted afterwards. Past the limit every claim is
refused alike, before anything is told of the number.
"""

import time
from typing import Any

from functions.declare.clock import Moment
from functions.declare.declaration import repeated_request
from functions.declare.settings import config
from health_record.aws import idempotent_write, rate_limits
from health_record.aws.dynamo import to_wire
from health_record.aws.transaction import RefusedError, Transaction
from health_record.errors import ServiceError, TooManyRequestsError
from health_record.language import Text
from health_record.observability import count

MOST_IN_A_MONTH = 30  # twelve people with two numbers each, and six mistakes
KEPT_SECONDS = 62 * 86400


def add(transaction: Transaction, account: str, numbers: int, moment: Moment) -> None:
    """Count `numbers` more in the transaction, on the condition that the month has room for them."""
    if not numbers:
        return
    spending = _spending(account, numbers, moment)
    spending["ConditionExpression"] = "attribute_not_exists(claimed) OR claimed <= :room"
    spending["ExpressionAttributeValues"] |= to_wire({":room": MOST_IN_A_MONTH - numbers})
    transaction.add("numbers", {"Update": spending})


def refusal(refused: RefusedError, account: str, numbers: int, moment: Moment) -> ServiceError:
    """What is answered to a claim that was refused. Past the limit that is all; else the try counts."""
    if "numbers" in refused.names:
        count("ClaimsSpent")
        return TooManyRequestsError(
            Text(
                "Tài khoản này đã khai quá nhiều số giấy tờ trong tháng. Hãy bỏ trống các số đó rồi gửi lại, "
                "hoặc mang giấy tờ đến trạm y tế.",
                "This account has given too many document numbers this month. Leave them empty and send again, "
                "or bring the cards to a ward health station.",
            ),
            type="too-many-numbers",
        )
    if numbers:
        idempotent_write.update(_spending(account, numbers, moment))
    return repeated_request.held_elsewhere()


def _spending(account: str, numbers: int, moment: Moment) -> dict[str, Any]:
    pk, _ = rate_limits.key(f"numbers#{account}")
    return {
        "TableName": config().table_access,
        "Key": to_wire({"pk": pk, "sk": f"month#{moment.day:%Y-%m}"}),
        "UpdateExpression": "SET #ttl = :ttl ADD claimed :numbers",
        "ExpressionAttributeNames": {"#ttl": "ttl"},
        "ExpressionAttributeValues": to_wire({":ttl": int(time.time()) + KEPT_SECONDS, ":numbers": numbers}),
    }
