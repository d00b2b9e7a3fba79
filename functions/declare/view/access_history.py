"""Who looked: every access of a facility and by a link to a record, from the audit table's index by record."""

import base64
import datetime
import re
from collections.abc import Callable
from typing import Any

from functions.declare import clock
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config, macs
from health_record.audit import access_log
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, read_pages, to_wire
from health_record.errors import BadRequestError
from health_record.http.event import Event
from health_record.language import Translated
from health_record.record import access_policy, record_items
from health_record.record.access_policy import Action

AT_ONCE = 100
CURSOR = re.compile(r"(?P<at>[0-9T:.Z-]{24}) (?P<pk>[\x20-\x7e]{1,256})")


def list_accesses(record: OwnRecord, event: Event) -> dict[str, Any]:
    """A hundred accesses, newest first, denials and emergencies marked, with what it takes to check them.

    Until a facility has seen the card the list tells nothing of facilities, not even that one looked: whoever declared
    somebody else's number would learn when that person is treated. Once one card of several was seen it holds whoever
    came by a number on it. There is no `receipt` before all were seen: with its key and the public record the days of
    the others could be found.

    `older` is there where more are left to be told: `?before=` with it gives the next hundred. What the residents did
    themselves is not in the index.
    """
    at, day = clock.now().at, clock.now().day
    is_whole = access_policy.is_allowed(record.meta, Action.CHECK_READERS, day)
    request = {"TableName": config().table_audit, **access_log.build_query(record.meta.record_id, at)}
    request |= _start(record.meta.record_id, event, at) | ({"Limit": AT_ONCE + 1} if is_whole else {})
    told, is_more = _load_page(request, _chooser(record, day))
    older = {"older": _cursor(told[-1])} if is_more else {}
    receipt = {"receipt": _receipt(record, at)} if is_whole else {}
    return {"accesses": _display(record, told), **older, **receipt}


def _chooser(record: OwnRecord, day: datetime.date) -> Callable[[Item], bool]:
    """Which accesses are told. What the account's own links opened always is."""
    if access_policy.is_allowed(record.meta, Action.CHECK_READERS, day):
        return lambda _: True
    if not access_policy.is_allowed(record.meta, Action.SEE_READERS, day):
        return lambda item: "facility_id" not in item
    key = record.decrypt_key()
    identity = record_items.decrypt_identity(key, record.meta)
    return lambda item: "facility_id" not in item or access_policy.may_see_reader(identity, key, item.get("led_by"))


def _load_page(request: dict[str, Any], is_told: Callable[[Item], bool]) -> tuple[list[Item], bool]:
    """Up to a hundred accesses that are told, and whether there are more of them. The rest leaves no trace."""
    told: list[Item] = []
    for page in read_pages(client("dynamodb").query, request):
        told += [item for item in map(from_wire, page) if is_told(item)]
        if len(told) > AT_ONCE:
            break
    return told[:AT_ONCE], len(told) > AT_ONCE


def _display(record: OwnRecord, items: list[Item]) -> list[dict[str, Any]]:
    recipients = _recipients(record, items)
    return [access_log.to_display(item, recipients.get(item["pk"])) for item in items]


def _receipt(record: OwnRecord, at: str) -> dict[str, str]:
    """The key by which a person finds their accesses in the public record, which is the same for everybody."""
    record_id = record.meta.record_id
    return {
        "record": record_id,
        "began": clock.local_day(record.meta.created_at).isoformat(),
        "at": at,
        "key": access_log.derive_key(macs(), record_id),
    }


def _cursor(key: Item) -> str:
    """Where a page ends, also between accesses of one instant."""
    return base64.urlsafe_b64encode(f"{key['at']} {key['pk']}".encode()).decode().rstrip("=")


def _start(record_id: str, event: Event, at: str) -> dict[str, Any]:
    """Where a page begins: in the record that was asked for, whatever the cursor says, and not after `at`."""
    before = (event.get("queryStringParameters") or {}).get("before")
    if before is None:
        return {}
    found = CURSOR.fullmatch(_decoded(before))
    if found is None or found["at"] > at:
        text = Translated("before phải là giá trị older của trang trước.", "before must be the older of a page before.")
        raise BadRequestError(text, type="page-broken")
    return {"ExclusiveStartKey": to_wire({"record_id": record_id, **found.groupdict()})}


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""


def _recipients(record: OwnRecord, items: list[Item]) -> dict[str, str]:
    """What readers by a link said of themselves, by the key of the audit item."""
    sealed = {item["pk"]: (item["share_id"], item["recipient"]) for item in items if "recipient" in item}
    if not sealed:
        return {}
    key, record_id = record.decrypt_key(), record.meta.record_id
    return {pk: record_items.decrypt_recipient(key, record_id, *found) for pk, found in sealed.items()}
