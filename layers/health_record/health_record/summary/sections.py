"""Which section of the summary a resource belongs to, by its type, codes and status (IPS 2.0.0 Composition)."""

import re
import unicodedata
from typing import NamedTuple

from health_record.rendering.denials import Denial
from health_record.rendering.none_known import denial_in_words, is_none_known
from health_record.rendering.source_words import NOT_TAKEN_NOW, PERIOD_SYSTEM, has_tag
from health_record.rendering.statuses import State, state_of
from health_record.summary_sources.coded import list_codes
from health_record.summary_sources.observations import OF_GROUPS, PREGNANCY, VITAL_SIGNS
from health_record.summary_sources.sources import LOINC, Resource


class Section(NamedTuple):
    """A section's code and its titles; a required one appears even when empty."""

    code: str
    vi: str
    en: str
    system: str = LOINC
    required: bool = False


SOCIAL_HISTORY = frozenset({"72166-2", "74013-4"})  # tobacco, alcohol
_HABITS = re.compile(r"hút thuốc|thuốc lá|thuốc lào|rượu|\bbia\b|smok|tobacco|alcohol")  # where words alone name them
OWN = "urn:x-so-suc-khoe:section"  # for what IPS names no section
PROBLEMS, PAST, FUNCTIONAL = "11450-4", "11348-0", "47420-5"
ALLERGIES, MEDICATIONS, IMMUNIZATIONS, PROCEDURES = "48765-2", "10160-0", "11369-6", "47519-4"
RESULTS, VITALS, SOCIAL, PREGNANCIES, STORY = "30954-2", "8716-3", "29762-2", "10162-6", "81338-6"
IMAGING, ENCOUNTERS = "18748-4", "46240-8"
PAST_ALLERGIES, PAST_MEDICATIONS, NOT_SO, DIFFERING = "past-allergies", "past-medications", "not-so", "differing"
SECTIONS = (
    Section(PROBLEMS, "Bệnh đang mắc", "Problem list", required=True),
    Section(ALLERGIES, "Dị ứng", "Allergies and intolerances", required=True),
    Section(MEDICATIONS, "Thuốc đang dùng", "Medication summary", required=True),
    Section(DIFFERING, "Các nguồn nói khác nhau, cần hỏi lại", "Statements that differ, ask again", OWN),
    Section(
        PAST_MEDICATIONS,
        "Thuốc đã ngừng, hết ngày dùng, tạm ngừng hoặc chưa dùng",
        "Stopped, ended, paused or planned medicines",
        OWN,
    ),
    Section(IMMUNIZATIONS, "Tiêm chủng", "Immunizations"),
    Section(RESULTS, "Kết quả xét nghiệm và tài liệu", "Results"),
    Section(IMAGING, "Chẩn đoán hình ảnh", "Imaging studies"),
    Section(PROCEDURES, "Phẫu thuật và thủ thuật", "History of procedures"),
    Section(VITALS, "Chỉ số cơ thể", "Vital signs"),
    Section(PAST, "Bệnh đã mắc", "History of past problems"),
    Section(PAST_ALLERGIES, "Dị ứng đã hết", "Past allergies", OWN),
    Section(NOT_SO, "Đã loại trừ, không làm hoặc chưa làm", "Ruled out, not done or not yet done", OWN),
    Section(ENCOUNTERS, "Lượt khám chữa bệnh", "Encounters"),
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
    "Encounter": ENCOUNTERS,
    "FamilyMemberHistory": STORY,
    "ImagingStudy": IMAGING,
}
# Where what is no longer, or not yet, so is listed apart from what is.
APART = {
    ("AllergyIntolerance", State.PAST): PAST_ALLERGIES,
    ("Condition", State.PAST): PAST,
    ("MedicationStatement", State.PAST): PAST_MEDICATIONS,
    ("MedicationStatement", State.PLANNED): PAST_MEDICATIONS,
    ("Procedure", State.PLANNED): NOT_SO,
}


def find_section_of_type(kind: str) -> str | None:
    """The section where resources of the type stand as a rule; None for what only stands behind others."""
    return {"Condition": PROBLEMS, "Observation": RESULTS}.get(kind, BY_TYPE.get(kind))


def find_section(resource: Resource) -> str | None:
    """The section's code, or None for what only stands behind other resources (Organization, Practitioner ...).

    What is refuted, was not done or was cancelled is never in a list of what is.
    """
    kind, state = resource["resourceType"], state_of(resource)
    if is_none_known(resource):
        return BY_TYPE.get(kind, PROBLEMS)
    if state is not State.PRESENT and (apart := _apart(kind, state)) is not None:
        return apart
    if kind == "Observation":
        return _observation(resource)
    if kind == "Condition":
        return _condition(resource)
    if kind == "MedicationStatement" and denial_in_words(resource) is Denial.OF_ONE:
        return NOT_SO  # "Không dùng chống đông" is no medicine that is taken
    if kind == "MedicationStatement" and any(has_tag(resource, PERIOD_SYSTEM, code) for code in NOT_TAKEN_NOW):
        return PAST_MEDICATIONS
    return BY_TYPE.get(kind)


def _apart(kind: str, state: State) -> str | None:
    if state is State.ABSENT and (kind in BY_TYPE or kind in ("Condition", "Observation")):
        return NOT_SO
    return APART.get((kind, state))


def _words(observation: Resource) -> str:
    return unicodedata.normalize("NFC", str(observation.get("code", {}).get("text", ""))).casefold()


def _condition(resource: Resource) -> str:
    categories = {code for each in resource.get("category", []) for _, code in list_codes(each)}
    return FUNCTIONAL if FUNCTIONAL in categories else PROBLEMS


def _observation(resource: Resource) -> str:
    categories = [each.get("code") for several in resource.get("category", ()) for each in several.get("coding", ())]
    if named := [code for code in categories if code in OF_GROUPS]:
        return str(min(named))
    codes = [each.get("code") for each in resource.get("code", {}).get("coding", ()) if each.get("system") == LOINC]
    if not PREGNANCY.isdisjoint(codes):
        return PREGNANCIES
    if "vital-signs" in categories or not VITAL_SIGNS.isdisjoint(codes):
        return VITALS
    if not SOCIAL_HISTORY.isdisjoint(codes):  # whose profiles in IPS 2.0 ask for no category
        return SOCIAL
    if "social-history" in categories:
        return SOCIAL if codes or _HABITS.search(_words(resource)) else STORY
    return RESULTS
