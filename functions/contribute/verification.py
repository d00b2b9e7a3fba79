"""`$verify`: a facility has seen the card, so the number is this record's and a new PIN may open this record.

keys  identifier#<kind>#<mac>   record_id, at, facility_id      one record at most for each number
"""

import datetime
import time
from dataclasses import dataclass, replace
from typing import Any

from functions.contribute.settings import ContributeSettings
from health_record.audit import audit_trail
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import BadRequestError, Fault, NotFoundError, UnavailableError
from health_record.facility import failed_lookups, patient_query
from health_record.facility.signed_call import FacilityCall
from health_record.http.event import Event
from health_record.identity import account_events, account_notices, pin_grants
from health_record.identity.identifiers import Pointer
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.record import identifier_claims, record_items, record_reader
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_items import Identity
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

ATTEMPTS = 3


@dataclass(frozen=True)
class Card:
    """What a facility saw, for the record it opened."""

    config: ContributeSettings
    call: FacilityCall
    opened: DecryptedRecord
    pointer: Pointer
    permit_pin: bool

    @property
    def identity(self) -> Identity:
        """The record's identity with the number of the card in its place."""
        name = "national_id" if self.pointer.short == "national-id" else "insurance_number"
        known = self.pointer in self.opened.identity.pointers
        return self.opened.identity if known else replace(self.opened.identity, **{name: self.pointer.value})

    @property
    def macs(self) -> KeyedHash:
        """The keyed MACs of this province."""
        return KeyedHash(self.config.mac_key_id, self.config.province)

    def pk(self, pointer: Pointer) -> str:
        """Where a number is kept."""
        return identifier_claims.identifier_pk(self.macs, pointer)


def verify_identifier(config: ContributeSettings, call: FacilityCall, patient_id: str, event: Event) -> dict[str, Any]:
    """Verify the number on the card for this record, in one transaction with the audit item.

    A number that was verified for another record moves here: that is how a conflict is settled, and the other record's
    person finds it in their own list. Raises NotFoundError unless the birth date on the card is the record's.
    """
    permit_pin = _may_permit_pin(event)
    _settle_identifier(config, call, patient_id, patient_query.parse_parameters(event), permit_pin=permit_pin)
    call.audited = True
    count_metric("IdentifierVerified")
    parameter: list[dict[str, Any]] = [{"name": "verified", "valueBoolean": True}]
    if permit_pin:
        until = datetime.datetime.fromtimestamp(int(time.time()) + pin_grants.LIVE_SECONDS, datetime.UTC)
        parameter.append({"name": "pinPermittedUntil", "valueInstant": format_instant(until, "seconds")})
    return {"resourceType": "Parameters", "parameter": parameter}


def confirm_card(config: ContributeSettings, call: FacilityCall, record: DecryptedRecord, pointer: Pointer) -> bool:
    """A card was seen at reception for a number that led to the record; False where another record holds it verified.

    Nothing is moved or settled, and no PIN is permitted. Raises UnavailableError if the record kept changing.
    """
    for _ in range(ATTEMPTS):
        card = Card(config, call, record, pointer, permit_pin=False)
        try:
            _build_transaction(card, None, None).commit_once()
        except ConditionFailedError as failed:
            if "audit" in failed.names:
                raise audit_trail.ReplayedError from failed
            if "verified" in failed.names:
                return False
            newer = record_reader.load_record(config, record.record_id)
            if newer is None:
                return False
            record = newer
        except WriteConflictError:
            continue
        else:
            count_metric("IdentifierVerified")
            _send_notices(card, None)
            return True
    raise UnavailableError


