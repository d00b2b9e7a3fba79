"""Entries that contradict themselves: the text of a concept and the display of its code say opposite things.

| one says | the other says |
|---|---|
| positive, reactive, detected | negative, non-reactive, not detected |
| left | right |
| there is none ("Không dị ứng") | a thing, by a code or in words |
| an allergy is of low criticality, or mild | its reaction was one that kills |
| an allergy is over | its note says that it came back |

The interpretation of a result is held against its value as well. Of two languages nothing else is compared: that a text
and a display differ says nothing, for one may translate the other.
"""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from health_record.clinical_words.dangerous_reactions import has_dangerous_reaction, is_called_mild
from health_record.fhir.code_names import is_public
from health_record.reconciliation.statements import Statement, tagged
from health_record.rendering.denials import Denial, denial_of
from health_record.rendering.none_known import CODES, is_none_known
from health_record.rendering.plain_words import plain
from health_record.rendering.source_words import CONTRADICTS_ITSELF, DIFFERENCE_SYSTEM
from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
_NEGATIVE = re.compile(
    r"âm tính|negative|non-?reactive|not detected|(?:không|ko) (?:phát hiện|phản ứng|thấy)|absent|(?<!\w)\(-\)"
)
_POSITIVE = re.compile(r"dương tính|positive|(?<!non-)(?<!non)reactive|(?<!not )detected|(?<!không )(?<!ko )phát hiện")
_AGAIN = re.compile(
    r"\b(?:lại|tái) (?:bị |xuất hiện |có )*(?:dị ứng|phản vệ|sốc|nổi|mẩn|mề đay|mày đay|phát|khó thở|sưng|phù)"
    r"|tái phát|recurr"
)
_NEVER = re.compile(r"\b(?:không|ko|chưa|no|not|never)\b")
_LEFT, _RIGHT = re.compile(r"\b(?:trái|left)\b"), re.compile(r"(?<!không )\b(?:phải|right)\b")
VALUED = frozenset({"interpretation", "valueCodeableConcept"})
_OPPOSITES = ((_POSITIVE, _NEGATIVE), (_LEFT, _RIGHT))
# One of these is in all of them.
_MAY_OPPOSE = re.compile(
    r"t[íi]nh|positiv|negativ|react|detect|ph[áa]t|ph[ảa]n|th[ấa]y|absent|\(-|tr[áa]i|ph[ảa]i|left|right", re.IGNORECASE
)
# http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation
_JUDGEMENTS = {"POS": "positive", "DET": "detected", "RR": "reactive", "NEG": "negative", "ND": "not detected"}
_JUDGEMENTS |= {"NR": "non-reactive"}


def with_contradiction(statement: Statement) -> Statement:
    """The statement, with a tag where it says two things."""
    if not contradicts_itself(statement.resource):
        return statement
    return tagged(statement, {"system": DIFFERENCE_SYSTEM, "code": CONTRADICTS_ITSELF})


def contradicts_itself(resource: Resource) -> bool:
    """Whether the words of one concept, or of a result and its interpretation, say opposite things."""
    kind = resource["resourceType"]
    if kind == "AllergyIntolerance" and is_called_mild(resource) and has_dangerous_reaction(resource):
        return True
    if kind == "AllergyIntolerance" and state_of(resource) is State.PAST and any(map(_came_back, _notes(resource))):
        return True
    if kind in CODES and _denies_its_code(resource, kind):
        return True
    if kind != "Observation":
        return _opposed(_words(resource.get(CODES.get(kind, ("code",))[0])))
    for each in (resource, *resource["component"]) if "component" in resource else (resource,):
        if _opposed(_words(each.get("code"))) or (not VALUED.isdisjoint(each) and _opposed(_value(each))):
            return True
    return False


def _notes(resource: Resource) -> Iterator[str]:
    yield from (str(each["text"]) for each in resource.get("note", ()) if each.get("text"))


def _came_back(note: str) -> bool:
    return (found := _AGAIN.search(words := plain(note))) is not None and not _NEVER.search(words, 0, found.start())


def _denies_its_code(resource: Resource, kind: str) -> bool:
    """Whether one text says that there is none, and another text or the code names something."""
    concept = resource.get(CODES[kind][0]) or {}
    said = _words(concept)
    denying = [text for text in said if denial_of(text, kind) in (Denial.OF_ALL, Denial.OF_ONE)]
    if not denying or is_none_known(resource):
        return False
    return len(denying) < len(said) or any(is_public(each.get("system")) for each in concept.get("coding", ()))


def _opposed(texts: list[str]) -> bool:
    different = dict.fromkeys(texts)
    if len(different) < len(("text", "display")) or not _MAY_OPPOSE.search(" ".join(different)):
        return False
    said = map(plain, different)
    return any(_is_opposed(one, other) or _is_opposed(other, one) for one, other in itertools.combinations(said, 2))


def _is_opposed(one: str, other: str) -> bool:
    return any(
        first.search(one) and not second.search(one) and second.search(other) and not first.search(other)
        for first, second in _OPPOSITES
    )


def _words(concept: Any) -> list[str]:
    """The text of a coded concept and the displays of its codes."""
    if not isinstance(concept, dict) or "coding" not in concept:
        return []
    said = [str(text)] if (text := concept.get("text")) else []
    for each in concept["coding"]:
        if display := each.get("display"):
            said.append(str(display))
    return said


def _value(element: Resource) -> list[str]:
    if "interpretation" not in element:
        return _words(element.get("valueCodeableConcept"))
    return [*_words(element.get("valueCodeableConcept")), *_judged(element)]


def _judged(element: Resource) -> Iterator[str]:
    """The words of a result, and those of HL7's codes for how it is judged."""
    if text := element.get("valueString") or element.get("valueCodeableConcept", {}).get("text"):
        yield str(text)
    codings = (coding for each in element["interpretation"] for coding in each.get("coding", ()))
    yield from (_JUDGEMENTS[coding["code"]] for coding in codings if coding.get("code") in _JUDGEMENTS)
