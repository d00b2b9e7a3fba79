"""The card that a facility saw, sent to `$verify`."""

import json

from so_suc_khoe_client import FacilityAnswer
from tests.facility_desk import Desk

NATIONAL_ID = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NUMBER, BORN = "079185001234", "1985-03-02"


def verify(
    desk: Desk, person: str, number: str = NUMBER, born: str = BORN, system: str = NATIONAL_ID
) -> FacilityAnswer:
    parameters = [
        {"name": "identifier", "valueIdentifier": {"system": system, "value": number}},
        {"name": "birthdate", "valueDate": born},
    ]
    body = {"resourceType": "Parameters", "parameter": parameters}
    return desk.call("POST", f"Patient/{person}/$verify", json.dumps(body).encode())
