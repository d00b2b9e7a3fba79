"""POST /v1/shares/{token}: the manifest of a SMART Health Link, for whoever holds the link.

Unknown, over, used up, stopped, restricted and erased answer alike. What was tried is written before it is answered.
"""

import time
from typing import Any

from functions.declare import clock, own_record
from functions.declare.settings import config, macs
from functions.declare.share import share_request
from functions.declare.share.share_request import ManifestRequest
from functions.declare.view import summary
from health_record.audit import access_log, audit_entries, replay_guard
from health_record.aws.envelope_encryption import DataKey
from health_record.errors import NotFoundError, UnauthenticatedError
from health_record.identity import account_events
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.record import access_policy, record_items, record_reader, shares, smart_health_link
from health_record.record.access_policy import Action
from health_record.record.shares import PasscodeRequiredError, Share, ShareNotActiveError

PREFLIGHT = {  # https://fetch.spec.whatwg.org/#cors-preflight-fetch; no cookie is ever needed here
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def build_manifest(token: str, body: dict[str, Any]) -> dict[str, Any]:
    """The manifest with the summary as it is now. Raises NotFoundError, or UnauthenticatedError for the passcode."""
    reader = share_request.parse_manifest_request(body)
    share = _count_read(token, reader)
    opened = record_reader.load_record(config(), share.record_id)
    if opened is None or not access_policy.is_allowed(opened.meta, Action.OPEN_LINK, clock.now().day):
        raise _not_active()
    answer = smart_health_link.build_manifest(
        summary.build_summary(opened, share.excerpt), shares.derive_link_key(opened.key, share.id)
    )
    _audit_read(share, opened.key, reader, "allowed")
    account_events.put(opened.meta.account, "link-opened", share.record_id)
    count_metric("ShareRead")
    return answer


def _count_read(token: str, reader: ManifestRequest) -> Share:
    """The share, its reading or its wrong try counted. Raises NotFoundError, or UnauthenticatedError."""
    table, now = config().table_records, int(time.time())
    try:
        if reader.passcode is None:
            return shares.count_read(table, token, now)
        return shares.try_passcode(table, macs(), token, reader.passcode, now)
    except ShareNotActiveError as error:
        raise _not_active() from error
    except PasscodeRequiredError as error:
        if error.guessed:
            _audit_wrong_passcode(error.share, reader)
        raise _passcode_wrong(error.tries_left) from error


def _audit_wrong_passcode(share: Share, reader: ManifestRequest) -> None:
    record = own_record.load_any(share.record_id)
    _audit_read(share, record.decrypt_key() if record else None, reader, "denied")
    count_metric("SharePasscodeWrong")


def _audit_read(share: Share, key: DataKey | None, reader: ManifestRequest, outcome: audit_entries.Outcome) -> None:
    """Write the reading; who it says it was for is sealed by the record's key, and goes with it."""
    recipient = record_items.encrypt_recipient(key, share.record_id, share.id, reader.recipient) if key else None
    entry = audit_entries.share_entry(
        outcome=outcome,
        record_id=share.record_id,
        seal_key=access_log.derive_key(macs(), share.record_id),
        share_id=share.id,
        recipient=recipient,
        detail=None if outcome == "allowed" else "passcode-wrong",
    )
    replay_guard.put_entry(config().table_audit, entry)


def _passcode_wrong(left: int) -> UnauthenticatedError:
    more = (
        Translated(f"Còn {left} lần thử.", f"Tries left: {left}.")
        if left
        else Translated(
            "Mã QR này đã bị khóa. Hãy nhờ người có hồ sơ tạo mã mới.",
            "This QR code is locked now. Ask the person to make a new one.",
        )
    )
    return UnauthenticatedError(
        Translated(f"Mã mở chưa đúng. {more.vi}", f"The passcode is not right. {more.en}"),
        type="passcode-wrong",
        extra={"remainingAttempts": left},
    )


def _not_active() -> NotFoundError:
    return NotFoundError(
        Translated("Liên kết này không còn dùng được.", "This link cannot be used any more."), type="share-not-active"
    )
