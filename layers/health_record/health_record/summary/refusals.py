"""What the person refused or asked for in advance: not to be resuscitated, no blood. It stands at the top.

It may be written as a disease, a result, a paper, a procedure not done or in the person's own words. The sentence says
who wrote what and when, and that somebody later agreed; it decides nothing: the paper and the person do.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from health_record.clinical_words.agreed_treatments import (
    Treatment,
    agreed_in,
    agreeing_part,
    refusing_part,
    treatments_of,
    withdraws,
)
from health_record.clinical_words.none_in_words import texts_of
from health_record.clinical_words.observed_words import answered, is_measured
from health_record.clinical_words.refused_in_advance import refuses
from health_record.language import Translated
from health_record.reconciliation.statements import named
from health_record.rendering import moments
from health_record.rendering.entries import entry
from health_record.rendering.phrases import Phrase, in_language, joined, shortened
from health_record.rendering.source_words import source_of
from health_record.rendering.statuses import State, state_of
from health_record.rendering.times import is_dated
from health_record.summary_sources.patient import RECORD_SYSTEM

Resource = dict[str, Any]
type Said = tuple[Resource, str, str]  # of a resource, its words, and when they were written
REFUSES = "refuses"  # of RECORD_SYSTEM
TOLD = Translated(
    "NGƯỜI BỆNH CÓ ĐIỀU TỪ CHỐI HOẶC DẶN TRƯỚC, hỏi lại và xem giấy: {0}",
    "THE PERSON REFUSED OR ASKED FOR SOMETHING IN ADVANCE, ask again and see the paper: {0}",
)
MOST_TOLD, LONGEST = 3, 400
AGREED = Translated("SAU ĐÓ CÓ GHI ĐỒNG Ý: {0}", "LATER AN AGREEMENT IS RECORDED: {0}")
MORE = Translated("và {0} mục nữa", "and {0} more")
# SNOMED CT: refusal of treatment by the patient. HL7: the patient's objection.
BY_PATIENT = frozenset({"105480006", "PATOBJ"})
# A wish to be moved elsewhere is none to go without.
_WISH = re.compile(
    r"(?:nguyện vọng|ý nguyện|ý muốn|nguyen vong)"
    r"(?!(?: (?:của|cua|gia đình|gia dinh|gđ|người nhà|người bệnh|bệnh nhân|bn|là|xin|được|muốn))*"
    r" (?:chuyển|chuyen) (?:viện|vien|bệnh viện|bv|tuyến|tuyen|khoa|cơ sở|lên tuyến))"
)
# SNOMED CT: not for (attempted cardiopulmonary) resuscitation. LOINC: resuscitation orders, advance directives.
# ICD-10: not carried out because of the patient's belief.
CODES = frozenset({"304253006", "450476008", "100822-6", "42348-3", "75320-2", "Z53.1"})
CODED = ("code", "type", "valueCodeableConcept", "statusReason")
SPEAKING = frozenset(
    {"Condition", "DiagnosticReport", "DocumentReference", "Encounter", "ImagingStudy", "Observation", "Procedure"}
)


def with_refusals(patient: Resource, resources: Sequence[Resource], zone: str) -> Resource:
    """The Patient with a tag that names what the person refused or asked for in advance, the newest first."""
    found = [(each, *said) for each in resources for said in _refused(each)]
    if not found:
        return patient
    found.sort(key=lambda refused: refused[2], reverse=True)
    more = len(found) - MOST_TOLD
    phrases = [_told(each, said, zone) for each, said, _ in found[:MOST_TOLD]]
    agreed = [_told(each, said, zone) for each, said, _ in _agreed_later(resources, found, zone)]
    vi, en = (
        "; ".join(
            [*(in_language(each, language) for each in phrases), *_more(more, language), *_later(agreed, language)]
        )
        .replace("(", "[")
        .replace(")", "]")
        for language in ("vi", "en")
    )
    tag = {"system": RECORD_SYSTEM, "code": REFUSES, "display": f"{TOLD.vi.format(vi)} ({TOLD.en.format(en)})"}
    meta = patient["meta"]
    return {**patient, "meta": {**meta, "tag": [tag, *meta["tag"]]}}


def _agreed_later(resources: Iterable[Resource], refused: list[Said], zone: str) -> list[Said]:
    """The newest agreement to what was refused, where it is newer than every refusal of that treatment.

    Who takes a refusal back does so after it, also where nobody wrote when it was.
    """
    told = []
    for each in resources:
        kind = each["resourceType"]
        if kind not in SPEAKING or not _is_so(kind, state_of(each)) or "focus" in each:
            continue
        for text in _texts(each):
            agreed, when = agreed_in(text), _when(each, text)
            of_same = [other for _, said, other in refused if agreed & treatments_of(said)]
            is_later = _is_not_before if withdraws(text) else _is_after
            if when and of_same and all(is_later(when, other, zone) for other in of_same):
                told.append((each, agreeing_part(text), when))
                break
    return sorted(told, key=lambda said: said[2], reverse=True)[:1]


def _is_after(when: str, other: str, zone: str) -> bool:
    """Whether a moment is surely after another, as far as each is known."""
    if _has_time(when, zone) and _has_time(other, zone):
        return moments.instant(when, zone) > moments.instant(other, zone)
    day, other = moments.local_date(when, zone), moments.local_date(other, zone)
    return bool(other) and day[: len(other)] > other[: len(day)]


def _is_not_before(when: str, other: str, zone: str) -> bool:
    """Whether a moment is not surely before another."""
    return not other or not _is_after(other, when, zone)


def _has_time(when: str, zone: str) -> bool:
    """Whether it names a moment of a day; midnight here is written where only the day is known."""
    return moments.instant(when, zone) != moments.instant(moments.local_date(when, zone), zone)


def _refused(resource: Resource) -> list[tuple[str, str]]:
    """The words of its refusals and when they were written, no words where a code alone says so."""
    kind = resource["resourceType"]
    if kind not in SPEAKING or not _is_so(kind, state_of(resource)) or "focus" in resource:
        return []
    parts = [(said, _when(resource, text)) for text in _texts(resource) if (said := refusing_part(text))]
    if parts:
        return list(_newest_of_each(parts))
    if kind == "Procedure" and (said := _refused_to_do(resource)):
        return [(said, _day(resource))]
    codes = {
        coding.get("code")
        for member in CODED
        if isinstance(concept := resource.get(member), dict)
        for coding in concept.get("coding", ())
    }
    return [] if CODES.isdisjoint(codes) else [("", _day(resource))]


def _newest_of_each(parts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The newest words first, and older ones where they are of a treatment that no newer words refuse."""
    told: set[Treatment] = set()
    for said, when in sorted(parts, key=lambda part: part[1], reverse=True):  # of one moment the first
        if not treatments_of(said) <= told:
            yield said, when
        told |= treatments_of(said)


