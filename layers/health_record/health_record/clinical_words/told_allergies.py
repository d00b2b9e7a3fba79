"""Allergies that are told as something else, by a code or in words; and which of all denies "no known allergy".

Hospital files have no place for an allergy but among the diagnoses, and many write one in an observation or a note.
Words are read as in `none_in_words`: whatever is no plain denial tells of one.
"""

import itertools
import re
import unicodedata
from typing import Any

from health_record.clinical_words import allergy_words
from health_record.clinical_words.blanks import without_blanks
from health_record.clinical_words.forms import answered
from health_record.clinical_words.none_in_words import texts_of, warns
from health_record.clinical_words.quoted import part_around
from health_record.clinical_words.told_texts import Told, asks, is_neutral, is_plain_number, texts
from health_record.remembered import remembered
from health_record.rendering.denials import Clause, clauses_in
from health_record.rendering.plain_words import marked, plain
from health_record.rendering.statuses import State, state_of

Resource = dict[str, Any]
OF_ALL_ALLERGIES = frozenset({"716186003", "no-known-allergies"})
# What the other ones deny: the categories of FHIR that such an allergy may have.
DENIED = {
    "409137002": frozenset({"medication", "biologic"}),
    "no-known-medication-allergies": frozenset({"medication", "biologic"}),
    "429625007": frozenset({"food"}),
    "no-known-food-allergies": frozenset({"food"}),
    "428607008": frozenset({"environment"}),
    "no-known-environmental-allergies": frozenset({"environment"}),
}
OF_A_PART = frozenset({"environment", "biologic"})  # animals, insects, latex: what FHIR has no category of its own for
EVERYTHING = frozenset({"medication", "biologic", "food", "environment"})
_DENIED_WORDS = (
    (re.compile(r"thuốc|drug|medic|\bnk[dm]a\b"), DENIED["409137002"]),
    (re.compile(r"thức ăn|thực phẩm|food|\bnkfa\b"), DENIED["429625007"]),
    (re.compile(r"thời tiết|môi trường|mỹ phẩm|environment"), DENIED["428607008"]),
)
# What is an allergy itself, or of somebody else, or of no clinical matter.
SILENT = frozenset({"AllergyIntolerance", "Device", "FamilyMemberHistory", "Medication", "Organization", "Patient"})
MOST_BESIDE = 8  # clauses behind one that may answer it
# Of these a reason tells of an allergy also where nothing was done or taken: "not given: allergic to eggs".
REASONED = frozenset({"Immunization", "MedicationStatement", "Procedure"})
# ICD-10 codes that say that somebody has or had an allergy, and to what; nothing is said of what where it is empty.
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
OF_ALLERGIES: dict[str, frozenset[str]] = {
    "L23": frozenset(),
    "L27.0": frozenset({"medication"}),
    "L27.1": frozenset({"medication"}),
    "L50.0": frozenset(),
    "L51.1": frozenset(),
    "L51.2": frozenset(),
    "T78.0": frozenset({"food"}),
    "T78.1": frozenset({"food"}),
    "T78": frozenset(),
    "T80.5": frozenset({"biologic", "medication"}),
    "T88.6": frozenset({"medication"}),
    "T88.7": frozenset({"medication"}),
    "Z88": frozenset({"medication", "biologic"}),
    "Z91.0": frozenset({"food", "environment"}),
}
AIRBORNE = frozenset({"environment"})
# A relative right before the word, behind a heading: whoever declares for a parent writes "Mẹ dị ứng" of that parent.
# It ends with its line, and where the patient's own begins; "Theo gia đình bà dị ứng" is what a family tells of her.
_OF_FAMILY = re.compile(
    r"(?<!theo )(?<!lời )(?<!lời khai )(?:(?:tiền sử|ts) gia đình\s+|gia đình(?:\s*:\s*|\s+có\s+))(?:có |tiền sử )*"
    r"(?:bố|ba|cha|mẹ|má|anh|chị|em|ông|bà|con)(?: (?:ruột|gái|trai|nội|ngoại|đẻ|bị|có|từng))*"
    r" dị ứng(?:(?!\b(?:bản thân|bn|bệnh(?: nhân)|người bệnh|trẻ|bé|tôi)\b)[^,.;\n\r])*"
)
_EATS = re.compile(r"(?:uống|ngon|ngủ|kém|được|ít|khó|nhạt|lỏng|mềm|đặc)\b(?! sữa)")  # how somebody eats
_SPACES = re.compile(r"[^\S\n\r]+")
_NOT_KNOWN = re.compile(r"(?:không|ko|chưa) (?:rõ|biết|hỏi|khai thác|xác định)\b.*|unknown|not (?:known|asked)")
_DENIAL = re.compile(r"\b(?:không|ko|chưa|chẳng|phủ nhận|no|not|non|without|denies|denied|never|nil)\b")
_NO = r"(?:không|ko|khg|kg|k|chưa|chẳng)"
_NONE = re.compile(
    rf"{_NO}(?: (?:có|ghi nhận|phát hiện|thấy|gì|gì cả|nào|đặc biệt|lạ|bất thường|khai thác được|từng|bị|tiền sử))*"
    r"|âm tính|phủ nhận|bình thường|no|none|nil|negative|denie[sd]|nka|nkda|[0oø∅n]|[-−]+|[ck]phb[tl]"
)
_YES = frozenset({"có", "có dị ứng", "bị", "bị dị ứng", "dị ứng", "yes", "dương tính"})
# What is said of a medicine that somebody takes, or of a culture: "Amoxicillin: 1 viên x 2", "Ceftriaxon: nhạy".
_USED = re.compile(
    r"\d|\b(?:có|test|viên|ống|lọ|gói|nhạy|kháng|đề kháng|trung gian|đáp ứng|dùng được|ngừng|phù hợp|hiệu quả|tiêm|uống"
    r"|truyền|mg|gây tê|chưa|đỡ|giảm|no"
    r"|ngày|sáng|tối|liều|tốt|đủ|tiếp|s|r|i)\b"
)
_IS_NO = re.compile(_NO)
# A file's lines are joined: "Dị ứng: không THA: có" answers and goes on with the next heading.
_NO_AND_HEADING = re.compile(rf"({_NO}) (?!(?:rõ|nhớ|biết|dung|được|nên|dị)\b)(?:\w+ ?){{1,3}}$")
_NEXT_NUMBER = re.compile(r"(?<=[^\W\d]) \d{1,2}[.)](?= [^\W\d])")  # "Dị ứng: không 4. Khám"
_ENDS_IN_NO = re.compile(rf" {_NO}(?: có)?$")
_EXCEPT = ("ngoài", "trừ", "ngoại trừ", "except", "but", "other than", "apart from")
_OF_SKIN = re.compile(r"(?:da|cơ|viện|giờ|ra)\b")  # "dị ứng ngoài da": on the skin, and no exception
_ENDS = (".", ";", "\n", "\r", "?")  # of a sentence
_BULLETS = " -–+*•="
_KIND = re.compile(r"thuốc|thức ăn|thực phẩm|hải sản")
_ELSE = re.compile(
    r"(?:và |có )?(?:dị ứng )?"
    r"(?:thức ăn thực phẩm|thức ăn|thực phẩm|hải sản|khác|(?:hóa|hoá) chất(?! (?:trị liệu|điều trị))|thời tiết)\b"
)


