"""When something was: the clinical time of each type, every type of it, else when it was written down."""

import functools
from typing import Any

from health_record.language import Translated
from health_record.rendering import datatypes, dosages, moments, quantities
from health_record.rendering.phrases import Phrase, joined, labelled
from health_record.rendering.statuses import absent_of

Element = dict[str, Any]
# By type: the clinical times, and when it was recorded where those are missing.
CLINICAL: dict[str, tuple[str, ...]] = {
    "AllergyIntolerance": ("onset",),
    "Condition": ("onset",),
    "DiagnosticReport": ("effective",),
    "DocumentReference": (),
    "Encounter": ("period",),
    "ImagingStudy": ("started",),
    "Immunization": ("occurrence",),
    "MedicationStatement": ("effective",),
    "Observation": ("effective",),
    "Procedure": ("performed",),
}
RECORDED = {
    "AllergyIntolerance": "recordedDate",
    "Condition": "recordedDate",
    "DiagnosticReport": "issued",
    "DocumentReference": "date",
    "FamilyMemberHistory": "date",
    "Immunization": "recorded",
    "MedicationStatement": "dateAsserted",
    "Observation": "issued",
}
_TYPES = ("DateTime", "Instant", "Period", "Timing", "Age", "Range", "String", "")
_NOTED = Translated("ghi ngày", "recorded")
_IN_EPISODE = Translated("chẩn đoán trong đợt khám, điều trị từ", "diagnosed in the visit or stay from")


def when(resource: Element, zone: str) -> Phrase:
    """The time of a resource: its clinical time, or `ghi ngày (recorded) 23/11/2026`."""
    kind = resource["resourceType"]
    for element in CLINICAL.get(kind, ()):
        if said := choice(resource, element, zone):
            return said
    recorded = resource.get(RECORDED.get(kind, ""))
    if not isinstance(recorded, str):
        return ()
    return (_IN_EPISODE if _is_of_episode(resource) else _NOTED, " ", moments.day(recorded, zone))


def _is_of_episode(resource: Element) -> bool:
    """Whether it is a diagnosis of a visit or stay of which nobody said whether it still holds."""
    if resource["resourceType"] != "Condition" or "clinicalStatus" in resource:
        return False
    codings = [coding for each in resource.get("category") or () for coding in each.get("coding") or ()]
    return any(coding.get("code") == "encounter-diagnosis" for coding in codings)


def choice(resource: Element, element: str, zone: str) -> Phrase:
    """`onset[x]` and the like, whichever type it has; why it is missing, where that is all that is said."""
    for name, beside, kind in _names(element):
        if name in resource:
            return _said(resource[name], kind, zone)
        if beside in resource and (absent := absent_of(resource[beside])):
            return labelled(Translated("ngày", "date"), absent)
    return ()


@functools.cache
def _names(element: str) -> tuple[tuple[str, str, str], ...]:
    """The members that a choice can be, each with the one that holds its extensions, and its type."""
    return tuple((f"{element}{kind}", f"_{element}{kind}", kind) for kind in _TYPES)


def _said(value: Any, kind: str, zone: str) -> Phrase:
    if isinstance(value, str):
        return (value,) if kind == "String" else (moments.moment(value, zone),)
    match kind:
        case "Timing":
            return dosages.timing(value, zone)
        case "Age":
            return joined([(Translated("lúc", "at age"),), quantities.age(value)], " ")
        case "Range":
            return joined([(Translated("lúc", "at"),), quantities.range_(value)], " ")
        case _:
            return datatypes.period(value, zone)
