"""Whether statements under different ids speak of one thing: a substance, a disease, a medicine.

One thing has a code of one system, or of ICD-10 a category and a code in it, or the same words. Words are compared
without what forms and hospitals put around a name: `Thuốc: Penicillin`, `Dị ứng penicillin`, `Warfarin 5 mg`.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from health_record.rendering.plain_words import plain

Resource = dict[str, Any]
Name = tuple[str, str]  # system and code; words have no system
Find = Callable[[str], Resource | None]  # by reference: "Medication/<id>"

NAMED = {
    "AllergyIntolerance": "code",
    "Condition": "code",
    "MedicationStatement": "medicationCodeableConcept",
}
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
CATEGORY = 3  # letters of an ICD-10 code
NOT_NAMED = "không nêu rõ (not specified)"  # of the form's answers, whose words then end so
_STRENGTH = re.compile(r"[\s,(]+\d.*|,.*", re.DOTALL)
_AROUND = re.compile(r"^(?:(?:tiền sử )?dị ứng(?: với)?(?: thuốc)?|allerg(?:y|ic) to|history of) +| +allergy$")
# Before what a text says that there is not: "Không dùng warfarin" is said of warfarin.
_DENIED = re.compile(
    r"^(?:không|ko|chưa|chẳng)(?: (?:có|đang|từng|bị|mắc|ghi nhận|tiền sử|dùng|uống|sử dụng|được|tiêm|phẫu thuật|mổ))+ "
)
# After a name, what was found of it: "Penicillin: không phát hiện" is said of penicillin.
_RESULT = re.compile(
    r": (?:(?:không|ko|chưa|chẳng)(?: (?:phát hiện|thấy|có|rõ|ghi nhận|xác định|loại trừ|bị|mắc))*"
    r"|có|âm tính|dương tính|negative|positive|(?:not )?detected|none|no|yes)$"
)
_BETWEEN_SUBSTANCES = re.compile(r"[,;/+&]|\bvà\b|\band\b|\bgây\b.*| [-–] .*")
OF_SUBSTANCES = frozenset({"AllergyIntolerance", "MedicationStatement"})
_WORD = re.compile(r"\b([a-z]{5,}?)e?\b")  # of Latin letters alone, as the names of substances are
_DOUBLED = re.compile(r"([a-z])\1")
_BRACKETS = re.compile(r"\s*\([^()]*\)")


def same_words(concept: Resource) -> set[str]:
    """The words of a CodeableConcept, as they are compared."""
    said = [concept.get("text"), *(coding.get("display") for coding in concept.get("coding", ()))]
    return {plain(str(each)) for each in said if each}


def codes_of(concept: Resource) -> set[Name]:
    """The codes of a CodeableConcept."""
    return {(str(c.get("system")), str(c["code"])) for c in concept.get("coding", ()) if c.get("code")}


def names_of(resource: Resource, find: Find) -> set[Name]:
    """The names of the thing that an allergy, a condition or a medicine is a statement of; empty where it has none."""
    concept = _concept(resource, find)
    words = {short for each in same_words(concept) for short in _shortened(each, resource["resourceType"])}
    if resource["resourceType"] in OF_SUBSTANCES:
        words |= {_as_spelt(each) for each in words}
    return codes_of(concept) | {("", each) for each in words if each}


def with_wider(names: Iterable[Name]) -> set[Name]:
    """The names with the category of each ICD-10 code: what is said of E11 is said of E11.9."""
    found = set(names)
    return found | {(system, code[:CATEGORY]) for system, code in found if system == ICD_10}


def _concept(resource: Resource, find: Find) -> Resource:
    concept = resource.get(NAMED[resource["resourceType"]])
    reference = resource.get("medicationReference")
    if concept is None and isinstance(reference, dict):
        target = str(reference.get("reference", ""))
        inside = (each for each in resource.get("contained", ()) if f"#{each.get('id')}" == target)
        medicine = next(inside, None) or find(target) or {}
        concept = medicine.get("code") or {"text": reference.get("display")}
    return concept if isinstance(concept, dict) else {}


def _as_spelt(words: str) -> str:
    """The name of a substance without what Vietnamese and international spelling differ in: `Amoxicilin`.

    >>> _as_spelt("amoxicillin"), _as_spelt("cephalexine"), _as_spelt("lidocaine 2%")
    ('amoxicilin', 'cefalexin', 'lidocain 2%')
    """
    return _WORD.sub(lambda found: _DOUBLED.sub(r"\1", found[1].replace("ph", "f").replace("y", "i")), words)


def _shortened(words: str, kind: str) -> set[str]:
    """The words as they stand, and the bare names in them."""
    if words.endswith(NOT_NAMED):
        return {words}
    bare = _DENIED.sub("", _BRACKETS.sub("", _RESULT.sub("", words).rpartition(": ")[2]))
    name = _AROUND.sub("", bare.removeprefix("không ") if kind == "AllergyIntolerance" else bare).strip()
    if kind == "MedicationStatement":
        name = _STRENGTH.sub("", name).strip()
    if kind == "AllergyIntolerance":  # one entry of a form may name several, and what they did
        return {words, name, *(each.strip() for each in _BETWEEN_SUBSTANCES.split(name))}
    return {words, name}
