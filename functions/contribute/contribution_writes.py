"""One transaction for a Bundle: new versions, facts, the guard on the record, and the audit item that stops replays."""

import datetime
import hashlib
import hmac
from dataclasses import dataclass
from typing import Any

from functions.contribute import diagnoses, record_guard
from functions.contribute.bundle import Wish, fault, require_known_references
from functions.contribute.diagnoses import Reported
from functions.contribute.settings import ContributeSettings
from health_record import exact_json
from health_record.audit import audit_trail
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, cancelled_at, to_wire
from health_record.errors import ConflictError, ForbiddenError, NotFoundError, UnavailableError
from health_record.facility.signed_call import FacilityCall
from health_record.language import Text
from health_record.observability import count
from health_record.record import record_items, record_reader
from health_record.record.contributions import PREFIX, contribution_sk
from health_record.record.record_reader import Opened

ATTEMPTS = 3
MOST_MEMBERS = 100  # https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
NEW = "attribute_not_exists(pk)"
CONDITION, CONFLICT = "ConditionalCheckFailed", "TransactionConflict"
AUDIT_PLACE = 0


@dataclass(frozen=True)
class Written:
    """What became of one entry: its version, and whether this call made it."""

    kind: str
    resource_id: str
    version: int
    new: bool
    recorded: str


@dataclass(frozen=True)
class Plan:
    """Everything that one call writes besides its audit item."""

    written: list[Written]
    items: list[Item]
    facts: list[dict[str, Any]]
    stands_on: Opened


def write(config: ContributeSettings, call: FacilityCall, wish: Wish) -> list[Written]:
    """Write the Bundle or nothing. Raises NotFoundError, ForbiddenError, InvalidContentError or ReplayedError.

    A repeat finds the same content and makes no version. Somebody else's write in between is read and taken in.
    """
    for _ in range(ATTEMPTS):
        plan = _plan(config, call, wish)
        if _commit(config, call, plan):
            call.audited = True
            count("Contribution", len(plan.items))
            return plan.written
    raise UnavailableError


def _plan(config: ContributeSettings, call: FacilityCall, wish: Wish) -> Plan:
    opened = record_reader.open_record(config, wish.record_id)
    if opened is None:
        raise NotFoundError(Text("Không có hồ sơ này.", "There is no such record."), type="no-such-person")
    call.record_id = opened.record_id
    if opened.meta.restricted:
        raise ForbiddenError(
            Text("Hồ sơ đang bị hạn chế xử lý.", "Processing of this record is restricted."), type="record-restricted"
        )
    newest = _newest(opened)
    _refuse_anothers(call, wish, newest)
    require_known_references(wish, {f"{kind}/{resource_id}" for kind, resource_id in newest})
    recorded = datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    written, items, reported = [], [], []
    for (kind, resource_id), resource in wish.resources.items():
        before = newest.get((kind, resource_id))
        mac = _content_mac(opened, resource)
        if before is not None and hmac.compare_digest(str(before["mac"]), mac):
            made = Written(kind, resource_id, _version(before), False, before["recorded"])
        else:
            made = Written(kind, resource_id, _version(before) + 1 if before else 1, True, recorded)
            items.append(_item(call, opened, resource, made.version, recorded, mac))
        written.append(made)
        if kind == "Condition":
            reported.append(Reported(resource, made.recorded, corrects=made.version > 1))
    return Plan(written, items, diagnoses.members(config.table_facts, opened, call, reported), opened)


def _refuse_anothers(call: FacilityCall, wish: Wish, newest: dict[tuple[str, str], Item]) -> None:
    """A resource stays its facility's, also if it would be the same: others write their own beside it."""
    faults = [
        fault(
            f"Bundle.entry[{place}].resource",
            Text(
                "do cơ sở khác ghi; hãy ghi một mục riêng với uuid mới",
                "was written by another facility; write a resource of your own under a new uuid",
            ),
        )
        for place, name in enumerate(wish.resources)
        if name in newest and newest[name]["facility_id"] != call.facility.id
    ]
    if faults:
        text = Text("Có mục do cơ sở khác ghi.", "Resources of another facility cannot be replaced.")
        raise ConflictError(text, type="resource-of-another-facility", faults=faults)


def _commit(config: ContributeSettings, call: FacilityCall, plan: Plan) -> bool:
    """False if the record changed meanwhile. Facts that do not fit are written just after; a repeat heals them."""
    entry = call.entry("transaction", "allowed")
    if not plan.items and not plan.facts:
        audit_trail.put(config.table_audit, entry)
        return True
    members = [
        audit_trail.transact_put(config.table_audit, entry),
        record_guard.unchanged(config.table_records, plan.stands_on),
        *(_put(config.table_records, item) for item in plan.items),
    ]
    room = MOST_MEMBERS - len(members)
    reasons = _refused([*members, *plan.facts[:room]])
    if reasons.get(AUDIT_PLACE) == CONDITION:
        raise audit_trail.ReplayedError
    if reasons:
        return False
    _write_rest(config, plan.stands_on, plan.facts[room:])
    return True


def _write_rest(config: ContributeSettings, opened: Opened, facts: list[dict[str, Any]]) -> None:
    """Further facts, under the same guard: whoever may no longer be counted is not. Raises UnavailableError."""
    at_once = MOST_MEMBERS - 1
    for start in range(0, len(facts), at_once):
        members = [record_guard.unchanged(config.table_records, opened), *facts[start : start + at_once]]
        for _ in range(ATTEMPTS):
            reasons = _refused(members)
            if CONFLICT not in reasons.values():
                break
        else:
            raise UnavailableError
        if reasons:
            return


def _refused(members: list[dict[str, Any]]) -> dict[int, str]:
    """Write together or not at all: empty if written, else which conditions failed or which items were in use."""
    try:
        client("dynamodb").transact_write_items(TransactItems=members)
    except Exception as error:
        reasons = cancelled_at(error)
        if CONDITION in reasons.values() or CONFLICT in reasons.values():
            return reasons
        raise
    return {}


def _put(table: str, item: Item) -> dict[str, Any]:
    return {"Put": {"TableName": table, "Item": to_wire(item), "ConditionExpression": NEW}}


def _item(call: FacilityCall, opened: Opened, resource: dict[str, Any], version: int, recorded: str, mac: str) -> Item:
    sk = contribution_sk(resource["resourceType"], resource["id"], version)
    return {
        "pk": record_items.record_pk(opened.record_id),
        "sk": sk,
        "sealed": record_items.seal_json(opened.key, opened.record_id, sk, resource),
        "mac": mac,
        "recorded": recorded,
        "facility_id": call.facility.id,
        "facility_name": call.facility.name,
        "practitioner": call.practitioner,
    }


def _content_mac(opened: Opened, resource: dict[str, Any]) -> str:
    """Of the resource without `meta`, whatever the order of its members; keyed, so that it tells nothing by itself."""
    content = {name: value for name, value in resource.items() if name != "meta"}
    canonical = exact_json.dumps(content, sort_keys=True).encode()
    return hmac.new(opened.key.plain, b"content\0" + canonical, hashlib.sha256).hexdigest()


def _newest(opened: Opened) -> dict[tuple[str, str], Item]:
    found: dict[tuple[str, str], Item] = {}
    for sk in sorted(opened.items):
        if sk.startswith(PREFIX):
            _, kind, resource_id, _ = sk.split("#")
            found[kind, resource_id] = opened.items[sk]
    return found


def _version(item: Item) -> int:
    return int(str(item["sk"]).rpartition("#")[2])
