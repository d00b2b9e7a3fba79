"""Searchset Bundles: at most the one person who was asked for."""

from dataclasses import asdict
from typing import Any

from health_record.record.record_reader import DecryptedRecord
from health_record.summary.patient import build_bare_patient, build_patient
from health_record.summary.sources import Person

MATCH_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


def build_searchset(
    origin: str, opened: DecryptedRecord | None, *, full: bool, certain: bool = False
) -> dict[str, Any]:
    """The person found, with demographics only if `full`; `certain` adds score and grade for `$match`."""
    entries = [] if opened is None else [_entry(origin, opened, full, certain)]
    return (
        {"resourceType": "Bundle", "type": "searchset", "total": len(entries), "entry": entries}
        if entries
        else {
            "resourceType": "Bundle",
            "type": "searchset",
            "total": 0,
        }
    )


def _entry(origin: str, opened: DecryptedRecord, full: bool, certain: bool) -> dict[str, Any]:
    resource = (
        build_patient(Person(opened.record_id, asdict(opened.identity)))
        if full
        else build_bare_patient(opened.record_id)
    )
    search: dict[str, Any] = {"mode": "match"}
    if certain:
        search = {"extension": [{"url": MATCH_GRADE, "valueCode": "certain"}], "mode": "match", "score": 1}
    return {"fullUrl": f"{origin}/v1/fhir/Patient/{opened.record_id}", "resource": resource, "search": search}
