"""`$verify`: a facility has seen the card, so the number is this record's, and a new PIN may open this record.

keys  identifier#<kind>#<mac>   record_id, at, facility_id      one record at most for each number

A verified number leaves its record only by a facility with permission `override`, which says why: the number of the
card for another record, and the record's own for the one on the card. Whoever loses one is told.

It is a look-up as well: it tells only of records that the card fits, in the budgets of look-ups, with a line at each.
"""

import datetime
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from functions.contribute import claimants, recount, settlement
from functions.contribute.claimants import Claimants
from functions.contribute.settings import ContributeSettings
from functions.contribute.settlement import Settled, Settlement
from health_record.audit import replay_guard
from health_record.aws.dynamo import Item, to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import (
    BadRequestError,
    ConflictError,
    Fault,
    InvalidContentError,
    NotFoundError,
    ServiceError,
    UnavailableError,
)
from health_record.facility import failed_lookups, patient_query, read_bounds
from health_record.facility.read_bounds import Reader
from health_record.facility.signed_call import FacilityCall
from health_record.http.event import Event
from health_record.identity import account_events, account_notices, paper_codes, pin_grants
from health_record.identity.identifiers import Pointer
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.record import identifier_claims, record_items, record_reader
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import Identity, Meta
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

ATTEMPTS = 3
LONGEST_REASON = 500


@dataclass(frozen=True)
class VerifyRequest:
    """What a facility says of a card that it saw."""

    record_id: str | None
    query: PatientQuery
    permit_pin: bool
    wants_paper_code: bool
    reason: str | None
    settlements: list[Settlement]


@dataclass(frozen=True)
class IssuedPaperCode:
    """A code for the phone of the record's account: what the person gets on paper, and what keeps it."""

    number: str
    item: dict[str, Any]

    def __repr__(self) -> str:
        return "IssuedPaperCode(...)"


@dataclass(frozen=True)
class Card:
    """What a facility saw, for the record it opened, and the other records that it decides of.

    `holder` is the record that loses the number by this, and is one of `settled`. `told` are further records that
    claim the number, and `given_up` the record's own verified numbers that the card replaces.
    """

    config: ContributeSettings
    call: FacilityCall
    opened: DecryptedRecord
    pointer: Pointer
    permit_pin: bool
    holder: str | None
    settled: list[Settled]
    told: tuple[str, ...] = ()
    given_up: tuple[Pointer, ...] = ()
    paper: IssuedPaperCode | None = None

    @property
    def identity(self) -> Identity:
        """The record's identity with the number of the card in its place."""
        return _identity_with(self.opened.identity, self.pointer)

    @property
    def losers(self) -> list[DecryptedRecord]:
        """The records that have a number no longer as they had it, this one among them where the card replaces one."""
        others = [
            settled.other
            for settled in self.settled
            if settled.other.record_id == self.holder or settled.action != "keep"
        ]
        return [*([self.opened] if self.given_up else []), *others]

    @property
    def named(self) -> int:
        """How many records the answer names or the call changes."""
        return 1 + len(self.settled) + len(self.told)

    @property
    def changes(self) -> list[tuple[DecryptedRecord, Meta]]:
        """Each record that this touches, and what its meta becomes."""
        opened = (self.opened, replace(self.opened.meta, card_seen=True, joined=False))
        return [opened, *((settled.other, settled.meta) for settled in self.settled)]

    @property
    def macs(self) -> KeyedHash:
        """The keyed MACs of this province."""
        return _macs(self.config)

    def pk(self, pointer: Pointer) -> str:
        """Where a number is kept."""
        return identifier_claims.identifier_pk(self.macs, pointer)


