"""The members of a declaration's transaction, one small function for each item that it touches."""

from collections.abc import Iterable
from typing import Any

from functions.declare.clock import Moment, local_day, now
from functions.declare.settings import config, form, macs
from health_record import facts
from health_record.audit import audit_trail
from health_record.aws.dynamo import Item, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import Transaction
from health_record.identity import phone_encryption, sessions
from health_record.identity.identifiers import Pointer
from health_record.identity.sessions import Session
from health_record.questionnaire import Declaration
from health_record.record import record_items
from health_record.record.record_items import Identity, Meta

MAX_RECORDS = 12
NEW = "attribute_not_exists(pk)"
FREE_OR_OURS = "attribute_not_exists(pk) OR record_id = :record"


def put(table: str, item: Item, condition: str | None = None) -> dict[str, Any]:
    """A Put member."""
    return {
        "Put": {
            "TableName": table,
            "Item": to_wire(item),
            **({"ConditionExpression": condition} if condition else {}),
        }
    }


def delete(table: str, pk: str, sk: str | None = None) -> dict[str, Any]:
    """A Delete member without a condition."""
    return {"Delete": {"TableName": table, "Key": to_wire({"pk": pk, "sk": sk})}}


def key_row(record_id: str, key: DataKey) -> dict[str, Any]:
    """The wrapped data key of a new record."""
    return put(config().table_keys, {"pk": record_items.record_pk(record_id), "wrapped": key.wrapped}, NEW)


def key_still_there(record_id: str) -> dict[str, Any]:
    """Nothing is written for a record whose erasure has begun."""
    return {
        "ConditionCheck": {
            "TableName": config().table_keys,
            "Key": to_wire({"pk": record_items.record_pk(record_id)}),
            "ConditionExpression": "attribute_exists(pk)",
        }
    }


def id_taken(record_id: str) -> dict[str, Any]:
    """What stays of an erased record: that its id was in use, so that nobody takes it again and reads who looked."""
    return put(config().table_keys, {"pk": record_items.erased_pk(record_id), "erased_at": now().at})


def id_never_taken(record_id: str) -> dict[str, Any]:
    """A new record's id is not that of an erased one."""
    return {
        "ConditionCheck": {
            "TableName": config().table_keys,
            "Key": to_wire({"pk": record_items.erased_pk(record_id)}),
            "ConditionExpression": NEW,
        }
    }


def version_row(
    key: DataKey, record_id: str, version: int, declaration: Declaration, moment: Moment, body: str
) -> dict[str, Any]:
    """One version of the declaration, sealed; `body_mac` tells a repeat of `body` from another one."""
    sk = record_items.version_sk(version)
    response = {"id": record_id, **declaration.response, "authored": moment.at}
    return put(
        config().table_records,
        {
            "pk": record_items.record_pk(record_id),
            "sk": sk,
            "sealed": record_items.seal_json(key, record_id, sk, response),
            "authored": moment.at,
            "body_mac": record_items.body_mac(key, body),
        },
        NEW,
    )


def identity_of(declaration: Declaration, pseudonym: str, phone: str | None) -> Identity:
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
    )


def phone_of(session: Session) -> str | None:
    """The phone that the session was proven by."""
    return phone_encryption.opened(macs(), session.account, session.phone)


def add_claims(transaction: Transaction, record_id: str, pointers: Iterable[Pointer]) -> None:
    """Claim the numbers; the condition is that no other record's claim on them is verified."""
    table = config().table_records
    for pointer in pointers:
        pk = record_items.identifier_pk(macs(), pointer)
        transaction.add("claim", put(table, {"pk": pk, "sk": record_items.claim_sk(record_id), "record_id": record_id}))
        transaction.add(
            "verified",
            {
                "ConditionCheck": {
                    "TableName": table,
                    "Key": to_wire({"pk": pk, "sk": record_items.VERIFIED}),
                    "ConditionExpression": FREE_OR_OURS,
                    "ExpressionAttributeValues": to_wire({":record": record_id}),
                }
            },
        )


