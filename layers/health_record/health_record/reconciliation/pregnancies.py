"""Pregnancies, as diseases or as observations: whether one is told, and whether it may still last.

Hardly anybody writes that one ended. What is told as there longer ago than one lasts, or without any day, is doubted;
so is what was told before a delivery or a loss, whichever type of resource tells of that.
"""

import datetime
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from health_record.clinical_words.none_in_words import clauses_of, tells_by_itself, texts_of
from health_record.clinical_words.observed_words import answered, is_measured, name_of
from health_record.language import Translated
from health_record.reconciliation.statements import Statement, against, tagged
from health_record.remembered import remembered
from health_record.rendering import moments
from health_record.rendering.phrases import bilingual
from health_record.rendering.plain_words import plain
from health_record.rendering.source_words import LONG_PREGNANT, PERIOD_SYSTEM, PREGNANCY_ENDED, UNDATED_PREGNANCY
from health_record.rendering.statuses import State

Resource = dict[str, Any]


class Pregnant(StrEnum):
    """What is said of a pregnancy."""

    YES = "yes"
    NO = "no"


LONGEST = datetime.timedelta(days=300)
LONGEST_WEEKS = 43
ICD_10, SNOMED, LOINC = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct", "http://loinc.org"
# ICD-10: confirmed, incidental, supervised; and its diseases. Then losses, deliveries and what follows them.
CODES = re.compile(r"Z32\.1|Z3[345]|O(?:[123]\d|4[0-8])")
ENDS = re.compile(r"O0[0-8]|O7[0-5]|O8\d|O9[0-2]|Z3[789]")
STATUS = frozenset({"82810-3", "11449-6"})  # LOINC: pregnancy status, and as reported
ANSWERS = {
    (SNOMED, "77386006"): Pregnant.YES,
    (SNOMED, "60001007"): Pregnant.NO,
    (LOINC, "LA15173-0"): Pregnant.YES,
    (LOINC, "LA26683-5"): Pregnant.NO,
}
_WORDS = re.compile(
    r"\b(?:mang thai|có thai|có bầu|thai \d+ ?(?:tuần|tháng|w)|thai kỳ|tình trạng thai|pregnant|pregnancy)\b"
)
# Where the words are of another time, or of how many there were.
_OTHERWISE = re.compile(
    r"số lần|lần (?:mang|có) thai|tiền sử|gần nhất|tránh thai|\bmong\b|\bvợ\b"
    r"|sau (?:khi )?mang thai|dự định|muốn|kế hoạch|trước khi"
    r"|history|number of|previous|contracept|planned|planning"
)
_ENDS_IN_WORDS = re.compile(
    r"(?:sảy|sẩy|nạo|phá|bỏ|đình chỉ) thai|thai (?:chết )?lưu|thai trứng|(?:thai|chửa) ngoài tử cung"
    r"|(?:mổ|phẫu thuật) (?:lấy thai|đẻ|bắt con)|(?:đẻ|sinh) (?:thường|mổ|non|con)\b|(?:đã|vừa|mới|sau) (?:đẻ|sinh)\b"
    r"|hậu sản|ca?esarean|c-section|vaginal delivery|\bdelivered\b|miscarriage|abortion|stillbirth|postpartum|puerper"
    r"|ectopic pregnan"
)
_NOT_ENDED = re.compile(
    r"d[ọo][aạ]|nguy cơ|tiền sử|sẹo|vết mổ|\bcũ\b|lần|trước đây|dự kiến|kế hoạch|chỉ định|chờ|chuẩn bị|theo dõi|nghi"
    r"|history|previous|prior|\bscar|threatened|risk|planned|expected|number of"
)
TELL_OF_ENDS = frozenset({"Condition", "Observation", "Procedure"})
_DENIED = re.compile(r"\b(?:không|ko|chưa|no|not|non|never|negative|âm tính)\b")
_NO = re.compile(r"(?:không|ko|chưa|no|not|negative|âm tính|none|-)(?: (?:có|mang|thai))*")
_UNKNOWN = re.compile(r"(?:không|ko|chưa) (?:rõ|biết|chắc|xác định)|unknown|unsure|nghi|\?")
_WEEKS = re.compile(r"\b(\d{1,2})(?:[ +]\d)? *(?:tuần|weeks?|wks?|w)\b")
TESTS = frozenset({"2106-3", "2118-8", "2112-1"})  # LOINC: human chorionic gonadotropin, present or not
_OF_TESTS = ("thai", "hcg", "qst", "pregnan", "gonadotropin")  # one is in every such name
_TEST = re.compile(r"thử thai|thu thai|test thai|\bhcg\b|\bqst\b|pregnancy test|chorionic gonadotropin")
_JUDGING = frozenset({"interpretation", "valueCodeableConcept", "valueString"})
_POSITIVE = re.compile(
    r"(?<!không )dương tính|positive|\bpos\b|\(\+\)|^\+|(?:2|hai) vạch|(?<!không )có phản ứng|^có thai"
)
_NEGATIVE = re.compile(
    r"âm tính|negative|\bneg\b|\([-−]\)|^[-−](?!\s*\w)|\b(?:1|một) vạch(?! mờ)"
    r"|không (?:có thai|(?:có )?phản ứng|phát hiện|dương tính)"
)
_SENT = Translated("gửi ngày", "sent on")


