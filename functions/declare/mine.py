"""Whose record it is, and what the session may do with it.

Absent, erased and somebody else's look alike. Level 1 reaches what its own session created, level 2 the account's.
"""

from dataclasses import dataclass

from functions.declare.config import config
from health_record import records, sealing
from health_record.api import Event, path_parameter
from health_record.errors import ForbiddenError, NotFoundError
from health_record.language import Text
from health_record.records import Meta
from health_record.sealing import DataKey
from health_record.sessions import Session


@dataclass(frozen=True)
class Held:
    """A record of the caller's account, its key still wrapped."""

    meta: Meta
    wrapped: bytes

    def open_key(self) -> DataKey:
        """The record's data key (one KMS call)."""
        return sealing.unwrap(config().data_key_id, config().province, self.meta.record_id, self.wrapped)


def record_id(event: Event) -> str:
    """The record id of the path. Raises NotFoundError for what is no UUID."""
    found = records.record_id_of(path_parameter(event, "id"))
    if found is None:
        raise not_found()
    return found


def held(session: Session, record_id: str, *, created_here_will_do: bool = True) -> Held:
    """The record if it is the caller's. Raises NotFoundError, or ForbiddenError where the level is too low."""
    found = records.load(config().table_records, config().table_keys, record_id)
    if found is None or found[0].account != session.account or found[0].erasing:
        raise not_found()
    may_reach(session, found[0], created_here_will_do=created_here_will_do)
    return Held(*found)


def may_reach(session: Session, meta: Meta, *, created_here_will_do: bool) -> None:
    """Raise ForbiddenError unless level 2, or the session that created the record where that is enough."""
    if session.level >= 2 or (created_here_will_do and meta.session == session.token_hash):
        return
    raise ForbiddenError(
        Text(
            "Hãy nhập mã PIN để xem hoặc sửa hồ sơ đã lưu.",
            "Enter your PIN to see or change what is stored.",
        ),
        type="level-too-low",
    )


def not_found() -> NotFoundError:
    """The one answer for absent and for somebody else's."""
    return NotFoundError(Text("Không có hồ sơ này trong tài khoản.", "There is no such record in this account."))
