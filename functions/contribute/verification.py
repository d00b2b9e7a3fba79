"""`$verify`: a facility has seen the card, so the number is this record's and a new PIN may open this record.

identifier#<short>#<mac> / verified   record_id, at, facility_id      one record at most for each number
"""

import datetime
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from functions.contribute.settings import ContributeSettings
from health_record.audit import audit_trail
from health_record.aws.clients import client
from health_record.aws.dynamo import cancelled_at, from_wire, item_seen, to_wire
from health_record.aws.keyed_hash import Macs
from health_record.errors import BadRequestError, Fault, NotFoundError, UnavailableError
from health_record.facility import failed_lookups, patient_query
from health_record.facility.patient_query import Wanted
from health_record.facility.signed_call import FacilityCall
from health_record.http import entry_point
from health_record.identity import pin_grants
from health_record.identity.identifiers import Pointer
from health_record.language import Text
from health_record.observability import count
from health_record.record import record_items, record_reader
from health_record.record.record_items import Identity
from health_record.record.record_reader import Opened

ATTEMPTS = 3
CONDITION, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"
AUDIT_PLACE, VERIFIED_PLACE = 0, 1


@dataclass(frozen=True)
class Card:
    """What a facility saw, for the record it opened."""

    config: ContributeSettings
    call: FacilityCall
    opened: Opened
    pointer: Pointer
    permits_pin: bool

    @property
    def identity(self) -> Identity:
        """The record's identity with the number of the card in its place."""
        name = "national_id" if self.pointer.short == "national-id" else "insurance_number"
        known = self.pointer in self.opened.identity.pointers
        return self.opened.identity if known else replace(self.opened.identity, **{name: self.pointer.value})

    def pk(self, pointer: Pointer) -> str:
        """Where a number is kept."""
        return record_items.identifier_pk(Macs(self.config.mac_key_id, self.config.province), pointer)


def verify(config: ContributeSettings, call: FacilityCall, patient_id: str, event: entry_point.Event) -> dict[str, Any]:
    """Verify the number on the card for this record, in one transaction with the audit item.

    A number that was verified for another record moves here: that is how a conflict is settled, and the other record's
    person finds it in their own list. Raises NotFoundError unless the birth date on the card is the record's.
    """
    permits_pin = _permits_pin(event)
    _settle(config, call, patient_id, patient_query.from_parameters(event), permits_pin=permits_pin)
    call.audited = True
    count("IdentifierVerified")
    parameter: list[dict[str, Any]] = [{"name": "verified", "valueBoolean": True}]
    if permits_pin:
        until = datetime.datetime.fromtimestamp(int(time.time()) + pin_grants.LIVE_SECONDS, datetime.UTC)
        parameter.append({"name": "pinPermittedUntil", "valueInstant": until.isoformat().replace("+00:00", "Z")})
    return {"resourceType": "Parameters", "parameter": parameter}


def _permits_pin(event: entry_point.Event) -> bool:
    """Whether the phone's holder may set a new PIN: not if the facility says that the person did not ask for one."""
    given = [each.get("valueBoolean") for each in patient_query.parameters(event) if each.get("name") == "permitPin"]
    if not given:
        return True
    if len(given) == 1 and isinstance(given[0], bool):
        return given[0]
    message = Text("permitPin phải là một valueBoolean duy nhất.", "permitPin must be one valueBoolean.")
    raise BadRequestError(message, faults=[Fault("", message, expression="Parameters.parameter")])


def _settle(
    config: ContributeSettings, call: FacilityCall, patient_id: str, asked: Wanted, *, permits_pin: bool
) -> None:
    """What changed meanwhile, the record or who holds the number, is read again before each further attempt."""
    holder: str | None = None
    for _ in range(ATTEMPTS):
        card = _card(config, call, patient_id, asked, permits_pin=permits_pin)
        try:
            client("dynamodb").transact_write_items(TransactItems=list(_members(card, holder)))
        except Exception as error:
            reasons = cancelled_at(error)
            if reasons.get(AUDIT_PLACE) == CONDITION:
                raise audit_trail.ReplayedError from error
            if CONDITION not in reasons.values() and CONFLICT not in reasons.values():
                raise
            if reasons.get(VERIFIED_PLACE) == CONDITION:
                seen = item_seen(error, VERIFIED_PLACE)
                holder = str(seen["record_id"]) if seen else None
        else:
            return
    raise UnavailableError


