"""Records of one person that a facility joined: what becomes of the joined one when the other is erased.

While the other stands it alone is counted, and look-ups lead to it. Once it is erased, the joined record is the
person's own again: counted, and found by its numbers. Its line of `recounting` is there before the key is destroyed.
"""

from dataclasses import replace
from typing import Any

from functions.declare import clock, own_record, transaction_items
from functions.declare.consent import statistics_rows
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import Transaction
from health_record.record import access_policy, counted_assurance, joined_records, record_items
from health_record.record.record_items import Identity, Meta
from health_record.table_keys import record_keys


def leave_joined(standing: OwnRecord, key: DataKey, identity: Identity) -> None:
    """Note the records that were joined to one that is being erased, as long as its key opens which they are.

    Where it was joined to a further one itself, they are joined to that one from now on.
    """
    table = config().table_records
    joined = list(joined_records.list_joined(table, standing.meta.record_id, key))
    if joined and (following := _load_standing(identity)):
        for record_id in joined:
            _join(record_id, standing.meta.record_id, following)
    at = clock.now().at
    statistics_rows.write_in_batches([counted_assurance.put_line(table, record_id, at) for record_id in joined])


def restore_alone(record: OwnRecord) -> OwnRecord:
    """The record, the person's own again where the one it was joined to is erased.

    Raises ConditionFailedError if somebody changed it meanwhile: the next hour tries again.
    """
    if not access_policy.is_joined(record.meta):
        return record
    key = record.decrypt_key()
    identity = record_items.decrypt_identity(key, record.meta)
    if _load_standing(identity) is not None:
        return record
    alone = replace(identity, joined_to=None)
    sealed = record_items.encrypt_identity(key, record.meta.record_id, alone)
    transaction = Transaction()
    transaction.add("meta", _update_meta(record.meta, sealed, joined=False))
    transaction_items.add_claims(transaction, record.meta, alone, clock.now(), unchecked=set(alone.pointers))
    transaction.commit()
    return OwnRecord(replace(record.meta, sealed=sealed, joined=False), record.wrapped)


def _load_standing(identity: Identity) -> OwnRecord | None:
    """The record that took this one's place, unless it is erased or being erased."""
    found = own_record.load_any(identity.joined_to) if identity.joined_to else None
    return None if found is None or found.meta.erasing else found


def _join(record_id: str, before: str, standing: OwnRecord) -> None:
    """Let the record be joined to `standing`, if it was joined to `before`."""
    record = own_record.load_any(record_id)
    if record is None or not access_policy.is_joined(record.meta):
        return
    key = record.decrypt_key()
    identity = record_items.decrypt_identity(key, record.meta)
    if identity.joined_to != before:
        return
    sealed = record_items.encrypt_identity(key, record_id, replace(identity, joined_to=standing.meta.record_id))
    transaction = Transaction()
    transaction.add("meta", _update_meta(record.meta, sealed, joined=True))
    put = joined_records.put_joined(config().table_records, standing.meta.record_id, standing.decrypt_key(), record_id)
    transaction.add("joined", put)
    transaction.commit()


def _update_meta(meta: Meta, sealed: bytes, *, joined: bool) -> dict[str, Any]:
    values = {":sealed": sealed, ":before": meta.sealed, ":joined": joined, ":no": False}
    return {
        "Update": {
            "TableName": config().table_records,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "UpdateExpression": "SET sealed = :sealed, joined = :joined",
            "ConditionExpression": "sealed = :before AND erasing = :no",
            "ExpressionAttributeValues": to_wire(values),
        }
    }
