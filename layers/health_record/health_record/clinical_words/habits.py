"""What an Observation says of smoking, drinking and drugs, by its code or in words: never, formerly, at times, now.

Words are read clause by clause, as in `none_in_words`: a clause that names a habit tells of one unless it denies it.
A word that can mean several of them says all of these: two statements differ where they have none in common.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from health_record.clinical_words.none_in_words import clauses_of

Resource = dict[str, Any]


class Use(StrEnum):
    """How somebody stands to a habit."""

    NEVER = "never"
    FORMER = "former"
    LIGHT = "light"
    NOW = "now"


type Uses = frozenset[Use]
NEVER, FORMER, LIGHT, NOW = (frozenset({use}) for use in Use)
USES, NOT_NOW, EVER = LIGHT | NOW, NEVER | FORMER, FORMER | LIGHT | NOW
TOBACCO, ALCOHOL, DRUGS = "tobacco", "alcohol", "drugs"
LOINC, SNOMED, OWN = "http://loinc.org", "http://snomed.info/sct", "urn:x-so-suc-khoe:habit"
# What an Observation is of, by LOINC's code.
BY_CODE = {
    "72166-2": TOBACCO,
    "11367-0": TOBACCO,
    "81229-7": TOBACCO,
    "88031-0": TOBACCO,
    "8663-7": TOBACCO,
    "8664-5": TOBACCO,
    "74013-4": ALCOHOL,
    "11331-6": ALCOHOL,
    "11330-8": ALCOHOL,
    "11343-1": DRUGS,
    "11342-3": DRUGS,
    "74204-9": DRUGS,
}
# The codes of answers: of SNOMED CT, of LOINC, and of the form.
ANSWERS: dict[tuple[str, str], Uses] = {
    (SNOMED, "266919005"): NEVER,
    (SNOMED, "8392000"): NOT_NOW,
    (SNOMED, "405746006"): NOT_NOW,
    (SNOMED, "8517006"): FORMER,
    (SNOMED, "77176002"): USES,
    (SNOMED, "65568007"): USES,
    (SNOMED, "428061000124105"): USES,
    (SNOMED, "230060001"): USES,
    (SNOMED, "230063004"): NOW,
    (SNOMED, "428041000124106"): LIGHT,
    (SNOMED, "449868002"): NOW,
    (SNOMED, "428071000124103"): NOW,
    (SNOMED, "783261004"): NEVER,
    (SNOMED, "105542008"): NOT_NOW,
    (SNOMED, "82581004"): FORMER,
    (SNOMED, "219006"): NOW,
    (SNOMED, "228276006"): LIGHT,
    (SNOMED, "86933000"): NOW,
    (LOINC, "LA18978-9"): NEVER,
    (LOINC, "LA15920-4"): FORMER,
    (LOINC, "LA18979-7"): EVER,
    (LOINC, "LA18977-1"): LIGHT,
    (LOINC, "LA18976-3"): NOW,
    (LOINC, "LA18981-3"): NOW,
    (LOINC, "LA18982-1"): USES,
    (OWN, "quit"): FORMER,
    (OWN, "sometimes"): LIGHT,
    (OWN, "regular"): NOW,
}
NO_HABIT = (OWN, "no")
# The form asks for drinking on three days a week or more: who says no may drink at times.
NO: dict[str, Uses] = {ALCOHOL: NEVER | FORMER | LIGHT}
NAMED = {
    TOBACCO: re.compile(
        r"hút thuốc|thuốc lá(?! nam)|thuốc lào|gói[ -]*năm|\bsmok|non-?smok|tobacco|cigar|nicotin|pack[ -]?years?"
        r"|vaping"
    ),
    ALCOHOL: re.compile(r"rượu(?! thuốc)|\bbia\b|đồ uống có cồn|alcohol|\bdrinker|heavy drinking|\bbeer\b"),
    DRUGS: re.compile(
        r"ma t(?:uý|úy)|chất gây nghiện|heroin|hêrôin|cần sa|thuốc lắc|tiêm chích|cannabis|marijuana|cocain"
        r"|methamphetamin|(?:illicit|recreational|street|intravenous|iv) drugs?"
        r"|(?:drug|substance) (?:use|abuse|misuse|dependence)"
    ),
}
# Where nobody says how much. Who drinks, and says no more, is not taken to drink at times alone.
UNSAID: dict[str, Uses] = {TOBACCO: USES, ALCOHOL: NOW, DRUGS: USES}
_ANY = re.compile("|".join(pattern.pattern for pattern in NAMED.values()))
_NOT_THEIRS = re.compile(
    r"thụ động|khói thuốc|passive|second-?hand|(?:\b(?:cha|bố|mẹ|chồng|vợ|con|anh|chị|em|bạn|nhà|gia đình)|father"
    r"|mother|husband|wife|partner|family)\s(?:\w+\s)?(?:hút|uống|nghiện|dùng|smok|drink)"
)
_STILL = re.compile(
    r"(?:không|chưa|ko|not|cannot|unable to)\s(?:thể\s|được\s)?(?:bỏ|cai|ngừng|ngưng|quit|stop)"
    r"|khuyên|tư vấn|nên (?:bỏ|cai|ngừng|ngưng)|advis|counsel|encourag"
)
_FORMERLY = re.compile(
    r"\b(?:đã|mới) (?:bỏ|cai|ngừng|ngưng|dừng|thôi)|\b(?:bỏ|cai)\b|không còn|trước đây|\bex\b|\bex-|former|\bquit"
    r"|stopped|no longer|ceased|\bpast\b|previous"
)
_DENIED = re.compile(
    r"\b(?:không|ko|chưa|chẳng|phủ nhận|âm tính|never|non|no|not|nil|none|denie[sd]|without|negative)\b"
    r"|lifetime abstainer|non-?smok"
)
_ONLY_DENIED = re.compile(
    r"(?:không|ko|chưa|phủ nhận|âm tính|never|no|none|nil|not|negative|denie[sd]|0|-)"
    r"(?: (?:có|hút|uống|dùng|sử|dụng|bao|giờ|gì|từng|at|all))*"
)
_UNKNOWN = re.compile(r"(?:không|ko|chưa) (?:rõ|biết|hỏi|khai thác|ghi nhận được)|unknown|not (?:known|asked)|\bn/?a\b")
_AT_TIMES = re.compile(r"thỉnh thoảng|đôi khi|\bít\b(?! nhất)|hiếm|xã giao|khi có dịp|occasion|\bsocial|rare|sometimes")
_OFTEN = re.compile(r"(?:mỗi|hằng|hàng) ngày|ngày nào|nghiện|nhiều|\bgói\b|daily|every day|heavy|abuse|dependen|addict")
_ALONE = re.compile(
    r"(?:(?:hút|uống|thuốc|lá|lào|rượu|bia|ma|túy|tuý|use|of|and|status|tình|trạng|alcohol|drink|smoking)\b ?)*"
)


def of_words(text: str) -> dict[str, Uses]:
    """By habit, what a text says of it; nothing of a habit that it does not name, or of which it says "not known"."""
    if not _ANY.search(text.casefold()):
        return {}
    found: dict[str, Uses] = {}
    asked: list[str] = []  # the habits of the clause before, which this one may answer: "Hút thuốc: không"
    denied = False
    for clause in clauses_of(text):
        named = [name for name, pattern in NAMED.items() if pattern.search(clause)]
        if not named:
            if asked and (answer := _answer(clause)) is not None:
                found.update(dict.fromkeys(asked, answer))
            continue
        if _NOT_THEIRS.search(clause):
            asked = []
            continue
        goes_on = denied and _ALONE.fullmatch(clause) is not None  # "không hút thuốc, rượu bia"
        denied = goes_on or _is_denied(clause)
        asked = named
        for name in named:
            found[name] = NEVER if denied else _use(clause, name)
    return {name: uses for name, uses in found.items() if uses}


def named_in(text: str) -> list[str]:
    """The habits that a text names."""
    plain = text.casefold()
    return [name for name, pattern in NAMED.items() if pattern.search(plain)] if _ANY.search(plain) else []


def of_answer(words: str, name: str) -> Uses | None:
    """What words say that answer the question for one habit: "1 gói mỗi ngày", "Không"; None where it is not known."""
    return of_words(f"{_QUESTIONS[name]}: {words}").get(name)


def of_value(observation: Resource, name: str) -> Uses | None:
    """What the value of an Observation of a habit says, by its codes, its amount or its words."""
    concept = observation.get("valueCodeableConcept") or {}
    for coding in concept.get("coding", ()):
        if (code := (str(coding.get("system")), str(coding.get("code")))) == NO_HABIT:
            return NO.get(name, NEVER)
        if code in ANSWERS:
            return ANSWERS[code]
    if (amount := _amount(observation)) is not None:
        return EVER if amount else NOT_NOW
    for words in _words(concept, observation):
        if (uses := of_answer(words, name)) is not None:
            return uses
    return None


def _words(concept: Resource, observation: Resource) -> Iterator[str]:
    said = [observation.get("valueString"), concept.get("text")]
    yield from (str(each) for each in [*said, *(coding.get("display") for coding in concept.get("coding", ()))] if each)


def _amount(observation: Resource) -> float | None:
    """How much, where it is a number; a boolean is one or nothing."""
    for value in (observation.get("valueQuantity"), *(each.get("valueQuantity") for each in _components(observation))):
        if isinstance(value, dict) and "value" in value:
            return float(value["value"])
    for member in ("valueInteger", "valueBoolean"):
        if member in observation:
            return float(observation[member])
    return None


def _components(observation: Resource) -> list[Resource]:
    found: list[Resource] = observation.get("component") or []
    return found


def _is_denied(clause: str) -> bool:
    return bool(_DENIED.search(clause)) and not any(each.search(clause) for each in (_UNKNOWN, _STILL, _FORMERLY))


def _use(clause: str, name: str) -> Uses:
    if _STILL.search(clause):
        return USES
    if _FORMERLY.search(clause):
        return FORMER
    if _UNKNOWN.search(clause):
        return frozenset()
    if _AT_TIMES.search(clause):
        return LIGHT
    return NOW if _OFTEN.search(clause) else UNSAID[name]


def _answer(clause: str) -> Uses | None:
    """What a clause says of the habit that the one before named; None where it is about something else."""
    if _UNKNOWN.match(clause):
        return frozenset()
    if _STILL.match(clause):
        return USES
    if _FORMERLY.match(clause):
        return FORMER
    if _ONLY_DENIED.fullmatch(clause):
        return NEVER
    if _AT_TIMES.search(clause):
        return LIGHT
    return NOW if _OFTEN.search(clause) else None


_QUESTIONS = {TOBACCO: "hút thuốc", ALCOHOL: "rượu", DRUGS: "ma túy"}
