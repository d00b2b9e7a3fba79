"""Denials in words: whether a text says that there is none of its kind ("Không", "Denies drug allergies"), that one
thing is not so ("Không dùng thuốc chống đông"), or that nobody knows.

Words are read clause by clause. A text denies its kind if a clause denies and no clause names a thing of it.
"""

import itertools
import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from health_record.remembered import remembered
from health_record.rendering.plain_words import marked, plain


class Denial(StrEnum):
    """What a text without a code says instead of naming a thing."""

    OF_ALL = "all"
    OF_ONE = "one"
    UNKNOWN = "unknown"


class Clause(NamedTuple):
    """A clause in small letters and single spaces, and what parts it from the next one."""

    words: str
    end: str


_BETWEEN = re.compile(
    r"([;:,.!?()\[\]/\n\r–—]| - |\b(?:và|hoặc|nhưng|tuy nhiên|song|ngoại trừ|trừ|ngoài|chỉ|and|or|but|except|excluding"
    r"|however|only|apart from|other than|besides)\b)"
)
_NO_ALLERGIES = r"nk[dfm]?a"
DENIES = re.compile(
    r"(?:không|ko|chưa|chẳng|phủ nhận|âm tính|no|none|not|nil|nothing|never|without|denies|denied|negative|absent"
    r"|unvaccinated|unimmuni[sz]ed"
    rf"|{_NO_ALLERGIES}|keine|kein|pas|aucune?|sin|ning[uú]na?|geen|nessuna?)(?![-\w])"
)
# What begins like a denial and is none: a warning, or that nobody knows.
WARNS = re.compile(
    r"(?:không|ko|chưa|chẳng)\s+(?:nên|được(?! tiêm| chủng)|thể|ngừng|ngưng|bỏ|rõ|biết|nhớ|hỏi|khai thác|xác định|chắc"
    r"|loại trừ)\b"
    r"|(?:không|ko)\s+(?:dùng|uống|tiêm|truyền|ăn|cho|sử dụng)\s+được\b|not?\s+(?:known\b(?!\s+\w)|asked|sure|to)\b"
    r"|never\s+(?:give|use|stop)\b|không\s+được\b"
)
OF_ALLERGY_WARNS = re.compile(r"(?:không|ko|chưa|chẳng)\s+(?:dùng|uống|tiêm|truyền|ăn|cho|sử dụng)\b")
_UNKNOWN = re.compile(
    r"(?:không|ko|chưa) (?:rõ|biết|nhớ|hỏi|khai thác|xác định|có thông tin|có dữ liệu)(?: được)?"
    r"|unknown|not (?:known|asked|recorded|available|assessed)|no (?:information|data)|n/?a|\?+|[-−]+"
)
_AROUND = """
có bị từng bao giờ lần gì nào hết cả đặc biệt bất kỳ thường thấy ghi nhận phát hiện tiền sử bản thân người bệnh nhân bn
hiện nay tại lúc trước đây đã theo lời khai hỏi kiểm tra xác bác sĩ bs điều dưỡng tự khác ngày tháng năm này kể
any known history of the as reported by patient pt on in at date asked checked verified reviewed confirmed current
currently his her their has have had been is are there significant noted recorded documented identified found present
stated self ever file time
"""
AROUND = frozenset(_AROUND.split())
# By type, the words for what such an entry names.
_SUBJECTS = {
    "AllergyIntolerance": """dị ứng mẫn cảm quá cơ địa với các loại thuốc thức ăn thực phẩm hóa hoá chất mỹ thời tiết
        nguyên vắc xin to allergy allergies allergic allergen allergens intolerance intolerances hypersensitivity drug
        drugs food foods environmental medication medications medicine medicines vaccine vaccines adverse
        reaction reactions""",
    "Condition": """lý nền mạn mãn tính mắc kèm chẩn đoán disease diseases problem problems condition conditions chronic
        medical illness illnesses diagnosis diagnoses comorbidity comorbidities past abnormality abnormalities""",
    "Immunization": """được tiêm chủng ngừa phòng vắc xin vaccine vaccines vaccin mũi liều các loại immunization
        immunizations immunised immunized vaccination vaccinations vaccinated given received dose doses""",
    "MedicationStatement": """thuốc đang dùng uống sử dụng điều trị xuyên đều hằng hàng dài hạn các loại tây medication
        medications medicine medicines meds drug drugs taking taken takes on treatment regular prescribed""",
    "Procedure": """phẫu thuật thủ mổ can thiệp ngoại khoa trải qua làm surgery surgeries surgical operation operations
        procedure procedures undergone performed intervention interventions past""",
}
_HARMLESS = {kind: AROUND | frozenset(words.split()) for kind, words in _SUBJECTS.items()}
_OF_ALLERGY = re.compile(r"dị ứng|allerg|intoleran|mẫn cảm|hypersens")
# Whoever takes a medicine irregularly, or has not taken it today, has it.
_LAPSE = (
    r"(?!.*\b(?:đều|deu|đúng|đủ|liên tục|thường xuyên|(?:sáng|trưa|chiều|tối|đêm|hôm|sang|trua|chieu|toi|hom)"
    r" (?:nay|qua)|regularly|daily|today|every day)\b)"
)
# What a denial of one thing says of it: without such a verb "Không nuốt được" is a disease, and "No-spa" a medicine.
_ONE = {
    "AllergyIntolerance": re.compile(r"(?:có |tiền sử |ghi nhận |bị )*dị ứng\b|(?:known )?allerg|.* allergy$"),
    "Condition": re.compile(r"(?:có |ghi nhận |bị )*(?:tiền sử|mắc|bệnh)\b|(?:known )?history of\b"),
    "Immunization": re.compile(r"(?:được )?(?:tiêm|chủng)\b|vaccinated against\b"),
    "MedicationStatement": re.compile(rf"{_LAPSE}(?:(?:có |đang )*(?:dùng|uống|sử dụng)\b|(?:taking|on)\b)"),
    "Procedure": re.compile(r"(?:có |từng |tiền sử )*(?:phẫu thuật|mổ)\b|history of\b"),
}
_AFFIRMS = frozenset({"có", "bị"})  # before a denial: "Có dị ứng không"
_AFFIRMS_AFTER = re.compile(r"\b(?:có|bị) (?!dị ứng|bệnh|tiền sử)")
_DENIES_ANYWHERE = re.compile(r"\b(?:" + DENIES.pattern + ")")
_SILENT = ""
_MINUS = ("-", "−")
# One of these is in every text that denies or that says that nobody knows.
_MAY_DENY = re.compile(
    r"kh[ôo]ng|\bko\b|ch[ưu]a\b|ch[ẳa]ng|ph[ủu] nh[ậa]n|[âa]m t[íi]nh|\b(?:no|nil|nev|with|den|neg|abs|nk|un|kei|pas"
    r"|auc|sin|nin|gee|nes)|n/?a|[?−-]",
    re.IGNORECASE,
)
LONGEST = 1000  # letters of one text that are read; whatever is longer says more than "none"
_OTHERS = re.compile(r"gia đình|huyết thống|người thân|họ hàng|family|relatives?\b")


