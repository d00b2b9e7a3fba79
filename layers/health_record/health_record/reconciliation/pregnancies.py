"""Pregnancies, as diseases or as observations: whether one is told, and whether it may still last.

Nobody writes that one ended. What is told as there longer ago than one lasts, or without any day, is doubted.
"""

import datetime
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from health_record.language import Translated
from health_record.reconciliation.none_in_words import clauses_of, tells_by_itself, texts_of
from health_record.reconciliation.statements import Statement, tagged
from health_record.rendering import moments
from health_record.rendering.phrases import bilingual
from health_record.rendering.source_words import LONG_PREGNANT, PERIOD_SYSTEM, UNDATED_PREGNANCY
from health_record.rendering.statuses import State

Resource = dict[str, Any]


class Pregnant(StrEnum):
    """What is said of a pregnancy."""

    YES = "yes"
    NO = "no"


LONGEST = datetime.timedelta(days=300)
LONGEST_WEEKS = 43
ICD_10, SNOMED, LOINC = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct", "http://loinc.org"
CODES = ("Z32.1", "Z33", "Z34", "Z35")  # and what is below them
STATUS = frozenset({"82810-3", "11449-6"})  # LOINC: pregnancy status, and as reported
ANSWERS = {
    (SNOMED, "77386006"): Pregnant.YES,
    (SNOMED, "60001007"): Pregnant.NO,
    (LOINC, "LA15173-0"): Pregnant.YES,
    (LOINC, "LA26683-5"): Pregnant.NO,
}
_WORDS = re.compile(r"\b(?:mang thai|có thai|có bầu|thai \d+ tuần|thai kỳ|tình trạng thai|pregnant|pregnancy)\b")
# Where the words are of another time, or of how many there were.
_OTHERWISE = re.compile(
    r"số lần|lần (?:mang|có) thai|tiền sử|gần nhất|tránh thai|sau (?:khi )?mang thai|dự định|muốn|kế hoạch|trước khi"
    r"|history|number of|previous|contracept|planned|planning"
)
_DENIED = re.compile(r"\b(?:không|ko|chưa|no|not|non|never|negative|âm tính)\b")
_NO = re.compile(r"(?:không|ko|chưa|no|not|negative|âm tính|none|-)(?: (?:có|mang|thai))*")
_UNKNOWN = re.compile(r"(?:không|ko|chưa) (?:rõ|biết|chắc|xác định)|unknown|unsure|nghi|\?")
_WEEKS = re.compile(r"\b(\d{1,2})(?:[ +]\d)? *(?:tuần|weeks?|wks?)\b")
_SENT = Translated("gửi ngày", "sent on")


def with_doubt(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for the day of a pregnancy that may be over; `today` is a FHIR date in the zone."""
    if statement.state is not State.PRESENT or not is_told_as_there(statement.resource):
        return statement
    begin = _begin(statement.resource, zone)
    if begin is None:
        sent = bilingual((_SENT, " ", moments.day(statement.at, zone))) if statement.at else ""
        return tagged(statement, {"system": PERIOD_SYSTEM, "code": UNDATED_PREGNANCY, "display": sent})
    day, moment = begin
    if moments.instant(today, zone) - moment <= LONGEST:
        return statement
    return tagged(statement, {"system": PERIOD_SYSTEM, "code": LONG_PREGNANT, "display": moments.day(day, zone)})


def is_told_as_there(resource: Resource) -> bool:
    """Whether a disease or an observation tells of a pregnancy that is."""
    if resource["resourceType"] == "Observation":
        codes = [str(each.get("code")) for each in resource["code"].get("coding", ()) if each.get("system") == LOINC]
        return pregnancy_of(resource, codes) == frozenset({Pregnant.YES})
    if resource["resourceType"] != "Condition":
        return False
    codings = resource.get("code", {}).get("coding", ())
    if any(each.get("system") == ICD_10 and str(each.get("code")).startswith(CODES) for each in codings):
        return True
    return any(_tells(text) is Pregnant.YES for text, is_note in texts_of(resource) if not is_note)


def pregnancy_of(observation: Resource, codes: list[str]) -> frozenset[Pregnant] | None:
    """What an Observation with these LOINC codes says of a pregnancy: nothing (empty), or None if it is about none."""
    if not STATUS.isdisjoint(codes):
        return frozenset(_answers(observation, ""))
    if codes:
        return None
    name, *_ = [*_names(observation.get("code", {})), ""]
    found = set(_answers(observation, name)) if _speaks(name) else set()
    if not found:
        texts = [str(observation.get("valueString", "")), *(text for text, is_note in texts_of(observation) if is_note)]
        found = {said for text in texts if (said := _tells(text)) is not None}
    return frozenset(found) if found or _speaks(name) else None


def _answers(observation: Resource, name: str) -> Iterator[Pregnant]:
    """What the value says; where the name alone is there, the name."""
    concept = observation.get("valueCodeableConcept") or {}
    coded = {ANSWERS.get((str(each.get("system")), str(each.get("code")))) for each in concept.get("coding", ())}
    if known := [each for each in coded if each]:
        yield from known
    elif "valueBoolean" in observation:
        yield Pregnant.YES if observation["valueBoolean"] else Pregnant.NO
    elif said := str(observation.get("valueString") or next(_names(concept), "")):
        plain = " ".join(said.casefold().split())
        yield from () if _UNKNOWN.search(plain) else (Pregnant.NO if _NO.match(plain) else Pregnant.YES,)
    elif tells_by_itself(name) and (told := _tells(name)) is not None:
        yield told


def _tells(text: str) -> Pregnant | None:
    """What words say of a pregnancy that is; None where they say nothing of one."""
    for clause in clauses_of(text):
        if (found := _WORDS.search(clause)) and not _OTHERWISE.search(clause) and not _UNKNOWN.search(clause):
            return Pregnant.NO if _DENIED.search(clause[: found.start()]) else Pregnant.YES
    return None


def _speaks(name: str) -> bool:
    return bool(_WORDS.search(plain := name.casefold()) and not _OTHERWISE.search(plain))


def _names(concept: Resource) -> Iterator[str]:
    said = [concept.get("text"), *(coding.get("display") for coding in concept.get("coding", ()))]
    yield from (str(each) for each in said if each)


def _begin(resource: Resource, zone: str) -> tuple[str, datetime.datetime] | None:
    """The day that is told, and since when it lasted by then at least, as far as its words say how many weeks."""
    onset = resource.get("onsetDateTime") or resource.get("onsetPeriod", {}).get("start")
    period = resource.get("effectivePeriod", {})
    day = (
        onset
        or resource.get("recordedDate")
        or resource.get("effectiveDateTime")
        or resource.get("effectiveInstant")
        or period.get("end")
        or period.get("start")
        or resource.get("issued")
    )
    if not day:
        return None
    weeks = 0 if onset else max(_weeks(resource), default=0)
    return str(day), moments.instant(str(day), zone) - datetime.timedelta(weeks=weeks)


def _weeks(resource: Resource) -> Iterator[int]:
    texts = [str(resource.get("valueString", "")), *(text for text, is_note in texts_of(resource) if not is_note)]
    yield from (
        weeks for text in texts for found in _WEEKS.findall(text.casefold()) if (weeks := int(found)) < LONGEST_WEEKS
    )
