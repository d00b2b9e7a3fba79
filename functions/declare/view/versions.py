"""What the account sees of its records: the list, the declaration and the versions before it."""

from typing import Any

from functions.declare.own_record import Held
from functions.declare.settings import config
from health_record.audit import audit_trail
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.envelope_encryption import DataKey
from health_record.errors import UnavailableError
from health_record.identity import pin_scope
from health_record.identity.pin_scope import PinScope
from health_record.identity.sessions import Session
from health_record.record import record_items

VERSIONS_AT_ONCE = 20
LATEST = record_items.version_sk(999_999)


def listed(session: Session) -> list[dict[str, Any]]:
    """The account's records, oldest first; with names at level 2 only, and `closed` where the PIN does not open one."""
    held, opened = _of_account(session)
    found = sorted(held, key=lambda one: one.meta.created_at)
    return [_row(session, opened, one) for one in found if not one.meta.erasing]


def newest(held: Held, key: DataKey) -> dict[str, Any]:
    """The declaration as it stands, a QuestionnaireResponse."""
    sk = record_items.version_sk(held.meta.version)
    place = to_wire({"pk": record_items.record_pk(held.meta.record_id), "sk": sk})
    item = client("dynamodb").get_item(TableName=config().table_records, Key=place, ConsistentRead=True)["Item"]
    return _opened(key, held.meta.record_id, from_wire(item))


def versions(held: Held, before: int | None) -> list[dict[str, Any]]:
    """Up to twenty versions, newest first; `before` continues below a version."""
    top = record_items.version_sk(before - 1) if before else LATEST
    found = client("dynamodb").query(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND sk BETWEEN :first AND :top",
        ExpressionAttributeValues=to_wire(
            {":pk": record_items.record_pk(held.meta.record_id), ":first": record_items.version_sk(1), ":top": top}
        ),
        ScanIndexForward=False,
        ConsistentRead=True,
        Limit=VERSIONS_AT_ONCE,
    )["Items"]
    key = held.open_key()
    return [_opened(key, held.meta.record_id, from_wire(item)) for item in found]


def _opened(key: DataKey, record_id: str, item: Item) -> dict[str, Any]:
    """One version as FHIR: the stored response with its version and time."""
    response = record_items.open_json(key, record_id, item["sk"], item["sealed"])
    version = str(int(item["sk"].removeprefix("version#")))
    meta = {"versionId": version, "lastUpdated": item["authored"]}
    return {"resourceType": response.pop("resourceType"), "id": record_id, "meta": meta, **response}


def note(action: str, record_id: str) -> None:
    """Write that the resident looked."""
    audit_trail.put(config().table_audit, audit_trail.resident_entry(action=action, record_id=record_id))


def _row(session: Session, opened: PinScope, held: Held) -> dict[str, Any]:
    meta = held.meta
    row: dict[str, Any] = {"id": meta.record_id, "relation": meta.relation}
    if opened.is_elevated(session):
        if opened.closes(session, meta.record_id):
            row["closed"] = True
        else:
            row["display_name"] = record_items.open_identity(held.open_key(), meta).full_name
            row |= {"restricted": True} if meta.restricted else {}
    return row | {"version": meta.version, "updated_at": meta.updated_at}


def _of_account(session: Session) -> tuple[list[Held], PinScope]:
    found = client("dynamodb").query(
        TableName=config().table_records,
        KeyConditionExpression="pk = :pk AND begins_with(sk, :record)",
        ExpressionAttributeValues=to_wire({":pk": record_items.account_pk(session.account), ":record": "record#"}),
        ConsistentRead=True,
    )["Items"]
    pks = [from_wire(item)["sk"] for item in found]
    if not pks:
        return [], PinScope()
    beside = {config().table_access: pin_scope.request(session.account)} if session.level >= 2 else {}
    answer = client("dynamodb").batch_get_item(
        RequestItems={
            config().table_records: {
                "Keys": [to_wire({"pk": pk, "sk": record_items.META}) for pk in pks],
                "ConsistentRead": True,
            },
            config().table_keys: {"Keys": [to_wire({"pk": pk}) for pk in pks], "ConsistentRead": True},
            **beside,
        }
    )
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    responses = answer["Responses"]
    keys = {item["pk"]["S"]: from_wire(item)["wrapped"] for item in responses.get(config().table_keys, [])}
    metas = [item for item in responses.get(config().table_records, []) if item["pk"]["S"] in keys]
    held = [Held(record_items.meta_from(from_wire(item)), keys[item["pk"]["S"]]) for item in metas]
    return held, pin_scope.among(responses.get(config().table_access, []))