def clauses_of(text: str) -> Iterator[Clause]:
    """The clauses of a text, the empty ones too."""
    yield from clauses_in(marked(text))


def clauses_in(words: str) -> Iterator[Clause]:
    """The same of a text that has its marks already: read twice, `K dị ứng` would become `k dị ứng`, which denies."""
    parts = [*_BETWEEN.split(words), ""]
    yield from (Clause(" ".join(parts[at].split()), parts[at + 1].strip()) for at in range(0, len(parts), 2))


@remembered(1024)
def denial_of(text: str, kind: str) -> Denial | None:
    """What the words of an entry of this type deny, where they name nothing; None where they name a thing.

    >>> denial_of("Không có tiền sử dị ứng thuốc, thức ăn", "AllergyIntolerance").value
    'all'
    >>> denial_of("Không dùng thuốc chống đông", "MedicationStatement").value
    'one'
    >>> denial_of("Không dị ứng thuốc. Dị ứng thời tiết", "AllergyIntolerance")
    """
    if not may_deny(text):
        return None
    if _is_unknown(plain(text).rstrip(" ."), kind):
        return Denial.UNKNOWN
    clauses = [clause for clause in clauses_of(text) if clause.words]
    if not clauses or len(text) > LONGEST or _OTHERS.search(plain(text)):
        return None
    found = [_read(clause, kind) for clause in clauses]
    if None in found or not any(found) or (kind == "AllergyIntolerance" and affirms_allergy(text)):
        return None
    return Denial.OF_ONE if Denial.OF_ONE in found else Denial.OF_ALL


@remembered(1024)
def may_deny(text: str) -> bool:
    """Whether there is in the text what every denial has, so that most texts need no closer look."""
    return _MAY_DENY.search(marked(text)) is not None


def affirms_allergy(text: str) -> bool:
    """Whether a clause without a denial says that there is an allergy: "Dị ứng thời tiết", and not "Dị ứng: không".

    "No drug or food allergies" goes on until the allergies are named.
    """
    clauses = [clause for clause in clauses_of(text) if clause.words]
    is_open = False  # whether a denial has not yet said of what
    for clause, after in zip(clauses, [*clauses[1:], None], strict=True):
        speaks = _OF_ALLERGY.search(clause.words) is not None
        if _DENIES_ANYWHERE.search(clause.words):
            is_open = not speaks and " " in clause.words
        elif speaks and not is_open and clause.end != ":" and not _denies_before(after):
            return True
        else:
            is_open = is_open and not speaks
    return False


def _denies_before(after: Clause | None) -> bool:
    """Whether the next clause denies what stands before it, and no allergy of its own."""
    if after is None:
        return False
    return after.words in _MINUS or bool(DENIES.match(after.words) and not _OF_ALLERGY.search(after.words))


def _is_unknown(words: str, kind: str) -> bool:
    asked, _, answer = words.rpartition(":")
    return all(map(_HARMLESS[kind].__contains__, asked.split())) and _UNKNOWN.fullmatch(answer.strip()) is not None


def _read(clause: Clause, kind: str) -> str | None:
    """The denial of one clause; _SILENT of one that only says of what, when or by whom, None of one that names."""
    words, harmless = clause.words.split(), _HARMLESS[kind]
    if all(word in harmless or word.isdigit() for word in words):
        return _SILENT
    if clause.words in _MINUS:
        return Denial.OF_ALL
    before = list(itertools.takewhile(harmless.__contains__, words))
    rest = " ".join(words[len(before) :])
    denial = DENIES.match(rest)
    if not denial or WARNS.match(rest) or _AFFIRMS & {*before} or clause.end == "?":
        return None
    if re.fullmatch(_NO_ALLERGIES, denial[0]) and kind != "AllergyIntolerance":
        return None
    return _of_what(rest[denial.end() :].strip(), kind)


def _of_what(denied: str, kind: str) -> Denial | None:
    """Whether the words after a denial are those of all of a kind, or name one thing of it."""
    harmless = _HARMLESS[kind]
    if all(word in harmless or word.isdigit() or DENIES.fullmatch(word) for word in denied.split()):
        return Denial.OF_ALL
    return Denial.OF_ONE if _ONE[kind].match(denied) and not _AFFIRMS_AFTER.search(denied) else None
