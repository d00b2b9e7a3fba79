"""Why a section has no entry: what a reader is told, as one function of what was said.

"None" is never told here: who says that there is none says it by an entry of its own.
"""

from collections.abc import Iterable
from typing import NamedTuple

from health_record.language import Translated
from health_record.summary.sections import (
    ALLERGIES,
    DIFFERING,
    FUNCTIONAL,
    MEDICATIONS,
    NOT_SO,
    PAST,
    PAST_ALLERGIES,
    PAST_MEDICATIONS,
    PROBLEMS,
    SECTIONS,
)
from health_record.summary.sources import Resource

# Where what a section of what is has none of may still be told: what was, what is not, what must be asked again.
TOLD_ELSEWHERE = {
    PROBLEMS: ("Condition", (DIFFERING, PAST, NOT_SO)),
    ALLERGIES: ("AllergyIntolerance", (DIFFERING, PAST_ALLERGIES, NOT_SO)),
    MEDICATIONS: ("MedicationStatement", (DIFFERING, PAST_MEDICATIONS, NOT_SO)),
}
TITLES = {each.code: Translated(each.vi, each.en) for each in SECTIONS}
NOT_ASKED = Translated("Chưa hỏi, chưa có thông tin.", "Not asked, no information.")
NOT_KNOWN = Translated("Đã hỏi, người khai không biết.", "Asked, not known.")
NOW_NOT_ASKED = Translated("Chưa hỏi hiện nay có hay không.", "Not asked whether there is any now.")
SEE = Translated("Xem phần", "See")
LEFT_OUT = Translated(
    "Có mục nhưng không đủ chỗ ở đây, xem $everything.", "There are entries that did not fit here, see $everything."
)


class Empty(NamedTuple):
    """A code of http://terminology.hl7.org/CodeSystem/list-empty-reason, and the words."""

    code: str
    text: str


def told_elsewhere(code: str, by_section: dict[str, list[Resource]]) -> tuple[str, ...]:
    """The sections that tell something of the kind of this one."""
    kind, sections = TOLD_ELSEWHERE.get(code, ("", ()))
    return tuple(each for each in sections if _has(by_section.get(each, ()), kind))


def why_empty(*, is_unknown: bool, elsewhere: tuple[str, ...], left_out: bool) -> Empty:
    """Why a section is empty.

    `is_unknown`: the person was asked and does not know. `elsewhere`: sections that tell of what was or is not.
    `left_out`: it has entries that did not fit into the answer.
    """
    if left_out:
        return Empty("unavailable", _both([LEFT_OUT]))
    asked = NOT_KNOWN if is_unknown else NOW_NOT_ASKED if elsewhere else NOT_ASKED
    code = "unavailable" if is_unknown or elsewhere else "notasked"
    see = [_see(elsewhere)] if elsewhere else []
    return Empty(code, _both([asked, *see]))


def _has(resources: Iterable[Resource], kind: str) -> bool:
    return any(each["resourceType"] == kind and not _is_functional(each) for each in resources)


def _is_functional(resource: Resource) -> bool:
    """A disability says nothing of diseases."""
    return any(coding.get("code") == FUNCTIONAL for each in resource.get("category", ()) for coding in _codings(each))


def _codings(concept: object) -> list[Resource]:
    return concept.get("coding", []) if isinstance(concept, dict) else []


def _see(codes: tuple[str, ...]) -> Translated:
    vi = ", ".join(f"“{TITLES[code].vi}”" for code in codes)
    en = ", ".join(f"“{TITLES[code].en}”" for code in codes)
    return Translated(f"{SEE.vi} {vi}.", f"{SEE.en} {en}.")


def _both(parts: list[Translated]) -> str:
    return f"{' '.join(each.vi for each in parts)} ({' '.join(each.en for each in parts)})"
