"""What happened to an account's credentials, cards and numbers, so that whoever can be hurt is told.

    access  events#<account> / event#<milliseconds>-<random>    kind, at, record_id where one record is meant,
                                                                holder where a PIN or passkey is

Events do not expire: they end with the account. otp, declare, lookup and contribute write them; otp lists them.
"""

import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from health_record import settings
from health_record.aws.clients import client
from health_record.aws.dynamo import WireItem, from_wire, read_pages, to_wire
from health_record.instants import format_instant
from health_record.table_keys import access_keys

type Kind = Literal[
    "new-device",
    "pin-set",
    "pin-changed",
    "pin-permitted",
    "pin-locked",
    "paper-code",
    "passkey-added",
    "passkey-removed",
    "card-seen",
    "number-added",
    "number-moved",
    "visit-moved",
    "second-claim",
    "link-opened",
]
READ_AT_ONCE = 2_000  # some 300 KB: whoever makes many events does not make the list slow for others
DELETED_AT_ONCE = 25
_ID = re.compile(r"[0-9]{13}-[0-9a-f]{8}")


@dataclass(frozen=True)
class AccountEvent:
    """One event; `record_id` says which record it is about, None for the whole account.

    `holder` says of whose PIN or passkey it tells: the session that began their generation.
    """

    id: str
    kind: str
    at: str
    record_id: str | None
    holder: str | None


def put_item(
    account: str, kind: Kind, record_id: str | None = None, *, at: float | None = None, holder: str | None = None
) -> dict[str, Any]:
    """What keeps an event, as a member of a TransactWriteItems call. `at` is when it is told, from now on at once."""
    return {"Put": {"TableName": _table(), "Item": _item(account, kind, record_id, at, holder)}}


def put(
    account: str, kind: Kind, record_id: str | None = None, *, at: float | None = None, holder: str | None = None
) -> None:
    """Keep an event by itself, with `at` as `put_item` has it."""
    client("dynamodb").put_item(TableName=_table(), Item=_item(account, kind, record_id, at, holder))


def is_event_id(text: str) -> bool:
    """Whether `text` has the form of an event's id."""
    return _ID.fullmatch(text) is not None


def list_events(account: str, before: str | None = None) -> Iterator[AccountEvent]:
    """The account's events, newest first, older than the event `before`, read as they are asked for."""
    due = f"{int(time.time() * 1000) + 1:013d}"  # what is told later only comes after
    before = due if before is None else min(before, due)
    values = {":pk": access_keys.events_pk(account), ":before": access_keys.event_sk(before)}
    request = {
        "TableName": _table(),
        "KeyConditionExpression": "pk = :pk AND sk < :before",
        "ExpressionAttributeValues": to_wire(values),
        "ConsistentRead": True,
        "ScanIndexForward": False,
        "Limit": READ_AT_ONCE,
    }
    for page in read_pages(client("dynamodb").query, request):
        yield from map(_parse, page)


def delete_all(account: str) -> None:
    """Delete the events of an account that has ended."""
    while True:
        found = client("dynamodb").query(
            TableName=_table(),
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": access_keys.events_pk(account)}),
            ProjectionExpression="pk, sk",
            ConsistentRead=True,
            Limit=DELETED_AT_ONCE,
        )["Items"]
        if not found:
            return
        for key in found:
            client("dynamodb").delete_item(TableName=_table(), Key=key)


def _item(account: str, kind: Kind, record_id: str | None, at: float | None, holder: str | None) -> WireItem:
    now = time.time() if at is None else at
    event_id = f"{int(now * 1000):013d}-{secrets.token_hex(4)}"
    return to_wire(
        {
            "pk": access_keys.events_pk(account),
            "sk": access_keys.event_sk(event_id),
            "kind": kind,
            "at": format_instant(now),
            "record_id": record_id,
            "holder": holder,
        }
    )


def _parse(item: WireItem) -> AccountEvent:
    plain = from_wire(item)
    event_id = access_keys.event_id_from(plain["sk"])
    return AccountEvent(event_id, plain["kind"], plain["at"], plain.get("record_id"), plain.get("holder"))


def _table() -> str:
    return settings.read_once(settings.ApiSettings).table_access
