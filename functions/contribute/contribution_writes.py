"""One transaction for a Bundle: new versions, facts, the guard on the record, and the audit item that stops replays."""

import datetime
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from functions.contribute import daily_quota, declared_references, diagnoses, kept_names
from functions.contribute.bundle import TransactionRequest, make_fault, require_known_references
from functions.contribute.diagnoses import ReportedCondition
from functions.contribute.kept_names import KeptNames, Name
from functions.contribute.settings import ContributeSettings
from health_record import exact_json
from health_record.audit import replay_guard
from health_record.aws import rate_limits
from health_record.aws.dynamo import Item, to_wire
from health_record.aws.transaction import ConditionFailedError, Transaction, WriteConflictError
from health_record.errors import ConflictError, NotFoundError, TooLargeError, UnavailableError
from health_record.facility.signed_call import FacilityCall
from health_record.instants import format_instant
from health_record.language import Translated
from health_record.observability import count_metric
from health_record.record import (
    access_policy,
    attachment_parts,
    attachments,
    provenance,
    record_guard,
    record_items,
    record_reader,
    unseen_numbers,
)
from health_record.record.access_policy import Action, Request
from health_record.record.record_reader import DecryptedRecord
from health_record.summary_sources.coded import is_error
from health_record.table_keys import record_keys

ATTEMPTS = 3
MOST_MEMBERS = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
# DynamoDB counts raw bytes, names and keys (developer guide, "DynamoDB item sizes and formats"), 4 MB in all. This is
# below it in base64 as well, by which the emulator counts.
MOST_BYTES = 3_000_000
NEW = "attribute_not_exists(pk)"


@dataclass(frozen=True)
class WrittenEntry:
    """What became of one entry: its version, and whether this call made it."""

    kind: str
    resource_id: str
    version: int
    new: bool
    recorded: str


@dataclass(frozen=True)
class WritePlan:
    """Everything that one call writes besides its audit item."""

    written: list[WrittenEntry]
    items: list[Item]
    parts: list[Item]  # of large attachments
    facts: list[dict[str, Any]]
    record: DecryptedRecord


def write_bundle(config: ContributeSettings, call: FacilityCall, request: TransactionRequest) -> list[WrittenEntry]:
    """Write the Bundle or nothing. Raises NotFoundError, ForbiddenError, InvalidContentError or ReplayedError,
    TooManyRequestsError above what one facility may add to one record.

    A repeat finds the same content and makes no version. Somebody else's write in between is read and taken in.
    """
    for _ in range(ATTEMPTS):
        plan = plan_writes(config, call, request)
        consumption = daily_quota.consume(config, call, request.record_id, [*plan.items, *plan.parts])
        done = False
        try:
            done = _commit(config, call, plan)
        finally:
            if not done and consumption is not None:
                rate_limits.refund(consumption)
        if done:
            call.audited = True
            count_metric("Contribution", len(plan.items))
            return plan.written
    raise UnavailableError


