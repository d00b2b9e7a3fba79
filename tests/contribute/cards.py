"""The card that a facility saw, sent to `$verify`."""

import json
from typing import Any

from so_suc_khoe_client import FacilityAnswer
from tests.facility_desk import Desk

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
INSURANCE_NUMBER = "http://fhir.ehealth.gov.vn/core/sid/insurance_number"
NUMBER, BORN = "079185001234", "1985-03-02"


def verify(
    desk: Desk,
    person: str,
    number: str = NUMBER,
    born: str = BORN,
    system: str = NATIONAL_ID,
    *,
    permit_pin: bool = True,
    paper_code: bool = False,
    phone_ending: str | None = None,
    reason: str | None = None,
    settle: dict[str, str] | None = None,
    in_emergency: bool = False,
) -> FacilityAnswer:
    """`settle` says for other records what becomes of them."""
    parameters: list[dict[str, Any]] = [
        {"name": "identifier", "valueIdentifier": {"system": system, "value": number}},
        {"name": "birthdate", "valueDate": born},
        *([{"name": "permitPin", "valueBoolean": True}] if permit_pin else []),
        *([{"name": "paperCode", "valueBoolean": True}] if paper_code else []),
        *([{"name": "phoneEnding", "valueString": phone_ending}] if phone_ending is not None else []),
        *([{"name": "reason", "valueString": reason}] if reason is not None else []),
    ]
    for record_id, action in (settle or {}).items():
        part = [
            {"name": "record", "valueReference": {"reference": f"Patient/{record_id}"}},
            {"name": "action", "valueCode": action},
        ]
        parameters.append({"name": "settle", "part": part})
    body = {"resourceType": "Parameters", "parameter": parameters}
    context = {"purpose": "ETREAT", "reason": "unconscious"} if in_emergency else {}
    return desk.call("POST", f"Patient/{person}/$verify", json.dumps(body).encode(), **context)
