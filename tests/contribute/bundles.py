"""Invented Bundles of a facility."""

import copy
from typing import Any

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
CONDITION_ID = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c01"
OBSERVATION_ID = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c02"
ENCOUNTER_ID = "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c03"


def status(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def encounter(person: str) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "id": ENCOUNTER_ID,
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": f"Patient/{person}"},
        "period": {"start": "2026-11-23T08:00:00+07:00", "end": "2026-11-23T08:30:00+07:00"},
    }


def condition(person: str, **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": CONDITION_ID,
        "clinicalStatus": status("condition-clinical", "active"),
        "verificationStatus": status("condition-ver-status", "confirmed"),
        "code": {"coding": [{"system": ICD_10, "code": "A90", "display": "Dengue"}], "text": "Sốt xuất huyết"},
        "subject": {"reference": f"Patient/{person}"},
        "encounter": {"reference": f"Encounter/{ENCOUNTER_ID}"},
        "onsetDateTime": "2026-11-20",
        **changes,
    }


def observation(person: str, **changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "id": OBSERVATION_ID,
        "status": "final",
        "category": [status("observation-category", "laboratory")],
        "code": {"coding": [{"system": LOINC, "code": "777-3"}], "text": "Tiểu cầu"},
        "subject": {"reference": f"Patient/{person}"},
        "effectiveDateTime": "2026-11-23T08:20:00+07:00",
        "performer": [{"display": "Khoa xét nghiệm"}],
        "valueQuantity": {"value": 98, "unit": "10*9/L", "system": "http://unitsofmeasure.org", "code": "10*9/L"},
        **changes,
    }


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    """A transaction of `PUT Type/uuid` entries."""
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": f"urn:uuid:{each['id']}",
                "resource": copy.deepcopy(each),
                "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"},
            }
            for each in resources
        ],
    }


def visit(person: str, **changes: Any) -> dict[str, Any]:
    """An encounter with a diagnosis and a result."""
    return bundle(encounter(person), condition(person, **changes), observation(person))