def allergy_of(resource: Resource) -> frozenset[str] | None:
    """The categories of the allergy that something of another type tells of; None where it tells of none.

    AIRBORNE for hay fever, asthma and the like, which do not contradict "no drug allergy"; empty if unknown.
    """
    for coding in resource.get("code", {}).get("coding", ()) if resource["resourceType"] == "Condition" else ():
        code = str(coding.get("code"))
        if coding.get("system") == ICD_10 and (found := OF_ALLERGIES.get(code, OF_ALLERGIES.get(code[:3]))) is not None:
            return found
    telling = [told for told in texts(resource) if _tells(told)]
    if not telling:
        return None
    return frozenset() if any(map(_tells_more_than_of_air, telling)) else AIRBORNE


def is_told_allergy(resource: Resource) -> bool:
    """Whether it is of another type and tells of an allergy that is, or ever was, in its code, value or beside it."""
    kind = resource["resourceType"]
    if kind == "Observation" and is_plain_number(resource):
        return False  # as most results are
    if kind in SILENT or allergy_of(resource) is None:
        return False
    state = state_of(resource)
    return state in (State.PRESENT, State.PAST) or (kind in REASONED and state is not State.ERROR)


def telling_words(resource: Resource) -> str:
    """The text that tells of an allergy, of a long one the part around it; empty where a code alone tells."""
    if resource["resourceType"] in SILENT:
        return ""
    return next((telling_part(told) for told in texts(resource) if _tells(told)), "")


