"""Whether what is coded "no known ..." names something in its words: then it says no longer that there is none.

The words are read clause by clause. A clause is harmless if it denies ("không dị ứng thuốc") or only says of what, when
or by whom it was asked. Whatever else stands there counts as named: better one line too many than one too few.
"""

import re
from collections.abc import Iterator
from typing import Any

from health_record.rendering import denials
from health_record.rendering.denials import DENIES, LONGEST, OF_ALLERGY_WARNS, WARNS, Denial
from health_record.rendering.phrases import bilingual, keep_ends
from health_record.rendering.plain_words import plain

Resource = dict[str, Any]
CONCEPTS = ("code", "vaccineCode", "medicationCodeableConcept")
_AFFIRMS = re.compile(r"(?<!không )(?<!ko )(?<!chưa )(?<!chẳng )\bcó\b|\bbị\b(?! dị ứng)(?! bệnh)")
_TELLS = re.compile(
    r"\b(?:có|đang|bị|nghiện|hiện|gói|không|chưa|đã|no|not|never|former|current|smoker|drinker|user|pregnant)\b|\d"
    r"|abuse|dependen|addict"
)
_NEUTRAL_WORDS = """
dị ứng thuốc thức ăn thực phẩm hóa hoá chất mỹ thời tiết nguyên bệnh lý mạn tính mãn cấp tiền sử bản thân gia đình người
nhà lời khai theo nhân hỏi ngày tháng năm lúc nay hiện tại trước đây đã ghi nhận kiểm tra xác vắc xin phẫu thuật thủ bác
sĩ bs điều dưỡng mẹ cha bố con vợ chồng tự khác gì nào
allergy allergies intolerance intolerances drug drugs food foods environmental environment medication medications
medicine medicines problem problems disease diseases immunization immunizations vaccine vaccines procedure procedures
disability known situation history of as reported by the patient family on in at date asked checked verified reviewed
confirmed current currently any his her their
"""
NEUTRAL = frozenset(_NEUTRAL_WORDS.split())
_OF_ALLERGY = re.compile(r"dị ứng|allerg|intoleran")


def words_that_name(resource: Resource) -> str | None:
    """What the words of a "no known ..." name all the same; None where they name nothing."""
    allergy = resource["resourceType"] == "AllergyIntolerance"
    if allergy and any(each.get("manifestation") or each.get("substance") for each in resource.get("reaction", ())):
        return "phản ứng (reaction)"
    for text, is_note in texts_of(resource):
        if denials.denial_of(text, resource["resourceType"]) is Denial.OF_ALL:
            continue
        if _says_more(text, allergy=allergy, is_note=is_note):
            return bilingual(keep_ends(text, LONGEST))
    return None


def _says_more(text: str, *, allergy: bool, is_note: bool) -> bool:
    if len(text) > LONGEST:
        return True
    clauses = [clause.words for clause in denials.clauses_of(text)]
    if any(_names(clause, allergy=allergy) for clause in clauses) or (allergy and denials.affirms_allergy(text)):
        return True
    # Harmless words alone deny nothing: "Dị ứng thuốc" is an allergy.
    speaks = bool(_OF_ALLERGY.search(plain(text))) if is_note else any(clauses)
    return speaks and not any(DENIES.match(clause) for clause in clauses)


def denies(text: str) -> bool:
    """Whether a text begins as a denial and is one: "Không có bệnh tim", and not "Không rõ loại"."""
    words = plain(text)
    return DENIES.match(words) is not None and not warns(words)


def warns(clause: str) -> bool:
    """Whether a clause that begins like a denial is none: "không được dùng", "không rõ"."""
    return bool(WARNS.match(clause) or OF_ALLERGY_WARNS.match(clause))


def tells_by_itself(name: str) -> bool:
    """Whether the name of an Observation without a value tells something ("Nghiện rượu") or only asks ("Hút thuốc")."""
    return _TELLS.search(plain(name)) is not None


def texts_of(resource: Resource) -> Iterator[tuple[str, bool]]:
    """The words that name the thing, and (True) the notes beside them."""
    for member in CONCEPTS:
        if isinstance(concept := resource.get(member), dict):
            yield from ((str(each), False) for each in (concept.get("text"),) if each)
            yield from (
                (str(coding["display"]), False) for coding in concept.get("coding", ()) if coding.get("display")
            )
    yield from ((str(note["text"]), True) for note in resource.get("note", ()) if note.get("text"))


def clauses_of(text: str) -> Iterator[str]:
    """The clauses of a text, in small letters and single spaces."""
    yield from (clause.words for clause in denials.clauses_of(text))


def _names(clause: str, *, allergy: bool) -> bool:
    if not clause or all(word in NEUTRAL or word.isdigit() for word in clause.split()):
        return False
    if not DENIES.match(clause) or WARNS.match(clause) or _AFFIRMS.search(clause):
        return True
    return allergy and OF_ALLERGY_WARNS.match(clause) is not None
