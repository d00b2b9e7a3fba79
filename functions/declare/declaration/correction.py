"""A further version of a record, on the condition that nobody changed it meanwhile.

What a facility verified (`$verify`) stays the record's, whatever a correction says or leaves out: a differing answer is
kept as declared and warned of, and only a facility or an erasure takes the number away.
"""

from dataclasses import replace

from functions.declare import own_record, precondition, transaction_items
from functions.declare.declaration import identifier_quota, repeated_request
from functions.declare.declaration.declaration_request import Wish
from functions.declare.own_record import Held
from functions.declare.settings import config, macs
from health_record.aws.clients import client
from health_record.aws.dynamo import from_wire, to_wire
from health_record.aws.transaction import RefusedError, Transaction
from health_record.errors import UnavailableError
from health_record.identity.identifiers import Pointer, pointers
from health_record.language import Text
from health_record.observability import count
from health_record.questionnaire import Declaration, Warned
from health_record.record import record_items
from health_record.record.record_items import Identity

ATTEMPTS = 3
WARN_NATIONAL_ID = Text(
    "Số định danh bạn khai khác với số đã được cơ sở y tế xác nhận; số đã xác nhận vẫn được giữ. "
    "Nếu số đó sai, hãy mang giấy tờ đến cơ sở y tế để đổi.",
    "The number you gave differs from the one that a health facility verified; the verified one stays. "
    "If that is wrong, bring your card to a health facility to have it changed.",
)
WARN_INSURANCE_NUMBER = Text(
    "Số thẻ bảo hiểm y tế bạn khai khác với số đã được cơ sở y tế xác nhận; số đã xác nhận vẫn được giữ. "
    "Nếu số đó sai, hãy mang thẻ đến cơ sở y tế để đổi.",
    "The insurance number you gave differs from the one that a health facility verified; the verified one stays. "
    "If that is wrong, bring your card to a health facility to have it changed.",
)


def correct(wish: Wish) -> tuple[Warned, ...]:
    """Keep the declaration as the version after the one it stands on; a repeat of the same call changes nothing.

    Gives what is to be told of answers that differ from a verified number.
    """
    for _ in range(ATTEMPTS):
        held = own_record.held(wish.session, wish.record_id)
        if held.meta.version != wish.stands_on:
            meta, key = repeated_request.require(wish, wish.stands_on + 1)
            return _differing(wish.declaration, record_items.open_identity(key, meta))
        transaction, identity, claimed = _next_version(wish, held)
        try:
            transaction.commit()
        except RefusedError as refused:
            if refused.names & {"numbers", "verified"} and "meta" not in refused.names:
                raise identifier_quota.refusal(refused, wish.session.account, claimed, wish.moment) from refused
            continue  # somebody changed the record meanwhile: what it is now decides
        count("RecordCorrected")
        return _differing(wish.declaration, identity)
    raise precondition.failed()


def _next_version(wish: Wish, held: Held) -> tuple[Transaction, Identity, int]:
    """The transaction, whom the record is of then, and how many numbers it claims anew."""
    key, meta, declaration = held.open_key(), held.meta, wish.declaration
    before = record_items.open_identity(key, meta)
    kept = _verified(meta.record_id, [each for each in before.pointers if each not in declaration.pointers])
    phone = transaction_items.phone_of(wish.session) or before.phone
    identity = _with_verified(transaction_items.identity_of(declaration, before.pseudonym, phone), before, kept)
    version = meta.version + 1
    sealed = record_items.seal_identity(key, meta.record_id, identity)
    transaction = Transaction()
    transaction.add("meta", transaction_items.corrected_meta(meta, sealed, declaration.relation, wish.moment))
    transaction.add(
        "version", transaction_items.version_row(key, meta.record_id, version, declaration, wish.moment, wish.body)
    )
    transaction.add("key", transaction_items.key_still_there(meta.record_id))
    claimed = len([each for each in identity.pointers if each not in before.pointers])
    identifier_quota.add(transaction, meta.account, claimed, wish.moment)
    transaction_items.add_claims(transaction, meta.record_id, [each for each in identity.pointers if each not in kept])
    given_up = [_pk(each) for each in before.pointers if each not in identity.pointers]
    transaction_items.drop_claims(transaction, meta.record_id, given_up, verified=())
    if meta.statistics and not meta.restricted:
        transaction.add(
            "facts", transaction_items.facts_row(declaration, identity.pseudonym, meta.created_at, wish.moment)
        )
    transaction.add("audit", transaction_items.audit_row("declare", meta.record_id, f"version {version}"))
    return transaction, identity, claimed


def _pk(pointer: Pointer) -> str:
    return record_items.identifier_pk(macs(), pointer)


def _verified(record_id: str, found_by: list[Pointer]) -> list[Pointer]:
    verified = verified_for(record_id, [_pk(pointer) for pointer in found_by])
    return [pointer for pointer in found_by if _pk(pointer) in verified]


def _with_verified(declared: Identity, before: Identity, kept: list[Pointer]) -> Identity:
    """The declared identity with those numbers of the one before that lead to `kept`."""
    if set(pointers(before.national_id, None)) & set(kept):
        declared = replace(declared, national_id=before.national_id)
    if set(pointers(None, before.insurance_number)) & set(kept):
        declared = replace(declared, insurance_number=before.insurance_number)
    return declared


def _differing(declaration: Declaration, identity: Identity) -> tuple[Warned, ...]:
    """A warning for each declared number that the record is not found by."""
    asked = (
        (Warned("identity.national-id", WARN_NATIONAL_ID), pointers(declaration.national_id, None)),
        (Warned("identity.insurance-number", WARN_INSURANCE_NUMBER), pointers(None, declaration.insurance_number)),
    )
    return tuple(warned for warned, found in asked if not set(found) <= set(identity.pointers))


def verified_for(record_id: str, pks: list[str]) -> list[str]:
    """Those of `pks` that a facility verified for this record (one call, and none where there are none)."""
    if not pks:
        return []
    table = config().table_records
    keys = [to_wire({"pk": pk, "sk": record_items.VERIFIED}) for pk in pks]
    found = client("dynamodb").batch_get_item(RequestItems={table: {"Keys": keys, "ConsistentRead": True}})
    if found.get("UnprocessedKeys"):
        raise UnavailableError
    items = [from_wire(item) for item in found["Responses"].get(table, [])]
    return [item["pk"] for item in items if item["record_id"] == record_id]
