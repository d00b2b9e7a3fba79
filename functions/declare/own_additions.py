"""How much an account may add by its own calls, so that what is read, signed or paid for by others stays bounded.

    access  budget#added#<record> / day#..., month#...      kilobytes of corrections and of statements of consent
    access  budget#begun#<mac of the phone> / month#...     first declarations; a day would say when the phone declared
    access  budget#links#<record> / day#...                 links that were made, stopped ones among them

Every reading loads all of a record but whole episodes: one with thousands of versions would take a function's whole
time, and a few readers of it at once all of its room. Readings by a link stand in the day's digest of links: each link
has its own bound, and so links have one. A record's counters are raised by whoever may write to it alone. A withdrawal
of consent counts, and is never refused where it changes anything; a statement that stands already is not kept again.
"""

from typing import Any

from functions.declare import calendar_budget
from functions.declare.clock import Timestamp
from health_record.aws.transaction import Transaction
from health_record.errors import TooManyRequestsError
from health_record.language import Translated
from health_record.observability import count_metric

KILOBYTE = 1024
SMALLEST = 4  # kilobytes: what a reader spends on an item, however little it says
KILOBYTES_A_DAY, KILOBYTES_A_MONTH = 512, 2048  # 64 and 256 times what a long declaration weighs
FIRST_A_MONTH = 60  # five times twelve people
LINKS_A_DAY = 40  # five times as many as there may be at a time
MEMBER = "additions"  # their name in a transaction


def count_version(transaction: Transaction, record_id: str, put: dict[str, Any], timestamp: Timestamp) -> None:
    """Count a correction by the member that puts its version."""
    sealed = put["Put"]["Item"]["sealed"]["B"]
    _count_kilobytes(transaction, record_id, max(SMALLEST, 1 + len(sealed) // KILOBYTE), timestamp)


def count_statement(transaction: Transaction, record_id: str, timestamp: Timestamp, *, is_refusable: bool) -> None:
    """Count a statement of consent; one that is not refusable counts and is written all the same."""
    _count_kilobytes(transaction, record_id, SMALLEST, timestamp, is_refusable=is_refusable)


def count_first(transaction: Transaction, claimant: str, timestamp: Timestamp) -> None:
    """Count a first declaration of the phone."""
    transaction.add(MEMBER, calendar_budget.of_month(f"begun#{claimant}", 1, FIRST_A_MONTH, timestamp))


def count_link(transaction: Transaction, record_id: str, timestamp: Timestamp) -> None:
    """Count a link to the record."""
    transaction.add(MEMBER, calendar_budget.of_day(f"links#{record_id}", 1, LINKS_A_DAY, timestamp))


def too_many_error() -> TooManyRequestsError:
    """429: nothing was kept."""
    count_metric("AdditionsSpent")
    return TooManyRequestsError(
        Translated(
            "Đã có quá nhiều thay đổi trong thời gian ngắn. Thay đổi này chưa được lưu. Hãy thử lại vào ngày khác; nếu "
            "gấp, hãy đến trạm y tế.",
            "There were too many changes in a short time. This one is not kept. Please try again on another day; if it "
            "is urgent, go to a health station.",
        ),
        type="too-many-changes",
    )


def _count_kilobytes(
    transaction: Transaction, record_id: str, amount: int, timestamp: Timestamp, *, is_refusable: bool = True
) -> None:
    name = f"added#{record_id}"
    for member in (
        calendar_budget.of_day(name, amount, KILOBYTES_A_DAY, timestamp),
        calendar_budget.of_month(name, amount, KILOBYTES_A_MONTH, timestamp),
    ):
        transaction.add(MEMBER, member if is_refusable else calendar_budget.unconditional(member))
