"""A summary as an emergency doctor reads it: by section, each entry in words, its objections with it."""

import datetime
import html
import re
import uuid
from typing import Any

from tests.contribute.bundles import bundle, status
from tests.facility_desk import Desk

NOW = datetime.datetime(2026, 11, 30, 9, tzinfo=datetime.UTC)
SUBJECT_OF = {"AllergyIntolerance": "patient", "Immunization": "patient"}


def write(desk: Desk, person: str, *resources: dict[str, Any]) -> None:
    """Put resources into the record as the facility."""
    whom = {"reference": f"Patient/{person}"}
    made = [
        {"id": str(uuid.uuid4()), **each, SUBJECT_OF.get(each["resourceType"], "subject"): whom} for each in resources
    ]
    answer = desk.transaction(bundle(*made))
    assert answer.status == 200, answer.body


def read(desk: Desk, person: str) -> dict[str, list[str]]:
    """By the code of each section its entries in words, or the one sentence why it has none."""
    answer = desk.summary_by_id(person)
    assert answer.status == 200, answer.body
    return {
        section["code"]["coding"][0]["code"]: rows(section["text"]["div"])
        for section in answer.json["entry"][0]["resource"]["section"]
    }


def rows(div: str) -> list[str]:
    """The rows of a narrative, their cells parted by bars."""
    body = div.partition("<tbody>")[2]
    parts = re.findall("<tr>(.*?)</tr>", body, re.DOTALL) if body else [div]
    return [html.unescape(re.sub("<[^>]+>", "", part.replace("</td>", "|"))).strip("|") for part in parts]


def allergy(name: str, verified: str = "confirmed", **members: Any) -> dict[str, Any]:
    """An allergy that is there unless it is refuted."""
    return {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", verified),
        "code": {"text": name},
        **members,
    }


def condition(name: str, verified: str = "confirmed", clinical: str = "active", **members: Any) -> dict[str, Any]:
    """A disease."""
    return {
        "resourceType": "Condition",
        "clinicalStatus": status("condition-clinical", clinical),
        "verificationStatus": status("condition-ver-status", verified),
        "code": {"text": name},
        **members,
    }


def medicine(name: str, taken: str = "active", **members: Any) -> dict[str, Any]:
    """A medicine."""
    return {
        "resourceType": "MedicationStatement",
        "status": taken,
        "medicationCodeableConcept": {"text": name},
        **members,
    }


def result(name: str, day: str, **members: Any) -> dict[str, Any]:
    """A result of a laboratory."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "category": [status("observation-category", "laboratory")],
        "code": {"text": name},
        "effectiveDateTime": day,
        **members,
    }