def plan_writes(config: ContributeSettings, call: FacilityCall, request: TransactionRequest) -> WritePlan:
    """What would be written. Raises NotFoundError, ForbiddenError, ConflictError or InvalidContentError."""
    record = record_reader.load_record(config, request.record_id)
    if record is None:
        raise NotFoundError(Translated("Không có hồ sơ này.", "There is no such record."), type="no-such-person")
    call.record_id = record.record_id
    day = datetime.datetime.now(ZoneInfo(config.time_zone)).date()
    state = access_policy.state_of(record.meta, day)
    permissions = call.facility.permissions
    refusal = access_policy.decide(state, Request(Action.WRITE, permissions=permissions))
    if refusal is not None:
        raise access_policy.refusal_error(refusal)
    newest = _newest(record)
    may_read = access_policy.decide(state, Request(Action.READ, permissions=permissions)) is None
    names = _find_names(call, record, request, newest, may_read=may_read)
    request = names.apply(request)
    if may_read:
        written_ids = {f"{kind}/{resource_id}" for kind, resource_id in newest}
        require_known_references(request, written_ids, lambda: declared_references.read(config, call, record))
    else:  # what others wrote and what was declared is none of its business, and is not told by a refusal either
        require_known_references(request, {"/".join(name) for name in _own_names(call, newest)}, set)
    _refuse_other_facilities(call, record, request, newest)
    recorded = format_instant(datetime.datetime.now(datetime.UTC))
    is_suspect = unseen_numbers.read(
        config.table_access, call.macs, record.identity, record.record_id, call.facility.id
    )
    numbers = access_policy.numbers_behind(record.identity, is_suspect=is_suspect)
    if access_policy.is_led_by_card(record.identity, is_suspect=is_suspect):
        call.led_by[record.record_id] = []
    written, items, reported = [], [], []
    parts: dict[str, Item] = {}
    for (kind, resource_id), resource in request.resources.items():
        before = newest.get((kind, resource_id))
        mac = _content_mac(record, resource)
        if before is not None and hmac.compare_digest(str(before["mac"]), mac):
            entry = WrittenEntry(kind, resource_id, _version(before), False, before["recorded"])
        else:
            entry = WrittenEntry(kind, resource_id, _version(before) + 1 if before else 1, True, recorded)
            kept, contents = attachments.set_apart(resource, record.key, record.record_id)
            items.append(_build_item(call, record, kept, entry.version, recorded, mac, numbers))
            for keyed, content in contents.items():
                found = attachment_parts.build_items(record.key, record.record_id, keyed, content)
                parts |= {item["sk"]: item for item in found}
        written.append(_as_chosen(entry, call, record, names))
        if kind == "Condition":
            reported.append(ReportedCondition(resource, entry.recorded, corrects=entry.version > 1))
    _require_room(items, list(parts.values()))
    facts = diagnoses.build_writes(config.table_facts, record, call, reported, day)
    return WritePlan(written, items, list(parts.values()), facts, record)


def _require_room(items: list[Item], parts: list[Item]) -> None:
    """Raise TooLargeError for more than one transaction holds, so that nothing is ever written by halves."""
    size = sum(len(item["sealed"]) for item in (*items, *parts))
    if len(items) + len(parts) > MOST_MEMBERS - 2 or size > MOST_BYTES:
        raise TooLargeError(
            Translated(
                "Bundle có quá nhiều tệp đính kèm; hãy gửi từng tệp trong một Bundle.",
                "The Bundle holds too many attachments; send each in a Bundle of its own.",
            )
        )


def _find_names(
    call: FacilityCall,
    record: DecryptedRecord,
    request: TransactionRequest,
    newest: Mapping[Name, Item],
    *,
    may_read: bool,
) -> KeptNames:
    owners = {name: str(item["facility_id"]) for name, item in newest.items()}
    known = None if may_read else _own_names(call, newest)
    return kept_names.find_names(
        request, owners, facility_id=call.facility.id, record_key=record.key.plain, known=known
    )


def _own_names(call: FacilityCall, newest: Mapping[Name, Item]) -> set[Name]:
    return {name for name, item in newest.items() if item["facility_id"] == call.facility.id}


def _as_chosen(entry: WrittenEntry, call: FacilityCall, record: DecryptedRecord, names: KeptNames) -> WrittenEntry:
    """The entry by the id that the facility chose, with all versions that it wrote under it."""
    kept = (entry.kind, entry.resource_id)
    chosen = names.chosen(kept)
    if chosen == kept:
        return entry
    earlier = [
        item
        for item in provenance.list_contributions(record.items)
        if provenance.entry_of(item) == chosen and item["facility_id"] == call.facility.id
    ]
    return replace(entry, resource_id=chosen[1], version=entry.version + len(earlier))


