"""Positive statements that there is none: "no known allergy" and its kind, by IPS 2.0's codes, or in words alone."""

import re
from typing import Any

from health_record.rendering.plain_words import plain
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


# What says no more than that there is none, where there is no code.
IN_WORDS = {
    "AllergyIntolerance": re.compile(
        r"nka|nkda|nkfa|no (?:known )?(?:drug |food |medication )?allerg(?:y|ies)"
        r"|(?:không|chưa)(?: có| ghi nhận| phát hiện)?(?: tiền sử)? dị ứng(?: thuốc| thức ăn)?(?: gì)?"
    ),
    "Condition": re.compile(
        r"no (?:known )?(?:problems|diseases|conditions)"
        r"|(?:không|chưa)(?: có| ghi nhận| mắc)?(?: tiền sử)? bệnh(?: lý)?(?: nền| mạn tính)?(?: gì| nào)?"
    ),
    "MedicationStatement": re.compile(
        r"no (?:known |current )?(?:medications?|medicines?)"
        r"|(?:không|chưa) (?:dùng|uống|sử dụng)(?: bất kỳ)? thuốc(?: gì| nào)?"
    ),
}


def is_none_known(resource: Resource) -> bool:
    """Whether the resource says that there is none of its kind. A refuted "none" says nothing of the sort."""
    if resource["resourceType"] not in CODES:
        return False
    member, codes = CODES[resource["resourceType"]]
    concept = resource.get(member)
    codings = concept.get("coding", ()) if isinstance(concept, dict) else ()
    if not _is_none_in_words(resource["resourceType"], concept) and not any(
        (coding.get("system") == SNOMED and coding.get("code") in codes)
        or (coding.get("system") == ABSENT_UNKNOWN and coding.get("code") in NO_KNOWN)
        for coding in codings
    ):
        return False
    # "Not given: no immunizations" and "not taken: no medicines" are how these types say none.
    return resource["resourceType"] in ("Immunization", "MedicationStatement") or state_of(resource) is not State.ABSENT


def _is_none_in_words(kind: str, concept: Any) -> bool:
    """Whether words without a code say that there is none, and nothing else: `NKDA`, `Không dùng thuốc`."""
    if kind not in IN_WORDS or not isinstance(concept, dict) or concept.get("coding"):
        return False
    return IN_WORDS[kind].fullmatch(plain(str(concept.get("text", ""))).rstrip(" .")) is not None
