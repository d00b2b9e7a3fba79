"""The members of a declaration's transaction, one small function for each item that it touches."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from functions.declare.clock import Timestamp, local_day, now
from functions.declare.settings import config, form, macs
from health_record import facts
from health_record.audit import audit_entries, replay_guard
from health_record.aws.dynamo import Item, to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import Transaction
from health_record.identity import phone_encryption, sessions
from health_record.identity.identifiers import Pointer
from health_record.identity.sessions import Session
from health_record.questionnaire import Declaration
from health_record.record import counted_assurance, identifier_claims, record_items
from health_record.record.record_items import Identity, Meta
from health_record.table_keys import record_keys

NEW = "attribute_not_exists(pk)"


def put_item(table: str, item: Item, condition: str | None = None) -> dict[str, Any]:
    """A Put member."""
    return {
        "Put": {
            "TableName": table,
            "Item": to_wire(item),
            **({"ConditionExpression": condition} if condition else {}),
        }
    }


def delete_item(table: str, pk: str, sk: str | None = None) -> dict[str, Any]:
    """A Delete member without a condition."""
    return {"Delete": {"TableName": table, "Key": to_wire({"pk": pk, "sk": sk})}}


def put_key(record_id: str, key: DataKey) -> dict[str, Any]:
    """The wrapped data key of a new record."""
    return put_item(config().table_keys, {"pk": record_keys.record_pk(record_id), "wrapped": key.wrapped}, NEW)


def check_key_exists(record_id: str) -> dict[str, Any]:
    """Nothing is written for a record whose erasure has begun."""
    return {
        "ConditionCheck": {
            "TableName": config().table_keys,
            "Key": to_wire({"pk": record_keys.record_pk(record_id)}),
            "ConditionExpression": "attribute_exists(pk)",
        }
    }


def put_tombstone(record_id: str) -> dict[str, Any]:
    """What stays of an erased record: that its id was in use, so that nobody takes it again and reads who looked."""
    return put_item(config().table_keys, {"pk": record_keys.tombstone_pk(record_id), "erased_at": now().at})


def check_no_tombstone(record_id: str) -> dict[str, Any]:
    """A new record's id is not that of an erased one."""
    return {
        "ConditionCheck": {
            "TableName": config().table_keys,
            "Key": to_wire({"pk": record_keys.tombstone_pk(record_id)}),
            "ConditionExpression": NEW,
        }
    }


def put_version(
    key: DataKey, record_id: str, version: int, declaration: Declaration, timestamp: Timestamp, body: str
) -> dict[str, Any]:
    """One version of the declaration, sealed; `body_mac` tells a repeat of `body` from another one."""
    sk = record_keys.version_sk(version)
    response = {"id": record_id, **declaration.response, "authored": timestamp.at}
    return put_item(
        config().table_records,
        {
            "pk": record_keys.record_pk(record_id),
            "sk": sk,
            "sealed": record_items.encrypt_json(key, record_id, sk, response),
            "authored": timestamp.at,
            "body_mac": record_items.body_mac(key, body),
        },
        NEW,
    )


def build_identity(declaration: Declaration, pseudonym: str, phone: str | None, account_tag: str) -> Identity:
    """The part of a declaration that says who it is, and the phone that notices go to."""
    return Identity(
        full_name=declaration.full_name,
        birth_date=declaration.birth_date,
        sex=declaration.sex,
        national_id=declaration.national_id,
        insurance_number=declaration.insurance_number,
        ward=declaration.ward,
        pseudonym=pseudonym,
        phone=phone,
        account_tag=account_tag,
    )


def decrypt_phone(session: Session) -> str:
    """The phone that the session was proven by. Raises UnauthenticatedError for a session that has none."""
    phone = phone_encryption.decrypt_phone(macs(), session.account, session.phone)
    if phone is None:
        raise sessions.signed_out_error()
    return phone


def add_claims(
    transaction: Transaction,
    meta: Meta,
    identity: Identity,
    timestamp: Timestamp,
    *,
    unchecked: AbstractSet[Pointer] = frozenset(),
) -> None:
    """Claim the numbers of `identity`; the condition is that none of them is verified for another record.

    Those `unchecked` are claimed without it: the record claimed them before, or a facility verified them for it.
    """
    table = config().table_keys
    for claim in identifier_claims.put_claims(
        table, macs(), record_id=meta.record_id, account=meta.account, identity=identity, at=timestamp.at
    ):
        transaction.add("claim", claim)
    for pointer in identity.pointers:
        if pointer not in unchecked:
            pk = identifier_claims.identifier_pk(macs(), pointer)
            transaction.add("verified", identifier_claims.check_free(table, pk, meta.record_id))


def drop_claims(transaction: Transaction, record_id: str, pks: Iterable[str], verified: Iterable[str]) -> None:
    """Give up the identifiers `pks`, of which `verified` were found verified for this record."""
    table = config().table_keys
    for pk in pks:
        transaction.add("claim", identifier_claims.drop_claim(table, pk, record_id))
    for pk in verified:
        transaction.add("released", identifier_claims.drop_verified(table, pk, record_id))


def put_facts(declaration: Declaration, identity: Identity, meta: Meta, timestamp: Timestamp) -> dict[str, Any]:
    """The resident's row of facts, which replaces the one before."""
    row = facts.build_resident_row(
        form(),
        declaration,
        pseudonym=identity.pseudonym,
        account=identity.account_tag,
        card_seen=counted_assurance.is_card_seen(meta),
        declared_on=local_day(meta.created_at).isoformat(),
        updated_on=timestamp.day.isoformat(),
        synthetic=config().synthetic,
    )
    return put_item(config().table_facts, row)


def put_audit_entry(action: str, record_id: str, detail: str | None = None) -> dict[str, Any]:
    """What the resident did, for those who may ask later."""
    entry = audit_entries.resident_entry(action=action, record_id=record_id, detail=detail)
    return replay_guard.put_in_transaction(config().table_audit, entry)


def update_meta(meta: Meta, after: Meta, relation: str, timestamp: Timestamp) -> dict[str, Any]:
    """The meta item of the next version, on the condition that nobody changed the record meanwhile.

    `after` has the identity sealed anew, and what it says of cards seen.
    """
    return {
        "Update": {
            "TableName": config().table_records,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "UpdateExpression": "SET version = :next, updated_at = :at, sealed = :sealed, relation = :relation,"
            " card_seen = :seen, attested = :attested",
            "ConditionExpression": "version = :version AND sealed = :before AND #statistics = :statistics"
            " AND restricted = :restricted AND erasing = :no",
            "ExpressionAttributeNames": {"#statistics": "statistics"},
            "ExpressionAttributeValues": to_wire(
                {
                    ":next": meta.version + 1,
                    ":version": meta.version,
                    ":at": timestamp.at,
                    ":sealed": after.sealed,
                    ":seen": after.card_seen,
                    ":attested": after.attested,
                    ":before": meta.sealed,
                    ":relation": relation,
                    ":statistics": meta.statistics,
                    ":restricted": meta.restricted,
                    ":no": False,
                }
            ),
        }
    }
