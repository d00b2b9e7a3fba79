"""A facility as the tests need it: registered in the table, and a client whose calls go straight into a handler."""

import base64
import datetime
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519

from health_record.table_keys import record_keys
from ops.local.stack_location import ROOT
from so_suc_khoe_client import FacilityAnswer, FacilityClient, Message
from tests.conftest import ORIGIN, World, call_handler

PERMISSIONS = ["read", "write", "emergency", "verify", "override"]
PRACTITIONER = "000123/HCM-CCHN"
ROUTES = (
    ("POST", r"/v1/fhir", "/v1/fhir"),
    ("POST", r"/v1/hospital-files", "/v1/hospital-files"),
    ("GET", r"/v1/facility-key", "/v1/facility-key"),
    ("GET", r"/v1/fhir/metadata", "/v1/fhir/metadata"),
    ("POST", r"/v1/fhir/Patient/_search", "/v1/fhir/Patient/_search"),
    ("GET", r"/v1/fhir/Patient", "/v1/fhir/Patient"),
    ("POST", r"/v1/fhir/Patient/(?P<operation>[^/]+)", "/v1/fhir/Patient/{operation}"),
    ("GET", r"/v1/fhir/Patient/(?P<operation>[^/]+)", "/v1/fhir/Patient/{operation}"),
    ("GET", r"/v1/fhir/Patient/(?P<id>[^/]+)/(?P<operation>[^/]+)", "/v1/fhir/Patient/{id}/{operation}"),
    ("POST", r"/v1/fhir/Patient/(?P<id>[^/]+)/(?P<operation>[^/]+)", "/v1/fhir/Patient/{id}/{operation}"),
    ("POST", r"/v1/fhir/Bundle/(?P<operation>[^/]+)", "/v1/fhir/Bundle/{operation}"),
    ("GET", r"/v1/fhir/Binary/(?P<id>[^/]+)", "/v1/fhir/Binary/{id}"),
)
Handler = Callable[[dict[str, Any], Any], dict[str, Any]]