def _refused_to_do(procedure: Resource) -> str:
    """Why a procedure was not done or not ended, where the reason refuses what the code names; else empty."""
    if procedure.get("status") not in ("not-done", "stopped"):
        return ""
    names = [text for text, is_note in texts_of(procedure) if not is_note]
    reason = procedure.get("statusReason", {})
    if any(coding.get("code") in BY_PATIENT for coding in reason.get("coding", ())):
        return next((f"từ chối {name}" for name in names if refuses(f"từ chối {name}")), "")
    whys = [str(each["text"]) for each in (reason, *procedure.get("note", ())) if each.get("text")]
    for why in whys:
        wish = f" theo {why}" if _WISH.search(why.casefold()) else None
        for name in names:
            if refuses(f"{why} {name}") or (wish and refuses(f"không {name}{wish}")):
                return why
    return ""


def _is_so(kind: str, state: State) -> bool:
    """Whether it is said now; of a procedure also that it was not done."""
    return state is State.PRESENT or (kind == "Procedure" and state in (State.ABSENT, State.PLANNED))


def _texts(resource: Resource) -> Iterator[str]:
    is_asked = resource["resourceType"] == "Observation"  # whose name is a question: its answer says
    if is_asked:
        measured = is_measured(resource)
        for question, answer in answered(resource):
            if not measured or refuses(question):
                yield f"{question}: {answer}" if answer else question
        if measured:
            return
    yield from (text for text, is_note in texts_of(resource) if is_note or not is_asked)
    yield from (str(resource[name]) for name in ("conclusion", "description") if isinstance(resource.get(name), str))
    for name in ("reasonCode", "statusReason", "type"):
        value = resource.get(name)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and each.get("text"):
                yield str(each["text"])
    files = (each.get("attachment", {}) for each in resource.get("content", ()) if isinstance(each, dict))
    yield from (str(each["title"]) for each in files if each.get("title"))


def _told(resource: Resource, said: str, zone: str) -> Phrase:
    made = entry(resource, zone)
    dated = made.when if is_dated(resource) else ()
    return joined([shortened(named(made, said), LONGEST), dated, source_of(resource)], ", ")


def _more(count: int, language: str) -> list[str]:
    return [(MORE.en if language == "en" else MORE.vi).format(count)] if count > 0 else []


def _later(agreed: list[Phrase], language: Literal["vi", "en"]) -> list[str]:
    words = AGREED.en if language == "en" else AGREED.vi
    return [words.format(in_language(each, language)) for each in agreed]


def _when(resource: Resource, text: str) -> str:
    """When a text of the resource was written: what another episode wrote has its own moment."""
    notes = (note for note in resource.get("note", ()) if note.get("text") == text)
    return next((str(note["time"]) for note in notes if note.get("time")), "") or _day(resource)


def _day(resource: Resource) -> str:
    names = ("effectiveDateTime", "recordedDate", "date", "performedDateTime", "onsetDateTime")
    return next((str(resource[name]) for name in names if resource.get(name)), "")
