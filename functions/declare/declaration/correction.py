"""A further version of a record, on the condition that nobody changed it meanwhile.

What a facility verified (`$verify`) stays the record's while its card fits the record, whatever number a correction
says or leaves out: a differing answer is kept as declared and warned of, and only a facility or an erasure takes the
number away. A card that fits no more, because the name or the birth date was corrected, holds no number: the record
claims what it declares, as others do, and the next card takes it. What a facility released is not claimed again by
typing it: the answer is kept and warned of, alike whoever holds the number by then.
"""

from dataclasses import replace

from functions.declare import account_tag, own_additions, own_record, precondition, transaction_items
from functions.declare.declaration import monthly_claims, repeated_request
from functions.declare.declaration.declaration_request import DeclarationRequest
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config, macs
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.identity.full_names import fold_name
from health_record.identity.identifiers import Pointer, declaration_pointers
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.questionnaire import AnswerWarning, Declaration
from health_record.record import access_policy, counted_assurance, identifier_claims, record_items
from health_record.record.access_policy import Action
from health_record.record.record_items import Identity, Meta

ATTEMPTS = 3
WARN_NATIONAL_ID = Translated(
    "Số căn cước bạn khai khác với số đã được cơ sở y tế xác nhận; số đã xác nhận vẫn được giữ. "
    "Nếu số đó sai, hãy mang giấy tờ đến cơ sở y tế để đổi.",
    "The number you gave differs from the one that a health facility verified; the verified one stays. "
    "If that is wrong, bring your card to a health facility to have it changed.",
)
WARN_INSURANCE_NUMBER = Translated(
    "Mã số bảo hiểm y tế bạn khai khác với số đã được cơ sở y tế xác nhận; số đã xác nhận vẫn được giữ. "
    "Nếu số đó sai, hãy mang thẻ đến cơ sở y tế để đổi.",
    "The insurance number you gave differs from the one that a health facility verified; the verified one stays. "
    "If that is wrong, bring your card to a health facility to have it changed.",
)

WARN_RELEASED = Translated(
    "Cơ sở y tế đã bỏ số này khỏi hồ sơ. Bản khai vẫn được lưu, nhưng cơ sở y tế không tìm hồ sơ này bằng số đó. "
    "Nếu đó đúng là số của người có hồ sơ, hãy mang giấy tờ đến cơ sở y tế để được xác nhận.",
    "A health facility took this number out of this record. The declaration is kept, but facilities do not find the "
    "record by that number. If it is the number of the person whose record this is, bring the card to a health "
    "facility to have it verified.",
)


WARN_CARD = Translated(
    "Cơ sở y tế đã xem giấy tờ có họ tên hoặc ngày sinh khác. Những gì cơ sở y tế ghi sẽ chờ đến khi một cơ sở xem lại "
    "giấy tờ của người có hồ sơ.",
    "A health facility saw a card with another name or birth date. What facilities write waits until one of them has "
    "seen the person's card again.",
)


def correct_record(request: DeclarationRequest) -> tuple[AnswerWarning, ...]:
    """Keep the declaration as the version after the one it stands on; a repeat of the same call changes nothing.

    Gives what is to be told of answers that differ from a verified number.
    """
    for _ in range(ATTEMPTS):
        record = own_record.load_own_record(request.session, request.record_id)
        if record.meta.version != request.base_version:
            meta, key = repeated_request.require_same_request(request, request.base_version + 1)
            return _warn_of_differences(request.declaration, record_items.decrypt_identity(key, meta))
        transaction, identity, claimed = _next_version(request, record)
        try:
            transaction.commit()
        except ConditionFailedError as refused:
            if "meta" in refused.names:
                continue  # somebody changed the record meanwhile: what it is now decides
            if own_additions.MEMBER in refused.names:
                raise own_additions.too_many_error() from refused
            if refused.names & {"numbers", "verified"}:
                raise monthly_claims.refusal_error(refused, request.claimant, claimed, request.timestamp) from refused
            continue
        count_metric("RecordCorrected")
        return _warn_of_differences(request.declaration, identity)
    raise precondition.failed_error()


