"""A category that says no more than the title of the section where its entry stands is not told."""

from typing import Any

import pytest

from health_record.rendering import details
from health_record.rendering.entries import entry
from health_record.rendering.phrases import bilingual
from health_record.summary.sections import BY_TYPE, FUNCTIONAL, PAST, PROBLEMS, RESULTS, SECTIONS, VITALS
from health_record.summary_sources.observations import OF_GROUPS
from health_record.summary_sources.sources import LOINC

CATEGORISED = ("DiagnosticReport", "DocumentReference", "MedicationStatement", "Procedure")
PLACES = {
    **{kind: {BY_TYPE[kind]} for kind in CATEGORISED},
    "Condition": {PROBLEMS, PAST, FUNCTIONAL},
    "Observation": {RESULTS, VITALS, *OF_GROUPS},
}
TITLES = {each.code: (each.vi, each.en) for each in SECTIONS}
CASES = [(kind, code) for kind, codes in sorted(PLACES.items()) for code in sorted(codes)]


@pytest.mark.parametrize(("kind", "code"), CASES)
def test_a_category_that_is_its_section_is_not_told(kind: str, code: str) -> None:
    vi, en = TITLES[code]
    coding = {"system": LOINC, "code": code}
    for category in ({"coding": [coding]}, {"coding": [{**coding, "display": vi}], "text": vi}, {"text": en}):
        assert "category" not in said(kind, category)
    assert "category" in said(kind, {"coding": [coding], "text": "Khoa khác"})


def test_the_table_is_that_of_the_sections() -> None:
    assert {kind: set(codes) for kind, codes in details.SECTIONS.items()} == PLACES
    for codes in details.SECTIONS.values():
        assert all(titles == tuple(each.casefold() for each in TITLES[code]) for code, titles in codes.items())


def said(kind: str, category: dict[str, Any]) -> str:
    several = kind in ("Condition", "Observation", "DiagnosticReport", "DocumentReference")
    resource = {"resourceType": kind, "id": "1", "category": [category] if several else category}
    return bilingual(entry(resource, "Asia/Ho_Chi_Minh").headline)
