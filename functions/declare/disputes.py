"""The person says that a facility's entry is wrong, or takes that back. The entry stays, and is marked everywhere."""

import re
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.own_record import Held
from functions.declare.settings import config
from health_record.aws.clients import client
from health_record.aws.dynamo import to_wire
from health_record.aws.transaction import RefusedError, Transaction
from health_record.errors import Fault, InvalidContentError, NotFoundError
from health_record.language import Text
from health_record.reconciliation.disputes import LONGEST_REASON, dispute_sk
from health_record.record import record_items
from health_record.record.contributions import PREFIX, TYPES

RESOURCE = re.compile(r"([A-Z][A-Za-z]+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
WHICH = Text("Xin nêu mục của cơ sở y tế dạng Kiểu/uuid.", "Please name a facility's entry as Type/uuid.")
WHY = Text(
    f"Xin viết lý do, nhiều nhất {LONGEST_REASON} ký tự.",
    f"Please give a reason of at most {LONGEST_REASON} characters.",
)


def dispute(held: Held, body: dict[str, Any]) -> None:
    """Keep the person's word; a repeat replaces it. Raises InvalidContentError, or NotFoundError without the entry."""
    kind, resource_id = _named(body.get("resource"))
    reason = body.get("reason")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidContentError(WHY, faults=[Fault("/reason", WHY)])
    if not _is_written(held, kind, resource_id):
        raise _no_such_entry()
    record_id, sk = held.meta.record_id, dispute_sk(kind, resource_id)
    said = {"reason": reason.strip(), "at": clock.now().at}
    item = {
        "pk": record_items.record_pk(record_id),
        "sk": sk,
        "sealed": record_items.seal_json(held.open_key(), record_id, sk, said),
    }
    _commit(held, transaction_items.put(config().table_records, item), "on")


def take_back(held: Held, kind: str, resource_id: str) -> None:
    """Forget the person's word, whether or not there was one. Raises NotFoundError for what names no entry."""
    if kind not in TYPES or RESOURCE.fullmatch(f"{kind}/{resource_id}") is None:
        raise _no_such_entry()
    pk = record_items.record_pk(held.meta.record_id)
    _commit(held, transaction_items.delete(config().table_records, pk, dispute_sk(kind, resource_id)), "off")


def _named(resource: Any) -> tuple[str, str]:
    found = RESOURCE.fullmatch(resource) if isinstance(resource, str) else None
    if found is None or found[1] not in TYPES:
        raise InvalidContentError(WHICH, faults=[Fault("/resource", WHICH)])
    return found[1], found[2]


def _is_written(held: Held, kind: str, resource_id: str) -> bool:
    """Whether a facility wrote it; what the person declared is theirs to correct, not to dispute."""
    answer = client("dynamodb").query(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_items.record_pk(held.meta.record_id), ":sk": f"{PREFIX}{kind}#{resource_id}#"}
        ),
        ConsistentRead=True,
        Limit=1,
    )
    return bool(answer["Items"])


def _commit(held: Held, member: dict[str, Any], detail: str) -> None:
    transaction = Transaction()
    transaction.add("dispute", member)
    transaction.add("key", transaction_items.key_still_there(held.meta.record_id))
    transaction.add("audit", transaction_items.audit_row("dispute", held.meta.record_id, detail))
    try:
        transaction.commit()
    except RefusedError as error:  # an erasure has begun
        raise own_record.not_found() from error


def _no_such_entry() -> NotFoundError:
    return NotFoundError(Text("Hồ sơ không có mục này của cơ sở y tế.", "The record has no such entry of a facility."))