def _refuse_other_facilities(
    call: FacilityCall, record: DecryptedRecord, request: TransactionRequest, newest: Mapping[Name, Item]
) -> None:
    """A resource stays its facility's, also if it would be the same, until that facility takes it back."""
    faults = [
        make_fault(
            f"Bundle.entry[{index}].resource",
            Translated(
                "do cơ sở khác ghi; hãy ghi một mục riêng với uuid mới",
                "was written by another facility; write a resource of your own under a new uuid",
            ),
        )
        for index, name in enumerate(request.resources)
        if name in newest
        and newest[name]["facility_id"] != call.facility.id
        and not is_error(record_reader.decrypt_resource(record, newest[name]["sk"]))
    ]
    if faults:
        text = Translated("Có mục do cơ sở khác ghi.", "Resources of another facility cannot be replaced.")
        raise ConflictError(text, type="resource-of-another-facility", faults=faults)


def _commit(config: ContributeSettings, call: FacilityCall, plan: WritePlan) -> bool:
    """False if the record changed meanwhile. Facts that do not fit are written just after; a repeat heals them."""
    entry = call.audit_entry("transaction", "allowed")
    if not plan.items and not plan.facts:
        replay_guard.put_entry(config.table_audit, entry)
        return True
    transaction = Transaction()
    transaction.add("audit", replay_guard.put_in_transaction(config.table_audit, entry))
    transaction.add("record", record_guard.check_unchanged(config.table_records, plan.record.meta))
    for item in plan.items:
        transaction.add("contribution", _put(config.table_records, item))
    for part in plan.parts:
        transaction.add("attachment", {"Put": {"TableName": config.table_records, "Item": to_wire(part)}})
    room = MOST_MEMBERS - 2 - len(plan.items) - len(plan.parts)
    for fact in plan.facts[:room]:
        transaction.add("fact", fact)
    try:
        transaction.commit_once()
    except ConditionFailedError as failed:
        if "audit" in failed.names:
            raise replay_guard.ReplayedError from failed
        return False
    except WriteConflictError:
        return False
    _write_rest(config, plan.record, plan.facts[room:])
    return True


def _write_rest(config: ContributeSettings, record: DecryptedRecord, facts: list[dict[str, Any]]) -> None:
    """Further facts, under the same condition: whoever may no longer be counted is not."""
    at_once = MOST_MEMBERS - 1
    for start in range(0, len(facts), at_once):
        transaction = Transaction()
        transaction.add("record", record_guard.check_unchanged(config.table_records, record.meta))
        for fact in facts[start : start + at_once]:
            transaction.add("fact", fact)
        try:
            transaction.commit()
        except ConditionFailedError:
            return


def _put(table: str, item: Item) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": to_wire(item), "ConditionExpression": NEW}}


def _build_item(
    call: FacilityCall,
    record: DecryptedRecord,
    resource: dict[str, Any],
    version: int,
    recorded: str,
    mac: str,
    numbers: list[str],
) -> Item:
    kind, resource_id = resource["resourceType"], resource["id"]
    sk = record_keys.contribution_sk(provenance.name_entry(record.key, kind, resource_id), version)
    members = {
        "kind": kind,
        "resource_id": resource_id,
        "mac": mac,
        "recorded": recorded,
        "facility_id": call.facility.id,
        "facility_name": call.facility.name,
        "practitioner": call.practitioner,
        "numbers": numbers,
    }
    return {
        "pk": record_keys.record_pk(record.record_id),
        "sk": sk,
        "sealed": record_items.encrypt_json(record.key, record.record_id, sk, resource),
        "provenance": provenance.seal(record.key, record.record_id, sk, members),
    }


def _content_mac(record: DecryptedRecord, resource: dict[str, Any]) -> str:
    """Of the resource, whatever the order of its members; keyed, so that it tells nothing by itself."""
    canonical = exact_json.dumps(resource, sort_keys=True).encode()
    return hmac.new(record.key.plain, b"content\0" + canonical, hashlib.sha256).hexdigest()


def _newest(record: DecryptedRecord) -> dict[Name, Item]:
    return {provenance.entry_of(item): item for item in provenance.list_contributions(record.items)}


def _version(item: Item) -> int:
    return record_keys.version_from(str(item["sk"]))
