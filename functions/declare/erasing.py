"""DELETE /v1/records/{id}: erasure, in steps that can be resumed.

First the record is marked, so that nothing more is written or shown, and listed among the erasures that are not over.
Then one transaction takes the key, the pointers, the shares and the facts: from here no table, snapshot or backup of
`records` can be opened. Then a sweep takes the dark rest, the meta item last, and the line of the list after all.
Whatever breaks is gone on with by the same call, and by `resume`, which a schedule calls every hour.
"""

from typing import Any

from functions.declare import counting, mine, moments, sharing, writes
from functions.declare.config import config, macs
from functions.declare.correction import verified_for
from functions.declare.mine import Held
from health_record import records
from health_record.clients import client
from health_record.dynamo import from_wire, to_wire
from health_record.errors import UnavailableError
from health_record.observe import count, info, metrics
from health_record.records import Meta
from health_record.sessions import Session
from health_record.transaction import RefusedError, Transaction

ATTEMPTS = 3
SWEPT_AT_ONCE = 50
SHARES_AT_ONCE = 30  # of the 100 members of one transaction, beside 50 diagnoses; the sweep takes what is left


def erase(session: Session, record_id: str) -> None:
    """Erase the record or go on erasing it. Raises NotFoundError for absent or somebody else's."""
    meta = mine.erasable(session, record_id)
    if not meta.erasing:
        _mark(meta)
        count("RecordErased")
    _finish(record_id)


def resume() -> dict[str, int]:
    """Go on with every erasure that broke; one that breaks again stops no other. Raises the last fault at the end."""
    waiting, fault = _waiting(), None
    for record_id in waiting:
        try:
            _finish(record_id)
            count("ErasureResumed")
        except Exception as error:  # noqa: BLE001 - raised again below, so that the alarm of failures tells
            count("ErasureBrokeAgain")
            info("erasure broke again", error=type(error).__name__)
            fault = error
    if waiting:
        metrics().flush_metrics()
    if fault:
        raise UnavailableError from None  # its text may name what must not be logged
    return {"erasures": len(waiting)}


def _waiting() -> list[str]:
    request: dict[str, Any] = {
        "TableName": config().table_records,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": to_wire({":pk": records.ERASING}),
        "ConsistentRead": True,
    }
    found: list[str] = []
    while True:
        answer = client("dynamodb").query(**request)
        found += [from_wire(item)["sk"].removeprefix(records.record_pk("")) for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            return found
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _finish(record_id: str) -> None:
    for _ in range(ATTEMPTS):
        found = records.load(config().table_records, config().table_keys, record_id)
        if found is None or _darken(Held(*found)):
            break
    else:
        raise UnavailableError
    _sweep(record_id)
    line = to_wire({"pk": records.ERASING, "sk": records.record_pk(record_id)})
    client("dynamodb").delete_item(TableName=config().table_records, Key=line)


def _mark(meta: Meta) -> None:
    transaction = Transaction()
    transaction.add(
        "meta",
        {
            "Update": {
                "TableName": config().table_records,
                "Key": to_wire({"pk": records.record_pk(meta.record_id), "sk": records.META}),
                "UpdateExpression": "SET erasing = :yes",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": to_wire({":yes": True}),
            }
        },
    )
    line = {"pk": records.ERASING, "sk": records.record_pk(meta.record_id), "begun": moments.now().at}
    transaction.add("line", writes.put(config().table_records, line))
    transaction.add("audit", writes.audit_row("erase", meta.record_id))
    transaction.commit()


def _darken(held: Held) -> bool:
    """Take key, pointers and facts at once; False if another call has done so or changed them meanwhile."""
    meta = held.meta
    identity = records.open_identity(held.open_key(), meta)
    pks = [records.identifier_pk(macs(), pointer) for pointer in identity.pointers]
    transaction = Transaction()
    transaction.add("key", _key_gone(meta.record_id))
    transaction.add("id", writes.id_taken(meta.record_id))
    for pointer in sharing.pointers(meta.record_id)[:SHARES_AT_ONCE]:
        transaction.add("share", sharing.link_gone(pointer))
    writes.drop_claims(transaction, meta.record_id, pks, verified_for(meta.record_id, pks))
    for name, member in writes.account_rows_gone(meta.account, meta.record_id, _held_by(meta.account)):
        transaction.add(name, member)
    counting.forget_rest(identity.pseudonym)
    counting.forget_first(transaction, identity.pseudonym)
    try:
        transaction.commit()
    except RefusedError:
        return False
    return True


def _held_by(account: str) -> int:
    """How many records the account holds, as it stands before the transaction that depends on it."""
    key = to_wire({"pk": records.account_pk(account), "sk": records.ACCOUNT})
    item = client("dynamodb").get_item(TableName=config().table_records, Key=key, ConsistentRead=True).get("Item")
    return int(from_wire(item)["held"]) if item else 0


def _key_gone(record_id: str) -> dict[str, Any]:
    member = writes.delete(config().table_keys, records.record_pk(record_id))
    member["Delete"]["ConditionExpression"] = "attribute_exists(pk)"
    return member


def _sweep(record_id: str) -> None:
    pk = records.record_pk(record_id)
    while True:
        found = client("dynamodb").query(
            TableName=config().table_records,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": pk}),
            ProjectionExpression="pk, sk, token_hash",
            ConsistentRead=True,
            Limit=SWEPT_AT_ONCE,
        )["Items"]
        items = [from_wire(item) for item in found]
        rest = [item for item in items if item["sk"] != records.META] or items
        if not rest:
            return
        counting.write_all([sharing.link_gone(item) for item in rest if "token_hash" in item])
        counting.write_all([writes.delete(config().table_records, pk, item["sk"]) for item in rest])
