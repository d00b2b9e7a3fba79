"""A record's first version: everything of it in one transaction, or nothing."""

import uuid
from dataclasses import dataclass, replace

from functions.declare import account_records, account_tag, clock, own_additions, transaction_items
from functions.declare.account_tag import AccountTag
from functions.declare.consent import consent_evidence
from functions.declare.declaration import monthly_claims, repeated_request
from functions.declare.declaration.declaration_request import DeclarationRequest
from functions.declare.settings import config, macs
from health_record import funnel
from health_record.aws import envelope_encryption
from health_record.aws.envelope_encryption import DataKey
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.errors import ForbiddenError, UnavailableError
from health_record.identity import account_pointers, phone_encryption, pin_scope, sessions
from health_record.identity.account_pointers import AccountPointer
from health_record.identity.sessions import Session
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.record import access_policy, record_items
from health_record.record.access_policy import Action
from health_record.record.record_items import Meta

ATTEMPTS = 4
REPEATED = frozenset({"meta", "version", "key"})  # members that the same call has written before


@dataclass(frozen=True)
class Place:
    """The account that the record is made in: what leads from the phone to it, and its tag."""

    pointer: AccountPointer
    tag: AccountTag


def create_record(request: DeclarationRequest) -> None:
    """Keep the declaration as version 1 of a new record; a repeat of the same call changes nothing.

    Most accounts have no record yet. In one that has, the transaction is refused, and made again with its tag.
    """
    key = envelope_encryption.generate_data_key(config().data_key_id, config().province, request.record_id)
    place = Place(
        AccountPointer(account_pointers.phone_mac(macs(), request.phone), request.session.account),
        account_tag.make_tag(),
    )
    for _ in range(ATTEMPTS):
        try:
            _first_version(request, key, place).commit()
        except ConditionFailedError as refused:
            moved = _move(request.session, place, refused)
            if moved is None:
                _settle_creation(request, refused)
                return
            place = moved
        else:
            count_metric("RecordCreated")
            return
    raise UnavailableError


def _move(session: Session, place: Place, refused: ConditionFailedError) -> Place | None:
    """The account and tag that the refusal leads to; None where it was refused for another reason.

    Raises UnauthenticatedError for a session that did not show the phone, once the phone leads elsewhere.
    """
    if refused.names & REPEATED:
        return None
    if "phone" in refused.names:
        # The session's account has ended with its last record: the phone has another one, or gets it now.
        if not session.shows_phone:
            raise sessions.signed_out_error()
        pointer = account_pointers.from_item(place.pointer.phone_mac, refused.seen.get("phone"))
        return Place(pointer, account_tag.make_tag())
    account = refused.seen.get("account", {})
    is_full = int(account.get("held", 0)) >= account_records.most_for(session)
    if refused.names != {"account"} or place.tag.made_for is None or is_full:
        return None
    return replace(place, tag=account_tag.find_tag(place.pointer.account, account.get("newest")))


def _session_in(account: str, request: DeclarationRequest) -> Session:
    """The caller's session as it is in `account`, to which it moves with the record if it was of another one."""
    if account == request.session.account:
        return request.session
    phone = phone_encryption.encrypt_phone(macs(), account, request.phone)
    return replace(request.session, account=account, phone=phone, level=1, generation=None, device=None, proven_at=None)


def _first_version(request: DeclarationRequest, key: DataKey, place: Place) -> Transaction:
    declaration, timestamp, session = (
        request.declaration,
        request.timestamp,
        _session_in(place.pointer.account, request),
    )
    identity = transaction_items.build_identity(declaration, str(uuid.uuid4()), request.phone, place.tag.value)
    identity = replace(identity, without_phone=not request.session.shows_phone)
    until = clock.add_year(timestamp.day).isoformat() if declaration.consents["sharing"] else None
    meta = Meta(
        record_id=request.record_id,
        account=session.account,
        session=session.token_hash,
        relation=declaration.relation,
        version=1,
        created_at=timestamp.at,
        updated_at=timestamp.at,
        sealed=record_items.encrypt_identity(key, request.record_id, identity),
        sharing_until=until,
        statistics=declaration.consents["statistics"],
        notices=declaration.consents["notices"],
    )
    transaction = Transaction()
    transaction.add(
        "meta", transaction_items.put_item(config().table_records, record_items.meta_item(meta), transaction_items.NEW)
    )
    transaction.add(
        "version", transaction_items.put_version(key, request.record_id, 1, declaration, timestamp, request.body)
    )
    transaction.add("key", transaction_items.put_key(request.record_id, key))
    transaction.add("key", transaction_items.check_no_tombstone(request.record_id))
    for member in consent_evidence.put_first_evidence(
        request.record_id, declaration, request.language, timestamp, session, until
    ):
        transaction.add("consent", member)
    own_additions.count_first(transaction, request.claimant, timestamp)
    monthly_claims.consume(transaction, request.claimant, len(declaration.pointers), timestamp)
    transaction_items.add_claims(transaction, meta, identity, timestamp)
    for name, member in account_records.add_to_account(
        session.account, request.record_id, place.tag, account_records.most_for(session)
    ):
        transaction.add(name, member)
    transaction.add("phone", account_pointers.keep_item(config().table_keys, place.pointer))
    if session != request.session:
        transaction.add("session", sessions.move_item(session))
    if access_policy.is_allowed(meta, Action.COUNT, timestamp.day):
        transaction.add("facts", transaction_items.put_facts(declaration, identity, meta, timestamp))
    transaction.add("first", sessions.first_record_item(session.account, session, request.record_id))
    if opens := pin_scope.open_record_item(session, request.record_id):
        transaction.add("opens", opens, dispensable=True)
    transaction.add("audit", transaction_items.put_audit_entry("declare", request.record_id, "version 1"))
    if session.poster:
        funnel.count_in_transaction(
            transaction, config().table_facts, session.poster, timestamp.day.isoformat(), "submissions"
        )
    return transaction


def _settle_creation(request: DeclarationRequest, refused: ConditionFailedError) -> None:
    """Nothing was written: the answer was lost and is given again, or the refusal is named."""
    if refused.names & REPEATED:
        repeated_request.require_same_request(request, 1)
    elif own_additions.MEMBER in refused.names:
        raise own_additions.too_many_error()
    elif refused.names & {"numbers", "verified"}:
        raise monthly_claims.refusal_error(
            refused, request.claimant, len(request.declaration.pointers), request.timestamp
        )
    elif "session" in refused.names:
        raise sessions.signed_out_error()
    elif "account" in refused.names:
        raise _too_many_records_error(request.session)
    else:
        raise refused


def _too_many_records_error(session: Session) -> ForbiddenError:
    most = account_records.most_for(session)
    if session.shows_phone:
        text = Translated(f"Mỗi số điện thoại giữ nhiều nhất {most} hồ sơ.", f"One phone holds at most {most} records.")
    else:
        text = Translated(
            f"Đã có {most} hồ sơ. Để khai thêm, hãy đăng nhập bằng mã gửi tới điện thoại.",
            f"There are {most} records already. To declare more, sign in with a code sent to the phone.",
        )
    return ForbiddenError(text, type="too-many-records")
