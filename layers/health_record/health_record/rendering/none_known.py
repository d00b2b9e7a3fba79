"""Positive statements that there is none: "no known allergy" and its kind, by the codes that IPS 2.0 names for it."""

from typing import Any

from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
SNOMED = "http://snomed.info/sct"
# The "no known ..." and "no ..." concepts below SNOMED CT's roots 716186003, 160245001, 787481004, 787480003 and
# 787482006 that occur in IPS 2.0's value sets and their predecessors.
NO_ALLERGY = frozenset(
    {"716186003", "409137002", "428607008", "429625007", "428197003", "716184000", "716220001", "716185004"}
)
OF_ALL_ALLERGIES = frozenset({"716186003", "no-known-allergies"})
# What the other ones deny: the categories of FHIR that such an allergy may have.
DENIED = {
    "409137002": frozenset({"medication", "biologic"}),
    "no-known-medication-allergies": frozenset({"medication", "biologic"}),
    "429625007": frozenset({"food"}),
    "no-known-food-allergies": frozenset({"food"}),
    "428607008": frozenset({"environment"}),
    "no-known-environmental-allergies": frozenset({"environment"}),
}
OF_A_PART = frozenset({"environment", "biologic"})  # animals, insects, latex: what FHIR has no category of its own for
# ICD-10 codes that say that somebody has or had an allergy, and to what; nothing is said of what where it is empty.
OF_ALLERGIES = {
    "L27.0": frozenset({"medication"}),
    "L27.1": frozenset({"medication"}),
    "T78.0": frozenset({"food"}),
    "T78.1": frozenset({"food"}),
    "T78.2": frozenset(),
    "T78.4": frozenset(),
    "T80.5": frozenset({"biologic", "medication"}),
    "T88.6": frozenset({"medication"}),
    "Z88": frozenset({"medication", "biologic"}),
    "Z91.0": frozenset({"food", "environment"}),
}
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
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


def is_none_known(resource: Resource) -> bool:
    """Whether the resource says that there is none of its kind. A refuted "none" says nothing of the sort."""
    if resource["resourceType"] not in CODES:
        return False
    member, codes = CODES[resource["resourceType"]]
    concept = resource.get(member)
    codings = concept.get("coding", ()) if isinstance(concept, dict) else ()
    if not any(
        (coding.get("system") == SNOMED and coding.get("code") in codes)
        or (coding.get("system") == ABSENT_UNKNOWN and coding.get("code") in NO_KNOWN)
        for coding in codings
    ):
        return False
    # "Not given: no immunizations" and "not taken: no medicines" are how these types say none.
    return resource["resourceType"] in ("Immunization", "MedicationStatement") or state_of(resource) is not State.ABSENT


def allergy_of(condition: Resource) -> frozenset[str] | None:
    """The categories of the allergy that a disease or a history of one tells of; None where it tells of none."""
    for coding in condition.get("code", {}).get("coding", ()):
        code = str(coding.get("code"))
        if coding.get("system") == ICD_10 and (found := OF_ALLERGIES.get(code, OF_ALLERGIES.get(code[:3]))) is not None:
            return found
    return None


def is_contradicted(none: Resource, positive: Resource) -> bool:
    """Whether a statement that there is one contradicts "none known": of its type, and what it denies.

    "No known food allergy" stands beside an allergy to a medicine. It does not stand beside one of which nobody says
    what it is to: that may be food. A disease that tells of an allergy is one.
    """
    if none["resourceType"] != "AllergyIntolerance":
        return bool(none["resourceType"] == positive["resourceType"])
    if positive["resourceType"] == "AllergyIntolerance":
        categories = frozenset(positive.get("category", ()))
    elif positive["resourceType"] != "Condition" or (told := allergy_of(positive)) is None:
        return False
    else:
        categories = told
    codes = {str(coding.get("code")) for coding in none.get("code", {}).get("coding", ())}
    if codes & OF_ALL_ALLERGIES or not categories:
        return True
    denied = [DENIED[code] for code in codes if code in DENIED] or [OF_A_PART]
    return any(categories & each for each in denied)
