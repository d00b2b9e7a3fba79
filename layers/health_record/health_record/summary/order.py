"""The order of a section's entries: what is most urgent first, then the newest. A doctor may have one minute."""

from typing import Any

from health_record.reconciliation.pregnancies import LOINC, Pregnant, test_of_pregnancy
from health_record.remembered import remembered
from health_record.rendering import moments
from health_record.rendering.source_words import PERIOD_SYSTEM, TO_COME, has_tag
from health_record.rendering.statuses import State, state_of
from health_record.summary.sections import (
    ALLERGIES,
    DIFFERING,
    MEDICATIONS,
    PAST_MEDICATIONS,
    PROBLEMS,
    RESULTS,
    VITALS,
)
from health_record.summary.urgency import STILL_CRITICAL, danger, is_critical, need, urgency

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
MEASURED = (RESULTS, VITALS)
URGENCY = {ALLERGIES: danger, PROBLEMS: urgency, MEDICATIONS: need}
OF_KIND = {"AllergyIntolerance": 0, "MedicationStatement": 1, "Observation": 2, "Condition": 3}


def in_order(code: str, resources: list[Resource], zone: str) -> list[Resource]:
    """The entries of a section in the order in which they are read; equal ones stay as they were."""
    if len(resources) == 1:
        return resources
    times = {id(each): _when(each, zone, of_end=code == PAST_MEDICATIONS) for each in resources}
    newest = sorted(resources, key=lambda each: times[id(each)], reverse=True)
    if code in URGENCY:
        return sorted(newest, key=URGENCY[code])
    if code in MEASURED:
        since = times[id(newest[0])] - STILL_CRITICAL
        return sorted(newest, key=lambda each: _rank_of_result(each, is_now=times[id(each)] >= since))
    if code == DIFFERING:
        return sorted(newest, key=lambda each: OF_KIND.get(each["resourceType"], len(OF_KIND)))
    return newest


def _rank_of_result(result: Resource, *, is_now: bool) -> int:
    """What is critical now and a positive test of pregnancy stand first, a document that another replaced last."""
    if is_now and (is_critical(result) or _is_pregnant(result)):
        return 0
    return 2 if state_of(result) is State.PAST else 1


def _is_pregnant(result: Resource) -> bool:
    if result["resourceType"] != "Observation":
        return False
    codes = [str(each.get("code")) for each in result.get("code", {}).get("coding", ()) if each.get("system") == LOINC]
    return test_of_pregnancy(result, codes) is Pregnant.YES


def _when(resource: Resource, zone: str, *, of_end: bool) -> float:
    kind = resource["resourceType"]
    if has_tag(resource, PERIOD_SYSTEM, TO_COME):
        return _timestamp(str(resource["meta"].get("lastUpdated", "")), zone)
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


@remembered(2048)
def _timestamp(text: str, zone: str) -> float:
    return moments.instant(text, zone).timestamp()
