"""How urgent an entry is to a doctor who has a minute: allergies that kill, diseases and medicines that change what is
done, results that are critical now. Words count as codes do, with their marks or without."""

import re
from collections.abc import Iterator
from typing import Any

from health_record.clinical_words import grave_history, urgent_diseases, urgent_medicines
from health_record.clinical_words.dangerous_reactions import has_dangerous_reaction, is_called_mild, texts
from health_record.clinical_words.phrases import Phrases
from health_record.fhir import code_names
from health_record.rendering.critical_values import beyond
from health_record.rendering.none_known import is_none_known
from health_record.rendering.plain_words import SHORT, plain
from health_record.rendering.source_words import DIFFERENCE_SYSTEM, NAMES_SOMETHING, has_tag

Resource = dict[str, Any]
HIGH, OPEN, LOW, NONE = range(4)  # of an allergy
VITAL, ACTIVE, OTHER = range(3)  # of a disease, and of a medicine
ICD_10, ATC = "http://hl7.org/fhir/sid/icd-10", "http://www.whocc.no/atc"
SEVERE = frozenset({"24484000"})  # SNOMED CT
JUDGED = frozenset({"interpretation", "component", "valueString", "conclusion", "note"})
CRITICAL = frozenset({"HH", "LL", "AA"})
_CRITICAL = Phrases("""
!ngưỡng báo động|!mức báo động|!giới hạn báo động|!khoảng báo động|!ho khan
nguy kịch|báo động|nguy hiểm|đe dọa tính mạng|đe doạ tính mạng|khẩn cấp|báo khẩn|critical*|panic
""")
# What a report finds that cannot wait, and is not old.
_ACUTE = Phrases("""
!nhồi máu não cũ|!nhồi máu cũ|!xuất huyết não cũ|!di chứng|!nguy cơ thuyên tắc|!thuyên tắc cũ|!huyết khối cũ
xuất huyết não|xuất huyết trong não|xuất huyết nội sọ|xuất huyết dưới nhện|não thất lượng lớn|máu tụ dưới màng cứng
máu tụ ngoài màng cứng|máu tụ nội sọ|lệch đường giữa|thoát vị não|tụt kẹt|nhồi máu não cấp|nhồi máu cơ tim cấp
st chênh lên|stemi|thuyên tắc|bóc tách|phình vỡ|dọa vỡ|doạ vỡ|chèn ép tim|tràn khí màng phổi|thủng tạng rỗng|liềm hơi
hơi tự do|vỡ gan|vỡ lách|thai ngoài|xoắn|huyết khối nhĩ|huyết khối thất
""")
# One of these is in every such text, with its marks or without.
_PARTS = ("kịch", "kich", "động", "dong", "hiểm", "hiem", "đe d", "de d", "khẩn", "khan", "ritical", "panic")
# How laboratories mark a value: `↑↑`, `Rất cao` (and no risk), `HH` as its judgement or behind the number: `7.2 (HH)`.
_MARKS = re.compile(r"[↑↓⇑⇓]{2}|!!|(nguy cơ[^.;\n]{0,30})?\brất (?:cao|thấp)\b", re.IGNORECASE)
_LETTERS = re.compile(r"(?<!\w)(?:HH|LL)(?!\w)")
OFF_SCALE = frozenset({"hi", "lo", "high", "low"})  # of a meter of blood sugar
STILL_CRITICAL = 7 * 24 * 3600  # seconds before the newest result, within which a critical one stands before all others


def danger(allergy: Resource) -> int:
    """How dangerous an allergy is: HIGH by its criticality, severity or reaction, OPEN where nobody says, LOW, NONE."""
    if is_none_known(allergy) and not has_tag(allergy, DIFFERENCE_SYSTEM, NAMES_SOMETHING):
        return NONE
    severities = {each.get("severity") for each in allergy.get("reaction", ())}
    if allergy.get("criticality") == "high" or "severe" in severities or has_dangerous_reaction(allergy):
        return HIGH
    return LOW if is_called_mild(allergy) else OPEN