def telling_part(told: Told) -> str:
    """Of a text that tells, the part around what does; empty where nothing does."""
    text = " ".join(unicodedata.normalize("NFC", told.text).split())
    if (clause := _telling_clause(" ".join(_own(told.text).split()))) is not None:
        return part_around(text, _place(clause, plain(told.text)))
    return part_around(text, 0) if told.by_itself else ""


def _place(clause: str, words: str) -> int:
    """Where a clause stands in the words, which may have dots or brackets where it has spaces; 0 if nowhere."""
    found = re.search(r"\W+".join(map(re.escape, clause.split())), words)
    return found.start() if found else 0


def is_contradicted(none: Resource, positive: Resource) -> bool:
    """Whether a statement that there is one contradicts "none known": of its type, and what it denies.

    "No known food allergy" stands beside an allergy to a medicine. It does not stand beside one of which nobody says
    what it is to: that may be food. A disease that tells of an allergy is one.
    """
    if none["resourceType"] != "AllergyIntolerance":
        return bool(none["resourceType"] == positive["resourceType"])
    if positive["resourceType"] == "AllergyIntolerance":
        categories = frozenset(positive.get("category", ()))
    elif (told := allergy_of(positive)) is None:
        return False
    else:
        categories = told
    codes = {str(coding.get("code")) for coding in none.get("code", {}).get("coding", ())}
    if codes & OF_ALL_ALLERGIES or not categories:
        return True
    denied = [DENIED[code] for code in codes if code in DENIED] or [OF_A_PART if codes else _denied_in_words(none)]
    return any(categories & each for each in denied)


def _denied_in_words(none: Resource) -> frozenset[str]:
    """What "NKDA" and the like deny that have no code: medicines or food alone, or else everything."""
    words = " ".join(plain(text) for text, is_note in texts_of(none) if not is_note)
    named = [categories for pattern, categories in _DENIED_WORDS if pattern.search(words)]
    return named[0] if len(named) == 1 else EVERYTHING


@remembered(1024)
def _tells(told: Told) -> bool:
    return told.by_itself or _telling_clause(_own(told.text)) is not None


@remembered(1024)
def _tells_more_than_of_air(told: Told) -> bool:
    return told.by_itself or _telling_clause(allergy_words.AIRBORNE.sub(" ", _own(told.text))) is not None


def _telling_clause(own: str) -> str | None:
    if not any(map(own.__contains__, allergy_words.PARTS)):
        return None
    if (said := allergy_words.TESTED.search(own) or allergy_words.CAUSED.search(own)) is not None:
        return said[0]
    if not allergy_words.WORDS.search(own):
        return None
    clauses = [clause for clause in clauses_in(own) if clause.words or clause.end in _EXCEPT]
    return next((each.words for at, each in enumerate(clauses) if _affirms(each, clauses, at)), None)


def _own(text: str) -> str:
    """The text with its marks and its lines, without what it tells of a relative."""
    words = answered(_SPACES.sub(" ", marked(text).replace("dị-ứng", "dị ứng")))
    words = _NEXT_NUMBER.sub(";", words)
    words = allergy_words.ELLIPSIS.sub(" ", without_blanks(words))
    return _OF_FAMILY.sub("; ", words) if "gia đình" in words else words


def _affirms(clause: Clause, clauses: list[Clause], at: int) -> bool:
    """Whether one clause tells of an allergy; the next ones may deny it ("Dị ứng: không"), or but for something."""
    words = clause.words
    if not (found := allergy_words.WORDS.search(words)):
        return False
    beside = clauses[at + 1 : at + 1 + MOST_BESIDE]
    if clause.end in (":", "(", "?") and beside and _NONE.fullmatch(beside[0].words):
        return _names_after_all(words, beside)
    if _is_denied_behind(clause, beside):
        return _names_after_all(words, beside)
    if any(
        is_neutral(words[denial.end() : found.start()]) and not warns(words[denial.start() :])
        for denial in _DENIAL.finditer(words[: found.start()])
    ):
        return _is_but_for(clause, beside)
    return True


