"""The dear parts of a request alone: validation, sealing, summary, signature."""

import dataclasses
import datetime
import functools
import json
import uuid
from collections.abc import Callable
from typing import Any

from benchmarks.full_form import full_declaration
from benchmarks.measure import Row, cpu_ms, median_row
from health_record import wards
from health_record.aws import envelope_encryption
from health_record.facility import signatures
from health_record.questionnaire import Coded, declaration_form, validate_declaration
from health_record.questionnaire.source import FILE
from health_record.summary.document import build_document
from health_record.summary_sources.sources import Contribution, Declaration, Person, Record
from so_suc_khoe_client import FacilityClient
from tests.declare import people
from tests.facility_desk import new_key

TODAY = datetime.date(2026, 11, 23)
AUTHORED = "2026-11-23T02:00:00.000Z"


def rows(times: int = 200) -> list[Row]:
    """Median CPU time of each part."""
    return [
        median_row("parts of a request", name, [spent * 1000 for spent in cpu_ms(work, times)], "CPU us")
        for name, work in _parts().items()
    ]


def _parts() -> dict[str, Callable[[], Any]]:
    response, whole = people.declaration(), full_declaration()
    key = envelope_encryption.DataKey(bytes(32))
    plain = json.dumps(response).encode()
    blob = envelope_encryption.encrypt(key, "record#1", "version#000001", plain)
    small, large = _record(response, 10), _record(response, 190)
    return {
        f"validate the whole form ({len(json.dumps(whole))} bytes)": lambda: validate_declaration(
            declaration_form(), whole, today=TODAY, ward=_ward
        ),
        "validate a declaration": lambda: validate_declaration(declaration_form(), response, today=TODAY, ward=_ward),
        f"seal {len(plain)} bytes": lambda: envelope_encryption.encrypt(key, "record#1", "version#000001", plain),
        f"open {len(plain)} bytes": lambda: envelope_encryption.decrypt(key, "record#1", "version#000001", blob),
        f"summary of {_resources(small)} resources": lambda: build_document(small),
        f"summary of {_resources(large)} resources": lambda: build_document(large),
        **{f"verify a signature ({name})": _verification(name) for name in signatures.ALGORITHMS},
    }


def _ward(code: str) -> Coded | None:
    found = wards.find_in_province(code, "79")
    return found.coded if found else None


def _record(response: dict[str, Any], contributed: int) -> Record:
    identity = {"full_name": people.NAME, "birth_date": "1960-05-17", "sex": "female", "ward": "26911"}
    person = Person(people.RECORD_ID, identity)
    declaration = Declaration(json.loads(FILE.read_text(encoding="utf-8")), response, AUTHORED)
    contributions = [
        Contribution(_glucose(person, number), "79001", "Trung tâm Y tế", AUTHORED) for number in range(contributed)
    ]
    return Record(person, "http://127.0.0.1:8000/v1/fhir", AUTHORED, declaration, contributions)


def _glucose(person: Person, number: int) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": str(uuid.uuid5(uuid.NAMESPACE_OID, str(number))),
        "status": "final",
        "category": [
            {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}
        ],
        "code": {"coding": [{"system": "http://loinc.org", "code": "2339-0", "display": "Glucose"}]},
        "subject": person.reference,
        "effectiveDateTime": AUTHORED,
        "valueQuantity": {"value": 5 + number / 100, "unit": "mmol/L", "system": "http://unitsofmeasure.org"},
    }


def _resources(record: Record) -> int:
    return len(build_document(record)["entry"])


def _verification(algorithm: str) -> Callable[[], None]:
    private, public = new_key(algorithm)
    client = FacilityClient("http://127.0.0.1:8000", "79001.1", private, practitioner="000123")
    message = client.sign_call("POST", "Patient/$summary", b"{}")
    headers = {name.lower(): value for name, value in message.headers.items()}
    request = signatures.SignedRequest(message.method, message.url, headers, message.body)
    now = int(datetime.datetime.now(datetime.UTC).timestamp())
    return functools.partial(_verify, request, now, algorithm, public.encode())


def _verify(request: signatures.SignedRequest, now: int, algorithm: str, public: bytes) -> None:
    signature = signatures.parse(dataclasses.replace(request), now)
    signatures.verify(request, signature, algorithm, public)
