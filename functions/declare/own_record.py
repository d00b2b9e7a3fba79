"""Whose record it is, and what the session may do with it.

Absent, erased and somebody else's look alike. Level 1 reaches what its own session created, level 2 what the account's
PIN opens (`health_record.identity.pin_scope`).
"""

from dataclasses import dataclass
from typing import Any

from functions.declare.settings import config
from health_record.aws import envelope_encryption
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.errors import ForbiddenError, NotFoundError, UnavailableError
from health_record.http.entry_point import Event, path_parameter
from health_record.identity import pin_scope
from health_record.identity.pin_scope import PinScope
from health_record.identity.sessions import Session
from health_record.language import Text
from health_record.record import record_items
from health_record.record.record_items import Meta


@dataclass(frozen=True)
class Held:
    """A record of the caller's account, its key still wrapped."""

    meta: Meta
    wrapped: bytes

    def open_key(self) -> DataKey:
        """The record's data key (one KMS call)."""
        return envelope_encryption.unwrap(config().data_key_id, config().province, self.meta.record_id, self.wrapped)


def record_id(event: Event) -> str:
    """The record id of the path. Raises NotFoundError for what is no UUID."""
    found = record_items.record_id_of(path_parameter(event, "id"))
    if found is None:
        raise not_found()
    return found


def held(session: Session, record_id: str, *, created_here_will_do: bool = True) -> Held:
    """The record if it is the caller's. Raises NotFoundError, or ForbiddenError where the level is too low."""
    found, others = record_items.load_beside(config().table_records, config().table_keys, record_id, _beside(session))
    if found is None or found[0].account != session.account or found[0].erasing:
        raise not_found()
    opened = pin_scope.among(others.get(config().table_access, []))
    _may_reach(session, opened, found[0], created_here_will_do=created_here_will_do)
    return Held(*found)


def declared(session: Session, record_id: str, version: int) -> tuple[Held, Item] | None:
    """The caller's record and the item of its version, if `version` is the current one; None where it is not theirs.

    Raises ForbiddenError where the level is too low.
    """
    sk = record_items.version_sk(version)
    found, others = record_items.load_beside(
        config().table_records, config().table_keys, record_id, _beside(session), sks=[sk]
    )
    versions = [item for item in others.get(config().table_records, []) if item["sk"]["S"] == sk]
    if found is None or not versions or found[0].version != version:
        return None
    if found[0].account != session.account or found[0].erasing:
        return None
    opened = pin_scope.among(others.get(config().table_access, []))
    _may_reach(session, opened, found[0], created_here_will_do=True)
    return Held(*found), from_wire(versions[0])


def whoevers(record_id: str) -> Held | None:
    """The record as it is now, whoever's it is."""
    found = record_items.load(config().table_records, config().table_keys, record_id)
    return Held(*found) if found else None


def erasable(session: Session, record_id: str) -> Meta:
    """The meta of a record that the caller's PIN opens, also of one whose erasure has begun and that has no key."""
    table, access = config().table_records, config().table_access
    place = to_wire({"pk": record_items.record_pk(record_id), "sk": record_items.META})
    wanted = {table: {"Keys": [place], "ConsistentRead": True}, access: pin_scope.request(session.account)}
    answer = client("dynamodb").batch_get_item(RequestItems=wanted)
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    metas = [record_items.meta_from(from_wire(item)) for item in answer["Responses"].get(table, [])]
    if not metas or metas[0].account != session.account:
        raise not_found()
    _may_reach(session, pin_scope.among(answer["Responses"].get(access, [])), metas[0], created_here_will_do=False)
    return metas[0]


def _beside(session: Session) -> dict[str, Any]:
    """What the same call reads of the account's PINs, where one lifted the session."""
    return {config().table_access: pin_scope.request(session.account)} if session.level >= 2 else {}


def _may_reach(session: Session, opened: PinScope, meta: Meta, *, created_here_will_do: bool) -> None:
    """Raise ForbiddenError unless a PIN opens the record, or the session created it where that is enough."""
    if created_here_will_do and meta.session == session.token_hash:
        return
    if not opened.is_elevated(session):
        raise ForbiddenError(
            Text(
                "Hãy nhập mã PIN để xem hoặc sửa hồ sơ đã lưu.",
                "Enter your PIN to see or change what is stored.",
            ),
            type="level-too-low",
        )
    if opened.closes(session, meta.record_id):
        raise ForbiddenError(
            Text(
                "Mã PIN này chưa mở được hồ sơ này. Hãy mang giấy tờ của người có hồ sơ đến cơ sở y tế, rồi đặt lại "
                "mã PIN trong 24 giờ.",
                "This PIN does not open this record yet. Have the card of the person whose record it is seen at a "
                "facility, then set the PIN again within 24 hours.",
            ),
            type="record-closed",
        )


def not_found() -> NotFoundError:
    """The one answer for absent and for somebody else's."""
    return NotFoundError(Text("Không có hồ sơ này trong tài khoản.", "There is no such record in this account."))
