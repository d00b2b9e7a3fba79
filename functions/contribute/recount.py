"""What a card that is seen changes in the statistics: the rows of each record say so, and a joined one has none."""

import datetime
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from functions.contribute.settings import ContributeSettings
from health_record.aws.transaction import Transaction
from health_record.observability import count_metric, log_event
from health_record.record import access_policy, counted_assurance
from health_record.record.access_policy import Action
from health_record.record.record_items import Meta
from health_record.record.record_reader import DecryptedRecord

type Changes = Iterable[tuple[DecryptedRecord, Meta]]  # records as they were read, and what they become


def add_lines(transaction: Transaction, config: ContributeSettings, changes: Changes, at: str) -> None:
    """List the records whose rows are not right any more once the transaction is written."""
    for record, _ in _changed(config, changes):
        transaction.add("recount", counted_assurance.put_line(config.table_records, record.record_id, at))


def rewrite(config: ContributeSettings, changes: Changes) -> None:
    """Rewrite or delete their rows after it. Raises nothing: what breaks stays on the list, which `declare` works off.

    Who counts only from now on stays on it as well: `declare` puts the rows.
    """
    day = _today(config)
    for record, meta in _changed(config, changes):
        if not access_policy.is_allowed(record.meta, Action.COUNT, day):
            continue
        try:
            counted_assurance.rewrite_rows(
                config.table_records, config.table_facts, meta, record.identity.pseudonym, day
            )
        except Exception as error:  # noqa: BLE001 - the card is seen, and its facility is told so
            count_metric("RecountBroke")
            log_event("recount_failed", error=type(error).__name__)


def _changed(config: ContributeSettings, changes: Changes) -> list[tuple[DecryptedRecord, Meta]]:
    day = _today(config)
    return [(record, meta) for record, meta in changes if counted_assurance.changes_rows(record.meta, meta, day)]


def _today(config: ContributeSettings) -> datetime.date:
    return datetime.datetime.now(ZoneInfo(config.time_zone)).date()
