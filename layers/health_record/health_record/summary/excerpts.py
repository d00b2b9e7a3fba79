"""Copies of a summary that show less, as their person chose: without what is sensitive, or an emergency card alone."""

from health_record.clinical_words.told_allergies import is_told_allergy
from health_record.reconciliation.precedence import Reconciled
from health_record.rendering.source_words import with_tags
from health_record.summary.sections import (
    ALLERGIES,
    MEDICATIONS,
    PAST_MEDICATIONS,
    PREGNANCIES,
    SOCIAL,
    STORY,
    find_section,
)
from health_record.summary.sensitivity import is_sensitive, leave_out
from health_record.summary_sources.sources import Excerpt, Resource

SYSTEM = "urn:x-so-suc-khoe:excerpt"


WORDS = {
    Excerpt.NOT_SENSITIVE: "Người có hồ sơ chọn đưa bản này, không có phần nhạy cảm; hồ sơ có thể còn mục khác "
    "(the person chose to give this copy without what is sensitive; the record may hold more)",
    Excerpt.EMERGENCY_CARD: "Người có hồ sơ chỉ đưa thẻ cấp cứu: dị ứng, thuốc đang dùng, người cần gọi; hồ sơ có thể "
    "còn mục khác (the person gave the emergency card alone: allergies, medicines, whom to call; the record may "
    "hold more)",
}
PRIVATE_SECTIONS = frozenset(
    {PREGNANCIES, SOCIAL, STORY}
)  # habits, pregnancies, what people tell in words of their own
CARD_SECTIONS = frozenset({ALLERGIES, MEDICATIONS})
CARD_TYPES = frozenset({"AllergyIntolerance", "MedicationStatement"})
CARD_MEMBERS = frozenset({"resourceType", "id", "meta", "active", "name", "gender", "birthDate", "contact"})


def hide_sensitive(excerpt: Excerpt | None, resources: list[Resource]) -> list[Resource]:
    """What the copy may speak of: decided before sources are compared, so that no comparison tells of the rest."""
    if excerpt is not Excerpt.NOT_SENSITIVE:
        return resources
    return [each for each in leave_out(resources) if find_section(each) not in PRIVATE_SECTIONS]


def cut_down(excerpt: Excerpt | None, found: Reconciled) -> Reconciled:
    """What stands in the sections of the copy, and what differs there."""
    if excerpt is None:
        return found
    return Reconciled(
        [each for each in found.standing if _is_shown(excerpt, each)],
        [each for each in found.differing if _is_shown(excerpt, each)],
    )


def describe(excerpt: Excerpt | None, patient: Resource) -> Resource:
    """The Patient of the copy, with a tag that says what it is."""
    if excerpt is None:
        return patient
    if excerpt is Excerpt.EMERGENCY_CARD:
        patient = {name: value for name, value in patient.items() if name in CARD_MEMBERS}
    return with_tags(patient, [{"system": SYSTEM, "code": excerpt.value, "display": WORDS[excerpt]}])


def may_hide(excerpt: Excerpt | None, section: str) -> bool:
    """Whether an empty section of the copy says nothing of the record."""
    return excerpt is Excerpt.NOT_SENSITIVE or (excerpt is Excerpt.EMERGENCY_CARD and section not in CARD_SECTIONS)


def has_section(excerpt: Excerpt | None, section: str) -> bool:
    """Whether the copy has the section at all."""
    if excerpt is Excerpt.EMERGENCY_CARD:
        return section in CARD_SECTIONS
    return excerpt is None or section not in PRIVATE_SECTIONS


def _is_shown(excerpt: Excerpt, resource: Resource) -> bool:
    section = find_section(resource)
    if excerpt is Excerpt.NOT_SENSITIVE:
        return section not in PRIVATE_SECTIONS
    if resource["resourceType"] in CARD_TYPES and (section in CARD_SECTIONS or _is_unstopped(resource, section)):
        return True
    # Of a disease its name is the allergy; a note may stand beside what a card is not for.
    return is_told_allergy(resource) and (_is_named_so(resource) or not is_sensitive(resource))


def _is_unstopped(resource: Resource, section: str | None) -> bool:
    """A medicine whose days are over and that nobody stopped: whether it is still taken is to be asked."""
    return section == PAST_MEDICATIONS and resource.get("status") == "unknown"


def _is_named_so(resource: Resource) -> bool:
    """Whether a disease is itself the allergy, whatever its notes say."""
    bare = {name: value for name, value in resource.items() if name != "note"}
    return resource["resourceType"] == "Condition" and is_told_allergy(bare)
