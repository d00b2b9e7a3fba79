"""The person says that a facility's entry is wrong, or takes that back. The entry stays, and is marked everywhere."""

import re
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.aws.clients import client
from health_record.aws.dynamo import from_wire, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import Fault, InvalidContentError, NotFoundError
from health_record.language import Translated
from health_record.reconciliation.disputes import LONGEST_REASON
from health_record.record import access_policy, provenance, record_items
from health_record.record.access_policy import Action
from health_record.record.contributions import TYPES
from health_record.table_keys import record_keys

RESOURCE = re.compile(r"([A-Z][A-Za-z]+)/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
WHICH = Translated("Xin nêu mục của cơ sở y tế dạng Kiểu/uuid.", "Please name a facility's entry as Type/uuid.")
WHY = Translated(
    f"Xin viết lý do, nhiều nhất {LONGEST_REASON} ký tự.",
    f"Please give a reason of at most {LONGEST_REASON} characters.",
)


def dispute_entry(record: OwnRecord, body: dict[str, Any]) -> None:
    """Keep the person's word; a repeat replaces it. Raises InvalidContentError, or NotFoundError without the entry."""
    kind, resource_id = _named(body.get("resource"))
    reason = body.get("reason")
    if not isinstance(reason, str) or not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidContentError(WHY, faults=[Fault("/reason", WHY)])
    key = record.decrypt_key()
    if not _is_written(record, key, kind, resource_id):
        raise _no_such_entry()
    record_id, names = record.meta.record_id, _names(key, kind, resource_id)
    sk, former = map(record_keys.dispute_sk, names)
    said = {"resource": f"{kind}/{resource_id}", "reason": reason.strip(), "at": clock.now().at}
    table, pk = config().table_records, record_keys.record_pk(record_id)
    item = {"pk": pk, "sk": sk, "sealed": record_items.encrypt_json(key, record_id, sk, said)}
    _commit(record, [transaction_items.put_item(table, item), transaction_items.delete_item(table, pk, former)], "on")


def withdraw_dispute(record: OwnRecord, kind: str, resource_id: str) -> None:
    """Forget the person's word, whether or not there was one. Raises NotFoundError for what names no entry."""
    if kind not in TYPES or RESOURCE.fullmatch(f"{kind}/{resource_id}") is None:
        raise _no_such_entry()
    pk = record_keys.record_pk(record.meta.record_id)
    sks = [record_keys.dispute_sk(name) for name in _names(record.decrypt_key(), kind, resource_id)]
    _commit(record, [transaction_items.delete_item(config().table_records, pk, sk) for sk in sks], "off")


def _named(resource: Any) -> tuple[str, str]:
    found = RESOURCE.fullmatch(resource) if isinstance(resource, str) else None
    if found is None or found[1] not in TYPES:
        raise InvalidContentError(WHICH, faults=[Fault("/resource", WHICH)])
    return found[1], found[2]


def _names(key: DataKey, kind: str, resource_id: str) -> list[str]:
    """What the tables call the entry, and what they called it before."""
    return [provenance.name_entry(key, kind, resource_id), f"{kind}#{resource_id}"]


def _is_written(record: OwnRecord, key: DataKey, kind: str, resource_id: str) -> bool:
    """Whether a facility wrote it, as far as the account may know: until its card was seen nothing is told of that.

    What the person declared is theirs to correct, not to dispute.
    """
    if not access_policy.is_allowed(record.meta, Action.SEE_WRITTEN, clock.now().day):
        return False
    record_id = record.meta.record_id
    identity = record_items.decrypt_identity(key, record.meta)
    for name in _names(key, kind, resource_id):
        answer = client("dynamodb").query(
            TableName=config().table_records,
            KeyConditionExpression="pk = :pk AND begins_with(sk, :sk)",
            ExpressionAttributeValues=to_wire(
                {":pk": record_keys.record_pk(record_id), ":sk": record_keys.contribution_prefix(name)}
            ),
            ConsistentRead=True,
            Limit=1,
            ScanIndexForward=False,
        )
        for item in (provenance.reveal(key, record_id, from_wire(found)) for found in answer["Items"]):
            if access_policy.may_see_entry(identity, item.get("numbers")):
                return True
    return False


def _commit(record: OwnRecord, members: list[dict[str, Any]], detail: str) -> None:
    transaction = Transaction()
    for member in members:
        transaction.add("dispute", member)
    transaction.add("key", transaction_items.check_key_exists(record.meta.record_id))
    transaction.add("audit", transaction_items.put_audit_entry("dispute", record.meta.record_id, detail))
    try:
        transaction.commit()
    except ConditionFailedError as error:  # an erasure has begun
        raise own_record.not_found_error() from error


def _no_such_entry() -> NotFoundError:
    text = Translated("Hồ sơ không có mục này của cơ sở y tế.", "The record has no such entry of a facility.")
    return NotFoundError(text)