def verify_identifier(config: ContributeSettings, call: FacilityCall, patient_id: str, event: Event) -> dict[str, Any]:
    """Verify the number on the card for this record, in one transaction with the audit item.

    Raises NotFoundError unless the birth date on the card is the record's, ConflictError where a verified number would
    leave its record, unless the facility may override and says why, and TooManyRequestsError.
    """
    request = VerifyRequest(
        record_items.parse_record_id(patient_id),
        patient_query.parse_parameters(event),
        _read_boolean(event, "permitPin"),
        _read_boolean(event, "paperCode"),
        _read_reason(event),
        settlement.parse_settlements(event),
    )
    card = _write(config, call, request)
    call.audited = True
    count_metric("IdentifierVerified")
    if card.holder is not None or card.given_up:
        count_metric("VerifiedNumberMoved")
    parameter: list[dict[str, Any]] = [{"name": "verified", "valueBoolean": True}]
    if request.permit_pin:
        until = datetime.datetime.fromtimestamp(int(time.time()) + pin_grants.LIVE_SECONDS, datetime.UTC)
        parameter.append({"name": "pinPermittedUntil", "valueInstant": format_instant(until, "seconds")})
    if card.paper is not None:
        until = datetime.datetime.fromtimestamp(int(time.time()) + paper_codes.LIVE_SECONDS, datetime.UTC)
        parameter.append({"name": "paperCode", "valueString": card.paper.number})
        parameter.append({"name": "paperCodeUntil", "valueInstant": format_instant(until, "seconds")})
        count_metric("PaperCodeIssued")
    parameter += [
        {"name": "candidate", "valueReference": {"reference": f"Patient/{record_id}"}}
        for record_id in card.told
    ]
    return {"resourceType": "Parameters", "parameter": parameter}


def confirm_card(config: ContributeSettings, call: FacilityCall, record: DecryptedRecord, pointer: Pointer) -> bool:
    """A card was seen at reception for a number that led to the record; False where another record holds it verified.

    Nothing is moved or settled, and no PIN is permitted. Raises UnavailableError if the record kept changing.
    """
    for _ in range(ATTEMPTS):
        card = Card(config, call, record, pointer, permit_pin=False, holder=None, settled=[])
        try:
            _build_transaction(card).commit_once()
        except ConditionFailedError as failed:
            if "audit" in failed.names:
                raise replay_guard.ReplayedError from failed
            newer = None if "verified" in failed.names else record_reader.load_record(config, record.record_id)
            if newer is None:
                return False
            record = newer
        except WriteConflictError:
            continue
        else:
            count_metric("IdentifierVerified")
            recount.rewrite(config, card.changes)
            return True
    raise UnavailableError


def _read_boolean(event: Event, name: str) -> bool:
    """A boolean of the Parameters, false unless it is given."""
    given = [each.get("valueBoolean") for each in patient_query.read_parameters(event) if each.get("name") == name]
    if not given:
        return False
    if len(given) == 1 and isinstance(given[0], bool):
        return given[0]
    message = Translated(f"{name} phải là một valueBoolean duy nhất.", f"{name} must be one valueBoolean.")
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _read_reason(event: Event) -> str | None:
    given = [each.get("valueString") for each in patient_query.read_parameters(event) if each.get("name") == "reason"]
    if not given:
        return None
    reason = given[0].strip() if len(given) == 1 and isinstance(given[0], str) else ""
    if reason and len(reason) <= LONGEST_REASON:
        return reason
    message = Translated(
        f"reason phải là một valueString, nhiều nhất {LONGEST_REASON} ký tự.",
        f"reason must be one valueString of at most {LONGEST_REASON} characters.",
    )
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _write(config: ContributeSettings, call: FacilityCall, request: VerifyRequest) -> Card:
    """What changed meanwhile, a record or who holds the number, is read again before each further attempt."""
    for attempt in range(ATTEMPTS):
        card = _check_card(config, call, request)
        if attempt == 0:
            _count_reads(config, call, card.opened, card.named)
        try:
            _build_transaction(card).commit_once()
        except ConditionFailedError as failed:
            if "audit" in failed.names:
                raise replay_guard.ReplayedError from failed
        except WriteConflictError:
            continue
        else:
            _send_notices(card)
            recount.rewrite(config, card.changes)
            return card
    raise UnavailableError