def _card(config: ContributeSettings, call: FacilityCall, patient_id: str, asked: Wanted, *, permits_pin: bool) -> Card:
    record_id = record_items.record_id_of(patient_id)
    opened, spent = record_reader.unlock(
        config, record_id, failed_lookups.budget(call.facility.id), failed_lookups.refuse_if_spent
    )
    if opened is None or asked.pointer is None or not asked.is_born(opened.identity.birth_date):
        failed_lookups.add(config.table_access, call.facility.id, spent)
        raise NotFoundError(
            Text("Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."),
            type="no-such-person",
        )
    call.record_id = opened.record_id
    return Card(config, call, opened, asked.pointer, permits_pin)


def _members(card: Card, holder: str | None) -> Iterator[dict[str, Any]]:
    table, record_id = card.config.table_records, card.opened.record_id
    entry = card.call.entry("verify", "allowed")
    yield audit_trail.transact_put(card.config.table_audit, entry)
    yield _verified(card, holder)
    yield _identity(card)
    claim = {"pk": card.pk(card.pointer), "sk": record_items.claim_sk(record_id), "record_id": record_id}
    yield {"Put": {"TableName": table, "Item": to_wire(claim)}}
    for pointer in set(card.opened.identity.pointers) - set(card.identity.pointers):
        pk = card.pk(pointer)
        yield _released(table, pk, record_items.claim_sk(record_id), record_id)
        if _is_verified(table, pk, record_id):
            yield _released(table, pk, record_items.VERIFIED, record_id)
    if card.permits_pin:
        account = card.opened.meta.account
        yield pin_grants.give_item(card.config.table_access, account, record_id, _held_by(table, account))
    if holder is not None:  # who lost the number sees in their own list who took it, and when
        lost = replace(card.call, record_id=holder).entry("verified-elsewhere", "allowed")
        yield audit_trail.transact_put(card.config.table_audit, {**lost, "pk": f"{entry['pk']}#lost"})


def _held_by(table: str, account: str) -> list[str]:
    """The records of the account: a PIN that is set by this call's permission opens none of them but those seen."""
    found = client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :record)",
        ExpressionAttributeValues=to_wire(
            {":pk": record_items.account_pk(account), ":record": record_items.record_pk("")}
        ),
        ConsistentRead=True,
    )["Items"]
    return [str(from_wire(item)["record_id"]) for item in found]


def _verified(card: Card, holder: str | None) -> dict[str, Any]:
    item = {
        "pk": card.pk(card.pointer),
        "sk": record_items.VERIFIED,
        "record_id": card.opened.record_id,
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "facility_id": card.call.facility.id,
    }
    return {
        "Put": {
            "TableName": card.config.table_records,
            "Item": to_wire(item),
            "ConditionExpression": "attribute_not_exists(pk) OR record_id = :expected",
            "ExpressionAttributeValues": to_wire({":expected": holder or card.opened.record_id}),
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    }


def _identity(card: Card) -> dict[str, Any]:
    """The sealed identity with the card's number, on the condition that nobody changed the record meanwhile.

    It is sealed anew even if it is the same, so that a correction standing on the old one takes this call in.
    """
    meta = card.opened.meta
    sealed = record_items.seal_identity(card.opened.key, meta.record_id, card.identity)
    return {
        "Update": {
            "TableName": card.config.table_records,
            "Key": to_wire({"pk": record_items.record_pk(meta.record_id), "sk": record_items.META}),
            "UpdateExpression": "SET sealed = :sealed",
            "ConditionExpression": "sealed = :before AND erasing = :no",
            "ExpressionAttributeValues": to_wire({":sealed": sealed, ":before": meta.sealed, ":no": False}),
        }
    }


def _is_verified(table: str, pk: str, record_id: str) -> bool:
    """Whether the number is this record's by a facility's word, and not another's by now."""
    found = client("dynamodb").query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND sk = :sk",
        ExpressionAttributeValues=to_wire({":pk": pk, ":sk": record_items.VERIFIED}),
        ConsistentRead=True,
    )["Items"]
    return any(from_wire(item)["record_id"] == record_id for item in found)


def _released(table: str, pk: str, sk: str, record_id: str) -> dict[str, Any]:
    return {
        "Delete": {
            "TableName": table,
            "Key": to_wire({"pk": pk, "sk": sk}),
            "ConditionExpression": "attribute_not_exists(pk) OR record_id = :record",
            "ExpressionAttributeValues": to_wire({":record": record_id}),
        }
    }
