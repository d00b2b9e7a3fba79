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
CURSOR = re.compile(r"(?P<at>[0-9T:.Z-]{24}) (?P<pk>[\x20-\x7e]{1,256})")


def list_accesses(record: OwnRecord, event: Event) -> dict[str, Any]:
    """A hundred accesses, newest first, denials and emergencies marked, with what it takes to check them.

    Until a facility has seen the card the list tells of no facility: whoever declared somebody else's number would
    learn where that person is treated. Then `withheld` names the days on which facilities read or wrote, `emergencies`
    those of them with an emergency, and there is no `receipt`: with its key and the public record a facility could be
    guessed.

    `older` is there where more are left: `?before=` with it gives the next hundred. What the residents did themselves
    is not in the index.
    """
    at, record_id = clock.now().at, record.meta.record_id
    request = {"TableName": config().table_audit, **access_log.build_query(record_id, at), "Limit": AT_ONCE}
    answer = client("dynamodb").query(**request, **_start(record_id, event, at))
    items = [from_wire(item) for item in answer["Items"]]
    older = {"older": _cursor(from_wire(answer["LastEvaluatedKey"]))} if "LastEvaluatedKey" in answer else {}
    if access_policy.is_allowed(record.meta, Action.SEE_READERS, clock.now().day):
        return {"accesses": _display(record, items), **older, "receipt": _receipt(record, at)}
    by_links = [item for item in items if "facility_id" not in item]
    return {"accesses": _display(record, by_links), **older, **_days_of_facilities(items)}


def _display(record: OwnRecord, items: list[Item]) -> list[dict[str, Any]]:
    recipients = _recipients(record, items)
    return [access_log.to_display(item, recipients.get(item["pk"])) for item in items]


def _days_of_facilities(items: list[Item]) -> dict[str, list[str]]:
    """The local days of what is not told, and those of emergencies among them. No instant: the public record hides one
    access among those of a day, and an instant would let the rest of it be guessed."""
    hidden = [item for item in items if "facility_id" in item]
    found = {"withheld": hidden, "emergencies": [item for item in hidden if item.get("emergency")]}
    days = {name: {clock.local_day(item["at"]).isoformat() for item in those} for name, those in found.items()}
    return {name: sorted(of_name) for name, of_name in days.items() if of_name}


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