def _check_card(config: ContributeSettings, call: FacilityCall, request: VerifyRequest) -> Card:
    """Judge by what stands now: the pair, then what the record would lose, then what others would."""
    names = (failed_lookups.budget_name(call.facility.id), *_reader(call).budget_names)
    opened, budgets = record_reader.load_identity(
        config, request.record_id, names, lambda seen: _check_budgets(call, seen)
    )
    pointer = request.query.pointer
    if opened is None or pointer is None or not request.query.matches_birth_date(opened.identity.birth_date):
        raise _missed(config, call, budgets, _no_such_person_error())
    call.record_id = opened.record_id
    opened = replace(opened, budgets=budgets)
    after = _identity_with(opened.identity, pointer)
    others = claimants.load(config, opened.record_id, request.query, before=opened.identity, after=after)
    _require_right(config, call, request, opened, others)
    settled = _open_settled(config, call, opened, request, pointer, others)
    paper = _issue_paper_code(config, opened) if request.wants_paper_code else None
    decided = {each.other.record_id for each in settled}
    told = tuple(each for each in others.fitting if each not in decided)[: settlement.MOST]
    return Card(
        config, call, opened, pointer, request.permit_pin, others.holder, settled, told, others.given_up, paper
    )


def _require_right(
    config: ContributeSettings, call: FacilityCall, request: VerifyRequest, opened: DecryptedRecord, others: Claimants
) -> None:
    """Raise for a verified number that would leave its record, unless the facility may override and says why.

    A record that has a verified number of its own learns nothing of another one. A holder whom the card does not fit
    is told of like nobody, and counts as a wrong pair.
    """
    if "override" in call.facility.permissions and request.reason:
        return
    if others.given_up:
        _count_reads(config, call, opened, 1)
        raise _other_number_verified_error()
    if others.fitting_holder is not None:
        _count_reads(config, call, opened, 2)
        call.see(opened.record_id, others.fitting_holder)
        raise _verified_elsewhere_error()
    if others.holder is not None:
        raise _missed(config, call, opened.budgets, _no_such_person_error())


def _reader(call: FacilityCall) -> Reader:
    """Whoever verifies has the person and the card before them: an emergency lifts no bound."""
    return Reader(call.facility, call.practitioner, is_emergency=False)


def _check_budgets(call: FacilityCall, budgets: Mapping[str, Item]) -> None:
    failed_lookups.check_limit(budgets[failed_lookups.budget_name(call.facility.id)])
    read_bounds.check(_reader(call), budgets)


def _count_reads(config: ContributeSettings, call: FacilityCall, opened: DecryptedRecord, amount: int) -> None:
    """Count whom the call names or changes. Raises TooManyRequestsError."""
    call.refunds += read_bounds.count(config.table_access, _reader(call), opened.budgets, amount)


def _missed(
    config: ContributeSettings, call: FacilityCall, budgets: Mapping[str, Item], error: ServiceError
) -> ServiceError:
    """The answer to a wrong pair, once it is counted. Raises TooManyRequestsError."""
    seen = budgets[failed_lookups.budget_name(call.facility.id)]
    call.refunds.append(failed_lookups.record_failed_lookups(config.table_access, call.facility.id, seen))
    return error


def _identity_with(identity: Identity, pointer: Pointer) -> Identity:
    """The identity with the number of the card in its place."""
    identity = replace(identity.take_back(pointer), joined_to=None)
    if pointer in identity.pointers:
        return identity
    if pointer.short == "national-id":
        return replace(identity, national_id=pointer.value)
    return replace(identity, insurance_number=pointer.value)


