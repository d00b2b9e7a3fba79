"""The texts of a resource that may tell of an allergy, and which of them tell of one by where they stand.

| where | read as |
|---|---|
| names of a disease; notes, conclusions, descriptions, reasons, titles of documents, what a discharge advises | words |
| an answer of what was told, with its question; of what was measured the answer alone | words |
| why a medicine was stopped or a dose not given, what came of a procedure | words, and a rash there tells by itself |
| how a medicine is taken, where it tells of the person ("BN dị ứng Cefa") and not of when | words |
| a skin test or an IgE to one thing that is positive | tells by itself |
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from health_record.clinical_words.none_in_words import NEUTRAL, denies, texts_of
from health_record.clinical_words.observed_words import answered, is_measured, name_of
from health_record.fhir.code_names import name_of as name_of_code
from health_record.rendering.plain_words import plain

Resource = dict[str, Any]
BESIDE = ("conclusion", "description")
REASONS = ("reasonCode", "conclusionCode")
OUTCOMES = ("statusReason", "complication")  # what something did to the person, or would have done
ADVISED = ("dischargeDisposition", "dietPreference", "specialArrangement")
HISTORY = frozenset({"48765-2", "10155-0"})  # LOINC: allergies, and their history
POSITIVE = frozenset({"10828004", "LA6576-8", "POS", "H", "HH", "A", "AA"})  # SNOMED CT, LOINC, HL7's interpretation
_OF_FAMILY = re.compile(r"gia đình|huyết thống|người thân|family|relative")
_ASKED = re.compile(r"(?:tiền sử |có |bị )*dị ứng\b(?! nguyên)|(?:known )?(?:drug |food )?allerg(?:y|ies)$")
# Of a dosage: that the person has one, or that it is why the medicine must not be given; and no "if", no "when".
_OF_PERSON = re.compile(
    r"^(?!.*\b(?:nếu|khi|thì|lúc|trường hợp|if|when)\b)"
    r".*\b(?:(?:bn|bệnh nhân|người bệnh|tiền sử|ts)(?: có| bị| tiền sử){0,3}"
    r"|(?:chống chỉ định|ccđ|ngừng|ngưng|dừng|không dùng)(?: thuốc)? (?:vì|do)) (?:dị ứng|phản vệ|sốc phản vệ)"
)
_TEST = re.compile(
    r"(?:test|thử|nghiệm pháp)\b.*(?:lẩy|lảy|lay|nội|noi|áp) (?:da|bì|bi)"
    r"|thử phản ứng (?:thuốc|da|kháng sinh|với)\b|test da\b|dị nguyên"
    r"|(?:skin|prick|patch) (?:prick )?test|ige (?:đặc hiệu|specific)|specific ige|\bige\b.*(?:ab|antibod)"
)
_OF_TUBERCULOSIS = re.compile(r"\blao\b|tuberculin|mantoux|\bidr\b|\bppd\b")
_POSITIVE = re.compile(r"\(?\+|dương tính|positive\b|pos\b|có phản ứng")
_REACTION = re.compile(
    r"(?:mày|mề) đay|phát ban|nổi (?:mẩn|ban)|mẩn (?:ngứa|đỏ)|ban đỏ|hồng ban|quincke|phù (?:mạch|mặt|môi|lưỡi)"
    r"|sốc thuốc|người đỏ|urticaria|hives\b|\brash\b|angio-?o?edema|red man"
)
_AFTER = re.compile(
    rf"(?:{_REACTION.pattern})[^.;]{{0,60}}\b(?:sau|do|khi|after)\s+(?:khi\s+)?(?:tiêm|uống|dùng|truyền|thuốc|inject)"
)
_BETWEEN_WORDS = """
ts tc căn có bị thấy phát hiện bất kỳ nổi từng sốc any dấu hiệu biểu triệu chứng phản do ai nhiễm tiểu khai thác hải sản
cơ địa và hoặc
"""
_BETWEEN = NEUTRAL | frozenset(_BETWEEN_WORDS.split())
_ASKING = _BETWEEN | frozenset({"dõi", "sau", "tiêm", "truyền", "uống", "dùng", "máu"})


class Told(NamedTuple):
    """A text, and whether it tells of an allergy whatever its words say of one."""

    text: str
    by_itself: bool = False


def texts(resource: Resource) -> Iterator[Told]:
    """What may tell of an allergy: of a disease or an observation all words, of anything else what is beside it."""
    match resource["resourceType"]:
        case "Condition":
            yield from (Told(text) for text, _ in texts_of(resource))
            return
        case "Observation":
            yield from _observed(resource)
        case "MedicationStatement":
            dosages = (str(each.get("text") or "") for each in resource.get("dosage", ()))
            yield from (Told(text) for text in dosages if _OF_PERSON.search(plain(text)))
        case "Encounter":
            yield from map(Told, _words(_listed(resource.get("hospitalization", {}), ADVISED)))
        case "DocumentReference":
            yield from map(Told, _words(_listed(resource, ("type",))))
            yield from map(Told, _titles(resource))
    yield from (Told(str(resource[member])) for member in BESIDE if isinstance(resource.get(member), str))
    yield from map(Told, _words(_listed(resource, REASONS)))
    yield from (Told(text, _is_reaction(text)) for text in _words(_listed(resource, OUTCOMES)))
    notes = (str(each["text"]) for each in resource.get("note", ()) if each.get("text"))
    yield from (Told(text, _is_reaction_after(text)) for text in notes)


def _listed(resource: Resource, members: Iterable[str]) -> Iterator[Resource]:
    """The CodeableConcepts of these members, of which some have one and some several."""
    for member in members:
        value = resource.get(member)
        yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, dict))


def _words(concepts: Iterable[Resource]) -> Iterator[str]:
    """Each text and display; of a concept without any, the names of its codes."""
    for concept in concepts:
        codings = [each for each in concept.get("coding", ()) if isinstance(each, dict)]
        said = [str(each) for each in (concept.get("text"), *(coding.get("display") for coding in codings)) if each]
        named = (name_of_code(coding.get("system"), str(coding.get("code"))) for coding in codings)
        yield from said or (name.vi for name in named if name is not None)


def _titles(document: Resource) -> Iterator[str]:
    attachments = (each.get("attachment", {}) for each in document.get("content", ()))
    yield from (str(each["title"]) for each in attachments if each.get("title"))


def _is_reaction(text: str) -> bool:
    return _REACTION.search(plain(text)) is not None and not denies(text)


def _is_reaction_after(text: str) -> bool:
    """Whether a note tells of a rash after something was given: `nổi mề đay toàn thân, tụt HA sau tiêm Ultravist`."""
    found = _AFTER.search(words := plain(text))
    return found is not None and not denies(words[: found.end()].rpartition(". ")[2])


def _observed(observation: Resource) -> Iterator[Told]:
    """Of what was told each question with its answer, of what was measured the answer alone."""
    if "focus" in observation:
        return
    yield from _positive_tests(observation)
    if "valueQuantity" in observation:
        return
    codes = {str(each.get("code")) for each in observation.get("code", {}).get("coding", ())}
    measured = is_measured(observation)
    for question, answer in answered(observation):
        asked = plain(question)
        if _OF_FAMILY.search(asked):
            continue
        named = question if codes.isdisjoint(HISTORY) else f"{question} (dị ứng)"
        if measured and not (answer and _ASKED.match(asked)):
            yield Told(answer)
        elif answer or not is_neutral(plain(named)):
            yield Told(f"{named}: {answer}")


def _positive_tests(observation: Resource) -> Iterator[Told]:
    whole = name_of(observation.get("code", {}))
    for element in (observation, *observation.get("component", ())):
        question = name_of(element.get("code", {}))
        asked = plain(f"{whole} {question}")
        if _TEST.search(asked) and not _OF_TUBERCULOSIS.search(asked) and _is_positive(element):
            yield Told(f"{whole}: {question}" if element is not observation else question, by_itself=True)


def _is_positive(element: Resource) -> bool:
    concepts = list(_listed(element, ("interpretation", "valueCodeableConcept")))
    said = [*_words(concepts), str(element.get("valueString", ""))]
    codes = {str(coding.get("code")) for each in concepts for coding in each.get("coding", ())}
    return not codes.isdisjoint(POSITIVE) or any(_POSITIVE.match(plain(each)) for each in said)


def is_plain_number(observation: Resource) -> bool:
    """Whether it is an amount that nobody judged or remarked on, as most results are: it tells of no allergy."""
    return "valueQuantity" in observation and "interpretation" not in observation and "note" not in observation


def asks(words: str) -> bool:
    """Whether the words before an answer name nothing: "theo dõi phản ứng sau tiêm"."""
    return all(word in _ASKING for word in words.split())


def is_neutral(words: str) -> bool:
    """Whether the words only ask for an allergy, and name none."""
    return all(word in _BETWEEN for word in words.split())