def with_doubt(statement: Statement, today: str, zone: str) -> Statement:
    """The statement with a tag for the day of a pregnancy that may be over; `today` is a FHIR date in the zone."""
    if statement.state is not State.PRESENT or not is_told_as_there(statement.resource):
        return statement
    begin = _begin(statement.resource, zone)
    if begin is None:
        sent = bilingual((_SENT, " ", moments.day(statement.at, zone))) if statement.at else ""
        return tagged(statement, {"system": PERIOD_SYSTEM, "code": UNDATED_PREGNANCY, "display": sent})
    day, moment, _ = begin
    if moments.instant(today, zone) - moment <= LONGEST:
        return statement
    return tagged(statement, {"system": PERIOD_SYSTEM, "code": LONG_PREGNANT, "display": moments.day(day, zone)})


def with_ends(statements: list[Statement], zone: str) -> list[Statement]:
    """The statements, a pregnancy that is told as there with a tag for the delivery or loss that came after it."""
    ends = [each for each in statements if tells_of_end(each)]
    return [_ended(each, ends, zone) for each in statements] if ends else statements


def tells_of_end(statement: Statement) -> bool:
    """Whether it tells that a pregnancy ended, by a code or in words."""
    resource = statement.resource
    if statement.kind not in TELL_OF_ENDS or statement.state not in (State.PRESENT, State.PAST):
        return False
    if statement.kind == "Observation" and (is_measured(resource) or "focus" in resource):
        return False
    codings = resource.get("code", {}).get("coding", ())
    if any(each.get("system") == ICD_10 and ENDS.match(str(each.get("code"))) for each in codings):
        return True
    texts = [text for text, is_note in texts_of(resource) if not is_note]
    if statement.kind == "Observation":
        texts = [f"{question} {answer}" for question, answer in answered(resource)]
    return any(map(_ends, texts))


@remembered(1024)
def _ends(text: str) -> bool:
    if not _ENDS_IN_WORDS.search(plain(text)):
        return False
    return any(
        (found := _ENDS_IN_WORDS.search(clause))
        and not _NOT_ENDED.search(clause)
        and not _DENIED.search(clause[: found.start()])
        and not _NO.fullmatch(clause[found.end() :].strip())
        for clause in clauses_of(text)
    )


def _ended(statement: Statement, ends: list[Statement], zone: str) -> Statement:
    """The statement, where it tells of a pregnancy of before an end that it may have had."""
    if statement.state is not State.PRESENT or not is_told_as_there(statement.resource):
        return statement
    begin = _begin(statement.resource, zone)
    after = [each for each in ends if each is not statement and _is_after(_moment(each, zone), begin)]
    return against(statement, after, zone, code=PREGNANCY_ENDED) if after else statement


def _is_after(end: datetime.datetime, begin: tuple[str, datetime.datetime, datetime.datetime] | None) -> bool:
    """Whether the end may be of that pregnancy: not before it was told, and at most LONGEST after it began."""
    return begin is None or (begin[2] <= end and end - begin[1] <= LONGEST)


def _moment(statement: Statement, zone: str) -> datetime.datetime:
    """When it ended, as far as that is told, on its day's last moment; else when it was sent."""
    resource = statement.resource
    period = resource.get("performedPeriod") or resource.get("effectivePeriod") or resource.get("onsetPeriod") or {}
    told = (
        *(resource.get(name) for name in ("performedDateTime", "effectiveDateTime", "onsetDateTime", "recordedDate")),
        *(period.get(name) for name in ("end", "start")),
    )
    day = moments.local_date(next((str(each) for each in told if each), statement.at), zone)
    return moments.instant(day, zone) + datetime.timedelta(days=1, microseconds=-1)


