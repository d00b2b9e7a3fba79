"""`$verify`: a facility has seen the card, so the number is this record's and the account may set a new PIN."""

import datetime
import time
from typing import Any

from functions.contribute.settings import ContributeSettings
from health_record import api, audit, opening, permits, records, wanted
from health_record.clients import client
from health_record.dynamo import cancelled_at, to_wire
from health_record.errors import ConflictError, NotFoundError
from health_record.facility_calls import FacilityCall
from health_record.identifiers import Pointer
from health_record.language import Text
from health_record.macs import Macs
from health_record.observe import count
from health_record.opening import Opened

CONDITION = "ConditionalCheckFailed"
AUDIT_PLACE, VERIFIED_PLACE = 0, 1


def verify(config: ContributeSettings, call: FacilityCall, patient_id: str, event: api.Event) -> dict[str, Any]:
    """Verify the number on the card for this record, in one transaction with the audit item.

    Raises NotFoundError unless number and birth date are the record's own, ConflictError if another record was
    verified with the number and the parameter `settle` is not true.
    """
    asked = wanted.from_parameters(event)
    settle = any(each.get("name") == "settle" and each.get("valueBoolean") is True for each in wanted.parameters(event))
    opened = _opened(config, patient_id)
    pointer = asked.pointer
    if opened is None or pointer not in opened.identity.pointers or not asked.is_born(opened.identity.birth_date):
        raise NotFoundError(
            Text("Không có hồ sơ nào khớp cả mã số và ngày sinh.", "No record matches this identifier and birth date."),
            type="no-such-person",
        )
    call.record_id = opened.record_id
    assert pointer is not None
    _commit(config, call, opened, pointer, settle)
    call.audited = True
    count("IdentifierVerified")
    until = datetime.datetime.fromtimestamp(int(time.time()) + permits.LIVE_SECONDS, datetime.UTC)
    return {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "verified", "valueBoolean": True},
            {"name": "pinPermittedUntil", "valueInstant": until.isoformat().replace("+00:00", "Z")},
        ],
    }


def _opened(config: ContributeSettings, patient_id: str) -> Opened | None:
    record_id = records.record_id_of(patient_id)
    return None if record_id is None else opening.open_record(config, record_id)[0]


def _commit(config: ContributeSettings, call: FacilityCall, opened: Opened, pointer: Pointer, settle: bool) -> None:
    members = [
        audit.transact_put(config.table_audit, call.entry("verify", "allowed")),
        _verified(config, call, opened, pointer, settle),
        permits.give_item(config.table_access, opened.meta.account),
    ]
    try:
        client("dynamodb").transact_write_items(TransactItems=members)
    except Exception as error:
        reasons = cancelled_at(error)
        if reasons.get(AUDIT_PLACE) == CONDITION:
            raise audit.ReplayedError from error
        if reasons.get(VERIFIED_PLACE) == CONDITION:
            raise ConflictError(
                Text(
                    "Mã số này đã được xác minh cho một hồ sơ khác. Nếu thẻ đúng là của người này, gọi lại với settle.",
                    "Another record was verified with this number. If the card is this person's, repeat with settle.",
                ),
                type="verified-elsewhere",
            ) from error
        raise


def _verified(
    config: ContributeSettings, call: FacilityCall, opened: Opened, pointer: Pointer, settle: bool
) -> dict[str, Any]:
    item = {
        "pk": records.identifier_pk(Macs(config.mac_key_id, config.province), pointer),
        "sk": records.VERIFIED,
        "record_id": opened.record_id,
        "at": datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "facility_id": call.facility.id,
    }
    put: dict[str, Any] = {"TableName": config.table_records, "Item": to_wire(item)}
    if not settle:
        put["ConditionExpression"] = "attribute_not_exists(pk) OR record_id = :record"
        put["ExpressionAttributeValues"] = to_wire({":record": opened.record_id})
    return {"Put": put}
