"""How urgent an entry is to a doctor who has a minute: allergies that kill, diseases that change what is done, results
that are critical now. Words count as codes do, with their marks or without."""

import re
from typing import Any

from health_record.clinical_words.dangerous_reactions import has_dangerous_reaction, is_called_mild, says, texts
from health_record.rendering.none_known import is_none_known
from health_record.rendering.source_words import DIFFERENCE_SYSTEM, NAMES_SOMETHING, has_tag

Resource = dict[str, Any]
HIGH, OPEN, LOW, NONE = range(4)  # of an allergy
VITAL, ACTIVE, OTHER = range(3)  # of a disease
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
SEVERE = frozenset({"24484000"})  # SNOMED CT
# ICD-10: what changes the treatment of an emergency. HIV, cancers, blood and clotting, diabetes, adrenals, epilepsy and
# myasthenia, heart, brain, lungs, liver, kidneys, pregnancy, allergies, transplants, implants, dependence on machines.
_VITAL_CODES = re.compile(
    r"B2[0-4]|C\d|D4[5-7]|D5[5-9]|D6|D7[0-3]|E1[0-4]|E27|G40|G41|G70|I0[5-9]|I2[0-8]|I3[3-9]|I4[2-9]|I50|I6|I7[0-4]"
    r"|J4[4-7]|J84|J96|K7[0-6]|N1[7-9]|O|Q2[0-8]|T78|T88|Z3[345]|Z88|Z91\.0|Z92\.1|Z9[459]"
)
_VITAL = re.compile(
    r"h(?:a)?emophil|máu khó đông|van (?:tim )?(?:cơ học|nhân tạo)|(?:valve|thay van)\b|máy tạo nhịp|pacemaker|phá rung"
    r"|ung thư|cancer|suy (?:tim|thận|gan|hô hấp|thượng thận)|failure|động kinh|epilep|đái tháo đường|tiểu đường|diabet"
    r"|nhồi máu|infarct|đột quỵ|tai biến mạch|stroke|ghép (?:tim|gan|thận|tủy|tạng)|transplant|lọc máu|dialysis|xơ gan"
    r"|cirrhosis|rung nhĩ|fibrillation|chống đông|anticoag|\bhen\b|asthma|copd|nhược cơ|myasthen|mang thai|có thai"
    r"|pregnan|dị ứng|phản vệ|allerg|anaphyla|sốt cao ác tính|malignant hyperthermia"
)
CRITICAL = frozenset({"HH", "LL", "AA"})
_CRITICAL = re.compile(r"nguy kịch|báo động|critical|panic")
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
    """How urgent a disease is: VITAL by its severity, its code or its words, ACTIVE where somebody says so, OTHER."""
    if is_none_known(disease):
        return OTHER
    severity = disease.get("severity", {})
    if any(coding.get("code") in SEVERE for coding in severity.get("coding", ())):
        return VITAL
    codings = disease.get("code", {}).get("coding", ())
    if any(each.get("system") == ICD_10 and _VITAL_CODES.match(str(each.get("code"))) for each in codings):
        return VITAL
    if any(says(_VITAL, text) for text in texts(disease.get("code"))):
        return VITAL
    return ACTIVE if "clinicalStatus" in disease else OTHER


def is_critical(result: Resource) -> bool:
    """Whether a result is judged critical, by HL7's code or in words."""
    for each in result.get("interpretation", ()):
        if any(coding.get("code") in CRITICAL for coding in each.get("coding", ())):
            return True
        if any(says(_CRITICAL, text) for text in texts(each)):
            return True
    return False
