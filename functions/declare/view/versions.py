"""What the account sees of its records: the list, the declaration and the versions before it."""

from typing import Any

from functions.declare import clock
from functions.declare.own_record import OwnRecord
from functions.declare.settings import config
from health_record.audit import audit_entries, replay_guard
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, batch_get, from_wire, keys_request, to_wire, wire_key
from health_record.aws.envelope_encryption import DataKey
from health_record.identity import pin_scope
from health_record.identity.pin_scope import PinScope
from health_record.identity.sessions import Session
from health_record.record import access_policy, record_items
from health_record.record.access_policy import Action
from health_record.table_keys import record_keys

VERSIONS_AT_ONCE = 20
LATEST = record_keys.version_sk(999_999)


def list_records(session: Session) -> list[dict[str, Any]]:
    """The account's records, oldest first; with names at level 2 only, and `closed` where the PIN does not open one.

    Who did not show the phone, which may be somebody else's by now, is told of those alone that they have a part in.
    """
    record, opened = _load_account_records(session)
    found = sorted(record, key=lambda one: one.meta.created_at)
    return [_row(session, opened, one) for one in found if not one.meta.erasing and _is_listed(session, opened, one)]


def load_newest(record: OwnRecord, key: DataKey) -> dict[str, Any]:
    """The declaration as it stands, a QuestionnaireResponse."""
    sk = record_keys.version_sk(record.meta.version)
    place = wire_key((record_keys.record_pk(record.meta.record_id), sk))
    item = client("dynamodb").get_item(TableName=config().table_records, Key=place, ConsistentRead=True)["Item"]
    return _decrypt_version(key, record.meta.record_id, from_wire(item))


def load_versions(record: OwnRecord, before: int | None) -> list[dict[str, Any]]:
    """Up to twenty versions, newest first; `before` continues below a version."""
    top = record_keys.version_sk(before - 1) if before else LATEST
    found = client("dynamodb").query(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :top",
        ExpressionAttributeValues=to_wire(
            {":pk": record_keys.record_pk(record.meta.record_id), ":first": record_keys.version_sk(1), ":top": top}
        ),
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=VERSIONS_AT_ONCE,
    )["Items"]
    key = record.decrypt_key()
    return [_decrypt_version(key, record.meta.record_id, from_wire(item)) for item in found]


def _decrypt_version(key: DataKey, record_id: str, item: Item) -> dict[str, Any]:
    """One version as FHIR: the stored response with its version and time."""
    response = record_items.decrypt_json(key, record_id, item["sk"], item["sealed"])
    version = str(int(item["sk"].removeprefix("version#")))
    meta = {"versionId": version, "lastUpdated": item["authored"]}
    return {"resourceType": response.pop("resourceType"), "id": record_id, "meta": meta, **response}


def audit_view(action: str, record_id: str) -> None:
    """Write that the resident looked."""
    replay_guard.put_entry(config().table_audit, audit_entries.resident_entry(action=action, record_id=record_id))


def _is_listed(session: Session, opened: PinScope, record: OwnRecord) -> bool:
    if session.shows_phone or record.meta.session == session.token_hash:
        return True
    is_opened = opened.is_elevated(session) and not opened.excludes(session, record.meta.record_id)
    return is_opened or record.meta.record_id == session.paper_record


def _row(session: Session, opened: PinScope, record: OwnRecord) -> dict[str, Any]:
    meta = record.meta
    row: dict[str, Any] = {"id": meta.record_id, "relation": meta.relation}
    if opened.is_elevated(session):
        if opened.excludes(session, meta.record_id):
            row["closed"] = True
        else:
            row["display_name"] = record_items.decrypt_identity(record.decrypt_key(), meta).full_name
            # Said of every such record, whether a facility wrote or not: else it tells when somebody is treated.
            row |= {} if access_policy.is_allowed(meta, Action.SEE_WRITTEN, clock.now().day) else {"waiting": True}
            row |= {"joined": True} if access_policy.is_joined(meta) else {}
            row |= {} if access_policy.is_allowed(meta, Action.MAKE_LINK, clock.now().day) else {"restricted": True}
    return row | {"version": meta.version, "updated_at": meta.updated_at}


def _load_account_records(session: Session) -> tuple[list[OwnRecord], PinScope]:
    pks = [item["sk"] for item in record_items.list_of_account(config().table_records, session.account)]
    if not pks:
        return [], PinScope()
    table_records, table_keys, table_access = config().table_records, config().table_keys, config().table_access
    scope_request = {table_access: pin_scope.batch_request(session.account)} if session.level >= 2 else {}
    items = batch_get(
        {
            table_records: keys_request(wire_key((pk, record_keys.META)) for pk in pks),
            table_keys: keys_request(to_wire({"pk": pk}) for pk in pks),
            **scope_request,
        }
    )
    wrapped = {item["pk"]: item["wrapped"] for item in items[table_keys]}
    records = [
        OwnRecord(record_items.parse_meta(item), wrapped[item["pk"]])
        for item in items[table_records]
        if item["pk"] in wrapped
    ]
    return records, pin_scope.from_batch_response(items.get(table_access, []))
