"""`$verify`: a facility has seen the card, so the number is this record's, and a new PIN may open this record.

keys  identifier#<kind>#<mac>   record_id, at, facility_id      one record at most for each number

A verified number leaves its record only by a facility with permission `override`, which says why: the number of the
card for another record, and the record's own for the one on the card. Whoever loses one is told.

It is a look-up as well: it tells only of records that the card fits, in the budgets of look-ups, with a line at each.
"""

import datetime
import time
from dataclasses import replace
from typing import Any

from functions.contribute import recount, settlement
from functions.contribute.card import card_check, card_events, openings, verify_request
from functions.contribute.card.card_check import Card
from functions.contribute.card.verify_request import VerifyRequest
from functions.contribute.settings import ContributeSettings
from health_record.audit import audit_entries, replay_guard
from health_record.aws.dynamo import to_wire, wire_key
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import UnavailableError
from health_record.facility.signed_call import FacilityCall
from health_record.hospital_file.episode import SentPerson
from health_record.http.event import Event
from health_record.identity import paper_codes, pin_grants
from health_record.identity.full_names import is_same_name
from health_record.identity.identifiers import Pointer
from health_record.instants import format_instant
from health_record.observability import count_metric
from health_record.record import identifier_claims, record_items, record_reader, unseen_numbers
from health_record.record.identifier_claims import PatientQuery
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

ATTEMPTS = 3


def verify_identifier(config: ContributeSettings, call: FacilityCall, patient_id: str, event: Event) -> dict[str, Any]:
    """Verify the number on the card for this record, in one transaction with the audit item.

    Raises NotFoundError unless the birth date on the card is the record's, ConflictError where a verified number would
    leave its record, unless the facility may override and says why, and TooManyRequestsError.
    """
    request = verify_request.parse_request(patient_id, event)
    card = _write(config, call, request)
    call.audited = True
    call.after_response.append(lambda: openings.count(card))
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
        {"name": "candidate", "valueReference": {"reference": f"Patient/{record_id}"}} for record_id in card.named
    ]
    return {"resourceType": "Parameters", "parameter": parameter}


def confirm_card(
    config: ContributeSettings, call: FacilityCall, record: DecryptedRecord, pointer: Pointer, person: SentPerson
) -> bool:
    """Note that reception saw a card for a number that led to the record; False where the card may be another person's.

    It is False where another record holds the number verified or claims it for what may be the same birth date, where
    the file gives no whole date, where the record has another name or a card with another date, and where the file's
    phone is not the account's and no card with a number of the file was seen before. `$verify` decides those. This call
    moves and settles nothing and permits no PIN. Raises UnavailableError if the record kept changing.
    """
    birth_date = person.birth_date
    for _ in range(ATTEMPTS):
        if not _says_whose(config, record, pointer, person):
            return False
        card = Card(config, call, record, pointer, birth_date, permit_pin=False, holder=None, settled=[])
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


def _says_whose(config: ContributeSettings, record: DecryptedRecord, pointer: Pointer, person: SentPerson) -> bool:
    """Whether a file's card is surely this record's: whole date, number, name, an account known as theirs, and nobody
    else who may be meant."""
    query = PatientQuery(pointer, person.birth_date)
    is_hers = pointer in record.identity.pointers and is_same_name(person.name, record.identity.full_name)
    return (
        is_hers
        and record.identity.may_show_card(pointer, person.birth_date)
        and _is_their_account(record, person)
        and query.has_whole_date
        and not card_check.has_rivals(config, record.record_id, query)
    )


def _is_their_account(record: DecryptedRecord, person: SentPerson) -> bool:
    """Whether the file's person is known to have to do with the account that the record is of.

    A card proves who somebody is. That the account is theirs, and not of whoever copied the card, it does not: for that
    the hospital has their phone, or staff saw a card with a number that the file names, too (`$verify`): a card seen
    for another number says nothing of this one, which a namesake may have added.
    """
    is_seen = not record.identity.seen_numbers.isdisjoint(person.pointers)
    return is_seen or person.phone is not None and person.phone == record.identity.proven_phone


def _write(config: ContributeSettings, call: FacilityCall, request: VerifyRequest) -> Card:
    """What changed meanwhile, a record or who holds the number, is read again before each further attempt."""
    for attempt in range(ATTEMPTS):
        card = card_check.check_card(config, call, request)
        if attempt == 0:
            card_check.count_reads(config, call, card.opened, card.touched)
        try:
            _build_transaction(card).commit_once()
        except ConditionFailedError as failed:
            if "audit" in failed.names:
                raise replay_guard.ReplayedError from failed
        except WriteConflictError:
            continue
        else:
            card_events.tell_others(card)
            recount.rewrite(config, card.changes)
            return card
    raise UnavailableError


def _build_transaction(card: Card) -> Transaction:
    table, record_id = card.config.table_keys, card.opened.record_id
    card.call.led_by[record_id] = []  # by the number of the card
    entry = card.call.audit_entry("verify", "allowed")
    at = format_instant(datetime.datetime.now(datetime.UTC))
    transaction = Transaction()
    transaction.add("audit", replay_guard.put_in_transaction(card.config.table_audit, entry))
    transaction.add("verified", _put_verified(card, at))
    transaction.add("identity", _update_identity(card))
    account = card.opened.meta.account
    for claim in identifier_claims.put_claims(
        table, card.macs, record_id=record_id, account=account, identity=card.identity, at=at
    ):
        transaction.add("claim", claim)
    for pointer in set(card.opened.identity.pointers) - set(card.identity.pointers):
        transaction.add("released", identifier_claims.drop_claim(table, card.pk(pointer), record_id))
    for pointer in card.given_up:
        transaction.add("released", identifier_claims.drop_verified(table, card.pk(pointer), record_id))
    if card.permit_pin:
        transaction.add("grant", pin_grants.grant_item(card.config.table_access, account, record_id))
    if card.paper is not None:
        transaction.add("paper code", card.paper.item)
    card_events.add_events(transaction, card)
    recount.add_lines(transaction, card.config, card.changes, at)
    if card.given_up:
        transaction.add("lost", _line(card, entry, record_id, "claim-released", "own"))
    for other_id in card.named:
        transaction.add("told", _line(card, entry, other_id, "claim-told", other_id))
        noted = unseen_numbers.note(card.config.table_access, card.macs, other_id, card.call.facility.id, card.pointer)
        transaction.add("noted", noted)
    _add_settlements(transaction, card, entry)
    return transaction


def _line(card: Card, entry: dict[str, Any], record_id: str, action: str, name: str) -> dict[str, Any]:
    """A line of the call at another record, or a further one at its own."""
    line = replace(card.call, record_id=record_id).audit_entry(action, "allowed")
    line["pk"] = audit_entries.further_key(entry["pk"], name)
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
            "UpdateExpression": "SET sealed = :sealed, card_seen = :yes, attested = :attested, joined = :no",
            "ConditionExpression": "sealed = :before AND erasing = :no",
            "ExpressionAttributeValues": to_wire(
                {
                    ":sealed": sealed,
                    ":before": meta.sealed,
                    ":no": False,
                    ":yes": True,
                    ":attested": card.identity.attestation,
                }
            ),
        }
    }


def _macs(config: ContributeSettings) -> KeyedHash:
    return KeyedHash.from_settings(config)