def _issue_paper_code(config: ContributeSettings, opened: DecryptedRecord) -> IssuedPaperCode:
    """Raises InvalidContentError for a record whose account has no phone: nobody could use the code."""
    if opened.identity.phone is None:
        message = Translated("Hồ sơ này không có số điện thoại.", "This record has no phone.")
        raise InvalidContentError(
            message, type="no-phone", faults=[Fault("", message, expression="Parameters.parameter")]
        )
    return IssuedPaperCode(*paper_codes.issue(config.table_access, opened.meta.account))


def _open_settled(
    config: ContributeSettings,
    call: FacilityCall,
    opened: DecryptedRecord,
    request: VerifyRequest,
    pointer: Pointer,
    others: Claimants,
) -> list[Settled]:
    """The other records that staff decides of; the holder, if nothing else was decided, keeps its claim.

    Raises InvalidContentError for a record that the card does not fit: as for one that is not there, and as a miss.
    """
    actions = {each.record_id: each.action for each in request.settlements}
    if not set(actions) <= set(others.fitting):
        raise _missed(config, call, opened.budgets, settlement.settle_error())
    if others.holder is not None:
        actions.setdefault(others.holder, "keep")
    found = [_open_other(config, record_id, action, pointer) for record_id, action in actions.items()]
    return [settled for settled in found if settled is not None]


def _open_other(
    config: ContributeSettings, record_id: str, action: settlement.Action, pointer: Pointer
) -> Settled | None:
    locked = record_reader.load_locked(config, [record_id], ())[0].get(record_id)
    if locked is None:  # its erasure has begun, and takes its claims with it
        return None
    other = record_reader.decrypt_locked(config, locked)
    rest = [identifier_claims.identifier_pk(_macs(config), each) for each in other.identity.pointers if each != pointer]
    return Settled(other, action, bool(identifier_claims.find_verified(config.table_keys, rest, record_id)))


def _send_notices(card: Card) -> None:
    """Tell whoever a PIN's permission or the number's going takes something from."""
    if card.permit_pin:
        account_notices.send(card.opened.meta.account, card.opened.identity.phone, "pin-permitted")
    for other in card.losers:
        account_notices.send(other.meta.account, other.identity.phone, "number-moved")


def _no_such_person_error() -> NotFoundError:
    return NotFoundError(
        Translated(
            "Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."
        ),
        type="no-such-person",
    )


def _other_number_verified_error() -> ConflictError:
    return ConflictError(
        Translated(
            "Hồ sơ này đã có một số khác được xác nhận. Chỉ cơ sở có quyền override và nêu reason mới thay được.",
            "Another number is verified for this record. Only a facility with permission override that gives a reason "
            "may replace it.",
        ),
        type="other-number-verified",
    )


def _verified_elsewhere_error() -> ConflictError:
    return ConflictError(
        Translated(
            "Số này đã được xác nhận cho một hồ sơ khác. Chỉ cơ sở có quyền override và nêu reason mới chuyển được.",
            "This number is verified for another record. Only a facility with permission override that gives a reason "
            "may move it.",
        ),
        type="verified-elsewhere",
    )


