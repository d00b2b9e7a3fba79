"""Which section of the summary a resource belongs to, by its type, codes and status (IPS 2.0.0 Composition)."""

from typing import NamedTuple

from health_record.summary.coded import list_codes
from health_record.summary.observations import OF_GROUPS, PREGNANCY, VITAL_SIGNS
from health_record.summary.sources import LOINC, Resource


class Section(NamedTuple):
    """A section's LOINC code and its titles; a required one appears even when empty."""

    code: str
    vi: str
    en: str
    required: bool = False


PROBLEMS, PAST, FUNCTIONAL = "11450-4", "11348-0", "47420-5"
ALLERGIES, MEDICATIONS, IMMUNIZATIONS, PROCEDURES = "48765-2", "10160-0", "11369-6", "47519-4"
RESULTS, VITALS, SOCIAL, PREGNANCIES, STORY = "30954-2", "8716-3", "29762-2", "10162-6", "81338-6"
SECTIONS = (
    Section(PROBLEMS, "Bệnh đang mắc", "Problem list", required=True),
    Section(ALLERGIES, "Dị ứng", "Allergies and intolerances", required=True),
    Section(MEDICATIONS, "Thuốc đang dùng", "Medication summary", required=True),
    Section(IMMUNIZATIONS, "Tiêm chủng", "Immunizations"),
    Section(RESULTS, "Kết quả xét nghiệm và hình ảnh", "Results"),
    Section(PROCEDURES, "Phẫu thuật và thủ thuật", "History of procedures"),
    Section(VITALS, "Chỉ số cơ thể", "Vital signs"),
    Section(PAST, "Bệnh đã mắc", "History of past problems"),
    Section(PREGNANCIES, "Thai sản", "History of pregnancies"),
    Section(SOCIAL, "Thói quen và lối sống", "Social history"),
    Section(FUNCTIONAL, "Tình trạng chức năng", "Functional status"),
    Section(STORY, "Thông tin khác", "Patient story"),
)
BY_TYPE = {
    "AllergyIntolerance": ALLERGIES,
    "MedicationStatement": MEDICATIONS,
    "Immunization": IMMUNIZATIONS,
    "Procedure": PROCEDURES,
    "DiagnosticReport": RESULTS,
    "DocumentReference": RESULTS,
    "FamilyMemberHistory": STORY,
}
OVER = frozenset({"inactive", "remission", "resolved"})


def find_section(resource: Resource) -> str | None:
    """The section's LOINC code, or None for what only stands behind other resources (Encounter, Organization ...)."""
    kind = resource["resourceType"]
    if kind == "Condition":
        return _condition(resource)
    if kind == "Observation":
        return _observation(resource)
    return BY_TYPE.get(kind)


def _condition(resource: Resource) -> str:
    categories = {code for each in resource.get("category", []) for _, code in list_codes(each)}
    if FUNCTIONAL in categories:
        return FUNCTIONAL
    clinical = {code for _, code in list_codes(resource.get("clinicalStatus"))}
    return PAST if clinical & OVER else PROBLEMS


def _observation(resource: Resource) -> str:
    codes = {code for system, code in list_codes(resource.get("code")) if system == LOINC}
    categories = {code for each in resource.get("category", []) for _, code in list_codes(each)}
    if named := categories & OF_GROUPS.keys():
        return min(named)
    if codes & PREGNANCY:
        return PREGNANCIES
    if "vital-signs" in categories or codes & VITAL_SIGNS:
        return VITALS
    if "social-history" in categories:
        return SOCIAL if codes else STORY
    return RESULTS
