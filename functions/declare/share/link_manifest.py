"""POST /v1/shares/{token}: the manifest of a SMART Health Link, for whoever holds the link.

Unknown, over, used up, stopped, restricted and erased answer alike. What was tried is written before it is answered.
"""

import time
from typing import Any

from functions.declare import own_record
from functions.declare.settings import config, macs
from functions.declare.share import share_request
from functions.declare.share.share_request import Reader
from functions.declare.view import summary
from health_record.audit import access_log, audit_trail
from health_record.aws.envelope_encryption import DataKey
from health_record.errors import NotFoundError, UnauthenticatedError
from health_record.language import Text
from health_record.observability import count
from health_record.record import record_items, record_reader, shares, smart_health_link
from health_record.record.shares import NotActiveError, PasscodeError, Share

PREFLIGHT = {  # https://fetch.spec.whatwg.org/#cors-preflight-fetch; no cookie is ever needed here
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def manifest(token: str, body: dict[str, Any]) -> dict[str, Any]:
    """The manifest with the summary as it is now. Raises NotFoundError, or UnauthenticatedError for the passcode."""
    reader = share_request.read_reader(body)
    share = _counted(token, reader)
    opened = record_reader.open_record(config(), share.record_id)
    if opened is None or opened.meta.restricted:
        raise _not_active()
    answer = smart_health_link.manifest(summary.of_opened(opened), shares.link_key_of(opened.key, share.id))
    _note(share, opened.key, reader, "allowed")
    count("ShareRead")
    return answer


def _counted(token: str, reader: Reader) -> Share:
    """The share, its reading or its wrong try counted. Raises NotFoundError, or UnauthenticatedError."""
    table, now = config().table_records, int(time.time())
    try:
        if reader.passcode is None:
            return shares.count_read(table, token, now)
        return shares.try_passcode(table, macs(), token, reader.passcode, now)
    except NotActiveError as error:
        raise _not_active() from error
    except PasscodeError as error:
        if error.guessed:
            _note_wrong(error.share, reader)
        raise _passcode_wrong(error.left) from error


def _note_wrong(share: Share, reader: Reader) -> None:
    held = own_record.whoevers(share.record_id)
    _note(share, held.open_key() if held else None, reader, "denied")
    count("SharePasscodeWrong")


def _note(share: Share, key: DataKey | None, reader: Reader, outcome: audit_trail.Outcome) -> None:
    """Write the reading; who it says it was for is sealed by the record's key, and goes with it."""
    recipient = record_items.seal_recipient(key, share.record_id, share.id, reader.recipient) if key else None
    entry = audit_trail.share_entry(
        outcome=outcome,
        record_id=share.record_id,
        seal_key=access_log.key_of(macs(), share.record_id),
        share_id=share.id,
        recipient=recipient,
        detail=None if outcome == "allowed" else "passcode-wrong",
    )
    audit_trail.put(config().table_audit, entry)


def _passcode_wrong(left: int) -> UnauthenticatedError:
    return UnauthenticatedError(
        Text(
            f"Mã mở chưa đúng. Còn {left} lần thử.",
            f"The passcode is not right. Tries left: {left}.",
        ),
        type="passcode-wrong",
        extra={"remainingAttempts": left},
    )


def _not_active() -> NotFoundError:
    return NotFoundError(
        Text("Liên kết này không còn dùng được.", "This link cannot be used any more."), type="share-not-active"
    )
