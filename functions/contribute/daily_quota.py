"""How much one facility may add to one record: what a reader, in an emergency too, has to load stays bounded.

    access  budget#contributions#<record>#<facility> / window      kilobytes of new versions, a day and a month

A stay with every result and a dozen scanned papers is about a tenth of a day's limit. Entries weigh something each, so
that no thousands of tiny ones make a summary slow.
"""

from collections.abc import Sequence

from functions.contribute.settings import ContributeSettings
from health_record.aws import rate_limits
from health_record.aws.dynamo import Item
from health_record.aws.rate_limits import Consumption, RateLimitExceededError, Window
from health_record.errors import TooManyRequestsError
from health_record.facility.signed_call import FacilityCall
from health_record.language import Translated

KILOBYTE = 1024
SMALLEST_ENTRY = 4  # kilobytes: what a reader spends on an entry of a Bundle, however little it says
SMALLEST_EPISODE = 100  # kilobytes: a summary derives the resources of each
KILOBYTES = (Window(86_400, 10 * KILOBYTE), Window(30 * 86_400, 40 * KILOBYTE))


def consume(
    config: ContributeSettings, call: FacilityCall, record_id: str, items: Sequence[Item]
) -> Consumption | None:
    """Count the new versions; None where there are none. Raises TooManyRequestsError above the limit."""
    return _consume(config, call, record_id, kilobytes_of(items)) if items else None


def consume_episode(
    config: ContributeSettings, call: FacilityCall, record_id: str, items: Sequence[Item]
) -> Consumption:
    """Count one episode of a hospital's file, however small: a hundred a day. Raises TooManyRequestsError above it."""
    return _consume(config, call, record_id, max(SMALLEST_EPISODE, kilobytes_of(items)))


def kilobytes_of(items: Sequence[Item]) -> int:
    """What new items weigh: an entry, which alone says who wrote it, more than a part of an attachment."""
    return sum(
        max(SMALLEST_ENTRY if "provenance" in item else 1, 1 + len(item["sealed"]) // KILOBYTE)
        for item in items
        if "sealed" in item
    )


def _consume(config: ContributeSettings, call: FacilityCall, record_id: str, amount: int) -> Consumption:
    name = f"contributions#{record_id}#{call.facility.id}"
    try:
        return rate_limits.consume(config.table_access, name, KILOBYTES, amount=amount)
    except RateLimitExceededError as error:
        raise TooManyRequestsError(
            Translated(
                "Cơ sở đã ghi quá nhiều vào hồ sơ này; hãy gửi tiếp vào ngày khác.",
                "The facility wrote too much into this record; send the rest on another day.",
            ),
            type="too-much-for-one-record",
            headers={"Retry-After": str(error.retry_after)},
        ) from error