def _next_version(request: DeclarationRequest, record: OwnRecord) -> tuple[Transaction, Identity, int]:
    """The transaction, whom the record is of then, and how many numbers it claims anew."""
    key, meta, declaration = record.decrypt_key(), record.meta, request.declaration
    before = record_items.decrypt_identity(key, meta)
    void = before.void_numbers_as(declaration.birth_date, declaration.full_name)
    left_out = [pointer for pointer in before.pointers if pointer not in declaration.pointers]
    verified = _verified(meta.record_id, list(dict.fromkeys([*left_out, *void])))
    kept = [pointer for pointer in verified if pointer not in void]
    tag = before.account_tag or account_tag.find_tag(meta.account).value
    declared = transaction_items.build_identity(declaration, before.pseudonym, request.phone, tag)
    declared = replace(declared, released=before.released, joined_to=before.joined_to, seen=before.seen)
    identity = _with_verified(declared.drop_released(), before, kept).follow(before).void_other_cards()
    if not request.session.shows_phone:
        identity = identity.declared_without_phone(before)
    version, timestamp = meta.version + 1, request.timestamp
    sealed = record_items.encrypt_identity(key, meta.record_id, identity)
    after = replace(access_policy.attested_as(meta, identity), sealed=sealed)
    transaction = Transaction()
    transaction.add("meta", transaction_items.update_meta(meta, after, declaration.relation, timestamp))
    put = transaction_items.put_version(key, meta.record_id, version, declaration, timestamp, request.body)
    transaction.add("version", put)
    own_additions.count_version(transaction, meta.record_id, put, timestamp)
    transaction.add("key", transaction_items.check_key_exists(meta.record_id))
    claimed = _count_new_claims(before, identity)
    monthly_claims.consume(transaction, request.claimant, claimed, timestamp)
    let_go = [pointer for pointer in verified if pointer in void]
    _move_claims(transaction, request, meta, before, identity, kept, let_go)
    if access_policy.is_allowed(meta, Action.COUNT, timestamp.day):
        transaction.add("facts", transaction_items.put_facts(declaration, identity, after, timestamp))
    if counted_assurance.changes_rows(meta, after, timestamp.day):
        line = counted_assurance.put_line(config().table_records, meta.record_id, timestamp.at)
        transaction.add("recount", line)
    transaction.add("audit", transaction_items.put_audit_entry("declare", meta.record_id, f"version {version}"))
    return transaction, identity, claimed


def _count_new_claims(before: Identity, identity: Identity) -> int:
    """How many claims are new: also old numbers with a new birth date or name, unless a card vouches for them.

    Else one could find the birth date of a stranger's number by trying dates.
    """
    person, same = ((each.birth_date, fold_name(each.full_name)) for each in (identity, before))
    return sum(
        pointer not in before.pointers or (person != same and pointer not in identity.seen_numbers)
        for pointer in identity.pointers
    )


def _move_claims(
    transaction: Transaction,
    request: DeclarationRequest,
    meta: Meta,
    before: Identity,
    identity: Identity,
    kept: list[Pointer],
    let_go: list[Pointer],
) -> None:
    """Claim the numbers of `identity`, of which `kept` are verified, and give up what it has no more.

    Those `let_go` were verified by a card that fits no more: they are held no longer, and claimed as far as declared.

    A number that the record claimed before stays claimed whatever became of it elsewhere: a refusal would tell that a
    facility has verified it for somebody else meanwhile.
    """
    transaction_items.add_claims(transaction, meta, identity, request.timestamp, unchecked={*kept, *before.pointers})
    given_up = [_pk(pointer) for pointer in before.pointers if pointer not in identity.pointers]
    transaction_items.drop_claims(transaction, meta.record_id, given_up, verified=map(_pk, let_go))


def _pk(pointer: Pointer) -> str:
    return identifier_claims.identifier_pk(macs(), pointer)


def _verified(record_id: str, found_by: list[Pointer]) -> list[Pointer]:
    verified = identifier_claims.find_verified(config().table_keys, map(_pk, found_by), record_id)
    return [pointer for pointer in found_by if _pk(pointer) in verified]


def _with_verified(declared: Identity, before: Identity, kept: list[Pointer]) -> Identity:
    """The declared identity with those numbers of the one before that lead to `kept`."""
    for pointer in kept:
        if pointer.short == "national-id":
            declared = replace(declared, national_id=pointer.value)
        else:
            declared = replace(declared, insurance_number=before.insurance_number)
    return declared


def _warn_of_differences(declaration: Declaration, identity: Identity) -> tuple[AnswerWarning, ...]:
    """A warning for each declared number that the record is not found by, and of a card that does not fit any more."""
    asked = (
        ("identity.national-id", WARN_NATIONAL_ID, declaration_pointers(declaration.national_id, None)),
        ("identity.insurance-number", WARN_INSURANCE_NUMBER, declaration_pointers(None, declaration.insurance_number)),
    )
    cards = (AnswerWarning("identity.full-name", WARN_CARD),) if identity.seen and not identity.seen_numbers else ()
    return cards + tuple(
        AnswerWarning(link_id, WARN_RELEASED if any(map(identity.has_released, found)) else differs)
        for link_id, differs, found in asked
        if not set(found) <= set(identity.pointers)
    )
