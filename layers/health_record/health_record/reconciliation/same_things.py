"""Whether statements under different ids speak of one thing: a substance, a disease, a medicine.

One thing has a code of one system, or of ICD-10 a category and a code in it, or the same words. Words are compared
without what forms and hospitals put around a name: `Thuốc: Penicillin`, `Dị ứng penicillin`, `Warfarin 5 mg`. A
brand is the substance that it is of (decision 0075).
"""

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from health_record.clinical_words import substances
from health_record.rendering.plain_words import plain

Resource = dict[str, Any]
Name = tuple[str, str]  # system and code; words have no system
Find = Callable[[str], Resource | None]  # by reference: "Medication/<id>"

NAMED = {
    "AllergyIntolerance": "code",
    "Condition": "code",
    "MedicationStatement": "medicationCodeableConcept",
    "Procedure": "code",
    "Immunization": "vaccineCode",
}
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
CATEGORY = 3  # letters of an ICD-10 code
NOT_NAMED = "không nêu rõ (not specified)"  # of the form's answers, whose words then end so
_STRENGTH = re.compile(r"[\s,(]+\d.*|,.*", re.DOTALL)
_DOSE = re.compile(r" \d+(?:[.,]\d+)? ?(?:mg|g|ml|mcg|µg|ui|iu|%).*$")  # of a medicine to which an allergy is
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
_ANSWERS = re.compile(r"(?:\w+ ){0,3}(?:không|ko|chưa|no|none)|có|yes")  # "con không": a part that names no substance
OF_SUBSTANCES = frozenset({"AllergyIntolerance", "MedicationStatement"})
INSULIN = "insulin"  # of which kind is often not said
_BRACKETS = re.compile(r"\s*\(([^()]*)\)")
_TRANSLATION = re.compile(r"[ -~]{6,}")  # in brackets behind Vietnamese: "Đái tháo đường (Diabetes)"


def same_words(concept: Resource) -> set[str]:
    """The words of a CodeableConcept, as they are compared."""
    said = [concept.get("text"), *(coding.get("display") for coding in concept.get("coding", ()))]
    return {plain(str(each)) for each in said if each}


def codes_of(concept: Resource) -> set[Name]:
    """The codes of a CodeableConcept."""
    return {(str(c.get("system")), str(c["code"])) for c in concept.get("coding", ()) if c.get("code")}


class Names(NamedTuple):
    """What a thing is called: `own` names it, `wider` are those and what they are a part of.

    Two statements speak of one thing where one's own name is among the other's wider ones: "Hẹp van: hai lá" and "Hở
    van: hai lá" are two things, and either may be "hai lá".
    """

    own: set[Name]
    wider: set[Name]

    def meet(self, other: "Names") -> bool:
        """Whether both may name one thing."""
        return not (self.own.isdisjoint(other.wider) and self.wider.isdisjoint(other.own))


def names_of(resource: Resource, find: Find) -> Names:
    """The names of the thing that an allergy, a condition or a medicine is a statement of; empty where it has none.

    Wider are the category of an ICD-10 code (what is said of E11 is said of E11.9) and a name without its brackets.
    """
    concept = _concept(resource, find)
    kind = resource["resourceType"]
    own, wider = codes_of(concept), set[Name]()
    for words in same_words(concept):
        shorter, shortest = (_spelt(several, kind) for several in _shortened(words, kind))
        own |= {("", each) for each in shorter if each}
        wider |= {("", each) for each in shortest if each}
    if kind in OF_SUBSTANCES:
        _add_substances(own, wider)
    return Names(own, own | wider | {(system, code[:CATEGORY]) for system, code in own if system == ICD_10})


def _add_substances(own: set[Name], wider: set[Name]) -> None:
    """Add what brands and ATC codes are of: one substance names the thing, those of a combination are parts of it."""
    named = [substances.of_words(words) if not system else substances.of_code(system, words) for system, words in own]
    for several in filter(None, named):
        own.add(("", " + ".join(sorted(several))))
        wider |= {("", each) for each in several}
        wider |= {("", INSULIN) for each in several if each.startswith(INSULIN)}


def _concept(resource: Resource, find: Find) -> Resource:
    concept = resource.get(NAMED[resource["resourceType"]])
    reference = resource.get("medicationReference")
    if concept is None and isinstance(reference, dict):
        target = str(reference.get("reference", ""))
        inside = (each for each in resource.get("contained", ()) if f"#{each.get('id')}" == target)
        medicine = next(inside, None) or find(target) or {}
        concept = medicine.get("code") or {"text": reference.get("display")}
    return concept if isinstance(concept, dict) else {}


def _spelt(words: set[str], kind: str) -> set[str]:
    """The words, and those of a substance in one spelling as well."""
    return words | {substances.spelt(each) for each in words} if kind in OF_SUBSTANCES else words


def _shortened(words: str, kind: str) -> tuple[set[str], set[str]]:
    """The words as they stand and the bare names in them; and what is left without what tells them from others."""
    if words.endswith(NOT_NAMED):
        return {words}, set()
    named = _RESULT.sub("", words)
    told = named if named.isascii() else _BRACKETS.sub(_without_translation, named)
    if kind == "MedicationStatement":
        told = _STRENGTH.sub("", told).strip()
    whole = _bare(told, kind)
    short = _bare(_BRACKETS.sub("", told.rpartition(": ")[2]), kind)
    if kind == "AllergyIntolerance":  # one entry of a form may name several, and what they did
        parts = {_DOSE.sub("", each.strip()) for each in _BETWEEN_SUBSTANCES.split(short)}
        return {words, whole, short, *(each for each in parts if not _ANSWERS.fullmatch(each))}, set()
    return {words, whole}, {short}


def _bare(words: str, kind: str) -> str:
    name = _DENIED.sub("", words)
    return _AROUND.sub("", name.removeprefix("không ") if kind == "AllergyIntolerance" else name).strip()


def _without_translation(found: re.Match[str]) -> str:
    return "" if _TRANSLATION.fullmatch(found[1]) else found[0]