def is_told_as_there(resource: Resource) -> bool:
    """Whether a disease or an observation tells of a pregnancy that is."""
    if resource["resourceType"] == "Observation":
        codes = [str(each.get("code")) for each in resource["code"].get("coding", ()) if each.get("system") == LOINC]
        return pregnancy_of(resource, codes) == frozenset({Pregnant.YES})
    return resource["resourceType"] == "Condition" and pregnancy_told(resource) == frozenset({Pregnant.YES})


def pregnancy_told(disease: Resource) -> frozenset[Pregnant]:
    """What a Condition says of a pregnancy, by its code or its words; nothing (empty) of most."""
    codings = disease.get("code", {}).get("coding", ())
    if any(each.get("system") == ICD_10 and CODES.match(str(each.get("code"))) for each in codings):
        return frozenset({Pregnant.YES})
    return frozenset(said for text, is_note in texts_of(disease) if not is_note and (said := _tells(text)) is not None)


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


def test_of_pregnancy(observation: Resource, codes: list[str]) -> Pregnant | None:
    """What a test of urine or blood says, in words or by its interpretation; None of anything else, or of an amount."""
    if _JUDGING.isdisjoint(observation):
        return None  # as most results
    if TESTS.isdisjoint(codes) and not _is_test(name_of(observation.get("code", {}))):
        return None
    judged = [observation.get("valueCodeableConcept") or {}, *observation.get("interpretation", ())]
    marks = {coding.get("code") for each in judged for coding in each.get("coding", ())}
    said = (str(observation.get("valueString", "")), *map(_first_name, judged))
    words = " ".join(plain(each) for each in said if each)
    is_negative = _NEGATIVE.search(words) is not None or not marks.isdisjoint({"NEG", "260385009", "LA6577-6"})
    is_positive = _POSITIVE.search(words) is not None or not marks.isdisjoint({"POS", "10828004", "LA6576-8"})
    if is_negative == is_positive:
        return None  # "Dương tính (BT: âm tính)" says both
    return Pregnant.NO if is_negative else Pregnant.YES


@remembered(1024)
def _is_test(name: str) -> bool:
    small = name.casefold()
    return any(map(small.__contains__, _OF_TESTS)) and _TEST.search(plain(small)) is not None


def _first_name(concept: Resource) -> str:
    return next(_names(concept), "")


def _answers(observation: Resource, name: str) -> Iterator[Pregnant]:
    """What the value says; where the name alone is there, the name."""
    concept = observation.get("valueCodeableConcept") or {}
    coded = {ANSWERS.get((str(each.get("system")), str(each.get("code")))) for each in concept.get("coding", ())}
    if known := [each for each in coded if each]:
        yield from known
    elif "valueBoolean" in observation:
        yield Pregnant.YES if observation["valueBoolean"] else Pregnant.NO
    elif said := str(observation.get("valueString") or next(_names(concept), "")):
        words = plain(said)
        yield from () if _UNKNOWN.search(words) else (Pregnant.NO if _NO.match(words) else Pregnant.YES,)
    elif tells_by_itself(name) and (told := _tells(name)) is not None:
        yield told


@remembered(1024)
def _tells(text: str) -> Pregnant | None:
    """What words say of a pregnancy that is; None where they say nothing of one."""
    for clause in clauses_of(text):
        if (found := _WORDS.search(clause)) and not _OTHERWISE.search(clause) and not _UNKNOWN.search(clause):
            return Pregnant.NO if _DENIED.search(clause[: found.start()]) else Pregnant.YES
    return None


def _speaks(name: str) -> bool:
    return bool(_WORDS.search(words := plain(name)) and not _OTHERWISE.search(words))


def _names(concept: Resource) -> Iterator[str]:
    said = [concept.get("text"), *(coding.get("display") for coding in concept.get("coding", ()))]
    yield from (str(each) for each in said if each)


def _begin(resource: Resource, zone: str) -> tuple[str, datetime.datetime, datetime.datetime] | None:
    """The day that is told, since when it lasted by then at least (by the weeks in its words), and that moment."""
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
    told = moments.instant(str(day), zone)
    return str(day), told - datetime.timedelta(weeks=weeks), told


def _weeks(resource: Resource) -> Iterator[int]:
    texts = [str(resource.get("valueString", "")), *(text for text, is_note in texts_of(resource) if not is_note)]
    yield from (
        weeks for text in texts for found in _WEEKS.findall(plain(text)) if (weeks := int(found)) < LONGEST_WEEKS
    )
