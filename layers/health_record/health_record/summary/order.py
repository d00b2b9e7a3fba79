"""The order of a section's entries: what is most dangerous first, then the newest. A doctor may have one minute."""

import functools
from typing import Any

from health_record.rendering import moments
from health_record.rendering.none_known import is_none_known
from health_record.rendering.source_words import DIFFERENCE_SYSTEM, NAMES_SOMETHING, has_tag
from health_record.summary.sections import ALLERGIES, DIFFERING, PAST_MEDICATIONS

Resource = dict[str, Any]
# The time that counts of each type: when it was, else when it was written down.
TIMES = {
    "AllergyIntolerance": ("lastOccurrence", "onsetDateTime", "recordedDate"),
    "Condition": ("onsetDateTime", "recordedDate"),
    "DiagnosticReport": ("effectiveDateTime", "issued"),
    "DocumentReference": ("date",),
    "FamilyMemberHistory": ("date",),
    "ImagingStudy": ("started",),
    "Immunization": ("occurrenceDateTime", "recorded"),
    "MedicationStatement": ("effectiveDateTime", "dateAsserted"),
    "Observation": ("effectiveDateTime", "effectiveInstant", "issued"),
    "Procedure": ("performedDateTime",),
}
PERIODS = {
    "Condition": "onsetPeriod",
    "DiagnosticReport": "effectivePeriod",
    "Encounter": "period",
    "MedicationStatement": "effectivePeriod",
    "Observation": "effectivePeriod",
    "Procedure": "performedPeriod",
}
LONG_AGO = float("-inf")  # of a vaccine whose day nobody knows
HIGH, OPEN, LOW, NONE = range(4)
OF_KIND = {"AllergyIntolerance": 0, "MedicationStatement": 1, "Observation": 2, "Condition": 3}
CRITICAL = frozenset({"HH", "LL", "AA"})


def in_order(code: str, resources: list[Resource], zone: str) -> list[Resource]:
    """The entries of a section in the order in which they are read; equal ones stay as they were."""
    if len(resources) == 1:
        return resources
    newest = sorted(
        resources,
        key=lambda each: (_when(each, zone, of_end=code == PAST_MEDICATIONS), _is_critical(each)),
        reverse=True,
    )
    if code == ALLERGIES:
        return sorted(newest, key=danger)
    if code == DIFFERING:
        return sorted(newest, key=lambda each: OF_KIND.get(each["resourceType"], len(OF_KIND)))
    return newest


def danger(allergy: Resource) -> int:
    """How dangerous an allergy is: HIGH by criticality or a severe reaction, OPEN where nobody says so, LOW, NONE."""
    if is_none_known(allergy) and not has_tag(allergy, DIFFERENCE_SYSTEM, NAMES_SOMETHING):
        return NONE
    severities = {each.get("severity") for each in allergy.get("reaction", ())}
    if allergy.get("criticality") == "high" or "severe" in severities:
        return HIGH
    if allergy.get("criticality") == "low" or severities == {"mild"}:
        return LOW
    return OPEN


def _when(resource: Resource, zone: str, *, of_end: bool) -> float:
    kind = resource["resourceType"]
    period = resource.get(PERIODS.get(kind, ""))
    if period:
        ends = (period.get("end"), period.get("start")) if of_end else (period.get("start"), period.get("end"))
        return _timestamp(str(ends[0] or ends[1] or ""), zone)
    if "occurrenceString" in resource:
        return LONG_AGO
    for name in TIMES.get(kind, ()):
        if name in resource:
            return _timestamp(str(resource[name]), zone)
    return _timestamp(str(resource.get("meta", {}).get("lastUpdated", "")), zone)


@functools.lru_cache(maxsize=2048)
def _timestamp(text: str, zone: str) -> float:
    return moments.instant(text, zone).timestamp()


def _is_critical(resource: Resource) -> bool:
    if "interpretation" not in resource:
        return False
    codings = (coding for each in resource["interpretation"] for coding in each.get("coding", ()))
    return any(coding.get("code") in CRITICAL for coding in codings)