def drop_claims(transaction: Transaction, record_id: str, pks: Iterable[str], verified: Iterable[str]) -> None:
    """Give up the identifiers `pks`, of which `verified` were found verified for this record."""
    table = config().table_records
    for pk in pks:
        transaction.add("claim", delete(table, pk, record_items.claim_sk(record_id)))
    for pk in verified:
        member = delete(table, pk, record_items.VERIFIED)
        member["Delete"] |= {
            "ConditionExpression": FREE_OR_OURS,
            "ExpressionAttributeValues": to_wire({":record": record_id}),
        }
        transaction.add("released", member)


def account_rows(account: str, record_id: str) -> Iterable[tuple[str, dict[str, Any]]]:
    """The account's pointer to a new record, and its count of records, which ends at twelve."""
    table, pk = config().table_records, record_items.account_pk(account)
    yield "pointer", put(table, {"pk": pk, "sk": record_items.record_pk(record_id), "record_id": record_id})
    yield (
        "account",
        {
            "Update": {
                "TableName": table,
                "Key": to_wire({"pk": pk, "sk": record_items.ACCOUNT}),
                "UpdateExpression": "ADD held :one",
                "ConditionExpression": "attribute_not_exists(held) OR held < :most",
                "ExpressionAttributeValues": to_wire({":one": 1, ":most": MAX_RECORDS}),
            }
        },
    )


def account_rows_gone(account: str, record_id: str, held: int) -> Iterable[tuple[str, dict[str, Any]]]:
    """The other way round, for a record that is erased, on the condition that the account holds `held` of them.

    With the last one goes the account: who made its first record, and the PIN, which must not bind the number's
    next owner.
    """
    table, pk = config().table_records, record_items.account_pk(account)
    yield "pointer", delete(table, pk, record_items.record_pk(record_id))
    if held > 1:
        yield "account", _held_one_less(table, pk, held)
        return
    last = delete(table, pk, record_items.ACCOUNT)
    last["Delete"] |= {
        "ConditionExpression": "attribute_not_exists(pk) OR held <= :one",
        "ExpressionAttributeValues": to_wire({":one": 1}),
    }
    yield "account", last
    for sk in sessions.OF_ACCOUNT:
        yield "access", delete(config().table_access, pk, sk)


def _held_one_less(table: str, pk: str, held: int) -> dict[str, Any]:
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire({"pk": pk, "sk": record_items.ACCOUNT}),
            "UpdateExpression": "ADD held :less",
            "ConditionExpression": "held = :held",
            "ExpressionAttributeValues": to_wire({":less": -1, ":held": held}),
        }
    }


def facts_row(declaration: Declaration, pseudonym: str, created_at: str, moment: Moment) -> dict[str, Any]:
    """The resident's row of facts, which replaces the one before."""
    row = facts.resident_row(
        form(),
        declaration,
        pseudonym=pseudonym,
        declared_on=local_day(created_at).isoformat(),
        updated_on=moment.day.isoformat(),
        synthetic=config().synthetic,
    )
    return put(config().table_facts, row)


def audit_row(action: str, record_id: str, detail: str | None = None) -> dict[str, Any]:
    """What the resident did, for those who may ask later."""
    entry = audit_trail.resident_entry(action=action, record_id=record_id, detail=detail)
    return audit_trail.transact_put(config().table_audit, entry)


def corrected_meta(meta: Meta, sealed: bytes, relation: str, moment: Moment) -> dict[str, Any]:
    """The meta item of the next version, on the condition that nobody changed the record meanwhile."""
    return {
        "Update": {
            "TableName": config().table_records,
            "Key": to_wire({"pk": record_items.record_pk(meta.record_id), "sk": record_items.META}),
            "UpdateExpression": "SET version = :next, updated_at = :at, sealed = :sealed, relation = :relation",
            "ConditionExpression": "version = :version AND sealed = :before AND #statistics = :statistics"
            " AND restricted = :restricted AND erasing = :no",
            "ExpressionAttributeNames": {"#statistics": "statistics"},
            "ExpressionAttributeValues": to_wire(
                {
                    ":next": meta.version + 1,
                    ":version": meta.version,
                    ":at": moment.at,
                    ":sealed": sealed,
                    ":before": meta.sealed,
                    ":relation": relation,
                    ":statistics": meta.statistics,
                    ":restricted": meta.restricted,
                    ":no": False,
                }
            ),
        }
    }
