"""Positive statements that there is none: "no known allergy" and its kind, by IPS 2.0's codes, or in words alone."""

from typing import Any

from health_record.fhir.code_names import is_public
from health_record.rendering.denials import Denial, denial_of
from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
SNOMED = "http://snomed.info/sct"
# The "no known ..." and "no ..." concepts below SNOMED CT's roots 716186003, 160245001, 787481004, 787480003 and
# 787482006 that occur in IPS 2.0's value sets and their predecessors.
NO_ALLERGY = frozenset(
    {"716186003", "409137002", "428607008", "429625007", "428197003", "716184000", "716220001", "716185004"}
)
NO_PROBLEM = frozenset({"160245001"})
NO_MEDICATION = frozenset({"787481004", "1234391009"})
NO_PROCEDURE = frozenset({"787480003"})
NO_IMMUNIZATION = frozenset({"787482006"})
# IPS 1.x had codes of its own, which older systems still send.
ABSENT_UNKNOWN = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
NO_KNOWN = frozenset(
    {
        "no-known-allergies",
        "no-known-devices",
        "no-known-environmental-allergies",
        "no-known-food-allergies",
        "no-known-immunizations",
        "no-known-medication-allergies",
        "no-known-medications",
        "no-known-problems",
        "no-known-procedures",
    }
)
CODES = {
    "AllergyIntolerance": ("code", NO_ALLERGY),
    "Condition": ("code", NO_PROBLEM),
    "Immunization": ("vaccineCode", NO_IMMUNIZATION),
    "MedicationStatement": ("medicationCodeableConcept", NO_MEDICATION),
    "Procedure": ("code", NO_PROCEDURE),
}

FUNCTIONAL = "47420-5"  # LOINC: whose "none" says nothing of diseases


def is_none_known(resource: Resource) -> bool:
    """Whether the resource says that there is none of its kind. A refuted "none" says nothing of the sort."""
    kind = resource["resourceType"]
    if kind not in CODES:
        return False
    member, codes = CODES[kind]
    concept = resource.get(member)
    for coding in concept.get("coding", ()) if isinstance(concept, dict) else ():
        if (coding.get("system") == SNOMED and coding.get("code") in codes) or (
            coding.get("system") == ABSENT_UNKNOWN and coding.get("code") in NO_KNOWN
        ):
            # "Not given: no immunizations" and "not taken: no medicines" are how these types say none.
            return kind in ("Immunization", "MedicationStatement") or state_of(resource) is not State.ABSENT
    return denial_in_words(resource) is Denial.OF_ALL


def denial_in_words(resource: Resource) -> Denial | None:
    """What an entry denies that has words and no code of a public system; None where it names a thing."""
    kind = resource["resourceType"]
    if kind not in CODES or not (said := _words_alone(resource, CODES[kind][0])):
        return None
    found = {denial_of(text, kind) for text in said}
    if None in found or not _is_current(resource, kind):
        return None
    return next(each for each in (Denial.OF_ONE, Denial.UNKNOWN, Denial.OF_ALL) if each in found)


def _words_alone(resource: Resource, member: str) -> list[str]:
    """The texts of an entry that has no code of a public system, and none without words."""
    concept = resource.get(member) or _contained(resource)
    if not isinstance(concept, dict):
        return []
    codings = concept.get("coding", ())
    if any(not each.get("display") or ("code" in each and is_public(each.get("system"))) for each in codings):
        return []
    return [str(text) for text in (concept.get("text"), *(each["display"] for each in codings)) if text]


def _contained(resource: Resource) -> Resource | None:
    """The concept of a medicine that a statement contains, or the words of its reference."""
    reference = resource.get("medicationReference")
    if not isinstance(reference, dict):
        return None
    target = str(reference.get("reference", ""))
    inside = (each.get("code") for each in resource.get("contained", ()) if f"#{each.get('id')}" == target)
    return next(inside, None) or {"text": reference.get("display")}


def _is_current(resource: Resource, kind: str) -> bool:
    """Whether it is said of today: "none" among what was, or of a disability, says nothing of what is."""
    state = state_of(resource)
    if kind in ("Immunization", "MedicationStatement") and state is State.ABSENT:
        return True
    categories = [
        coding for each in resource.get("category", ()) if isinstance(each, dict) for coding in each.get("coding", ())
    ]
    return state is State.PRESENT and not any(each.get("code") == FUNCTIONAL for each in categories)
