"""Allergies that are told as diseases, by their code or in words; and which of all denies "no known allergy".

Hospital files have no place for an allergy but among the diagnoses. Words are read as in `none_in_words`: whatever is
no plain denial tells of one.
"""

import itertools
import re
from typing import Any

from health_record.reconciliation.none_in_words import NEUTRAL, clauses_of, texts_of, warns
from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
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
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
OF_ALLERGIES: dict[str, frozenset[str]] = {
    "L23": frozenset(),
    "L27.0": frozenset({"medication"}),
    "L27.1": frozenset({"medication"}),
    "T78.0": frozenset({"food"}),
    "T78.1": frozenset({"food"}),
    "T78": frozenset(),
    "T80.5": frozenset({"biologic", "medication"}),
    "T88.6": frozenset({"medication"}),
    "T88.7": frozenset({"medication"}),
    "Z88": frozenset({"medication", "biologic"}),
    "Z91.0": frozenset({"food", "environment"}),
}
_WORDS = re.compile(r"dị ứng|phản vệ|(?<!non)(?<!non-)(?<!non )allerg|anaphyla")
_DENIAL = re.compile(r"\b(?:không|ko|chưa|chẳng|phủ nhận|no|not|non|without|denies|denied|never|nil)\b")
_NONE = re.compile(
    r"(?:không|ko|chưa)(?: có| ghi nhận| phát hiện)*(?: gì)?|âm tính|phủ nhận|no|none|nil|negative|denie[sd]|nka|nkda"
)
_BETWEEN = NEUTRAL | {"có", "bị", "thấy", "phát", "hiện", "bất", "kỳ", "any"}


def allergy_of(condition: Resource) -> frozenset[str] | None:
    """The categories of the allergy that a disease or a history of one tells of; None where it tells of none."""
    for coding in condition.get("code", {}).get("coding", ()):
        code = str(coding.get("code"))
        if coding.get("system") == ICD_10 and (found := OF_ALLERGIES.get(code, OF_ALLERGIES.get(code[:3]))) is not None:
            return found
    return frozenset() if any(_tells(text) for text, _ in texts_of(condition)) else None


def is_told_allergy(resource: Resource) -> bool:
    """Whether it is a disease that tells of an allergy that is, or ever was."""
    there = resource["resourceType"] == "Condition" and state_of(resource) in (State.PRESENT, State.PAST)
    return there and allergy_of(resource) is not None


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
    if not codes or codes & OF_ALL_ALLERGIES or not categories:
        return True
    denied = [DENIED[code] for code in codes if code in DENIED] or [OF_A_PART]
    return any(categories & each for each in denied)


def _tells(text: str) -> bool:
    clauses = [*clauses_of(text), ""]
    return any(_affirms(clause, after) for clause, after in itertools.pairwise(clauses))


def _affirms(clause: str, after: str) -> bool:
    """Whether one clause tells of an allergy; `after` is the next one, which may deny it ("Dị ứng: không")."""
    if not (found := _WORDS.search(clause)):
        return False
    if _NONE.fullmatch(after) and _is_neutral(clause):
        return False
    return not any(
        _is_neutral(clause[denial.end() : found.start()]) and not warns(clause[denial.start() :])
        for denial in _DENIAL.finditer(clause[: found.start()])
    )


def _is_neutral(words: str) -> bool:
    return all(word in _BETWEEN for word in words.split())
