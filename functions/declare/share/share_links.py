"""GET, POST and DELETE of a record's shares: SMART Health Links that the resident makes, shows again and stops."""

import secrets
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from functions.declare import own_record, transaction_items
from functions.declare.own_record import Held
from functions.declare.settings import config, macs
from functions.declare.share import share_request
from functions.declare.share.share_request import ShareWish
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import RefusedError, Transaction
from health_record.errors import ForbiddenError, NotFoundError, UnavailableError
from health_record.identity.sessions import Session
from health_record.language import Text
from health_record.observability import count
from health_record.record import record_items, shares, smart_health_link
from health_record.record.shares import Share

MOST_LIVE = 8
SWEPT_AT_ONCE = 20  # of the 100 members that one transaction takes, two for each share


def make(session: Session, record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Open the record to a new link. Raises InvalidContentError, NotFoundError or ForbiddenError."""
    wish = share_request.read(body)
    held = _unrestricted(session, record_id)
    key, now = held.open_key(), int(time.time())
    known = pointers(record_id)
    if len([one for one in known if one["expires_at"] > now]) >= MOST_LIVE:
        raise ForbiddenError(
            Text(
                f"Mỗi hồ sơ có nhiều nhất {MOST_LIVE} liên kết cùng lúc. Hãy dừng bớt một liên kết.",
                f"A record has at most {MOST_LIVE} links at a time. Stop sharing by one of them first.",
            ),
            type="too-many-shares",
        )
    share = _new(key, record_id, wish, now)
    pointer = _pointer(key, share, wish)
    transaction = Transaction()
    transaction.add("meta", _still_open(record_id))
    transaction.add("share", transaction_items.put(config().table_records, shares.item(share), transaction_items.NEW))
    transaction.add("pointer", transaction_items.put(config().table_records, pointer, transaction_items.NEW))
    for member in gone([one for one in known if one["expires_at"] <= now]):
        transaction.add("over", member)
    transaction.add("audit", transaction_items.audit_row("share", record_id, f"made {share.id}"))
    try:
        transaction.commit()
    except RefusedError as refused:
        _unrestricted(session, record_id)
        raise UnavailableError from refused
    count("ShareMade")
    return _shown(key, pointer, locked=False)


def listed(held: Held) -> list[dict[str, Any]]:
    """The record's live shares with their links, newest first; `locked` where wrong passcodes have used one up."""
    now = int(time.time())
    live = [one for one in pointers(held.meta.record_id) if one["expires_at"] > now]
    if not live:
        return []
    table = config().table_records
    places = [to_wire({"pk": shares.share_pk(one["token_hash"]), "sk": shares.SHARE}) for one in live]
    answer = client("dynamodb").batch_get_item(RequestItems={table: {"Keys": places, "ConsistentRead": True}})
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    tries = {found["pk"]: found["tries"] for found in map(from_wire, answer["Responses"].get(table, []))}
    key = held.open_key()
    return [
        _shown(key, one, locked=tries[shares.share_pk(one["token_hash"])] >= shares.TRIES)
        for one in sorted(live, key=lambda one: (one["created_at"], one["sk"]), reverse=True)
        if shares.share_pk(one["token_hash"]) in tries
    ]


def stop(held: Held, share_id: str) -> None:
    """End a share at once. Raises NotFoundError."""
    record_id, wanted = held.meta.record_id, record_items.record_id_of(share_id) or ""
    place = to_wire({"pk": record_items.record_pk(record_id), "sk": shares.share_sk(wanted)})
    found = client("dynamodb").get_item(TableName=config().table_records, Key=place, ConsistentRead=True).get("Item")
    if found is None:
        raise NotFoundError(Text("Không có liên kết này.", "There is no such link."))
    transaction = Transaction()
    for member in gone([from_wire(found)]):
        transaction.add("share", member)
    transaction.add("audit", transaction_items.audit_row("share", record_id, f"stopped {wanted}"))
    transaction.commit()
    count("ShareStopped")


def pointers(record_id: str) -> list[Item]:
    """What the record keeps of its shares, those among them that are over."""
    found = client("dynamodb").query(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :share)",
        ExpressionAttributeValues=to_wire({":pk": record_items.record_pk(record_id), ":share": shares.PREFIX}),
        ConsistentRead=True,
    )["Items"]
    return [from_wire(item) for item in found]


def gone(found: list[Item]) -> list[dict[str, Any]]:
    """What deletes these shares and their pointers, as far as one transaction holds them."""
    table = config().table_records
    some = found[:SWEPT_AT_ONCE]
    return [link_gone(one) for one in some] + [transaction_items.delete(table, one["pk"], one["sk"]) for one in some]


def link_gone(pointer: Item) -> dict[str, Any]:
    """What ends the link of a pointer."""
    return transaction_items.delete(config().table_records, shares.share_pk(pointer["token_hash"]), shares.SHARE)


def _unrestricted(session: Session, record_id: str) -> Held:
    held = own_record.held(session, record_id, created_here_will_do=False)
    if held.meta.restricted:
        raise ForbiddenError(
            Text(
                "Hồ sơ đang tạm ngừng sử dụng nên không chia sẻ được.",
                "The record is restricted and cannot be shared.",
            ),
            type="record-restricted",
        )
    return held


def _new(key: DataKey, record_id: str, wish: ShareWish, now: int) -> Share:
    share_id = str(uuid.uuid4())
    token_hash = shares.hash_of(shares.token_of(key, share_id))
    salt = secrets.token_hex(16) if wish.passcode else None
    mac = shares.passcode_mac(macs(), token_hash, salt, wish.passcode) if salt and wish.passcode else None
    return Share(share_id, record_id, token_hash, now, now + wish.minutes * 60, 0, salt, mac)


def _pointer(key: DataKey, share: Share, wish: ShareWish) -> Item:
    sk = shares.share_sk(share.id)
    return {
        "pk": record_items.record_pk(share.record_id),
        "sk": sk,
        "token_hash": share.token_hash,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "passcode": share.mac is not None,
        "sealed": record_items.seal_json(key, share.record_id, sk, {"label": wish.label}),
    }


def _shown(key: DataKey, pointer: Item, *, locked: bool) -> dict[str, Any]:
    share_id = pointer["sk"].removeprefix(shares.PREFIX)
    record_id = pointer["pk"].removeprefix(record_items.record_pk(""))
    label = record_items.open_json(key, record_id, pointer["sk"], pointer["sealed"])["label"]
    shlink_text = smart_health_link.link(
        f"{config().public_origin}/v1/shares/{shares.token_of(key, share_id)}",
        shares.link_key_of(key, share_id),
        expires_at=pointer["expires_at"],
        label=label,
        passcode=pointer["passcode"],
    )
    url = f"{config().public_origin}/share.html#{shlink_text}"
    return {
        "id": share_id,
        **({"label": label} if label else {}),
        "passcode": pointer["passcode"],
        "locked": locked,
        "created_at": _iso(pointer["created_at"]),
        "expires_at": _iso(pointer["expires_at"]),
        "shlink": shlink_text,
        "url": url,
        "qr_svg": smart_health_link.qr_svg(url),
    }


def _still_open(record_id: str) -> dict[str, Any]:
    return {
        "ConditionCheck": {
            "TableName": config().table_records,
            "Key": to_wire({"pk": record_items.record_pk(record_id), "sk": record_items.META}),
            "ConditionExpression": "erasing = :no AND restricted = :no",
            "ExpressionAttributeValues": to_wire({":no": False}),
        }
    }


def _iso(instant: int) -> str:
    return datetime.fromtimestamp(instant, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
