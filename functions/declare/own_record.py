"""Whose record it is, and what the session may do with it.

Absent, erased and somebody else's look alike. Level 1 reaches what its own session created, level 2 what the account's
PIN opens (`health_record.identity.pin_scope`).
"""

from dataclasses import dataclass
from typing import Any

from functions.declare.settings import config
from health_record.aws import envelope_encryption
from health_record.aws.dynamo import Item, batch_get, keys_request, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.errors import ForbiddenError, NotFoundError
from health_record.http.event import Event, read_path_parameter
from health_record.identity import pin_scope
from health_record.identity.pin_scope import PinScope
from health_record.identity.sessions import Session
from health_record.language import Translated
from health_record.record import record_items
from health_record.record.record_items import Meta
from health_record.table_keys import record_keys


@dataclass(frozen=True)
class OwnRecord:
    """A record of the caller's account, its key still wrapped."""

    meta: Meta
    wrapped: bytes

    def decrypt_key(self) -> DataKey:
        """The record's data key (one KMS call)."""
        return envelope_encryption.decrypt_data_key(
            config().data_key_id, config().province, self.meta.record_id, self.wrapped
        )


def parse_record_id(event: Event) -> str:
    """The record id of the path. Raises NotFoundError for what is no UUID."""
    found = record_items.parse_record_id(read_path_parameter(event, "id"))
    if found is None:
        raise not_found_error()
    return found


def load_own_record(session: Session, record_id: str, *, allow_creating_session: bool = True) -> OwnRecord:
    """The record if it is the caller's. Raises NotFoundError, or ForbiddenError where the level is too low."""
    found, others = record_items.load_with_items(
        config().table_records, config().table_keys, record_id, _pin_scope_request(session)
    )
    if found is None or found[0].account != session.account or found[0].erasing:
        raise not_found_error()
    scope = pin_scope.from_batch_response(others.get(config().table_access, []))
    _require_access(session, scope, found[0], allow_creating_session=allow_creating_session)
    return OwnRecord(*found)


def load_version(session: Session, record_id: str, version: int) -> tuple[OwnRecord, Item] | None:
    """The caller's record and the item of its version, if `version` is the current one; None where it is not theirs.

    Raises ForbiddenError where the level is too low.
    """
    sk = record_keys.version_sk(version)
    found, others = record_items.load_with_items(
        config().table_records, config().table_keys, record_id, _pin_scope_request(session), sks=[sk]
    )
    versions = [item for item in others[config().table_records] if item["sk"] == sk]
    if found is None or not versions or found[0].version != version:
        return None
    if found[0].account != session.account or found[0].erasing:
        return None
    scope = pin_scope.from_batch_response(others.get(config().table_access, []))
    _require_access(session, scope, found[0], allow_creating_session=True)
    return OwnRecord(*found), versions[0]


def load_any(record_id: str) -> OwnRecord | None:
    """The record as it is now, whoever's it is."""
    found = record_items.load(config().table_records, config().table_keys, record_id)
    return OwnRecord(*found) if found else None


def load_for_erasure(session: Session, record_id: str) -> Meta:
    """The meta of a record that the caller may erase, also of one whose erasure has begun and that has no key.

    The session that created it may; else the PIN has to be fresh. Raises NotFoundError or ForbiddenError.
    """
    table, access = config().table_records, config().table_access
    meta_key = wire_key((record_keys.record_pk(record_id), record_keys.META))
    items = batch_get({table: keys_request([meta_key]), access: pin_scope.batch_request(session.account)})
    metas = [record_items.parse_meta(item) for item in items[table]]
    if not metas or metas[0].account != session.account:
        raise not_found_error()
    scope = pin_scope.from_batch_response(items[access])
    _require_access(session, scope, metas[0], allow_creating_session=True)
    if metas[0].session != session.token_hash and not session.is_freshly_proven:
        raise ForbiddenError(
            Translated(
                "Hãy nhập lại mã PIN: lần nhập trước đã quá 5 phút.",
                "Enter your PIN again: the last time was more than 5 minutes ago.",
            ),
            type="pin-needed-again",
        )
    return metas[0]


def _pin_scope_request(session: Session) -> dict[str, Any]:
    """What the same call reads of the account's PINs, where one lifted the session."""
    return {config().table_access: pin_scope.batch_request(session.account)} if session.level >= 2 else {}


def _require_access(session: Session, scope: PinScope, meta: Meta, *, allow_creating_session: bool) -> None:
    """Raise ForbiddenError unless a PIN opens the record, or the session created it where that is enough."""
    if allow_creating_session and meta.session == session.token_hash:
        return
    if not scope.is_elevated(session):
        raise ForbiddenError(
            Translated(
                "Hãy nhập mã PIN để xem hoặc sửa hồ sơ đã lưu.",
                "Enter your PIN to see or change what is stored.",
            ),
            type="level-too-low",
        )
    if scope.excludes(session, meta.record_id):
        raise ForbiddenError(
            Translated(
                "Cách đăng nhập này chưa mở được hồ sơ này. Hãy mang giấy tờ của người có hồ sơ đến cơ sở y tế, rồi "
                "trong 24 giờ đăng nhập bằng mã và đặt lại mã PIN.",
                "What you signed in with does not open this record yet. Have the card of the person whose record it "
                "is seen at a facility, then sign in by a code and set the PIN again within 24 hours.",
            ),
            type="record-closed",
        )


def not_found_error() -> NotFoundError:
    """The one answer for absent and for somebody else's."""
    return NotFoundError(Translated("Không có hồ sơ này trong tài khoản.", "There is no such record in this account."))
