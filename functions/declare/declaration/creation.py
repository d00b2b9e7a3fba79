"""A record's first version: everything of it in one transaction, or nothing."""

import uuid

from functions.declare import clock, transaction_items
from functions.declare.consent import consent_evidence
from functions.declare.declaration import identifier_quota, repeated_request
from functions.declare.declaration.declaration_request import Wish
from functions.declare.settings import config
from health_record import funnel
from health_record.aws import envelope_encryption
from health_record.aws.transaction import RefusedError, Transaction
from health_record.errors import ForbiddenError
from health_record.identity import sessions
from health_record.language import Text
from health_record.observability import count
from health_record.record import record_items
from health_record.record.record_items import Meta


def create(wish: Wish) -> None:
    """Keep the declaration as version 1 of a new record; a repeat of the same call changes nothing."""
    try:
        _first_version(wish).commit()
    except RefusedError as refused:
        _settle_creation(wish, refused)
        return
    count("RecordCreated")


def _first_version(wish: Wish) -> Transaction:
    session, declaration, moment = wish.session, wish.declaration, wish.moment
    key = envelope_encryption.new_data_key(config().data_key_id, config().province, wish.record_id)
    identity = transaction_items.identity_of(declaration, str(uuid.uuid4()), transaction_items.phone_of(session))
    until = clock.a_year_after(moment.day).isoformat() if declaration.consents["sharing"] else None
    meta = Meta(
        record_id=wish.record_id,
        account=session.account,
        session=session.token_hash,
        relation=declaration.relation,
        version=1,
        created_at=moment.at,
        updated_at=moment.at,
        sealed=record_items.seal_identity(key, wish.record_id, identity),
        sharing_until=until,
        statistics=declaration.consents["statistics"],
        notices=declaration.consents["notices"],
    )
    transaction = Transaction()
    transaction.add(
        "meta", transaction_items.put(config().table_records, record_items.meta_item(meta), transaction_items.NEW)
    )
    transaction.add("version", transaction_items.version_row(key, wish.record_id, 1, declaration, moment, wish.body))
    transaction.add("key", transaction_items.key_row(wish.record_id, key))
    transaction.add("key", transaction_items.id_never_taken(wish.record_id))
    for member in consent_evidence.first_evidence(wish.record_id, declaration, wish.language, moment, session, until):
        transaction.add("consent", member)
    identifier_quota.add(transaction, session.account, len(declaration.pointers), moment)
    transaction_items.add_claims(transaction, wish.record_id, declaration.pointers)
    for name, member in transaction_items.account_rows(session.account, wish.record_id):
        transaction.add(name, member)
    if meta.statistics:
        transaction.add("facts", transaction_items.facts_row(declaration, identity.pseudonym, meta.created_at, moment))
    transaction.add("first", sessions.first_record_item(session.account, session, wish.record_id))
    transaction.add("audit", transaction_items.audit_row("declare", wish.record_id, "version 1"))
    if session.poster:
        funnel.count_with(transaction, config().table_facts, session.poster, moment.day.isoformat(), "submissions")
    return transaction


def _settle_creation(wish: Wish, refused: RefusedError) -> None:
    """Nothing was written: the answer was lost and is given again, or the refusal is named."""
    if refused.names & {"meta", "version", "key"}:
        repeated_request.require(wish, 1)
    elif refused.names & {"numbers", "verified"}:
        raise identifier_quota.refusal(refused, wish.session.account, len(wish.declaration.pointers), wish.moment)
    elif "account" in refused.names:
        raise ForbiddenError(
            Text(
                f"Một số điện thoại giữ nhiều nhất {transaction_items.MAX_RECORDS} hồ sơ.",
                f"One phone holds at most {transaction_items.MAX_RECORDS} records.",
            ),
            type="too-many-records",
        )
    else:
        raise refused