def _build_transaction(card: Card) -> Transaction:
    table, record_id = card.config.table_keys, card.opened.record_id
    entry = card.call.audit_entry("verify", "allowed")
    at = format_instant(datetime.datetime.now(datetime.UTC))
    transaction = Transaction()
    transaction.add("audit", replay_guard.put_in_transaction(card.config.table_audit, entry))
    transaction.add("verified", _put_verified(card, at))
    transaction.add("identity", _update_identity(card))
    account = card.opened.meta.account
    for pointer in card.identity.pointers:
        put = identifier_claims.put_verified_claim if pointer == card.pointer else identifier_claims.put_claim
        claim = put(table, card.macs, pointer, record_id=record_id, account=account, identity=card.identity, at=at)
        transaction.add("claim", claim)
    for pointer in set(card.opened.identity.pointers) - set(card.identity.pointers):
        transaction.add("released", identifier_claims.drop_claim(table, card.pk(pointer), record_id))
    for pointer in card.given_up:
        transaction.add("released", identifier_claims.drop_verified(table, card.pk(pointer), record_id))
    if card.permit_pin:
        transaction.add("grant", pin_grants.grant_item(card.config.table_access, account, record_id))
        transaction.add("event", account_events.put_item(account, "pin-permitted", record_id))
    if card.paper is not None:
        transaction.add("paper code", card.paper.item)
        transaction.add("event", account_events.put_item(account, "paper-code", record_id))
    transaction.add("event", account_events.put_item(account, "card-seen", record_id))
    recount.add_lines(transaction, card.config, card.changes, at)
    for other in card.losers:
        transaction.add("event", account_events.put_item(other.meta.account, "number-moved", other.record_id))
    if card.given_up:
        transaction.add("lost", _line(card, entry, record_id, "claim-released", "own"))
    for other_id in card.told:
        transaction.add("told", _line(card, entry, other_id, "claim-told", other_id))
    _add_settlements(transaction, card, entry)
    return transaction


def _line(card: Card, entry: dict[str, Any], record_id: str, action: str, name: str) -> dict[str, Any]:
    """A line of the call at another record, or a further one at its own."""
    line = replace(card.call, record_id=record_id).audit_entry(action, "allowed")
    line["pk"] = f"{entry['pk']}#{name}"
    return replay_guard.put_in_transaction(card.config.table_audit, line)


def _add_settlements(transaction: Transaction, card: Card, entry: dict[str, Any]) -> None:
    """What becomes of the other records; whoever loses the number sees in their own list who took it, and when."""
    config = card.config
    tables = settlement.Tables(config.table_records, config.table_keys, config.table_audit)
    for settled in card.settled:
        settlement.add_settlement(
            transaction,
            tables,
            card.call,
            card.macs,
            settled,
            pointer=card.pointer,
            winner=card.opened,
            entry=entry,
        )
    if card.holder is not None:
        kept = any(each.other.record_id == card.holder and each.action == "keep" for each in card.settled)
        if kept:
            unverified = identifier_claims.unverify_claim(config.table_keys, card.pk(card.pointer), card.holder)
            transaction.add("lost claim", unverified)
        transaction.add("lost", _line(card, entry, card.holder, "verified-elsewhere", "lost"))


def _put_verified(card: Card, at: str) -> dict[str, Any]:
    item = {
        "pk": card.pk(card.pointer),
        "record_id": card.opened.record_id,
        "at": at,
        "facility_id": card.call.facility.id,
    }
    return {
        "Put": {
            "TableName": card.config.table_keys,
            "Item": to_wire(item),
            "ConditionExpression": "attribute_not_exists(pk) OR record_id = :expected",
            "ExpressionAttributeValues": to_wire(
                {":expected": card.opened.record_id if card.holder is None else card.holder}
            ),
        }
    }


def _update_identity(card: Card) -> dict[str, Any]:
    """The sealed identity with the card's number, on the condition that nobody changed the record meanwhile.

    It is sealed anew even if it is the same, so that a correction standing on the old one takes this call in.
    """
    meta = card.opened.meta
    sealed = record_items.encrypt_identity(card.opened.key, meta.record_id, card.identity)
    return {
        "Update": {
            "TableName": card.config.table_records,
            "Key": wire_key((record_keys.record_pk(meta.record_id), record_keys.META)),
            "UpdateExpression": "SET sealed = :sealed, card_seen = :yes, joined = :no",
            "ConditionExpression": "sealed = :before AND erasing = :no",
            "ExpressionAttributeValues": to_wire(
                {":sealed": sealed, ":before": meta.sealed, ":no": False, ":yes": True}
            ),
        }
    }


def _macs(config: ContributeSettings) -> KeyedHash:
    return KeyedHash.from_settings(config)
