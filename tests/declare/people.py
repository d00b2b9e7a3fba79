"""Invented people and their declarations, as the site would send them."""

import json
from typing import Any

from health_record.questionnaire import declaration_form
from tests.conftest import Answer, World, call_handler
from tests.put_at_once import put_session

RECORD = "/v1/records/{id}"
RECORD_ID = "0b8f5a52-6d3e-4c0f-9c7e-2f4f1f0e6a11"
OTHER_ID = "7c1e2b9a-93d4-4a5e-8a57-0b6f6f0c2d22"
NAME = "Nguyễn Thị Thử Nghiệm"
NATIONAL_ID = "079160012345"
INSURANCE = "DN4790123456789"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
GENDER = "http://hl7.org/fhir/administrative-gender"
ALICE, BOB = "a" * 64, "b" * 64  # accounts


def coding(code: str, system: str | None = None) -> dict[str, Any]:
    return {"valueCoding": {"code": code, **({"system": system} if system else {})}}


def answered(link_id: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": link_id, "answer": list(answers)}


def declaration(**changes: Any) -> dict[str, Any]:
    """A full response; `changes` names answers by linkId with `.` and `-` as `_`; None leaves one out."""
    groups: dict[str, dict[str, dict[str, Any] | list[dict[str, Any]]]] = {
        "identity": {
            "identity.relation": coding("self"),
            "identity.full-name": {"valueString": NAME},
            "identity.sex": coding("female", GENDER),
            "identity.birth-date": {"valueDate": "1960-05-17"},
            "identity.ward": coding("26911"),
            "identity.national-id": {"valueString": NATIONAL_ID},
            "identity.insurance-number": {"valueString": INSURANCE},
        },
        "history": {
            "history.conditions": [coding("I10", ICD_10), coding("C80.9", ICD_10)],
            "history.cancer-type": {"valueString": "tuyến giáp"},
        },
        "measurements": {
            "measurements.height": {"valueDecimal": 156.5},
            "measurements.weight": {"valueDecimal": 52},
        },
        "consent": {
            "consent.record": {"valueBoolean": True},
            "consent.sharing": {"valueBoolean": True},
            "consent.statistics": {"valueBoolean": True},
            "consent.notices": {"valueBoolean": False},
        },
    }
    for name, answer in changes.items():
        group, _, rest = name.partition("_")
        groups.setdefault(group, {})[f"{group}.{rest.replace('_', '-')}"] = answer
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": declaration_form().url,
        "status": "completed",
        "item": [
            {
                "linkId": group,
                "item": [
                    answered(link_id, *(given if isinstance(given, list) else [given]))
                    for link_id, given in items.items()
                    if given is not None
                ],
            }
            for group, items in groups.items()
        ],
    }


def sign_in(account: str = ALICE, *, level: int = 1, poster: str | None = None) -> dict[str, str]:
    """The cookies of a new session."""
    from health_record.identity import sessions

    token, _ = put_session(account, level=level, poster=poster)
    return {sessions.COOKIE: token}


def put(
    cookies: dict[str, str] | None, body: Any = None, *, record_id: str = RECORD_ID, version: int = 0, **sent: Any
) -> Answer:
    """PUT a declaration as new (`version` 0) or on a version."""
    from functions.declare.handler import handler

    condition = {"if-match": f'"{version}"'} if version else {"if-none-match": "*"}
    headers = {**condition, **sent.pop("headers", {})}
    body = declaration() if body is None else body
    return call_handler(
        handler, "PUT", RECORD, path={"id": record_id}, body=body, headers=headers, cookies=cookies, **sent
    )


def call(method: str, route: str, cookies: dict[str, str] | None = None, **sent: Any) -> Answer:
    """Any other call of the function, for RECORD_ID where the route has an id."""
    from functions.declare.handler import handler

    path = {"id": sent.pop("record_id", RECORD_ID)} if "{id}" in route else None
    if "{episode}" in route:
        path = {**(path or {}), "episode": sent.pop("episode")}
    return call_handler(handler, method, route, path=path, cookies=cookies, **sent)


def dump(items: list[dict[str, Any]]) -> str:
    """A raw table as text, its bytes read as UTF-8 and as they are."""
    return json.dumps(items, default=_readable, ensure_ascii=False)


def _readable(value: Any) -> str:
    content = getattr(value, "value", None)
    if isinstance(content, bytes):
        return content.decode("utf-8", "replace") + content.decode("latin-1")
    return str(value)


def meta_of(world: World, record_id: str = RECORD_ID) -> dict[str, Any] | None:
    """The record's meta item as it lies in the table."""
    return next(
        (one for one in world.items("records") if (one["pk"], one["sk"]) == (f"record#{record_id}", "meta")), None
    )


def put_card_seen(world: World, record_id: str = RECORD_ID) -> None:
    """The record as a facility left it that saw the cards of all its numbers."""
    from health_record.aws import envelope_encryption
    from health_record.record import record_items

    found = record_items.load("records", "keys", record_id)
    assert found is not None
    meta, wrapped = found
    key = envelope_encryption.decrypt_data_key(world.data_key_id, "79", record_id, wrapped)
    identity = record_items.decrypt_identity(key, meta)
    for pointer in identity.pointers:
        identity = identity.see_card(pointer, identity.birth_date)
    sealed = record_items.encrypt_identity(key, record_id, identity)
    world.table("records").update_item(
        Key={"pk": f"record#{record_id}", "sk": "meta"},
        UpdateExpression="SET card_seen = :yes, attested = :all, sealed = :sealed",
        ExpressionAttributeValues={":yes": True, ":all": "all", ":sealed": sealed},
    )


def claims_of(world: World, kind: str = "") -> list[tuple[str, str]]:
    """Each claim on a number as (kind of number, record id)."""
    items = [item for item in world.items("keys") if "identifier" in item]
    return sorted(
        (item["pk"].split("#")[1], item["record_id"]) for item in items if item["pk"].split("#")[1].startswith(kind)
    )


def verified_numbers(world: World) -> list[str]:
    """For which record each verified number stands."""
    items = [item for item in world.items("keys") if item["pk"].startswith("identifier#") and "identifier" not in item]
    return sorted(item["record_id"] for item in items)


def number_pks(world: World, kind: str = "") -> list[str]:
    """Under which keys the claimed numbers lie."""
    items = [item["identifier"] for item in world.items("keys") if "identifier" in item]
    return sorted({pk for pk in items if pk.startswith(f"identifier#{kind}")})


def put_verified(world: World, pk: str, record_id: str) -> None:
    """The number as a facility verified it for the record."""
    world.table("keys").put_item(Item={"pk": pk, "record_id": record_id})


def sort_keys(world: World, record_id: str = RECORD_ID) -> list[str]:
    """The sort keys of everything that lies under the record."""
    return sorted(one["sk"] for one in world.items("records") if one["pk"] == f"record#{record_id}")
