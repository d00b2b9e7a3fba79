"""`$verify`: a facility has seen the card, so the number is this record's, and a new PIN may open this record.

keys  identifier#<kind>#<mac>   record_id, at, facility_id      one record at most for each number

A number that is verified for another record moves only by a facility with permission `override`, which says why;
whoever loses it is told.
"""

import datetime
import time
from dataclasses import dataclass, replace
from typing import Any

from functions.contribute import recount, settlement
from functions.contribute.settings import ContributeSettings
from functions.contribute.settlement import Settled, Settlement
from health_record.audit import audit_entries, replay_guard
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import (
    BadRequestError,
    ConflictError,
    Fault,
    InvalidContentError,
    NotFoundError,
    UnavailableError,
)
from health_record.facility import patient_query
from health_record.facility.failed_lookups import MissBudget
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

    `holder` is the record that loses the number by this, and is one of `settled`.
    """

    config: ContributeSettings
    call: FacilityCall
    opened: DecryptedRecord
    pointer: Pointer
    permit_pin: bool
    holder: str | None
    settled: list[Settled]
    paper: IssuedPaperCode | None = None

    @property
    def identity(self) -> Identity:
        """The record's identity with the number of the card in its place."""
        identity = replace(self.opened.identity.take_back(self.pointer), joined_to=None)
        if self.pointer in identity.pointers:
            return identity
        if self.pointer.short == "national-id":
            return replace(identity, national_id=self.pointer.value)
        return replace(identity, insurance_number=self.pointer.value)

    @property
    def losers(self) -> list[DecryptedRecord]:
        """The records that have the number no longer as they had it."""
        return [
            settled.other
            for settled in self.settled
            if settled.other.record_id == self.holder or settled.action == "release"
        ]

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

    Raises NotFoundError unless the birth date on the card is the record's, and ConflictError for a number that another
    record holds verified, unless the facility may override and says why.
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
    if card.holder is not None:
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
        for record_id in _list_other_claimants(card)
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
    for _ in range(ATTEMPTS):
        card = _check_card(config, call, request)
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
    misses = MissBudget(call.facility)
    opened, budgets = record_reader.load_identity(
        config, request.record_id, (misses.name,), lambda seen: misses.check_limit(seen[misses.name])
    )
    pointer = request.query.pointer
    if opened is None or pointer is None or not request.query.matches_birth_date(opened.identity.birth_date):
        call.refunds.append(misses.record(config.table_access, budgets[misses.name]))
        raise NotFoundError(
            Translated(
                "Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."
            ),
            type="no-such-person",
        )
    call.record_id = opened.record_id
    pk = identifier_claims.identifier_pk(_macs(config), pointer)
    holder = identifier_claims.find_holders(config.table_keys, [pk]).get(pk)
    if holder == opened.record_id:
        holder = None
    if holder is not None and not ("override" in call.facility.permissions and request.reason):
        raise _verified_elsewhere_error()
    settled = _open_settled(config, opened, request, pointer, holder)
    paper = _issue_paper_code(config, opened) if request.wants_paper_code else None
    return Card(config, call, opened, pointer, request.permit_pin, holder, settled, paper)


def _issue_paper_code(config: ContributeSettings, opened: DecryptedRecord) -> IssuedPaperCode:
    """Raises InvalidContentError for a record whose account has no phone: nobody could use the code."""
    if opened.identity.phone is None:
        message = Translated("Hồ sơ này không có số điện thoại.", "This record has no phone.")
        raise InvalidContentError(
            message, type="no-phone", faults=[Fault("", message, expression="Parameters.parameter")]
        )
    return IssuedPaperCode(*paper_codes.issue(config.table_access, opened.meta.account))


def _open_settled(
    config: ContributeSettings, opened: DecryptedRecord, request: VerifyRequest, pointer: Pointer, holder: str | None
) -> list[Settled]:
    """The other records that staff decides of; the holder, if nothing else was decided, keeps its claim.

    Raises InvalidContentError for a record that does not claim the number: as for one that is not there.
    """
    actions = {each.record_id: each.action for each in request.settlements}
    claimants = set(identifier_claims.list_claimants(config.table_keys, _macs(config), pointer)) if actions else set()
    if holder is not None:
        actions.setdefault(holder, "keep")
        claimants.add(holder)
    if not set(actions) <= claimants - {opened.record_id}:
        raise settlement.settle_error()
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
    given_up = [card.pk(pointer) for pointer in set(card.opened.identity.pointers) - set(card.identity.pointers)]
    for pk in given_up:
        transaction.add("released", identifier_claims.drop_claim(table, pk, record_id))
    for pk in identifier_claims.find_verified(table, given_up, record_id):
        transaction.add("released", identifier_claims.drop_verified(table, pk, record_id))
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
    _add_settlements(transaction, card, entry)
    return transaction


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
        lost = replace(card.call, record_id=card.holder).audit_entry("verified-elsewhere", "allowed")
        lost["pk"] = audit_entries.further_key(entry["pk"], "lost")
        transaction.add("lost", replay_guard.put_in_transaction(config.table_audit, lost))


def _list_other_claimants(card: Card) -> list[str]:
    """Who else claims the number and was not decided of: what staff may settle by another call."""
    decided = {settled.other.record_id for settled in card.settled} | {card.opened.record_id}
    found = identifier_claims.list_claimants(card.config.table_keys, card.macs, card.pointer)
    return [record_id for record_id in found if record_id not in decided][: settlement.MOST]


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