def urgency(disease: Resource) -> int:
    """How urgent a disease is: VITAL by its severity, its code, its words or a
    grave history in its notes, ACTIVE where somebody says so, OTHER."""
    if is_none_known(disease):
        return OTHER
    severity = disease.get("severity", {})
    if any(coding.get("code") in SEVERE for coding in severity.get("coding", ())):
        return VITAL
    concept = disease.get("code", {})
    codings = concept.get("coding", ())
    if any(each.get("system") == ICD_10 and urgent_diseases.CODES.match(str(each.get("code"))) for each in codings):
        return VITAL
    if any(urgent_diseases.WORDS.says(text) and not _is_of_relative(text) for text in _words(concept)):
        return VITAL
    if any(grave_history.kinds_in(str(note["text"])) for note in disease.get("note", ()) if note.get("text")):
        return VITAL  # "đang dùng Sintrom" in the papers of a stay for a broken wrist
    return ACTIVE if "clinicalStatus" in disease else OTHER


def _is_of_relative(text: str) -> bool:
    return len(text) <= SHORT and urgent_diseases.OF_RELATIVE.fullmatch(plain(text)) is not None


def need(medicine: Resource) -> int:
    """How urgent it is to know of a medicine: VITAL by its code or its words, else ACTIVE."""
    concept = medicine.get("medicationCodeableConcept") or medicine.get("medicationReference") or {}
    codings = concept.get("coding", ())
    if any(each.get("system") == ATC and urgent_medicines.CODES.match(str(each.get("code"))) for each in codings):
        return VITAL
    words = (concept["display"],) if concept.get("display") else _words(concept)
    return VITAL if any(urgent_medicines.says(text) for text in words) else ACTIVE


def _words(concept: Resource) -> Iterator[str]:
    """The words of a concept; of a code without any the name by which it is told."""
    said = list(texts(concept))
    yield from said
    if not said:
        names = (code_names.name_of(each.get("system"), str(each.get("code"))) for each in concept.get("coding", ()))
        yield from (name.vi for name in names if name)


def is_critical(result: Resource) -> bool:
    """Whether a result or a part of it is critical: by HL7's code, in words beside it, or by the programme's list."""
    if beyond(result) is not None:
        return True
    if JUDGED.isdisjoint(result):
        return False  # as most are
    if any(_is_critical_part(part, result) for part in (result, *result.get("component", ()))):
        return True
    if result.get("resourceType") == "DiagnosticReport" and _ACUTE.says(str(result.get("conclusion", ""))):
        return True
    beside = (result.get("conclusion"), *(note.get("text") for note in result.get("note", ())))
    return any(_says_critical(str(text)) for text in beside if text)


def _is_critical_part(part: Resource, whole: Resource) -> bool:
    if beyond(part, whole) is not None:
        return True
    for each in part.get("interpretation", ()):
        if any(coding.get("code") in CRITICAL for coding in each.get("coding", ())):
            return True
        if any(_LETTERS.search(text) or _is_marked(text) for text in texts(each)):
            return True
    value = str(part.get("valueString", "")).rstrip()
    return _ends_with_letters(value) or _is_marked(value) or (value.casefold() in OFF_SCALE and _is_of_sugar(part))


def _is_of_sugar(part: Resource) -> bool:
    named = plain(str(part.get("code", {}).get("text") or ""))
    return any(map(named.__contains__, ("glucose", "đường", "duong", "đhmm")))


def _is_marked(text: str) -> bool:
    return bool(text) and (any(not found[1] for found in _MARKS.finditer(text)) or _says_critical(text))


def _ends_with_letters(value: str) -> bool:
    end = value.rstrip(" )].*")
    return end.endswith(("HH", "LL")) and not end[-3:-2].isalpha() and any(map(str.isdigit, end))


def _says_critical(text: str) -> bool:
    small = text.casefold()
    return any(map(small.__contains__, _PARTS)) and _CRITICAL.says(text)
