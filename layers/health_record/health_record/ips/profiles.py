"""The profiles of IPS 2.0 that facilities' resources have to fit, from the table made of HL7's StructureDefinitions."""

import functools
import json
from pathlib import Path
from typing import Any, NamedTuple

Resource = dict[str, Any]
TABLE = Path(__file__).parent / "profiles.json"  # made by ops/ips_table.py
BY_TYPE = {
    "AllergyIntolerance": "AllergyIntolerance-uv-ips",
    "Condition": "Condition-uv-ips",
    "DiagnosticReport": "DiagnosticReport-uv-ips",
    "Immunization": "Immunization-uv-ips",
    "Medication": "Medication-uv-ips",
    "MedicationStatement": "MedicationStatement-uv-ips",
    "Organization": "Organization-uv-ips",
    "Practitioner": "Practitioner-uv-ips",
    "Procedure": "Procedure-uv-ips",
    "Specimen": "Specimen-uv-ips",
}
LABORATORY = "Observation-results-laboratory-pathology-uv-ips"
BY_CATEGORY = {"laboratory": LABORATORY, "imaging": "Observation-results-radiology-uv-ips"}
STATUS, DELIVERY = "Observation-pregnancy-status-uv-ips", "Observation-pregnancy-edd-uv-ips"
OUTCOME = "Observation-pregnancy-outcome-uv-ips"
BY_CODE = {
    "72166-2": "Observation-tobaccouse-uv-ips",
    "74013-4": "Observation-alcoholuse-uv-ips",
    "82810-3": STATUS,
    **dict.fromkeys(("11778-8", "11779-6", "11780-4"), DELIVERY),
    **dict.fromkeys(
        ("11636-8", "11637-6", "11638-4", "11639-2", "11640-0", "11612-9", "11613-7", "11614-5", "33065-4"), OUTCOME
    ),
}
ANY_RESULT = LABORATORY  # what stands among the results may be held against this one


class Profile(NamedTuple):
    """What a profile asks for: members with the data types that it allows, and members that must not be there."""

    required: dict[str, list[str]]
    forbidden: list[str]


NONE = Profile({}, [])


def profile_of(resource: Resource) -> Profile:
    """The profile that a resource has to fit."""
    kind = resource["resourceType"]
    if kind != "Observation":
        return profiles()[BY_TYPE[kind]] if kind in BY_TYPE else NONE
    codes = (coding.get("code") for coding in resource.get("code", {}).get("coding", ()))
    name = next((BY_CODE[code] for code in codes if code in BY_CODE), None)
    if name is None:
        categories = (c.get("code") for each in resource.get("category", ()) for c in each.get("coding", ()))
        name = next((BY_CATEGORY[code] for code in categories if code in BY_CATEGORY), ANY_RESULT)
    return _of_observation(name)


@functools.cache
def _of_observation(name: str) -> Profile:
    """The profile without its category, by which it was chosen."""
    found = profiles()[name]
    required = {member: types for member, types in found.required.items() if member != "category"}
    return Profile(required, found.forbidden)


@functools.cache
def profiles() -> dict[str, Profile]:
    """The table, read once."""
    raw = json.loads(TABLE.read_text(encoding="utf-8"))
    return {name: Profile(found["required"], found["forbidden"]) for name, found in raw.items()}
