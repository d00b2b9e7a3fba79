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


class Requirement(NamedTuple):
    """A member that must be there, and its data type; of a choice (`effective`) the members that it may be."""

    member: str
    kind: str
    choices: frozenset[str]
    given: frozenset[str]  # any of which meets it: the members, and what holds their extensions


class Profile(NamedTuple):
    """What a profile asks for, and the members that must not be there."""

    required: tuple[Requirement, ...]
    forbidden: tuple[str, ...]


NONE = Profile((), ())


def profile_of(resource: Resource) -> Profile:
    """The profile that a resource has to fit."""
    kind = resource["resourceType"]
    if kind != "Observation":
        return profiles()[BY_TYPE[kind]] if kind in BY_TYPE else NONE
    return _of_observation(_name_of(resource))


def _name_of(observation: Resource) -> str:
    for coding in observation.get("code", {}).get("coding", ()):
        if coding.get("code") in BY_CODE:
            return BY_CODE[coding["code"]]
    for category in observation.get("category", ()):
        for coding in category.get("coding", ()):
            if coding.get("code") in BY_CATEGORY:
                return BY_CATEGORY[coding["code"]]
    return ANY_RESULT


@functools.cache
def _of_observation(name: str) -> Profile:
    """The profile without its category, by which it was chosen."""
    found = profiles()[name]
    return found._replace(required=tuple(each for each in found.required if each.member != "category"))


@functools.cache
def profiles() -> dict[str, Profile]:
    """The table, read once."""
    raw = json.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: Profile(tuple(_requirement(*each) for each in found["required"].items()), tuple(found["forbidden"]))
        for name, found in raw.items()
    }


def _requirement(member: str, types: list[str]) -> Requirement:
    element = member.removesuffix("[x]")
    choices = frozenset(f"{element}{kind[0].upper()}{kind[1:]}" for kind in types) if element != member else frozenset()
    members = choices or {member}
    return Requirement(element, types[0], choices, frozenset(members | {f"_{name}" for name in members}))
