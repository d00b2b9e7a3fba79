"""A further version of a record, on the condition that nobody changed it meanwhile."""

from functions.declare import mine, precondition, repeats, writes
from functions.declare.config import config, macs
from functions.declare.mine import Held
from functions.declare.transaction import RefusedError, Transaction
from functions.declare.wish import Wish
from health_record import records
from health_record.clients import client
from health_record.dynamo import from_wire, to_wire
from health_record.observe import count
from health_record.questionnaire import Declaration
from health_record.records import Identity

ATTEMPTS = 3


def correct(wish: Wish) -> None:
    """Keep the declaration as the version after the one it stands on; a repeat of the same call changes nothing."""
    for _ in range(ATTEMPTS):
        held = mine.held(wish.session, wish.record_id)
        if held.meta.version != wish.stands_on:
            repeats.require(wish, held.meta, wish.stands_on + 1)
            return
        try:
            _next_version(wish, held).commit()
        except RefusedError as refused:
            if "verified" in refused.names:
                raise repeats.held_elsewhere() from refused
            continue  # somebody changed the record meanwhile: what it is now decides
        count("RecordCorrected")
        return
    raise precondition.failed()


def _next_version(wish: Wish, held: Held) -> Transaction:
    key, meta, declaration = held.open_key(), held.meta, wish.declaration
    before = records.open_identity(key, meta)
    identity = writes.identity_of(declaration, before.pseudonym)
    version = meta.version + 1
    sealed = records.seal_identity(key, meta.record_id, identity)
    transaction = Transaction()
    transaction.add("meta", writes.corrected_meta(meta, sealed, declaration.relation, wish.moment))
    transaction.add(
        "version", writes.version_row(key, meta.record_id, version, declaration, wish.moment, wish.body_mac)
    )
    transaction.add("key", writes.key_still_there(meta.record_id))
    writes.add_claims(transaction, meta.record_id, declaration)
    given_up = _given_up(before, declaration)
    writes.drop_claims(transaction, meta.record_id, given_up, verified_for(meta.record_id, given_up))
    if meta.statistics and not meta.restricted:
        transaction.add("facts", writes.facts_row(declaration, identity.pseudonym, meta.created_at, wish.moment))
    transaction.add("audit", writes.audit_row("declare", meta.record_id, f"version {version}"))
    return transaction


def _given_up(before: Identity, declaration: Declaration) -> list[str]:
    kept = declaration.pointers
    return [records.identifier_pk(macs(), pointer) for pointer in before.pointers if pointer not in kept]


def verified_for(record_id: str, pks: list[str]) -> list[str]:
    """Those of `pks` that a facility verified for this record (one call, and none where there are none)."""
    if not pks:
        return []
    table = config().table_records
    keys = [to_wire({"pk": pk, "sk": records.VERIFIED}) for pk in pks]
    found = client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    items = [from_wire(item) for item in found["Responses"].get(table, [])]
    return [item["pk"] for item in items if item["record_id"] == record_id]
