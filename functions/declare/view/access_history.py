"""Who looked: every access of a facility and by a link to a record, from the audit table's index by record."""

import base64
import re
from typing import Any

from functions.declare import clock
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config, macs
from health_record.audit import access_log
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.errors import BadRequestError
from health_record.http.event import Event
from health_record.language import Translated
from health_record.record import access_policy, record_items
from health_record.record.access_policy import Action

AT_ONCE = 100
WRITING = frozenset({"transaction", "validate", "hospital-file", "episode", "episode-withdrawn"})
CURSOR = re.compile(r"(?P<at>[0-9T:.Z-]{24}) (?P<pk>[\x21-\x7e]{1,256})")


def list_accesses(record: OwnRecord, event: Event) -> dict[str, Any]:
    """A hundred accesses, newest first, denials and emergencies marked, with what it takes to check them.

    Who wrote is not told until a facility has seen the card: it may be about another person. `withheld` are the days
    of which something is left out, so that they cannot be checked.

    `older` is there where more are left: `?before=` with it gives the next hundred. What the residents did themselves
    is not in the index.
    """
    at, record_id = clock.now().at, record.meta.record_id
    request = {"TableName": config().table_audit, **access_log.build_query(record_id, at), "Limit": AT_ONCE}
    answer = client("dynamodb").query(**request, **_start(record_id, event, at))
    items, withheld = _split_withheld(record, [from_wire(item) for item in answer["Items"]])
    recipients = _recipients(record, items)
    listed = [access_log.to_display(item, recipients.get(item["pk"])) for item in items]
    older = {"older": _cursor(from_wire(answer["LastEvaluatedKey"]))} if "LastEvaluatedKey" in answer else {}
    hidden = {"withheld": withheld} if withheld else {}
    return {"accesses": listed, **older, **hidden, "receipt": _receipt(record, at)}


def _split_withheld(record: OwnRecord, items: list[Item]) -> tuple[list[Item], list[str]]:
    """What the account may see, and the local days of the rest."""
    if access_policy.is_allowed(record.meta, Action.SEE_WRITTEN, clock.now().day):
        return items, []
    days = {clock.local_day(item["at"]).isoformat() for item in items if item["action"] in WRITING}
    return [item for item in items if item["action"] not in WRITING], sorted(days)


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
