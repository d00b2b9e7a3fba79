"""One resource as an entry of a list: what it is, how it stands, what else matters, and when.

`entry` is the only place that decides the words of a resource. It says every status, verification, negation, value,
onset and absent reason; a part that a type has no words for is left to the resource itself, never told otherwise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from health_record.language import Translated
from health_record.rendering import datatypes, details, results, times
from health_record.rendering.datatypes import Element, Resolve
from health_record.rendering.none_known import is_none_known
from health_record.rendering.phrases import Phrase, joined
from health_record.rendering.source_words import RESTRICTION, is_restricted, is_self_declared
from health_record.rendering.statuses import NOT_STATED, PRELIMINARY, UNCONFIRMED, State, statuses_of, strongest

NOTHING_STATED = (NOT_STATED,)
NOT_CONFIRMED = (UNCONFIRMED, PRELIMINARY)


class Entry(NamedTuple):
    """A resource in words. `marks` are the statuses that change its meaning, and stand before everything else."""

    state: State
    marks: Phrase
    subject: Phrase
    details: Phrase
    when: Phrase

    @property
    def headline(self) -> Phrase:
        """`KHÔNG TIÊM (NOT GIVEN): Cúm mùa; lý do (reason): hết vắc xin`"""
        subject = joined((self.marks, self.subject), ": ") if self.marks else self.subject
        return joined((subject, self.details), "; ") if self.details else subject


def entry(resource: Element, zone: str, resolve: Resolve = lambda _: None) -> Entry:
    """The resource in words. `resolve` finds what a reference leads to, `zone` is the province's time zone."""
    found = statuses_of(resource)
    said = [status.words for status in found if status.words is not None]
    if said and is_self_declared(resource):  # which says already that it is not confirmed
        said = [words for words in said if words not in NOT_CONFIRMED]
    if said and is_none_known(resource):
        said = []  # "not given: none" would be read as the opposite
    if is_restricted(resource):
        said = [*said, RESTRICTION]
    inner = _Inside(resource, resolve) if "contained" in resource else resolve
    return Entry(
        state=strongest([status.state for status in found]),
        marks=joined(((words,) for words in said), ", ") if said else (),
        subject=_subject(resource, zone, inner),
        details=details.of(resource, zone, inner),
        when=times.when(resource, zone),
    )


@dataclass(frozen=True)
class _Inside:
    """Resolves what a resource contains before what stands beside it."""

    resource: Element
    outside: Resolve

    def __call__(self, reference: str) -> Element | None:
        if not reference.startswith("#"):
            return self.outside(reference)
        return next((one for one in self.resource.get("contained") or () if one.get("id") == reference[1:]), None)


def _subject(resource: Element, zone: str, resolve: Resolve) -> Phrase:
    match resource["resourceType"]:
        case "MedicationStatement":
            return _medicine(resource, resolve)
        case "Observation":
            named, value = _coded(resource), results.measured(resource, zone)
            said = (*named, ": ", *value) if value else named
            other = results.of_another(resource)
            return joined([said, other], "; ") if other else said
        case kind:
            return _SUBJECTS.get(kind, datatypes.name_of)(resource)


def _medicine(resource: Element, resolve: Resolve) -> Phrase:
    if "medicationCodeableConcept" in resource:
        return datatypes.concept(resource["medicationCodeableConcept"]) or NOTHING_STATED
    return datatypes.reference(resource.get("medicationReference"), resolve) or NOTHING_STATED


def _family(resource: Element) -> Phrase:
    conditions = joined((_family_condition(each) for each in resource.get("condition") or ()), ", ")
    relative = datatypes.concept(resource.get("relationship")) or NOTHING_STATED
    return joined([relative, conditions], ": ")


def _family_condition(element: Element) -> Phrase:
    name = datatypes.concept(element.get("code")) or NOTHING_STATED
    outcome = datatypes.concept(element.get("outcome"))
    return (*name, " (", *outcome, ")") if outcome else name


def _encounter(resource: Element) -> Phrase:
    kinds = datatypes.concepts(resource.get("type")) or datatypes.concept(resource.get("serviceType"))
    given = resource.get("class") or {}
    visit = CLASSES.get(str(given.get("code")))
    named: Phrase = (visit,) if visit else datatypes.coding(given)
    return joined([named, kinds], ": ") or NOTHING_STATED


def _imaging(resource: Element) -> Phrase:
    named = (str(resource["description"]),) if resource.get("description") else ()
    kinds = joined((results.modality(each) for each in resource.get("modality") or ()), ", ")
    return joined([kinds, datatypes.concepts(resource.get("procedureCode")), named], ": ") or (
        Translated("Chẩn đoán hình ảnh", "Imaging study"),
    )


def _document(resource: Element) -> Phrase:
    named = datatypes.concept(resource["type"]) if resource.get("type") else (Translated("Tài liệu", "Document"),)
    return joined([named, (str(resource["description"]),) if resource.get("description") else ()], ": ")


def _coded(resource: Element) -> Phrase:
    return datatypes.concept(resource.get("code")) or NOTHING_STATED


def _endpoint(resource: Element) -> Phrase:
    named = (str(resource["name"]),) if resource.get("name") else datatypes.coding(resource.get("connectionType") or {})
    return joined([named, (str(resource.get("address", "")),)], ": ")


CLASSES: Mapping[str, Translated] = {
    "AMB": Translated("Khám ngoại trú", "Outpatient visit"),
    "EMER": Translated("Cấp cứu", "Emergency"),
    "FLD": Translated("Khám lưu động", "Field visit"),
    "HH": Translated("Khám tại nhà", "Home health"),
    "IMP": Translated("Điều trị nội trú", "Inpatient stay"),
    "ACUTE": Translated("Nội trú cấp tính", "Inpatient acute"),
    "NONAC": Translated("Nội trú không cấp tính", "Inpatient non-acute"),
    "OBSENC": Translated("Theo dõi", "Observation stay"),
    "PRENC": Translated("Trước nhập viện", "Pre-admission"),
    "SS": Translated("Điều trị trong ngày", "Short stay"),
    "VR": Translated("Khám từ xa", "Virtual visit"),
}
_SUBJECTS: dict[str, Callable[[Element], Phrase]] = {
    "AllergyIntolerance": _coded,
    "Condition": _coded,
    "DiagnosticReport": _coded,
    "DocumentReference": _document,
    "Encounter": _encounter,
    "Endpoint": _endpoint,
    "FamilyMemberHistory": _family,
    "ImagingStudy": _imaging,
    "Immunization": lambda resource: datatypes.concept(resource.get("vaccineCode")) or NOTHING_STATED,
    "Procedure": _coded,
}
