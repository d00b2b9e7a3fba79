"""Types that hospitals have and that are not taken: the refusal says where the content goes, and there it passes."""

import base64
import json
from typing import Any

import pytest

from functions.contribute import content
from health_record.record.contributions import CONTAINED
from tests.conftest import World
from tests.contribute.bundles import bundle
from tests.facility_desk import Resident, new_uuid, register, store_resident

SUBJECT = {"reference": f"Patient/{Resident().record_id}"}
PDF = {"contentType": "application/pdf", "data": base64.b64encode(b"%PDF-1.7").decode(), "title": "Giấy ra viện"}
MEDICINE: dict[str, Any] = {"medicationCodeableConcept": {"text": "Amlodipin 5 mg"}, "subject": SUBJECT}
GLUCOSE: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "Glucose"},
    "subject": SUBJECT,
    "valueQuantity": {"value": 5, "unit": "mmol/L"},
}
VISIT: dict[str, Any] = {
    "resourceType": "Encounter",
    "status": "finished",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
    "subject": SUBJECT,
}
# By type: an entry of it, the words of the refusal, and the same content as the refusal asks for it.
CASES: dict[str, tuple[dict[str, Any], tuple[str, str], dict[str, Any]]] = {
    "MedicationRequest": (
        {"status": "active", "intent": "order", **MEDICINE},
        ("MedicationStatement", "MedicationStatement"),
        {"resourceType": "MedicationStatement", "status": "intended", **MEDICINE},
    ),
    "Composition": (
        {"status": "final", "type": {"text": "Giấy ra viện"}, "date": "2026-11-23", "title": "Giấy ra viện"},
        ("DocumentReference", "DocumentReference"),
        {
            "resourceType": "DocumentReference",
            "status": "current",
            "subject": SUBJECT,
            "content": [{"attachment": PDF}],
        },
    ),
    "ServiceRequest": (
        {"status": "active", "intent": "order", "subject": SUBJECT, "code": {"text": "Siêu âm"}},
        ("Procedure, DiagnosticReport hoặc ImagingStudy", "Procedure, DiagnosticReport or ImagingStudy"),
        {"resourceType": "Procedure", "status": "completed", "subject": SUBJECT, "code": {"text": "Siêu âm"}},
    ),
    "Medication": (
        {"code": {"text": "Amlodipin 5 mg"}},
        ("contained", "contained"),
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "subject": SUBJECT,
            "contained": [{"resourceType": "Medication", "id": "m", "code": {"text": "Amlodipin 5 mg"}}],
            "medicationReference": {"reference": "#m"},
        },
    ),
    "Specimen": (
        {"type": {"text": "Máu"}},
        ("contained", "contained"),
        {
            **GLUCOSE,
            "contained": [{"resourceType": "Specimen", "id": "s", "type": {"text": "Máu"}}],
            "specimen": {"reference": "#s"},
        },
    ),
    "PractitionerRole": (
        {"code": [{"text": "Bác sĩ"}]},
        ("contained", "contained"),
        {
            **GLUCOSE,
            "contained": [{"resourceType": "PractitionerRole", "id": "r", "code": [{"text": "Bác sĩ"}]}],
            "performer": [{"reference": "#r"}],
        },
    ),
    "Location": (
        {"name": "Phòng khám Nội"},
        ("contained", "contained"),
        {
            **VISIT,
            "contained": [{"resourceType": "Location", "id": "l", "name": "Phòng khám Nội"}],
            "location": [{"location": {"reference": "#l"}}],
        },
    ),
    "Device": (
        {"type": {"text": "Máy đo đường huyết"}},
        ("contained", "contained"),
        {
            **GLUCOSE,
            "contained": [{"resourceType": "Device", "id": "d", "type": {"text": "Máy đo đường huyết"}}],
            "device": {"reference": "#d"},
        },
    ),
    "Appointment": (
        {"status": "booked", "start": "2026-12-20T08:00:00+07:00", "participant": [{"actor": SUBJECT}]},
        ("Encounter có status planned", "Encounter with status planned"),
        {**VISIT, "status": "planned", "period": {"start": "2026-12-20"}},
    ),
}


def test_every_type_that_may_be_contained_is_told_to_be_sent_there() -> None:
    assert set(CONTAINED) <= CASES.keys() == content.INSTEAD.keys()


@pytest.mark.parametrize("kind", CASES)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_refusal_says_where_the_content_goes_and_there_it_passes(world: World, kind: str, language: str) -> None:
    person = store_resident(world, Resident())
    desk = register(world)
    entry, words, instead = CASES[kind]
    message = desk.sign_call("POST", "", json.dumps(bundle({"resourceType": kind, "id": new_uuid(), **entry})).encode())
    message.headers["Accept-Language"] = language
    answer = desk.send(message)
    assert answer.status == 422
    (issue,) = answer.json["issue"]
    assert issue["expression"] == ["Bundle.entry[0].resource.resourceType"]
    assert words[language == "en"] in issue["details"]["text"]
    sent = {**instead, "id": new_uuid()}
    assert desk.transaction(bundle(sent)).status == 200
    kept = [each["resource"] for each in desk.everything(person).json["entry"]]
    assert sent["id"] in [each["id"] for each in kept]
