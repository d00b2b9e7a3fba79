"""Which treatments words are of, of those that people refuse in advance, and whether somebody agrees to them."""

import re
import unicodedata
from collections.abc import Sequence
from enum import StrEnum

from health_record.clinical_words.quoted import part_around
from health_record.clinical_words.refused_in_advance import WITHDRAWN, places_of, refuses
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
_AGREES = re.compile(
    r"(?<!khong )(?<!chua )(?<!ko )(?<!duoc )\b(?:dong y|chap nhan|nhat tri|xin|yeu cau|consent\w* to|agree\w* to)"
    r"(?: (?!khong\b|ko\b|dung\b|ngung\b)\w+){0,3}? "
    rf"(?:{'|'.join(_NAMES.values())})|\bfull code\b"
)

# "Từ chối đặt NKQ. Giải thích lại, gia đình đồng ý."
_AGREES_TO_IT = re.compile(
    rf"{_AGREES.pattern}|(?<!khong )(?<!chua )(?<!ko )\b(?:dong y|chap nhan|nhat tri)(?: lai| roi)?(?= *(?:$|[.,;\n]))"
)
_ENDS = re.compile(r"[.;\n\r]")


def treatments_of(text: str) -> frozenset[Treatment]:
    """The treatments that words name; every one where they name none, as a belief or a paper does."""
    bare = without_marks(text.casefold())
    named = frozenset(treatment for treatment, words in _NAMED.items() if words.search(bare))
    return named or frozenset(Treatment)


_WITHDRAWS = re.compile(WITHDRAWN)


def withdraws(text: str) -> bool:
    """Whether words take a refusal back: it was one before, on whatever day."""
    return _WITHDRAWS.search(without_marks(text.casefold())) is not None and not refuses(text)


def agreed_in(text: str) -> frozenset[Treatment]:
    """The treatments to which words agree, and refuse none."""
    bare = without_marks(text.casefold())
    found = [each[0] for pattern in (_AGREES, _WITHDRAWS) for each in pattern.finditer(bare)]
    if not found or refuses(text):
        return frozenset()
    said = " ".join(found)
    return frozenset(treatment for treatment, words in _NAMED.items() if words.search(said))


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
    agreed = [found.start() for found in _AGREES_TO_IT.finditer(bare, end) if treatments_of(found[0]) & treatments]
    if not agreed:
        return part
    before = max(end, *(found.end() for found in _ENDS.finditer(bare, end, agreed[-1])), 0)
    over = _ENDS.search(bare, agreed[-1])
    sentence = text[before : over.start() if over else len(text)]
    place = len(sentence[: agreed[-1] - before].lstrip())
    said = part_around(sentence.strip(), place)  # with its "if"
    return part if said in part else f"{part} … {said}"