def new_key(algorithm: str = "ed25519") -> tuple[bytes, str]:
    """A private key and its public half, both PEM."""
    key: Any = (
        ed25519.Ed25519PrivateKey.generate() if algorithm == "ed25519" else ec.generate_private_key(ec.SECP256R1())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return private, public.decode()


def handler_of(message: Message) -> Handler:
    """The function that API Gateway would call."""
    from functions.contribute.handler import handler as contribute
    from functions.lookup.handler import handler as lookup

    path = message.url.removeprefix(ORIGIN).partition("?")[0]
    own = re.fullmatch(r"/v1/fhir(/Bundle/[^/]+|/Patient/[^/]+/[^/]+)?", path)
    writes = message.method == "POST" and (own is not None or path == "/v1/hospital-files")
    return contribute if writes else lookup


class Desk(FacilityClient):
    """The facility's own client, whose calls go straight into the functions."""

    def send(self, message: Message) -> FacilityAnswer:
        return call_through(message)


def call_through(message: Message) -> FacilityAnswer:
    """Deliver a call to its function, as the gateway would."""
    path, _, query = message.url.removeprefix(ORIGIN).partition("?")
    for method, pattern, route in ROUTES:
        found = re.fullmatch(pattern, path)
        if found and method == message.method:
            return deliver(handler_of(message), message, method, route, found.groupdict(), query)
    raise AssertionError(f"no route for {message.method} {path}")


def deliver(
    handler: Handler, message: Message, method: str, route: str, path: dict[str, str], query: str
) -> FacilityAnswer:
    """The message as API Gateway delivers it: FHIR bodies base64-encoded, forms as text."""
    form = message.headers.get("Content-Type", "").startswith("application/x-www-form-urlencoded")
    body: Any = (message.body.decode() if form else message.body) if message.body else None
    answer = call_handler(
        handler,
        method,
        route,
        path=path,
        query=query,
        body=body,
        headers={"x-requested-with": None, **message.headers},  # type: ignore[dict-item]
    )
    packed = answer.headers.get("content-encoding") == "gzip"  # bytes leave the function in base64
    content = base64.b64decode(answer.body) if packed else answer.body.encode()
    require_described(f"{method} {route}", answer.status, answer.headers)
    return FacilityAnswer(answer.status, answer.headers, content)


TOLD_BY_HEADER = ("accept-signature", "allow", "retry-after")


def require_described(route: str, status: int, headers: Mapping[str, str]) -> None:
    """No test's call may be answered by a status, a format, or a header to go by that docs/openapi.json has not."""
    described = _described()[route].get(str(status))
    assert described is not None, f"{route} answers {status}"
    sent = {name.lower(): value for name, value in headers.items()}
    assert sent["content-type"].partition(";")[0] in described["content"], f"{route} {status} {sent['content-type']}"
    told = {name for name in TOLD_BY_HEADER if name in sent}
    assert told <= {name.lower() for name in described.get("headers", {})}, f"{route} {status} {told}"


@cache
def _described() -> dict[str, dict[str, Any]]:
    """The answers that docs/openapi.json has for each route, by status."""
    document = json.loads((ROOT / "docs/openapi.json").read_text(encoding="utf-8"))
    return {
        f"{method.upper()} {path}": operation["responses"]
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    }


def register(
    world: World,
    facility_id: str = "79001",
    *,
    algorithm: str = "ed25519",
    permissions: list[str] | None = None,
    name: str = "Trung tâm Y tế Bình Quới",
    provider_code: str | None = None,
    daily_patients: int | None = 1000,
    bounds_lifted_until: str | None = None,
    device_permissions: list[str] | None = None,
    **key: str,
) -> Desk:
    """Put a facility with one key into the table and give its desk."""
    from health_record.facility import registry

    private, public = new_key(algorithm)
    table = world.table("facilities")
    table.put_item(
        Item={
            "pk": f"facility#{facility_id}",
            "sk": "facility",
            "name": name,
            "status": "active",
            "permissions": PERMISSIONS if permissions is None else permissions,
            **({"provider_code": provider_code} if provider_code else {}),
            **({"daily_patients": daily_patients} if daily_patients else {}),
            **({"bounds_lifted_until": bounds_lifted_until} if bounds_lifted_until else {}),
        }
    )
    table.put_item(
        Item={
            "pk": f"facility#{facility_id}",
            "sk": "key#1",
            "algorithm": algorithm,
            "public_key_pem": public,
            "not_before": "2026-01-01T00:00:00Z",
            "not_after": "2028-01-01T00:00:00Z",
            "status": "active",
            **({} if device_permissions is None else {"permissions": device_permissions}),
            **key,
        }
    )
    registry.forget()
    return Desk(ORIGIN, f"{facility_id}.1", private, practitioner=PRACTITIONER)


@dataclass(frozen=True)
class Resident:
    """An invented person and what they declared: linkId -> answers."""

    national_id: str = "079185001234"
    full_name: str = "Nguyễn Thị Thử"
    birth_date: str = "1985-03-02"
    sex: str = "female"
    ward: str = "26944"
    insurance_number: str | None = "DN4797512345678"
    sharing: bool = True
    restricted: bool = False
    statistics: bool = True
    told_at: str | None = None  # the phone that notices go to, by consent
    phone: str | None = None  # that of the account, where no notices are wanted
    answers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    account: str = "account-mac"
    record_id: str = "5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e01"
    pseudonym: str = "pseudonym-1"
    account: str = "account-mac"
    card_seen: bool = False


def coding(system: str, code: str) -> dict[str, Any]:
    """One coded answer."""
    return {"valueCoding": {"system": system, "code": code}}


def store_resident(world: World, resident: Resident, *, authored: str = "2026-11-23T01:00:00.000Z") -> str:
    """Put the resident's record into the tables as `declare` does; gives the record's id."""
    from health_record.aws import envelope_encryption
    from health_record.aws.clients import client
    from health_record.aws.dynamo import to_wire
    from health_record.record import identifier_claims, record_items

    record_id = resident.record_id
    key = envelope_encryption.generate_data_key(world.data_key_id, "79", record_id)
    identity = record_items.Identity(
        full_name=resident.full_name,
        birth_date=resident.birth_date,
        sex=resident.sex,
        national_id=resident.national_id,
        insurance_number=resident.insurance_number,
        ward=resident.ward,
        pseudonym=resident.pseudonym,
        phone=resident.told_at or resident.phone,
    )
    for pointer in identity.pointers if resident.card_seen else ():
        identity = identity.see_card(pointer, identity.birth_date)
    meta = record_items.Meta(
        record_id=record_id,
        account=resident.account,
        session="session-mac",
        relation="self",
        version=1,
        created_at=authored,
        updated_at=authored,
        sealed=record_items.encrypt_identity(key, record_id, identity),
        sharing_until="2027-11-23" if resident.sharing else None,
        statistics=resident.statistics,
        notices=resident.told_at is not None,
        restricted=resident.restricted,
        card_seen=resident.card_seen,
        attested=identity.attestation,
    )
    sk = record_keys.version_sk(1)
    version = {
        "pk": record_keys.record_pk(record_id),
        "sk": sk,
        "sealed": record_items.encrypt_json(key, record_id, sk, response_of(resident)),
        "authored": authored,
    }
    macs = world.macs()
    for claim in identifier_claims.put_claims(
        "keys", macs, record_id=record_id, account=resident.account, identity=identity, at=authored
    ):
        client("dynamodb").update_item(**claim["Update"])
    for item in [record_items.meta_item(meta), version]:
        client("dynamodb").put_item(TableName="records", Item=to_wire(item))
    wrapped = {"pk": record_keys.record_pk(record_id), "wrapped": key.wrapped}
    client("dynamodb").put_item(TableName="keys", Item=to_wire(wrapped))
    return record_id


def response_of(resident: Resident) -> dict[str, Any]:
    """The QuestionnaireResponse, flat as far as the form is."""
    from health_record.questionnaire.source import FILE

    questionnaire = json.loads(FILE.read_text(encoding="utf-8"))
    given = {
        "identity.relation": [coding("urn:x-so-suc-khoe:relation", "self")],
        "identity.full-name": [{"valueString": resident.full_name}],
        "identity.sex": [coding("http://hl7.org/fhir/administrative-gender", resident.sex)],
        "identity.birth-date": [{"valueDate": resident.birth_date}],
        "identity.ward": [{"valueCoding": {"code": resident.ward}}],
        "consent.record": [{"valueBoolean": True}],
        **resident.answers,
    }
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": questionnaire["url"],
        "status": "completed",
        "item": _items(questionnaire["item"], given),
    }


def _items(items: list[dict[str, Any]], given: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    found = []
    for item in items:
        if item["type"] == "group":
            if children := _items(item.get("item", []), given):
                found.append({"linkId": item["linkId"], "item": children})
        elif item["linkId"] in given:
            found.append({"linkId": item["linkId"], "answer": given[item["linkId"]]})
    return found


def new_uuid() -> str:
    return str(uuid.uuid4())


def today() -> str:
    return datetime.datetime.now(datetime.UTC).date().isoformat()
