"""GET, POST and DELETE of a record's shares: SMART Health Links that the resident makes, shows again and stops."""

import secrets
import time
import uuid
from typing import Any

from functions.declare import clock, own_additions, own_record, transaction_items
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config, macs
from functions.declare.share import share_request
from functions.declare.share.share_request import CreateShareRequest
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, batch_get, from_wire, keys_request, query_all, to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import ForbiddenError, NotFoundError, UnavailableError
from health_record.identity.sessions import Session
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.record import access_policy, record_items, shares, smart_health_link
from health_record.record.access_policy import Action
from health_record.record.shares import Share
from health_record.table_keys import record_keys

MOST_LIVE_SHARES = 8
SWEPT_AT_ONCE = 20  # of the 100 members that one transaction takes, two for each share


def create_share(session: Session, record_id: str, body: dict[str, Any]) -> dict[str, Any]:
    """Open the record to a new link.

    Raises InvalidContentError, NotFoundError, ForbiddenError, or TooManyRequestsError past the day's links.
    """
    request = share_request.parse_create_request(body)
    record = _load_unrestricted(session, record_id)
    key, now = record.decrypt_key(), int(time.time())
    known = load_pointers(record_id)
    if len([one for one in known if one["expires_at"] > now]) >= MOST_LIVE_SHARES:
        raise ForbiddenError(
            Translated(
                f"Mỗi hồ sơ có nhiều nhất {MOST_LIVE_SHARES} mã QR cùng lúc. Hãy dừng bớt một mã.",
                f"A record has at most {MOST_LIVE_SHARES} links at a time. Stop sharing by one of them first.",
            ),
            type="too-many-shares",
        )
    share = _new_share(key, record_id, request, now)
    pointer = _pointer(key, share, request)
    transaction = Transaction()
    transaction.add("meta", _check_unrestricted(record_id))
    own_additions.count_link(transaction, record_id, clock.now())
    transaction.add(
        "share", transaction_items.put_item(config().table_records, shares.share_item(share), transaction_items.NEW)
    )
    transaction.add("pointer", transaction_items.put_item(config().table_records, pointer, transaction_items.NEW))
    for member in delete_shares([one for one in known if one["expires_at"] <= now]):
        transaction.add("over", member)
    transaction.add("audit", transaction_items.put_audit_entry("share", record_id, f"made {share.id}"))
    try:
        transaction.commit()
    except ConditionFailedError as refused:
        _load_unrestricted(session, record_id)
        if own_additions.MEMBER in refused.names:
            raise own_additions.too_many_error() from refused
        raise UnavailableError from refused
    count_metric("ShareMade")
    return _describe(key, pointer, locked=False)


def list_shares(record: OwnRecord) -> list[dict[str, Any]]:
    """The record's live shares with their links, newest first; `locked` where wrong passcodes have used one up."""
    now = int(time.time())
    live = [one for one in load_pointers(record.meta.record_id) if one["expires_at"] > now]
    if not live:
        return []
    table = config().table_records
    keys = (wire_key((record_keys.share_pk(one["token_hash"]), record_keys.SHARE)) for one in live)
    tries = {item["pk"]: item["tries"] for item in batch_get({table: keys_request(keys)})[table]}
    key = record.decrypt_key()
    return [
        _describe(key, one, locked=tries[record_keys.share_pk(one["token_hash"])] >= shares.MAX_TRIES)
        for one in sorted(live, key=lambda one: (one["created_at"], one["sk"]), reverse=True)
        if record_keys.share_pk(one["token_hash"]) in tries
    ]


def stop_share(record: OwnRecord, share_id: str) -> None:
    """End a share at once. Raises NotFoundError."""
    record_id, wanted = record.meta.record_id, record_items.parse_record_id(share_id)
    found = _load_share(record_id, wanted) if wanted else None
    if found is None:
        raise NotFoundError(Translated("Không có liên kết này.", "There is no such link."))
    transaction = Transaction()
    for member in delete_shares([from_wire(found)]):
        transaction.add("share", member)
    transaction.add("audit", transaction_items.put_audit_entry("share", record_id, f"stopped {wanted}"))
    transaction.commit()
    count_metric("ShareStopped")