def _is_denied_behind(clause: Clause, beside: list[Clause]) -> bool:
    """Whether what only asks is answered by no: "dị ứng thuốc, thức ăn: không", "dị ứng không", "SPV: không"."""
    asked = clause.words.replace("phản vệ", "").strip(_BULLETS)
    if (said := _ENDS_IN_NO.search(asked)) and asks(asked[: said.start()].rstrip(_BULLETS)):
        return not asked.startswith("có ") and clause.end != "?" or _is_no(_answer(clause, beside))
    return asks(asked) and _is_no(_answer(clause, beside))


def _answer(clause: Clause, beside: list[Clause]) -> str:
    """The first clause behind a question that does not go on asking, in its sentence."""
    before = clause
    for each in beside:
        if before.end in _ENDS or not is_neutral(each.words) or _is_yes(each):
            heading = _NO_AND_HEADING.match(each.words) if each.end == ":" else None
            return heading[1] if heading else each.words
        before = each
    return ""


def _is_yes(clause: Clause) -> bool:
    return clause.words.startswith(("có", "bị")) and clause.end != "/"  # "có/không" asks on


def _is_no(answer: str) -> bool:
    first, _, rest = answer.partition(" ")
    return bool(
        _NONE.fullmatch(answer) or _NOT_KNOWN.fullmatch(answer) or (_IS_NO.fullmatch(first) and is_neutral(rest))
    )


def _is_but_for(clause: Clause, beside: list[Clause]) -> bool:
    """Whether a denial ends with what it leaves out: "Không dị ứng gì ngoài tôm", "..., ngoại trừ tôm"."""
    if clause.end == "," and beside and not beside[0].words:
        clause, beside = beside[0], beside[1:]
    return clause.end in _EXCEPT and bool(beside) and not _OF_SKIN.match(beside[0].words)


def _names_after_all(asked: str, beside: list[Clause]) -> bool:
    """Whether behind the answer no something is left out or another kind named: "dị ứng thuốc: không; thức ăn: tôm"."""
    said, is_over = asked, False
    for each, after in itertools.pairwise([*beside, Clause("", "")]):
        if not is_over and (_leaves_out(each, after) or _names_another(each, after, said)):
            return True
        if allergy_words.DRUG.fullmatch(each.words) and each.end in (":", "(") and _tells_of_it(after):
            return True
        if _KIND.search(said) and _ELSE.fullmatch(each.words) and _is_answered(each.end, after):
            return True
        said = said if is_over else f"{said} {each.words}"
        is_over = is_over or each.end in _ENDS
    return False


def _leaves_out(clause: Clause, after: Clause) -> bool:
    return clause.end in _EXCEPT and not _OF_SKIN.match(after.words)


def _names_another(clause: Clause, after: Clause, said: str) -> bool:
    """Whether a clause names another kind with its answer: "thức ăn tôm cua", "có hải sản"."""
    if (kind := _ELSE.match(clause.words)) is None:
        return False
    if rest := clause.words[kind.end() :].strip():
        return _KIND.search(said) is not None and _names(rest) and not _EATS.match(rest)
    return clause.words.startswith("có ") and not (clause.end in (":", "(") and _is_no(after.words))


def _tells_of_it(answer: Clause) -> bool:
    """Whether a medicine by its name is answered by yes, or by what it did: "Penicillin: có", "Ceftriaxon (+)"."""
    words = answer.words
    is_yes = words in _YES and answer.end != "chỉ"  # "có chỉ định" is no yes
    is_warned_of = words == "chống" and answer.end == "chỉ"  # "chống chỉ định"
    if is_yes or is_warned_of or words.startswith("+") or allergy_words.REACTION.search(words):
        return True
    return _names(words) and answer.end != "chỉ" and _USED.search(words) is None


def _is_answered(end: str, answer: Clause) -> bool:
    """Whether another kind is answered by what it is, or by yes: "thức ăn: tôm", "thức ăn (+)"."""
    return (end == ":" and _names(answer.words)) or (
        end in (":", "(") and (_is_yes(answer) or answer.words.startswith("+"))
    )


def _names(answer: str) -> bool:
    return not _is_no(answer) and not is_neutral(answer)
