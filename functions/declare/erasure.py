"""DELETE /v1/records/{id}: erasure, in steps that can be resumed.

First the record is marked, so that nothing more is written or shown, and listed among the erasures that are not over.
Then one transaction takes the key, the pointers, the shares and the facts: from here no table, snapshot or backup of
`records` can be opened. Then a sweep deletes the items that nobody can
decrypt any more, the meta item last, and the line of the list after all.
An interrupted erasure resumes when it is called again, and by `hourly_work`.
"""

from typing import Any

from functions.declare import account_records, clock, ended_account, joined_pairs, own_record, transaction_items
from functions.declare.consent import statistics_rows
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config, macs
from functions.declare.share import share_links
from health_record.aws.clients import client
from health_record.aws.dynamo import from_wire, is_condition_failure, query_all, to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import UnavailableError
from health_record.identity.sessions import Session
from health_record.observability import count_metric
from health_record.record import identifier_claims, provenance, record_items
from health_record.record.record_items import Meta
from health_record.table_keys import record_keys

ATTEMPTS = 3
SWEPT_AT_ONCE = 50
SHARES_AT_ONCE = 30  # of the 100 members of one transaction, beside 50 diagnoses; the sweep takes what is left


def erase(session: Session, record_id: str) -> None:
    """Erase the record or go on erasing it. Raises NotFoundError for absent or somebody else's."""
    meta = own_record.load_for_erasure(session, record_id)
    if not meta.erasing:
        _begin(meta)
        count_metric("RecordErased")
    finish(record_id)


def finish(record_id: str) -> None:
    """Go on with an erasure that has begun, to its end."""
    for _ in range(ATTEMPTS):
        found = record_items.load(config().table_records, config().table_keys, record_id)
        if found is None or _destroy_key(OwnRecord(*found)):
            break
    else:
        raise UnavailableError
    _sweep(record_id)
    line = wire_key((record_keys.ERASING, record_keys.record_pk(record_id)))
    client("dynamodb").delete_item(TableName=config().table_records, Key=line)


def _begin(meta: Meta) -> None:
    transaction = Transaction()
    transaction.add(
        "meta",
        {
            "Update": {
                "TableName": config().table_records,
                "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
                "UpdateExpression": "SET erasing = :yes",
                "ConditionExpression": "attribute_exists(pk)",
                "ExpressionAttributeValues": to_wire({":yes": True}),
            }
        },
    )
    line = {"pk": record_keys.ERASING, "sk": record_keys.record_pk(meta.record_id), "begun": clock.now().at}
    transaction.add("line", transaction_items.put_item(config().table_records, line))
    transaction.add("audit", transaction_items.put_audit_entry("erase", meta.record_id))
    transaction.commit()


def _destroy_key(record: OwnRecord) -> bool:
    """Take key, pointers and facts at once; False if another call has done so or changed them meanwhile."""
    meta = record.meta
    key = record.decrypt_key()
    identity = record_items.decrypt_identity(key, meta)
    pks = [identifier_claims.identifier_pk(macs(), pointer) for pointer in identity.pointers]
    verified = identifier_claims.find_verified(config().table_keys, pks, meta.record_id)
    joined_pairs.leave_joined(record, key, identity)
    transaction = Transaction()
    transaction.add("key", _delete_key(meta.record_id))
    transaction.add("id", transaction_items.put_tombstone(meta.record_id))
    for pointer in share_links.load_pointers(meta.record_id)[:SHARES_AT_ONCE]:
        transaction.add("share", share_links.delete_link(pointer))
    transaction_items.drop_claims(transaction, meta.record_id, pks, verified)
    held, phone_pointer = account_records.load_account(meta.account, identity.phone)
    for name, member in account_records.remove_from_account(meta.account, meta.record_id, held, phone_pointer):
        transaction.add(name, member)
    if held > 1:  # else these items go as a whole
        for member in account_records.forget_record(meta.account, meta.record_id):
            transaction.add("marks", member)
    _release_episodes(meta.record_id, key)
    statistics_rows.delete_remaining_facts(identity.pseudonym)
    statistics_rows.delete_first_facts(transaction, identity.pseudonym)
    try:
        transaction.commit()
    except ConditionFailedError:
        return False
    return True


def _count_records(account: str) -> int:
    """How many records the account holds, as it stands before the transaction that depends on it."""
    key = wire_key((record_keys.account_pk(account), record_keys.ACCOUNT))
    item = client("dynamodb").get_item(TableName=config().table_records, Key=key, ConsistentRead=True).get("Item")
    return int(from_wire(item)["held"]) if item else 0


def _delete_key(record_id: str) -> dict[str, Any]:
    member = transaction_items.delete_item(config().table_keys, record_keys.record_pk(record_id))
    member["Delete"]["ConditionExpression"] = "attribute_exists(pk)"
    return member


def _sweep(record_id: str) -> None:
    pk = record_keys.record_pk(record_id)
    while True:
        found = client("dynamodb").query(
            TableName=config().table_records,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues=to_wire({":pk": pk}),
            ProjectionExpression="pk, sk, token_hash, account",
            ConsistentRead=True,
            Limit=SWEPT_AT_ONCE,
        )["Items"]
        items = [from_wire(item) for item in found]
        rest = [item for item in items if item["sk"] != record_keys.META] or items
        if not rest:
            return
        if rest[0]["sk"] == record_keys.META and _count_records(rest[0]["account"]) == 0:
            ended_account.clear(rest[0]["account"])
        statistics_rows.write_in_batches([share_links.delete_link(item) for item in rest if "token_hash" in item])
        statistics_rows.write_in_batches(
            [transaction_items.delete_item(config().table_records, pk, item["sk"]) for item in rest]
        )


def _release_episodes(record_id: str, key: DataKey) -> None:
    """Take what leads from hospitals' episodes to the record, as long as its key opens where that lies."""
    heads = query_all(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :episode)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.record_pk(record_id), ":episode": record_keys.EPISODE_PREFIX}
        ),
        ProjectionExpression="sk, provenance, #pointer, withdrawn",
        ExpressionAttributeNames={"#pointer": "pointer"},
        ConsistentRead=True,
    )
    for head in heads:
        if "withdrawn" not in head:
            _release_episode(record_id, provenance.reveal(key, record_id, head)["pointer"])


def _release_episode(record_id: str, pointer: str) -> None:
    """Take the pointer of a hospital's episode, unless the episode is another person's by now."""
    try:
        client("dynamodb").delete_item(
            TableName=config().table_keys,
            Key=to_wire({"pk": pointer}),
            ConditionExpression="attribute_not_exists(pk) OR record_id = :record",
            ExpressionAttributeValues=to_wire({":record": record_id}),
        )
    except Exception as error:
        if not is_condition_failure(error):
            raise
