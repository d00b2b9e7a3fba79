"""Each constraint of a data type or a part of a resource: what keeps it passes, what breaks it fails."""

from typing import Any

import pytest

from health_record.fhir.element_invariants import BY_TYPE, check_element

UCUM = "http://unitsofmeasure.org"
YEARS: dict[str, Any] = {"value": 42, "system": UCUM, "code": "a"}
REPEAT: dict[str, Any] = {"frequency": 1, "period": 1, "periodUnit": "d"}
CASES: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    ("Age", YEARS, {"value": 42}, "UCUM"),
    ("Age", {"code": "a", "system": UCUM}, {**YEARS, "system": "urn:x"}, UCUM),
    ("Attachment", {"contentType": "a/b", "data": "AA=="}, {"data": "AA=="}, "att-1"),
    ("Condition.evidence", {"code": [{"text": "x"}]}, {"id": "x"}, "con-2"),
    ("Condition.stage", {"summary": {"text": "x"}}, {"id": "x"}, "con-1"),
    ("ContactPoint", {"system": "phone", "value": "1"}, {"value": "1"}, "cpt-2"),
    ("Count", {"value": 2, "system": UCUM, "code": "1"}, {"value": 2.5, "system": UCUM, "code": "1"}, "cnt-3"),
    ("Distance", {"value": 2, "system": UCUM, "code": "m"}, {"value": 2}, "UCUM"),
    ("Duration", {"value": 2, "system": UCUM, "code": "h"}, {"value": 2, "unit": "giờ"}, "UCUM"),
    ("Extension", {"url": "u", "valueString": "x"}, {"url": "u"}, "ext-1"),
    ("Immunization.education", {"reference": "https://a.vn"}, {"presentationDate": "2026"}, "imm-1"),
    ("Observation.referenceRange", {"text": "x"}, {"type": {"text": "x"}}, "obs-3"),
    ("Period", {"start": "2026-11-22", "end": "2026-11"}, {"start": "2026-11-22", "end": "2026-11-21"}, "per-1"),
    (
        "Period",  # half past midnight in Vietnam is the day before in UTC
        {"start": "2026-11-30T00:30:00+07:00", "end": "2026-11-29T18:00:00Z"},
        {"start": "2026-11-29T18:00:00Z", "end": "2026-11-30T00:30:00+07:00"},
        "per-1",
    ),
    ("Quantity", {"value": 1, "system": UCUM, "code": "g"}, {"value": 1, "code": "g"}, "qty-3"),
    ("Range", {"low": {"value": 1}, "high": {"value": 1}}, {"low": {"value": 2}, "high": {"value": 1}}, "rng-2"),
    ("Ratio", {"numerator": {"value": 1}, "denominator": {"value": 2}}, {"numerator": {"value": 1}}, "rat-1"),
    ("Ratio", {"extension": [{"url": "u", "valueString": "x"}]}, {"id": "x"}, "rat-1"),
    ("Reference", {"display": "x"}, {"type": "Patient"}, "reference"),
    ("Timing.repeat", {**REPEAT, "duration": 0, "durationUnit": "h"}, {**REPEAT, "duration": 1}, "tim-1"),
    ("Timing.repeat", REPEAT, {"period": 1}, "tim-2"),
    ("Timing.repeat", REPEAT, {"duration": -1, "durationUnit": "h"}, "tim-4"),
    ("Timing.repeat", {**REPEAT, "period": 0}, {**REPEAT, "period": -1}, "tim-5"),
    ("Timing.repeat", {**REPEAT, "periodMax": 2}, {"periodMax": 2}, "tim-6"),
    ("Timing.repeat", {"duration": 1, "durationMax": 2, "durationUnit": "h"}, {"durationMax": 2}, "tim-7"),
    ("Timing.repeat", {"count": 1, "countMax": 2}, {"countMax": 2}, "tim-8"),
    ("Timing.repeat", {"offset": 5, "when": ["AC"]}, {"offset": 5}, "tim-9"),
    ("Timing.repeat", {"when": ["CM"]}, {"offset": 5, "when": ["CM"]}, "tim-9"),
    ("Timing.repeat", {"timeOfDay": ["08:00:00"]}, {"timeOfDay": ["08:00:00"], "when": ["AC"]}, "tim-10"),
]


@pytest.mark.parametrize(("kind", "sound", "broken", "rule"), CASES, ids=lambda each: str(each)[:40])
def test_a_constraint_holds_at_its_boundary(
    kind: str, sound: dict[str, Any], broken: dict[str, Any], rule: str
) -> None:
    assert list(check_element(kind, sound)) == []
    assert any(rule in told.en for told in check_element(kind, broken))


def test_every_kind_with_constraints_has_a_case() -> None:
    assert {kind for kind, *_ in CASES} == set(BY_TYPE)
