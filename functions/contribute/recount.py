"""What a card that is seen changes in the statistics: the rows of each record say so from now on."""

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from functions.contribute.settings import ContributeSettings
from health_record.aws.transaction import Transaction
from health_record.observability import count_metric, log_event
from health_record.record import counted_assurance
from health_record.record.record_reader import DecryptedRecord

type Assurances = Iterable[
    tuple[DecryptedRecord, bool]
]  # records as they were read, and whether their card is seen now


def add_lines(transaction: Transaction, config: ContributeSettings, assurances: Assurances, at: str) -> None:
    """List the records whose rows say what is true no more once the transaction is written."""
    for record, _ in _changed(config, assurances):
        transaction.add("recount", counted_assurance.put_line(config.table_records, record.record_id, at))


def rewrite(config: ContributeSettings, assurances: Assurances) -> None:
    """Rewrite their rows after it. Raises nothing: what breaks here stays on the list, which `declare` works off."""
    for record, is_seen in _changed(config, assurances):
        try:
            counted_assurance.rewrite_rows(
                config.table_records, config.table_facts, record.meta, record.identity.pseudonym, card_seen=is_seen
            )
        except Exception as error:  # noqa: BLE001 - the card is seen, and its facility is told so
            count_metric("RecountBroke")
            log_event("recount_failed", error=type(error).__name__)


def _changed(config: ContributeSettings, assurances: Assurances) -> list[tuple[DecryptedRecord, bool]]:
    day = datetime.datetime.now(ZoneInfo(config.time_zone)).date()
    return [
        (record, is_seen)
        for record, is_seen in assurances
        if counted_assurance.changes_rows(record.meta, day, card_seen=is_seen)
    ]