def _load_share(record_id: str, share_id: str) -> Any:
    place = wire_key((record_keys.record_pk(record_id), record_keys.share_sk(share_id)))
    return client("dynamodb").get_item(TableName=config().table_records, Key=place, ConsistentRead=True).get("Item")


def load_pointers(record_id: str) -> list[Item]:
    """What the record keeps of its shares, those among them that are over."""
    return query_all(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :share)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.record_pk(record_id), ":share": record_keys.SHARE_PREFIX}
        ),
        ConsistentRead=True,
    )


def delete_shares(found: list[Item]) -> list[dict[str, Any]]:
    """What deletes these shares and their pointers, as far as one transaction holds them."""
    table = config().table_records
    some = found[:SWEPT_AT_ONCE]
    return [delete_link(one) for one in some] + [
        transaction_items.delete_item(table, one["pk"], one["sk"]) for one in some
    ]


def delete_link(pointer: Item) -> dict[str, Any]:
    """What ends the link of a pointer."""
    return transaction_items.delete_item(
        config().table_records, record_keys.share_pk(pointer["token_hash"]), record_keys.SHARE
    )


def _load_unrestricted(session: Session, record_id: str) -> OwnRecord:
    record = own_record.load_own_record(session, record_id, allow_creating_session=False)
    if not access_policy.is_allowed(record.meta, Action.MAKE_LINK, clock.now().day):
        raise ForbiddenError(
            Translated(
                "Hồ sơ đang tạm ngừng sử dụng nên không chia sẻ được.",
                "The record is restricted and cannot be shared.",
            ),
            type="record-restricted",
        )
    return record


def _new_share(key: DataKey, record_id: str, request: CreateShareRequest, now: int) -> Share:
    share_id = str(uuid.uuid4())
    token_hash = shares.hash_token(shares.derive_token(key, share_id))
    salt = secrets.token_hex(16) if request.passcode else None
    mac = shares.passcode_mac(macs(), token_hash, salt, request.passcode) if salt and request.passcode else None
    return Share(share_id, record_id, token_hash, now, now + request.minutes * 60, 0, salt, mac, request.excerpt)


def _pointer(key: DataKey, share: Share, request: CreateShareRequest) -> Item:
    sk = record_keys.share_sk(share.id)
    return {
        "pk": record_keys.record_pk(share.record_id),
        "sk": sk,
        "token_hash": share.token_hash,
        "created_at": share.created_at,
        "expires_at": share.expires_at,
        "passcode": share.mac is not None,
        "sealed": record_items.encrypt_json(key, share.record_id, sk, _kept(request)),
    }


def _kept(request: CreateShareRequest) -> dict[str, str | None]:
    return {"label": request.label} | ({"excerpt": request.excerpt.value} if request.excerpt else {})


def _describe(key: DataKey, pointer: Item, *, locked: bool) -> dict[str, Any]:
    share_id = pointer["sk"].removeprefix(record_keys.SHARE_PREFIX)
    record_id = pointer["pk"].removeprefix(record_keys.record_pk(""))
    kept = record_items.decrypt_json(key, record_id, pointer["sk"], pointer["sealed"])
    label = kept["label"]
    shlink_text = smart_health_link.build_link(
        f"{config().public_origin}/v1/shares/{shares.derive_token(key, share_id)}",
        shares.derive_link_key(key, share_id),
        expires_at=pointer["expires_at"],
        label=label,
        passcode=pointer["passcode"],
    )
    url = f"{config().public_origin}/share.html#{shlink_text}"
    return {
        "id": share_id,
        **({"label": label} if label else {}),
        "contents": kept.get("excerpt", share_request.ALL),
        "passcode": pointer["passcode"],
        "locked": locked,
        "created_at": format_instant(pointer["created_at"]),
        "expires_at": format_instant(pointer["expires_at"]),
        "shlink": shlink_text,
        "url": url,
        "qr_svg": smart_health_link.render_qr(url),
    }


def _check_unrestricted(record_id: str) -> dict[str, Any]:
    return {
        "ConditionCheck": {
            "TableName": config().table_records,
            "Key": wire_key((record_keys.record_pk(record_id), record_keys.META)),
            "ConditionExpression": "erasing = :no AND restricted = :no",
            "ExpressionAttributeValues": to_wire({":no": False}),
        }
    }
