"""Which treatments words are of, of those that people refuse in advance, and whether somebody agrees to them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum

from health_record.clinical_words.denied_agreements import LIKE, is_denied
from health_record.clinical_words.forms import BOX, TICK, answered
from health_record.clinical_words.quoted import part_around
from health_record.clinical_words.refused_in_advance import places_of, refuses, withdrawn_in
from health_record.rendering.plain_words import without_marks


class Treatment(StrEnum):
    """What is refused together, or agreed to."""

    BLOOD = "blood"
    RESUSCITATION = "resuscitation"
    DIALYSIS = "dialysis"


_NAMES = {
    Treatment.BLOOD: r"(?:truyen|nhan|tiep)(?: truyen)? (?:che pham |khoi )?"
    r"(?:mau|hong cau|tieu cau|huyet tuong|hcl|httdl)\b|che pham mau|blood(?: products?)?+|transfus\w*+|jehovah"
    r"|gie[- ]?ho[- ]?va",
    Treatment.RESUSCITATION: r"hoi suc|hoi sinh|hstp|(?:ep|bop) tim|soc dien|noi khi quan|nkq|mo khi quan|mkq|van mach"
    r"|ecmo|dat (?:lai )?ong\b(?! (?:thong|da day|dan luu|nuoi an|cho an)\b)|may tho|tho may\b(?! khong)"
    r"|cap cuu\b(?! (?:115|dua|ve|chuyen))|can thiep (?:xam lan|tich cuc|toi da|cap cuu)"
    r"|\bdn(?:r|ar|i|acpr)\b|\bcpr\b|(?:resuscitat|intubat|ventilat)\w*+|full code",
    Treatment.DIALYSIS: r"loc mau|chay than|than nhan tao|tham phan|dialysis",
}
_NAMED = {treatment: re.compile(words) for treatment, words in _NAMES.items()}
# Agreeing to less is no agreement to it.
_LESS = (
    r"(?:khong|ko|chua|dung|ngung|thoi|rut|bo|tat|thao|hoan|huy|giam|cai|han che|tu choi|ket thuc|cham dut|stop\w*"
    r"|withh\w*|withdr\w*|not?|hold\w*|forgo|limit\w*|ceas\w*|end\w*|remov\w*|discontinu\w*|delay\w*|postpon\w*|defer\w*|avoid\w*"
    r"|declin\w*|refus\w*"
    # Or to something else.
    r"|khoa|phong|xet nghiem|hien mau|without|discuss\w*|talk\w*|think\w*|consider\w*|fore?go|giv\w+|donat\w*"
    r"|instead|rather)\b"
)
_ALL = (
    rf"(?:{'|'.join(_NAMES.values())})"
    r"(?! (?:group|pressure|tests?|samples?|cultures?|sugar|glucose|count|type|typing|draw\w*|work|donation"
    r"|thinner\w*|taken|checked|loss|film|gas\w*)\b)"
)
_UNANSWERED = (
    rf"(?! *(?:[:=?] *)*{BOX} *(?:$|[.,;\n]))(?! *[:=?] *{BOX}(?! *(?:khong|no)\b))"
    r"(?! *(?:[:=?] *)+(?:khong|ko|chua|no|not)\b)"
)
# An operation or a ward for emergencies is no resuscitation.
_OF_ANY = rf"(?: (?!{_LESS})(?!(?:chuyen|vao|nhap|nam) hoi suc)\w+){{0,3}}?"
_JUST = r"(?: (?:duoc|cho|lam|thuc hien|tien hanh|tiep tuc|dat|co|bn|benh nhan|de|bac si|viec)){0,3}?"
_YES, _SOMEBODY = r"(?:dong y|chap nhan)", r"(?:(?:da|bn|benh nhan|nguoi benh|gia dinh|gd|nguoi nha) )*"
_AGREES = re.compile(
    rf"\b(?:(?:dong y|chap nhan|nhat tri|consent\w* to|agree\w* to){_OF_ANY}|(?:xin|yeu cau){_JUST})"
    rf" (?!cap cuu\b){_ALL}{_UNANSWERED}"
    rf"|\b(?:dong y|chap nhan|nhat tri|xin|yeu cau){_JUST} cap cuu\b(?! (?:115|dua|ve|chuyen)){_UNANSWERED}"
    rf"|\bfull code\b{_UNANSWERED}"
    rf"|{_ALL}(?: tim phoi)?(?: *[:=?])+ *{_SOMEBODY}"
    rf"(?:{TICK} ?{_YES}(?= *(?:$|[.,;)\n]|{BOX}))|{_YES}(?= *(?:$|[.,;)\n]|{TICK})))"
)
# "Từ chối đặt NKQ. Giải thích lại, gia đình đồng ý."
_AGREES_TO_IT = re.compile(rf"{_AGREES.pattern}|\b(?:dong y|chap nhan|nhat tri)(?: lai| roi)?(?= *(?:$|[.,;\n]))")
_ENDS = re.compile(r"[.;\n\r]")


def treatments_of(text: str) -> frozenset[Treatment]:
    """The treatments that words name; every one where they name none, as a belief or a paper does."""
    bare = without_marks(text.casefold())
    named = frozenset(treatment for treatment, words in _NAMED.items() if words.search(bare))
    return named or frozenset(Treatment)


def withdraws(text: str) -> bool:
    """Whether words take a refusal back: it was one before, on whatever day."""
    return bool(withdrawn_in(_bare(text))) and not refuses(text)


def agreed_in(text: str) -> frozenset[Treatment]:
    """The treatments to which words agree, but for those that they also refuse."""
    bare = _bare(text)
    said = " ".join(each[0] for each in _agreed(bare))
    agreed = frozenset(treatment for treatment, words in _NAMED.items() if words.search(said))
    return agreed - _refused(text) if agreed else agreed


def agreeing_part(text: str) -> str:
    """The part of a text around its last agreement, with its condition; all of it where nobody agrees."""
    text = unicodedata.normalize("NFC", text)
    places = [each.start() for each in _agreed(_bare(text))]
    return part_around(text, max(places)) if places else text


def _agreed(bare: str) -> list[re.Match[str]]:
    """Where words agree, and where they take a refusal back."""
    return [*_agreements(_AGREES, bare), *withdrawn_in(bare)]


def _refused(text: str) -> frozenset[Treatment]:
    text = unicodedata.normalize("NFC", text)
    return frozenset().union(*(treatments_of(text[begin:end]) for begin, end in places_of(text)))


def _agreements(pattern: re.Pattern[str], bare: str, begin: int = 0) -> Iterator[re.Match[str]]:
    """Where the pattern agrees, from a place on, and nothing before it in its clause denies that."""
    for found in pattern.finditer(bare, begin):
        if not is_denied(bare, max(begin, found.start()), found.end()):
            yield found


def _bare(text: str) -> str:
    """A text in small letters without their marks, each at its place, and with what a form's boxes answer."""
    small = unicodedata.normalize("NFC", text).casefold()
    for word, unlike in LIKE:
        small = small.replace(word, unlike)
    return without_marks(answered(small))


def refusing_part(text: str) -> str:
    """The part of a text around its first refusal, with an agreement to the same that comes behind it."""
    text = unicodedata.normalize("NFC", text)
    refused = list(places_of(text))
    return with_agreement(part_around(text, refused[0][0]), text, refused) if refused else ""


def with_agreement(part: str, text: str, refused: Sequence[tuple[int, int]]) -> str:
    """A part of a text in NFC, with the last agreement behind all that the text refuses at these places."""
    end = max(end for _, end in refused)
    bare = _bare(text)
    treatments = frozenset().union(*(treatments_of(text[begin:until]) for begin, until in refused))
    agreed = [found.start() for found in _agreements(_AGREES_TO_IT, bare, end) if treatments_of(found[0]) & treatments]
    if not agreed:
        return part
    before = max(end, *(found.end() for found in _ENDS.finditer(bare, end, agreed[-1])), 0)
    over = _ENDS.search(bare, agreed[-1])
    sentence = text[before : over.start() if over else len(text)]
    place = len(sentence[: agreed[-1] - before].lstrip())
    said = part_around(sentence.strip(), place)  # with its "if"
    return part if said in part else f"{part} … {said}"
