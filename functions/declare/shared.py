"""POST /v1/shares/{token}: the manifest of a SMART Health Link, for whoever holds the link.

Unknown, over, used up, stopped, restricted and erased answer alike. What was tried is written before it is answered.
"""

import time
from typing import Any

from functions.declare import share_wish, summarising
from functions.declare.config import config, macs
from functions.declare.share_wish import Reader
from health_record import audit, opening, shares, shlink
from health_record.errors import NotFoundError, UnauthenticatedError
from health_record.language import Text
from health_record.observe import count
from health_record.shares import NotActiveError, Share

PREFLIGHT = {  # https://fetch.spec.whatwg.org/#cors-preflight-fetch; no cookie is ever needed here
    "Access-Control-Allow-Methods": "POST",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


def manifest(token: str, body: dict[str, Any]) -> dict[str, Any]:
    """The manifest with the summary as it is now. Raises NotFoundError, or UnauthenticatedError for the passcode."""
    reader = share_wish.read_reader(body)
    try:
        share = shares.use(config().table_records, token, int(time.time()))
        if share.mac is not None:
            _require_passcode(share, reader)
    except NotActiveError as error:
        raise _not_active() from error
    opened = opening.open_record(config(), share.record_id)
    if opened is None or opened.meta.restricted:
        raise _not_active()
    answer = shlink.manifest(summarising.of_opened(opened), shares.link_key_of(opened.key, share.id))
    _note(share, reader, "allowed")
    count("ShareRead")
    return answer


def _require_passcode(share: Share, reader: Reader) -> None:
    if reader.passcode is None:
        raise _passcode_wrong(shares.TRIES - share.tries)  # nothing was guessed, so nothing is counted
    left = shares.try_passcode(config().table_records, macs(), share, reader.passcode)
    if left is None:
        return
    _note(share, reader, "denied")
    count("SharePasscodeWrong")
    raise _passcode_wrong(left)


def _note(share: Share, reader: Reader, outcome: audit.Outcome) -> None:
    entry = audit.share_entry(
        outcome=outcome,
        record_id=share.record_id,
        share_id=share.id,
        recipient=reader.recipient,
        detail=None if outcome == "allowed" else "passcode-wrong",
    )
    audit.put(config().table_audit, entry)


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
