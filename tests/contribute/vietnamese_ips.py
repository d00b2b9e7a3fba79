"""A Vietnamese IPS document as a provincial hospital would write it, with all that a doctor must not read wrongly."""

from typing import Any

Resource = dict[str, Any]
HL7 = "http://terminology.hl7.org/CodeSystem"
ICD_10, LOINC, UCUM = "http://hl7.org/fhir/sid/icd-10", "http://loinc.org", "http://unitsofmeasure.org"
ID = "0d4f8a6e-3a51-4a3c-9b56-1000000000{:02}"


def _status(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{HL7}/{system}", "code": code}]}


def _icd(code: str, text: str) -> Resource:
    return {"coding": [{"system": ICD_10, "code": code, "display": text}], "text": text}


def _amount(value: float, unit: str, code: str) -> Resource:
    return {"value": value, "unit": unit, "system": UCUM, "code": code}


def _condition(number: int, code: str, text: str, verification: str, **more: Any) -> Resource:
    return {
        "resourceType": "Condition",
        "id": ID.format(number),
        "verificationStatus": _status("condition-ver-status", verification),
        "code": _icd(code, text),
        **more,
    }


def _result(number: int, code: str, text: str, **more: Any) -> Resource:
    return {
        "resourceType": "Observation",
        "id": ID.format(number),
        "status": "final",
        "category": [_status("observation-category", "laboratory")],
        "code": {"coding": [{"system": LOINC, "code": code}], "text": text},
        "effectiveDateTime": "2026-11-22T20:30:00Z",
        **more,
    }


def _medicine(number: int, status: str, text: str, **more: Any) -> Resource:
    medicine = {"medicationCodeableConcept": {"text": text}}
    return {"resourceType": "MedicationStatement", "id": ID.format(number), "status": status, **medicine, **more}


def resources(person: str) -> list[Resource]:
    """Its entries, about `person`."""
    return [_about(each, person) for each in _entries()]


def _about(resource: Resource, person: str) -> Resource:
    member = "patient" if resource["resourceType"] in ("AllergyIntolerance", "Immunization") else "subject"
    return {**resource, member: {"reference": f"Patient/{person}"}}


def _entries() -> list[Resource]:
    active, resolved = (_status("condition-clinical", code) for code in ("active", "resolved"))
    return [
        {
            "resourceType": "AllergyIntolerance",
            "id": ID.format(1),
            "clinicalStatus": _status("allergyintolerance-clinical", "active"),
            "verificationStatus": _status("allergyintolerance-verification", "confirmed"),
            "category": ["medication"],
            "criticality": "high",
            "code": {"text": "Penicillin"},
            "onsetDateTime": "2019",
            "reaction": [{"manifestation": [{"text": "Sốc phản vệ"}], "severity": "severe"}],
        },
        {
            "resourceType": "AllergyIntolerance",
            "id": ID.format(2),
            "clinicalStatus": _status("allergyintolerance-clinical", "active"),
            "verificationStatus": _status("allergyintolerance-verification", "refuted"),
            "code": {"text": "Tôm, cua"},
        },
        _condition(3, "E11.9", "Đái tháo đường típ 2", "confirmed", clinicalStatus=active, onsetDateTime="2015-03"),
        _condition(4, "A15.0", "Lao phổi", "refuted", clinicalStatus=active),
        _condition(
            5, "A90", "Sốt xuất huyết Dengue", "confirmed", clinicalStatus=resolved, abatementDateTime="2022-08-14"
        ),
        _condition(6, "I21.9", "Nhồi máu cơ tim cấp", "provisional", clinicalStatus=active),
        _medicine(
            7,
            "active",
            "Amlodipin 5 mg",
            effectivePeriod={"start": "2025-01-05"},
            dosage=[{"text": "Uống 1 viên mỗi sáng", "asNeededBoolean": False}],
        ),
        _medicine(
            8,
            "stopped",
            "Warfarin 2 mg",
            effectivePeriod={"start": "2024", "end": "2026-06-30"},
            statusReason=[{"text": "Xuất huyết tiêu hóa"}],
        ),
        _medicine(
            9,
            "active",
            "Insulin glargine",
            effectiveDateTime="2026-10-01",
            dosage=[
                {
                    "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d", "when": ["HS"]}},
                    "route": {"text": "tiêm dưới da"},
                    "doseAndRate": [{"doseQuantity": _amount(12, "đơn vị", "[iU]")}],
                }
            ],
        ),
        {
            "resourceType": "Immunization",
            "id": ID.format(10),
            "status": "not-done",
            "statusReason": {"text": "Đang sốt"},
            "vaccineCode": {"text": "Cúm mùa"},
            "occurrenceDateTime": "2026-10-20",
        },
        {
            "resourceType": "Immunization",
            "id": ID.format(11),
            "status": "completed",
            "vaccineCode": {"text": "Uốn ván"},
            "occurrenceDateTime": "2026-09-01",
            "protocolApplied": [{"doseNumberPositiveInt": 2, "seriesDosesPositiveInt": 5}],
        },
        _result(
            12,
            "6301-6",
            "INR",
            valueQuantity={"value": 4.5, "system": UCUM, "code": "{INR}"},
            interpretation=[_status("v3-ObservationInterpretation", "HH")],
            referenceRange=[
                {"low": {"value": 2}, "high": {"value": 3}, "appliesTo": [{"text": "đang dùng chống đông"}]}
            ],
        ),
        _result(13, "5195-3", "HBsAg", valueCodeableConcept={"text": "Âm tính"}),
        _result(14, "2823-3", "Kali máu", dataAbsentReason=_status("data-absent-reason", "error")),
        {
            "resourceType": "Procedure",
            "id": ID.format(15),
            "status": "not-done",
            "statusReason": {"text": "Người bệnh từ chối"},
            "code": {"text": "Chụp mạch vành"},
            "performedDateTime": "2026-11-21",
        },
        {
            "resourceType": "Procedure",
            "id": ID.format(16),
            "status": "completed",
            "code": {"text": "Cắt ruột thừa nội soi"},
            "performedPeriod": {"start": "2018-02-03T22:00:00Z", "end": "2018-02-04T00:30:00Z"},
        },
    ]
