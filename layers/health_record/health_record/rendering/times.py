"""When something was: the clinical time of each type, every type of it, else when it was written down."""

import functools
from typing import Any

from health_record.language import Translated
from health_record.rendering import datatypes, dosages, moments, quantities
from health_record.rendering.phrases import Phrase, joined, labelled
from health_record.rendering.statuses import absent_of, absent_reason

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
_DATE = Translated("ngày", "date")
_NOT_KNOWN = labelled(_DATE, (absent_reason("unknown"),))
_IN_EPISODE = Translated("chẩn đoán trong đợt khám, điều trị từ", "diagnosed in the visit or stay from")


def when(resource: Element, zone: str) -> Phrase:
    """The time of a resource: its clinical time, or `ghi ngày (recorded) 23/11/2026`, or why there is none."""
    if said := _clinical(resource, zone):
        return said
    absent = next(
        (each for name in CLINICAL.get(resource["resourceType"], ()) if (each := _absent(resource, name))), ()
    )
    recorded = _recorded(resource)
    if recorded is None:
        return absent
    noted: Phrase = (_IN_EPISODE if _is_of_episode(resource) else _NOTED, " ", moments.day(recorded, zone))
    return noted if absent == _NOT_KNOWN else joined([absent, noted], "; ")


def is_dated(resource: Element) -> bool:
    """Whether anybody says when it was, or when it was written down."""
    return bool(_clinical(resource, moments.HOME) or _recorded(resource))


def _clinical(resource: Element, zone: str) -> Phrase:
    names = CLINICAL.get(resource["resourceType"], ())
    for name in names:
        if said := _value(resource, name, zone):
            return said
    return ()


def _recorded(resource: Element) -> str | None:
    recorded = resource.get(RECORDED.get(resource["resourceType"], ""))
    return recorded if isinstance(recorded, str) else None


def _is_of_episode(resource: Element) -> bool:
    """Whether it is a diagnosis of a visit or stay of which nobody said whether it still holds."""
    if resource["resourceType"] != "Condition" or "clinicalStatus" in resource:
        return False
    codings = [coding for each in resource.get("category") or () for coding in each.get("coding") or ()]
    return any(coding.get("code") == "encounter-diagnosis" for coding in codings)


def choice(resource: Element, element: str, zone: str) -> Phrase:
    """`onset[x]` and the like, whichever type it has; why it is missing, where that is all that is said."""
    return _value(resource, element, zone) or _absent(resource, element)


def _value(resource: Element, element: str, zone: str) -> Phrase:
    for name, _, kind in _names(element):
        if name in resource:
            return _said(resource[name], kind, zone)
    return ()


def _absent(resource: Element, element: str) -> Phrase:
    reasons = (absent_of(resource[beside]) for _, beside, _ in _names(element) if beside in resource)
    return labelled(_DATE, next((reason for reason in reasons if reason), ()))


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
