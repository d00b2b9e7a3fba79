"""Which treatments words are of, of those that people refuse in advance, and whether somebody agrees to them."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import StrEnum

from health_record.clinical_words.quoted import part_around
from health_record.clinical_words.refused_in_advance import places_of, refuses, withdrawn_in
from health_record.rendering.plain_words import without_marks


class Treatment(StrEnum):
    """What is refused together, or agreed to."""

    BLOOD = "blood"
    RESUSCITATION = "resuscitation"
    DIALYSIS = "dialysis"


_NAMES = {
    Treatment.BLOOD: r"(?:truyen|nhan|tiep)(?: truyen)? (?:che pham |khoi )?(?:mau|hong cau|tieu cau|huyet tuong)\b"
    r"|che pham mau|blood|transfusion|jehovah|gie[- ]?ho[- ]?va",
    Treatment.RESUSCITATION: r"hoi suc|hoi sinh|hstp|ep tim|soc dien|noi khi quan|nkq|mo khi quan|mkq|van mach|ecmo"
    r"|dat (?:lai )?ong\b(?! (?:thong|da day|dan luu|nuoi an|cho an)\b)|may tho|tho may\b(?! khong)"
    r"|cap cuu\b(?! (?:115|dua|ve|chuyen))|can thiep (?:xam lan|tich cuc|toi da|cap cuu)"
    r"|\bdn(?:r|ar|i|acpr)\b|\bcpr\b|resuscitat|intubat|ventilat|full code",
    Treatment.DIALYSIS: r"loc mau|chay than|than nhan tao|tham phan|dialysis",
}
_NAMED = {treatment: re.compile(words) for treatment, words in _NAMES.items()}
# Agreeing to less is no agreement to it.
_LESS = (
    r"(?:khong|ko|chua|dung|ngung|thoi|rut|bo|tat|thao|hoan|huy|giam|cai|han che|tu choi|ket thuc|cham dut|stop\w*"
    r"|withh\w*|withdr\w*|not?|hold\w*|forgo|limit\w*|ceas\w*|end\w*|remov\w*|discontinu\w*|delay\w*|postpon\w*|defer\w*|avoid\w*"
    r"|declin\w*|refus\w*)\b"
)
_ALL = (
    rf"(?:{'|'.join(_NAMES.values())})(?! (?:group|pressure|tests?|samples?|cultures?|sugar|glucose|count|type|draw)\b)"
)
_UNANSWERED = r"(?! *(?:[:=?] *)+(?:khong|ko|chua|no|not)\b)"
_AGREES = re.compile(
    rf"\b(?:(?:dong y|chap nhan|nhat tri|consent\w* to|agree\w* to)(?: (?!{_LESS})\w+){{0,3}}?"
    r"|(?:xin|yeu cau)(?: (?:duoc|cho|lam|thuc hien|tien hanh|tiep tuc|dat|co|bn|benh nhan)){0,3}?)"
    rf" {_ALL}{_UNANSWERED}|\bfull code\b{_UNANSWERED}"
)
# "Từ chối đặt NKQ. Giải thích lại, gia đình đồng ý."
_AGREES_TO_IT = re.compile(rf"{_AGREES.pattern}|\b(?:dong y|chap nhan|nhat tri)(?: lai| roi)?(?= *(?:$|[.,;\n]))")
# "không ai đồng ý", "did not agree", "no longer full code"
_DENIED = re.compile(
    r"(?:\b(?:khong|ko|kg|chua|chang|dau|duoc|tu choi|not|never|no|nobody|cannot|refus\w*|declin\w*|unable)|n't)"
    r"(?: \S+){0,3} $"
)
_CLAUSES = re.compile(r"[.,;:()\n\r]")
LONGEST_CLAUSE = 60  # letters before an agreement in which it is denied
_ENDS = re.compile(r"[.;\n\r]")


def treatments_of(text: str) -> frozenset[Treatment]:
    """The treatments that words name; every one where they name none, as a belief or a paper does."""
    bare = without_marks(text.casefold())
    named = frozenset(treatment for treatment, words in _NAMED.items() if words.search(bare))
    return named or frozenset(Treatment)


def withdraws(text: str) -> bool:
    """Whether words take a refusal back: it was one before, on whatever day."""
    return bool(withdrawn_in(without_marks(text.casefold()))) and not refuses(text)


def agreed_in(text: str) -> frozenset[Treatment]:
    """The treatments to which words agree, and refuse none."""
    bare = without_marks(text.casefold())
    found = [each[0] for each in (*_agreements(_AGREES, bare), *withdrawn_in(bare))]
    if not found or refuses(text):
        return frozenset()
    said = " ".join(found)
    return frozenset(treatment for treatment, words in _NAMED.items() if words.search(said))


def _agreements(pattern: re.Pattern[str], bare: str, begin: int = 0) -> Iterator[re.Match[str]]:
    """Where the pattern agrees, from a place on, and nothing before it in its clause denies that."""
    for found in pattern.finditer(bare, begin):
        before = bare[max(begin, found.start() - LONGEST_CLAUSE) : found.start()]
        if not _DENIED.search(_CLAUSES.split(before)[-1]):
            yield found


def refusing_part(text: str) -> str:
    """The part of a text around its first refusal, with an agreement to the same that comes behind it."""
    text = unicodedata.normalize("NFC", text)
    refused = list(places_of(text))
    return with_agreement(part_around(text, refused[0][0]), text, refused) if refused else ""


def with_agreement(part: str, text: str, refused: Sequence[tuple[int, int]]) -> str:
    """A part of a text in NFC, with the last agreement behind all that the text refuses at these places."""
    end = max(end for _, end in refused)
    bare = without_marks(text.casefold())
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
