"""What the person refused or asked for in advance: not to be resuscitated, no blood. It stands at the top.

It may be written as a disease, a result, a paper, a procedure not done or in the person's own words. The sentence says
who wrote what and when, and decides nothing: the paper and the person do.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from health_record.clinical_words.none_in_words import texts_of
from health_record.clinical_words.observed_words import answered, is_measured
from health_record.language import Translated
from health_record.reconciliation.statements import named
from health_record.rendering.entries import entry
from health_record.rendering.phrases import Phrase, in_language, joined, shortened
from health_record.rendering.plain_words import without_marks
from health_record.rendering.source_words import source_of
from health_record.rendering.statuses import State, state_of
from health_record.rendering.times import is_dated
from health_record.summary_sources.patient import RECORD_SYSTEM

Resource = dict[str, Any]
REFUSES = "refuses"  # of RECORD_SYSTEM
TOLD = Translated(
    "NGƯỜI BỆNH CÓ ĐIỀU TỪ CHỐI HOẶC DẶN TRƯỚC, hỏi lại và xem giấy: {0}",
    "THE PERSON REFUSED OR ASKED FOR SOMETHING IN ADVANCE, ask again and see the paper: {0}",
)
MOST_TOLD, LONGEST = 3, 200
MORE = Translated("và {0} mục nữa", "and {0} more")
# SNOMED CT: not for (attempted cardiopulmonary) resuscitation. LOINC: resuscitation orders, advance directives.
# ICD-10: not carried out because of the patient's belief.
CODES = frozenset({"304253006", "450476008", "100822-6", "42348-3", "75320-2", "Z53.1"})
CODED = ("code", "type", "valueCodeableConcept", "statusReason")
SPEAKING = frozenset(
    {"Condition", "DiagnosticReport", "DocumentReference", "Encounter", "ImagingStudy", "Observation", "Procedure"}
)
# Letters without their marks, small. What would read as another word without its marks is in capitals: see `_LIKE`.
_TREATMENT = (
    r"(?:truyen mau|truyen che pham mau|che pham mau|nhan mau|hoi suc|ep tim|soc dien|dat (?:ong )?noi khi quan|dat nkq"
    r"|dat ong tho|tho may|mo khi quan|cap cuu|can thiep (?:xam lan|xam nhap|tich cuc))\b"
)
_BARE_HOPE = r"(?:truyen mau|hoi suc|dat ong|dat noi khi|ep tim|cap cuu)"
_LIKE = (("mẫu", "MAU"), ("đừng", "DUNG"), ("dừng", "STOP"), ("xin dùng", "XIN USED"))
_WORDS = re.compile(
    r"(?:(?:xin|mong|muon|yeu cau|de nghi|nguyen vong|cam ket)(?: \w+){0,2} khong|DUNG)"
    rf"(?: (?:co|duoc|cho|dat|dung|lam|tiep tuc|thuc hien))? {_TREATMENT}|xin dung (?:co )?{_BARE_HOPE}"
    rf"|dong y khong {_TREATMENT}"
    rf"|(?:gia dinh|nguoi nha|than nhan)(?: \w+){{0,2}} khong (?:hoi suc\b(?! duoc)|ep tim\b(?! duoc))"
    rf"|(?:gia dinh|nguoi nha|than nhan)(?: \w+){{0,2}} thong nhat khong {_TREATMENT}"
    rf"|khong (?:dong y|chap nhan|muon|cho phep)(?: \w+){{0,2}} (?:{_TREATMENT}|xam lan\b|mau\b)"
    r"|khong (?:can thiep (?:xam lan|xam nhap)|ap dung hoi suc)"
    r"|khong hoi suc(?: \w+){0,2} theo (?:nguyen vong|yeu cau|y nguyen|y muon)"
    r"|khong (?:hoi suc(?! (?:duoc|sau sinh))|ep tim(?! duoc)|nhan mau)"
    r"|khong truyen mau (?:vi|do|theo) (?:ton giao|dao|niem tin)"
    r"|tu choi (?:nhan |duoc |viec )*(?:truyen )?"
    rf"(?:mau\b(?! benh pham| xet nghiem)|nkq\b|xam lan\b|{_TREATMENT})"
    r"|gie-?ho-?va|jehovah|\bdn(?:r|ar|i)\b|do not (?:attempt )?(?:resuscitat|intubat)|\bno cpr\b"
    r"|not for (?:attempted )?(?:cpr|resuscitation|cardiopulmonary)"
    r"|(?:refus|declin)\w*(?: of| to receive| all| any)* (?:blood|transfusion|cpr|resuscitation|intubation|ventilation)"
    r"|advance (?:care )?directive|living will|y nguyen dinh truoc"
)
_PAPER = r"(?:dn(?:r|ar|i)|advance (?:care )?directive|living will|y nguyen dinh truoc)"
# That nothing was refused, that it is no belief of the person, that the body does not allow it, that the paper is none.
_NOT_REFUSED = re.compile(
    r"\b(?:khong|chua|chang|ko)(?: (?:he|tung|bao gio|duoc|duoc phep|nen|the|phai|co))* tu choi"
    r"|\b(?:not|never|no)(?: been)? (?:refus|declin)\w*"
    r"|\b(?:khong|chua|chang|ko|not|no)(?: (?:phai|la|theo|dao|nhan chung|tin do|nguoi|tin|an?))*"
    r" (?:gie-?ho-?va|jehovah)"
    r"|(?:tinh trang|huyet dong|dieu kien|the trang|benh canh)(?: \w+){0,3} khong cho phep"
    rf"|\b(?:khong|chua|ko|no|not)(?: (?:co|y lenh|lenh|giay))* {_PAPER}\b"
    rf"|\b{_PAPER} *[:=]? *(?:(?:khong|chua|no|none)(?: co)? *(?=$|[.,;)\n\r])|\(?[-−]\)?(?! *\w))"
    r"|khoa (?:xn|xet nghiem) tu choi"
)
_SENTENCES = re.compile(r"[.;\n\r]+\s*")
_BARE_OF_RESUSCITATION = "khong hoi suc"
_CRIES = re.compile(r"khoc (?:ngay|to)|apgar")  # a newborn that needed none
# One of these is in every text that refuses, with its marks or without.
_PARTS = (
    *("từ chối", "tu choi", "hồi sức", "hoi suc", "ép tim", "ep tim", "nhận máu", "nhan mau", "truyền", "truyen"),
    *(
        "chế phẩm",
        "che pham",
        "nội khí",
        "noi khi",
        "nkq",
        "ống thở",
        "ong tho",
        "thở máy",
        "tho may",
        "mở khí",
        "mo khi",
    ),
    *(
        "cấp cứu",
        "cap cuu",
        "xâm",
        "xam",
        "sốc đi",
        "soc dien",
        "can thi",
        "giê",
        "gie",
        "jehova",
        "dnr",
        "dnar",
        "dni",
    ),
    *("resus", "intub", "cpr", "refus", "declin", "directive", "living will", "ý nguy", "y nguy"),
)


def with_refusals(patient: Resource, resources: Iterable[Resource], zone: str) -> Resource:
    """The Patient with a tag that names what the person refused or asked for in advance, the newest first."""
    found = [(each, said) for each in resources if (said := _refused(each)) is not None]
    if not found:
        return patient
    found.sort(key=lambda pair: _day(pair[0]), reverse=True)
    more = len(found) - MOST_TOLD
    phrases = [_told(each, said, zone) for each, said in found[:MOST_TOLD]]
    vi, en = (
        "; ".join([*(in_language(each, language) for each in phrases), *_more(more, language)])
        .replace("(", "[")
        .replace(")", "]")
        for language in ("vi", "en")
    )
    tag = {"system": RECORD_SYSTEM, "code": REFUSES, "display": f"{TOLD.vi.format(vi)} ({TOLD.en.format(en)})"}
    meta = patient["meta"]
    return {**patient, "meta": {**meta, "tag": [tag, *meta["tag"]]}}


def refuses(text: str) -> bool:
    """Whether words say that something was refused in advance."""
    return next(places_of(text), None) is not None


def places_of(text: str) -> Iterator[tuple[int, int]]:
    """Where a text in NFC says it, from and to: `đừng` is a wish, and not `dừng`, which means to end."""
    small = unicodedata.normalize("NFC", text).casefold()
    if not any(map(small.__contains__, _PARTS)):
        return
    for word, unlike in _LIKE:
        small = small.replace(word, unlike)
    bare = _NOT_REFUSED.sub(lambda found: "." * len(found[0]), without_marks(small))
    for found in _WORDS.finditer(bare):
        if found[0] != _BARE_OF_RESUSCITATION or not _CRIES.search(_around(bare, found)):
            yield found.span()


def _around(bare: str, found: re.Match[str]) -> str:
    """The sentence of what was found, and those beside it."""
    before = _SENTENCES.split(bare[: found.start()])[-2:]
    return " ".join([*before, *_SENTENCES.split(bare[found.end() :])[:2]])


def _refused(resource: Resource) -> str | None:
    """The words of a refusal, empty where a code alone says so; None where there is none."""
    kind = resource["resourceType"]
    if kind not in SPEAKING or not _is_so(kind, state_of(resource)) or "focus" in resource:
        return None
    for text in _texts(resource):
        if refuses(text):
            return text
    for member in CODED:
        if isinstance(concept := resource.get(member), dict):
            for coding in concept.get("coding", ()):
                if coding.get("code") in CODES:
                    return ""
    return None


def _is_so(kind: str, state: State) -> bool:
    """Whether it is said now; of a procedure also that it was not done."""
    return state is State.PRESENT or (kind == "Procedure" and state in (State.ABSENT, State.PLANNED))


def _texts(resource: Resource) -> Iterator[str]:
    if resource["resourceType"] == "Observation":
        if is_measured(resource):
            return
        yield from (f"{question}: {answer}" if answer else question for question, answer in answered(resource))
    yield from (text for text, _ in texts_of(resource))
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


def _day(resource: Resource) -> str:
    names = ("effectiveDateTime", "recordedDate", "date", "performedDateTime", "onsetDateTime")
    return next((str(resource[name]) for name in names if resource.get(name)), "")
