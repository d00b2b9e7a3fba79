"""An audit item as a FHIR R4 AuditEvent, by the patterns of IHE's Basic Audit Log Patterns (BALP)."""

from typing import Any

from health_record.identity import identifiers

DICOM = "http://dicom.nema.org/resources/ontology/DCM"
REST = "http://hl7.org/fhir/restful-interaction"
AUDIT_TYPE = "http://terminology.hl7.org/CodeSystem/audit-event-type"
ROLE = "http://terminology.hl7.org/CodeSystem/object-role"
ENTITY = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
REASON = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
ACTIONS = {"transaction": "U", "verify": "U"}
INTERACTIONS = {"search": "search-type", "transaction": "transaction"}
OUTCOMES = {"allowed": "0", "denied": "8", "failed": "12"}  # success, refused, broke off


def audit_event(item: dict[str, Any]) -> dict[str, Any]:
    """The AuditEvent of a facility's call: who, for whom, about whom, why, and what came of it."""
    return {
        "resourceType": "AuditEvent",
        "type": {"system": AUDIT_TYPE, "code": "rest", "display": "RESTful Operation"},
        "subtype": [{"system": REST, "code": INTERACTIONS.get(item["action"], "operation")}],
        "action": ACTIONS.get(item["action"], "E"),
        "recorded": item["at"],
        "outcome": OUTCOMES[item["outcome"]],
        **({"outcomeDesc": item["detail"]} if item.get("detail") else {}),
        **({"purposeOfEvent": [_purpose(item)]} if item.get("purpose") else {}),
        "agent": _agents(item),
        "source": {"observer": {"display": "Sổ sức khỏe"}},
        **({"entity": [_patient(item)]} if item.get("record_id") else {}),
    }


def _agents(item: dict[str, Any]) -> list[dict[str, Any]]:
    if "facility_id" not in item:
        return [{"type": _code(DICOM, "110153", "Source Role ID"), "who": {"display": "unproven"}, "requestor": True}]
    facility = {"system": identifiers.PROVIDER_CODE, "value": item["facility_id"]}
    return [
        {
            "type": _code(DICOM, "110153", "Source Role ID"),
            "who": {"identifier": facility, "display": item.get("facility_name", item["facility_id"])},
            "altId": item["key_id"],
            "requestor": False,
        },
        {
            "type": _code(
                "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "IRCP", "information recipient"
            ),
            "who": {"display": item["practitioner"]},
            "requestor": True,
        },
    ]


def _patient(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "what": {"reference": f"Patient/{item['record_id']}"},
        "type": {"system": ENTITY, "code": "1", "display": "Person"},
        "role": {"system": ROLE, "code": "1", "display": "Patient"},
    }


def _purpose(item: dict[str, Any]) -> dict[str, Any]:
    found = _code(REASON, item["purpose"])
    return {**found, "text": item["reason"]} if item.get("reason") else found


def _code(system: str, code: str, display: str | None = None) -> dict[str, Any]:
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding]}
