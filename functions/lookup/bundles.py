"""Searchset Bundles: those who were asked for, each with how sure the match is."""

from dataclasses import asdict
from typing import Any

from functions.lookup.person import FoundPatient
from health_record.facility.patient_query import Page
from health_record.record import access_policy
from health_record.record.access_policy import Assurance
from health_record.summary_sources.patient import build_bare_patient, build_patient
from health_record.summary_sources.sources import Person

MATCH_GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"
SCORES = {"certain": 1, "probable": 0.8, "possible": 0.4}


def build_searchset(url: str, found: list[FoundPatient], total: int, page: Page) -> dict[str, Any]:
    """A page of the people found, with demographics where they may be shown, and a link to the next page."""
    base_url = url.partition("/v1/fhir/")[0] + "/v1/fhir"
    bundle: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "total": total}
    if page.offset + page.count < total:
        following = f"{url}{'&' if '?' in url else '?'}_count={page.count}&_offset={page.offset + page.count}"
        bundle["link"] = [{"relation": "next", "url": following}]
    if found:
        bundle["entry"] = [_entry(base_url, patient, grade_match(patient, total)) for patient in found]
    return bundle


def grade_match(patient: FoundPatient, total: int) -> str:
    """`certain` where the card was seen, `probable` for the one record that claims the number, else `possible`.

    `possible` is also the one whom a year or a month of birth leads to where it could be somebody else.
    """
    if patient.assurance is Assurance.CARD_SEEN:
        return "certain"
    return "probable" if total == 1 and patient.candidate.is_only else "possible"


def _entry(base_url: str, patient: FoundPatient, grade: str) -> dict[str, Any]:
    record_id, assurance = patient.meta.record_id, patient.assurance
    joined = access_policy.is_joined(patient.meta)
    resource = (
        build_bare_patient(record_id, assurance, joined=joined)
        if patient.opened is None
        else build_patient(Person(record_id, asdict(patient.opened.identity), assurance, joined))
    )
    search = {
        "extension": [{"url": MATCH_GRADE, "valueCode": grade}],
        "mode": "match",
        "score": SCORES[grade],
    }
    return {"fullUrl": f"{base_url}/Patient/{record_id}", "resource": resource, "search": search}
