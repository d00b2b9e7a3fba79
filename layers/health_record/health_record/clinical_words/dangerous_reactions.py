"""Allergic reactions that kill, told by a code or in words, with their marks or without; and allergies called mild."""

import functools
import re
from collections.abc import Iterator
from typing import Any

from health_record.rendering.denials import DENIES, clauses_of
from health_record.rendering.plain_words import plain, without_marks

Resource = dict[str, Any]
SNOMED = "http://snomed.info/sct"
# SNOMED CT: anaphylaxis, angioedema, Stevens-Johnson syndrome, cardiac arrest, bronchospasm, oedema of larynx.
DANGEROUS = frozenset({"39579001", "41291007", "73442001", "410429000", "4386001", "51599000"})
_DANGEROUS = re.compile(
    r"phản vệ|sốc|\bspv\b|choáng|ng[ừư]ng (?:tim|thở|tuần hoàn)|stevens|\bsjs\b|lyell|\bdress\b|hoại tử thượng bì"
    r"|(?:phù|sưng)(?: nề)? (?:mạch|quincke|thanh quản|lưỡi|họng|hầu)|co thắt (?:phế|thanh) quản|khó thở|nghẹt thở"
    r"|tụt (?:huyết áp|ha\b)|trụy mạch|trụy tim mạch|mất ý thức|bất tỉnh|hôn mê|\bngất\b(?! (?:mũi|mui)\b)"
    r"|tím tái|thanh quản|\bpv độ|pưpv|sốc pv|hoại tử da"
    r"|\bđộ (?:iii|iv|[34])\b(?! (?:ngay(?! \d)|tuan|thang|gio|hom|lan|vien|loai|thuoc|con|mon|thu)\b)"
    r"|(?<!ro )(?<!nho )(?<!biet )(?<!quen )(?<!cung )\bten\b(?! (?:thuoc|la|goi|cua|hoat)\b)"
    r"|anaphyla|cardiac arrest|angioedema|bronchospasm|laryn"
    r"|necrolysis|\bshock"
)

_NO = re.compile(r"\b(?:không|khong|ko|chưa|chua|no|not|without)(?: (?:có|co|bị|bi|thấy|thay|kèm|kem|gây|gay))? $")
LONGEST_NO = 20  # letters


def is_called_mild(allergy: Resource) -> bool:
    """Whether its criticality is low, or all its reactions mild."""
    severities = {each.get("severity") for each in allergy.get("reaction", ())}
    return allergy.get("criticality") == "low" or severities == {"mild"}


def has_dangerous_reaction(allergy: Resource) -> bool:
    """Whether an allergy did, by a code or in words, what kills."""
    concepts = [each for reaction in allergy.get("reaction", ()) for each in reaction.get("manifestation", ())]
    codes = {(coding.get("system"), coding.get("code")) for each in concepts for coding in each.get("coding", ())}
    if not codes.isdisjoint((SNOMED, code) for code in DANGEROUS):
        return True
    said = [*texts(allergy.get("code")), *(text for each in concepts for text in texts(each))]
    said += [str(each.get("description", "")) for each in allergy.get("reaction", ())]
    said += [str(each.get("text", "")) for each in allergy.get("note", ())]
    return any(says(_DANGEROUS, text) for text in said)


def says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a clause of the text says so, and does not deny it; of a text without marks, in the same letters."""
    pattern = _bare(pattern) if text.isascii() else pattern
    if not pattern.search(without_marks(plain(text)) if text.isascii() else plain(text)):
        return False
    return any(
        _is_said(pattern, without_marks(words) if text.isascii() else words)
        for words, _ in clauses_of(text)
        if not DENIES.match(words)
    )


def _is_said(pattern: re.Pattern[str], clause: str) -> bool:
    """Whether it stands in a clause without a no right before it: not in "mẩn ngứa không khó thở"."""
    return any(
        not _NO.search(clause, max(0, each.start() - LONGEST_NO), each.start()) for each in pattern.finditer(clause)
    )


@functools.cache
def _bare(pattern: re.Pattern[str]) -> re.Pattern[str]:
    return re.compile(without_marks(pattern.pattern))


def texts(concept: Any) -> Iterator[str]:
    """The text and the displays of a concept."""
    if isinstance(concept, dict):
        if concept.get("text"):
            yield str(concept["text"])
        yield from (str(each["display"]) for each in concept.get("coding", ()) if each.get("display"))
