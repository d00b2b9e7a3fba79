"""A record's first version: everything of it in one transaction, or nothing."""

import uuid

from functions.declare import consents, moments, numbers, repeats, writes
from functions.declare.config import config
from functions.declare.wish import Wish
from health_record import funnel, records, sealing, sessions
from health_record.errors import ForbiddenError
from health_record.language import Text
from health_record.observe import count
from health_record.records import Meta
from health_record.transaction import RefusedError, Transaction


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
    key = sealing.new_data_key(config().data_key_id, config().province, wish.record_id)
    identity = writes.identity_of(declaration, str(uuid.uuid4()), writes.phone_of(session))
    until = moments.a_year_after(moment.day).isoformat() if declaration.consents["sharing"] else None
    meta = Meta(
        record_id=wish.record_id,
        account=session.account,
        session=session.token_hash,
        relation=declaration.relation,
        version=1,
        created_at=moment.at,
        updated_at=moment.at,
        sealed=records.seal_identity(key, wish.record_id, identity),
        sharing_until=until,
        statistics=declaration.consents["statistics"],
        notices=declaration.consents["notices"],
    )
    transaction = Transaction()
    transaction.add("meta", writes.put(config().table_records, records.meta_item(meta), writes.NEW))
    transaction.add("version", writes.version_row(key, wish.record_id, 1, declaration, moment, wish.body))
    transaction.add("key", writes.key_row(wish.record_id, key))
    transaction.add("key", writes.id_never_taken(wish.record_id))
    for member in consents.first_evidence(wish.record_id, declaration, wish.language, moment, session, until):
        transaction.add("consent", member)
    numbers.add(transaction, session.account, len(declaration.pointers), moment)
    writes.add_claims(transaction, wish.record_id, declaration.pointers)
    for name, member in writes.account_rows(session.account, wish.record_id):
        transaction.add(name, member)
    if meta.statistics:
        transaction.add("facts", writes.facts_row(declaration, identity.pseudonym, meta.created_at, moment))
    transaction.add("first", sessions.first_record_item(session.account, session, wish.record_id))
    transaction.add("audit", writes.audit_row("declare", wish.record_id, "version 1"))
    if session.poster:
        funnel.count_with(transaction, config().table_facts, session.poster, moment.day.isoformat(), "submissions")
    return transaction


def _settle_creation(wish: Wish, refused: RefusedError) -> None:
    """Nothing was written: the answer was lost and is given again, or the refusal is named."""
    if refused.names & {"meta", "version", "key"}:
        repeats.require(wish, 1)
    elif refused.names & {"numbers", "verified"}:
        raise numbers.refusal(refused, wish.session.account, len(wish.declaration.pointers), wish.moment)
    elif "account" in refused.names:
        raise ForbiddenError(
            Text(
                f"Một số điện thoại giữ nhiều nhất {writes.MAX_RECORDS} hồ sơ.",
                f"One phone holds at most {writes.MAX_RECORDS} records.",
            ),
            type="too-many-records",
        )
    else:
        raise refused
