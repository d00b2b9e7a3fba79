"""The random tag that all records of an account share in `facts`, so that one account cannot make up a cell.

It lies in the sealed identity of each record alone: whoever sees the rows, or an account without its records' keys,
cannot tell which belong together.
"""

import uuid
from dataclasses import dataclass

from functions.declare import own_record
from functions.declare.settings import config
from health_record.record import record_items


@dataclass(frozen=True)
class AccountTag:
    """A tag. One just made is true of an account that holds `made_for` records; None for one that a record had."""

    value: str
    made_for: int | None


def make_tag(records: int = 0) -> AccountTag:
    """A new tag for an account that holds so many records without one."""
    return AccountTag(str(uuid.uuid4()), records)


def find_tag(account: str, record_id: str | None = None) -> AccountTag:
    """The tag in a record of the account, in `record_id` if that is one; else a new one."""
    if record_id is not None and (found := _read_tag(record_id)):
        return found
    siblings = [str(item["record_id"]) for item in record_items.list_of_account(config().table_records, account)]
    tags = (_read_tag(sibling) for sibling in siblings if sibling != record_id)
    return next((tag for tag in tags if tag), make_tag(len(siblings)))


def _read_tag(record_id: str) -> AccountTag | None:
    record = own_record.load_any(record_id)
    if record is None:  # its key is destroyed
        return None
    tag = record_items.decrypt_identity(record.decrypt_key(), record.meta).account_tag
    return AccountTag(tag, None) if tag else None
