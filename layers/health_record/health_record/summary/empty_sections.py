"""Why a section has no entry, and what another section tells of its subject, as functions of what was said.

"None" is never told here: who says that there is none says it by an entry of its own.
"""

from collections.abc import Iterable
from typing import NamedTuple

from health_record.clinical_words.told_allergies import AIRBORNE, allergy_of, is_told_allergy, telling_words
from health_record.language import Translated
from health_record.reconciliation.statements import named
from health_record.rendering.entries import entry
from health_record.rendering.phrases import in_language, shortened
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
from health_record.summary_sources.sources import Resource

# Where what a section of what is has none of may still be told: what was, what is not, what must be asked again.
TOLD_ELSEWHERE = {
    PROBLEMS: ("Condition", (DIFFERING, PAST, NOT_SO)),
    ALLERGIES: ("AllergyIntolerance", (DIFFERING, PAST_ALLERGIES, NOT_SO)),
    MEDICATIONS: ("MedicationStatement", (DIFFERING, PAST_MEDICATIONS, NOT_SO)),
}
TITLES = {each.code: Translated(each.vi, each.en) for each in SECTIONS}
NOT_ASKED = Translated("Chưa hỏi, chưa có thông tin.", "Not asked, no information.")
NOT_KNOWN = Translated("Đã hỏi, người khai không biết.", "Asked, not known.")
NOT_HERE = Translated("Bản này không đưa mục nào ở đây.", "This copy gives no entry here.")
NOW_NOT_ASKED = Translated("Chưa hỏi hiện nay có hay không.", "Not asked whether there is any now.")
SEE = Translated("Xem phần", "See")
TOLD_THERE = Translated("Có dị ứng ghi ở phần khác, xem", "An allergy is told elsewhere, see")
MORE = Translated("và {0} mục nữa", "and {0} more")
MOST_NAMED, LONGEST_NAME = 5, 200
LEFT_OUT = Translated(
    "Còn {0} mục không hiện ở đây, xem $everything hoặc từng lượt khám trong sổ.",
    "{0} more entries are not shown here, see $everything or each visit in the record.",
)


class Empty(NamedTuple):
    """A code of http://terminology.hl7.org/CodeSystem/list-empty-reason, and the words."""

    code: str
    text: str


def told_elsewhere(code: str, by_section: dict[str, list[Resource]]) -> tuple[str, ...]:
    """The sections that tell something of the kind of this one."""
    kind, sections = TOLD_ELSEWHERE.get(code, ("", ()))
    return tuple(each for each in sections if _has(by_section.get(each, ()), kind))


def told_of(code: str, by_section: dict[str, list[Resource]], zone: str) -> list[Translated]:
    """What other sections tell of the subject of this one, by name: allergies among diseases, results and notes."""
    if code != ALLERGIES:
        return []
    found = {
        each.code: [
            one for one in by_section.get(each.code, ()) if is_told_allergy(one) and allergy_of(one) != AIRBORNE
        ]
        for each in SECTIONS
        if each.code not in (ALLERGIES, PAST_ALLERGIES)
    }
    return [_named(each, several, zone) for each, several in found.items() if several]


def why_empty(
    *,
    is_unknown: bool,
    elsewhere: tuple[str, ...],
    left_out: int,
    told: Iterable[Translated] = (),
    is_hidden: bool = False,
) -> Empty:
    """Why a section is empty.

    `is_hidden`: the copy may leave out what the record has, and says nothing of it.
    `is_unknown`: the person was asked and does not know. `elsewhere`: sections that tell of what was or is not.
    `left_out`: how many entries it has that did not fit. `told`: what other sections tell of its subject.
    """
    told = list(told)
    if is_hidden:
        return Empty("withheld", both([NOT_HERE, *told]))
    if left_out:
        return Empty("unavailable", both([*count_left_out(left_out), *told]))
    asked = [NOT_KNOWN] if is_unknown else [] if told else [NOW_NOT_ASKED if elsewhere else NOT_ASKED]
    code = "unavailable" if is_unknown or elsewhere or told else "notasked"
    see = [_see(elsewhere)] if elsewhere else []
    return Empty(code, both([*asked, *told, *see]))


def count_left_out(count: int) -> list[Translated]:
    """How many entries of a section stand elsewhere alone; nothing where all are there."""
    return [Translated(LEFT_OUT.vi.format(count), LEFT_OUT.en.format(count))] if count else []


def _named(code: str, resources: list[Resource], zone: str) -> Translated:
    phrases = [
        shortened(named(entry(each, zone), telling_words(each)), LONGEST_NAME) for each in resources[:MOST_NAMED]
    ]
    more = len(resources) - len(phrases)
    vi, en = (
        "; ".join(
            [
                *(_without_brackets(in_language(each, language)) for each in phrases),
                *([MORE.in_language(language).format(more)] if more else []),
            ]
        )
        for language in ("vi", "en")
    )
    return Translated(f"{TOLD_THERE.vi} “{TITLES[code].vi}”: {vi}.", f"{TOLD_THERE.en} “{TITLES[code].en}”: {en}.")


def _without_brackets(words: str) -> str:
    """Brackets part the two languages of a sentence."""
    return words.replace("(", "[").replace(")", "]")


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


def both(parts: list[Translated]) -> str:
    """Sentences in both languages: `Chưa hỏi. (Not asked.)`."""
    return f"{' '.join(each.vi for each in parts)} ({' '.join(each.en for each in parts)})"