def _may_permit_pin(event: Event) -> bool:
    """Whether the phone's holder may set a new PIN: not if the facility says that the person did not ask for one."""
    given = [
        each.get("valueBoolean") for each in patient_query.read_parameters(event) if each.get("name") == "permitPin"
    ]
    if not given:
        return True
    if len(given) == 1 and isinstance(given[0], bool):
        return given[0]
    message = Translated("permitPin phải là một valueBoolean duy nhất.", "permitPin must be one valueBoolean.")
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _settle_identifier(
    config: ContributeSettings, call: FacilityCall, patient_id: str, query: PatientQuery, *, permit_pin: bool
) -> None:
    """What changed meanwhile, the record or who holds the number, is read again before each further attempt."""
    holder: str | None = None
    loser: DecryptedRecord | None = None
    for _ in range(ATTEMPTS):
        card = _check_card(config, call, patient_id, query, permit_pin=permit_pin)
        try:
            _build_transaction(card, holder, loser).commit_once()
        except ConditionFailedError as failed:
            if "audit" in failed.names:
                raise audit_trail.ReplayedError from failed
            if "verified" in failed.names:
                holder = str(failed.seen["verified"]["record_id"]) if "verified" in failed.seen else None
                loser = record_reader.load_record(config, holder) if holder else None
        except WriteConflictError:
            continue
        else:
            _send_notices(card, loser)
            return
    raise UnavailableError


def _check_card(
    config: ContributeSettings, call: FacilityCall, patient_id: str, query: PatientQuery, *, permit_pin: bool
) -> Card:
    record_id = record_items.parse_record_id(patient_id)
    opened, spent = record_reader.load_identity(
        config, record_id, failed_lookups.budget_name(call.facility.id), failed_lookups.check_limit
    )
    if opened is None or query.pointer is None or not query.matches_birth_date(opened.identity.birth_date):
        failed_lookups.record_failed_lookup(config.table_access, call.facility.id, spent)
        raise NotFoundError(
            Translated(
                "Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."
            ),
            type="no-such-person",
        )
    call.record_id = opened.record_id
    return Card(config, call, opened, query.pointer, permit_pin)


def _send_notices(card: Card, loser: DecryptedRecord | None) -> None:
    """Tell whoever a PIN's permission or the number's moving takes something from."""
    if card.permit_pin:
        account_notices.send(card.opened.meta.account, card.opened.identity.phone, "pin-permitted")
    if loser is not None:
        account_notices.send(loser.meta.account, loser.identity.phone, "number-moved")


def _build_transaction(card: Card, holder: str | None, loser: DecryptedRecord | None) -> Transaction:
    table, record_id = card.config.table_keys, card.opened.record_id
    entry = card.call.audit_entry("verify", "allowed")
    at = format_instant(datetime.datetime.now(datetime.UTC))
    transaction = Transaction()
    transaction.add("audit", audit_trail.put_in_transaction(card.config.table_audit, entry))
    transaction.add("verified", _put_verified(card, holder, at))
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
        held = _list_record_ids(card.config.table_records, account)
        transaction.add("grant", pin_grants.grant_item(card.config.table_access, account, record_id, held))
        transaction.add("event", account_events.put_item(account, "pin-permitted", record_id))
    transaction.add("event", account_events.put_item(account, "card-seen", record_id))
    if holder is not None:  # who lost the number sees in their own list who took it, and when
        transaction.add("lost claim", identifier_claims.unverify_claim(table, card.pk(card.pointer), holder))
        lost = replace(card.call, record_id=holder).audit_entry("verified-elsewhere", "allowed")
        lost["pk"] = f"{entry['pk']}#lost"
        transaction.add("lost", audit_trail.put_in_transaction(card.config.table_audit, lost))
    if loser is not None:
        moved = account_events.put_item(loser.meta.account, "number-moved", loser.record_id)
        transaction.add("event", moved)
    return transaction


def _list_record_ids(table: str, account: str) -> list[str]:
    """The records of the account: a PIN that is set by this call's permission opens none of them but those seen."""
    return [str(item["record_id"]) for item in record_items.list_of_account(table, account)]


def _put_verified(card: Card, holder: str | None, at: str) -> dict[str, Any]:
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
            "ExpressionAttributeValues": to_wire({":expected": holder or card.opened.record_id}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
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
            "UpdateExpression": "SET sealed = :sealed, card_seen = :yes",
            "ConditionExpression": "sealed = :before AND erasing = :no",
            "ExpressionAttributeValues": to_wire(
                {":sealed": sealed, ":before": meta.sealed, ":no": False, ":yes": True}
            ),
        }
    }
