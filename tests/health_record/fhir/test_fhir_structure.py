"""Structure checks along HL7's definitions: official examples pass, and each kind of defect is named with its path."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from health_record.fhir import validate, validator
from health_record.record.contributions import CONTAINED, TYPES
from tests.node_packages import ips_package

OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "id": "0d4f8a6e-3a51-4a3c-9b56-6f2f0d9b1c02",
    "meta": {"tag": [{"system": "urn:x", "code": "y"}]},
    "status": "final",
    "category": [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "exam"}]}
    ],
    "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9"}], "text": "Huyết áp"},
    "subject": {"reference": "Patient/5f0c1a52-9d5e-4c7b-8a3e-2f6b7c8d9e01"},
    "effectivePeriod": {"start": "2026-11-23T08:00:00+07:00", "end": "2026-11-23T08:05:00.5+07:00"},
    "issued": "2026-11-23T08:06:00Z",
    "_status": {"extension": [{"url": "urn:x:why", "valueString": "z"}]},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>150/90 <b>cao</b></p></div>'},
    "component": [
        {
            "code": {"text": "Tâm thu"},
            "valueQuantity": {"value": 150.5, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
        },
        {"code": {"text": "Tâm trương"}, "valueInteger": 90},
    ],
}
CONDITION: dict[str, Any] = {
    "resourceType": "Condition",
    "id": "c1",
    "clinicalStatus": {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
    },
    "code": {"text": "Sởi"},
    "subject": {"reference": "Patient/1"},
}


def found(resource: Any) -> list[tuple[str, str]]:
    return [(each.path, each.fault.en) for each in validate(resource, "X", TYPES, CONTAINED)]


def official() -> list[dict[str, Any]]:
    resources = []
    for path in sorted((ips_package() / "example").glob("*.json")):
        read = json.loads(path.read_text())
        resources += [each["resource"] for each in read["entry"]] if read["resourceType"] == "Bundle" else [read]
    return [each for each in resources if each["resourceType"] in TYPES]


def test_official_examples_are_never_refused() -> None:
    examples = official()
    assert len(examples) > 100
    assert {json.dumps(found(each)) for each in examples} == {"[]"}


def test_a_sound_resource_is_sound() -> None:
    assert found(OBSERVATION) == found(CONDITION) == []


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        # wrong JSON type
        (lambda r: r.update(status=1), "X.status"),
        (lambda r: r.update(category={}), "X.category"),
        (lambda r: r.update(code=[]), "X.code"),
        (lambda r: r["component"][0]["valueQuantity"].update(value="150"), "X.component[0].valueQuantity.value"),
        (lambda r: r["component"][1].update(valueInteger=90.5), "X.component[1].valueInteger"),
        (lambda r: r["component"][1].update(valueInteger=True), "X.component[1].valueInteger"),
        (lambda r: r.update(subject="Patient/1"), "X.subject"),
        # missing, unknown, empty
        (lambda r: r.pop("status") and r.pop("_status"), "X.status"),
        (lambda r: r.pop("code"), "X.code"),
        (lambda r: r["component"][1].pop("code"), "X.component[1].code"),
        (lambda r: r.update(color="red"), "X.color"),
        (lambda r: r["code"].update(label="x"), "X.code.label"),
        (lambda r: r.update(_code={"id": "x"}), "X._code"),
        (lambda r: r["code"].update(text=""), "X.code.text"),
        (lambda r: r["code"].update(text="   "), "X.code.text"),
        (lambda r: r["code"].update(text=None), "X.code.text"),
        (lambda r: r["code"].update(coding=[]), "X.code.coding"),
        (lambda r: r.update(subject={}), "X.subject"),
        (lambda r: r.update(id="a b"), "X.id"),
        (lambda r: r.update(id="x" * 65), "X.id"),
        (lambda r: r["code"].update(text="a\u0000b"), "X.code.text"),
        (lambda r: r["code"].update(text="\ud800"), "X.code.text"),
        # codes
        (lambda r: r.update(status="done"), "X.status"),
        (
            lambda r: r["component"][0]["valueQuantity"].update(comparator="=="),
            "X.component[0].valueQuantity.comparator",
        ),
        (lambda r: r["text"].update(status="nice"), "X.text.status"),
        # dates
        (lambda r: r.update(issued="2026-11-23"), "X.issued"),
        (lambda r: r.update(issued="2026-11-23T08:06:00"), "X.issued"),
        (lambda r: r["effectivePeriod"].update(start="2026-02-30"), "X.effectivePeriod.start"),
        (lambda r: r["effectivePeriod"].update(start="23/11/2026"), "X.effectivePeriod.start"),
        (lambda r: r["effectivePeriod"].update(start="2026-13"), "X.effectivePeriod.start"),
        (lambda r: r["effectivePeriod"].update(start="0000"), "X.effectivePeriod.start"),
        # choices and references
        (lambda r: r.update(effectiveDateTime="2026"), "X.effective[x]"),
        (lambda r: r["component"][1].update(valueString="x"), "X.component[1].value[x]"),
        (lambda r: r["subject"].pop("reference") and r["subject"].update(type="Patient"), "X.subject"),
        # constraints
        (lambda r: r["effectivePeriod"].update(end="2026-11-22"), "X.effectivePeriod"),
        (lambda r: r["component"][0]["valueQuantity"].pop("system"), "X.component[0].valueQuantity"),
        (lambda r: r["_status"]["extension"][0].pop("valueString"), "X.status.extension[0]"),
        (lambda r: r.update(valueString="x", dataAbsentReason={"text": "y"}), "X.dataAbsentReason"),
        (
            lambda r: r.update(valueString="x") or r["component"][0].update(code=copy.deepcopy(r["code"])),
            "X.component",
        ),
        (lambda r: r.update(device={"reference": "#d"}), "X.contained"),
        (lambda r: r.update(contained=[{"resourceType": "Device", "id": "d"}]), "X.contained[0]"),
        (lambda r: r.update(contained=[{"resourceType": "Patient", "id": "d"}]), "X.contained[0].resourceType"),
        # what would change the meaning
        (lambda r: r.update(modifierExtension=[{"url": "urn:not", "valueBoolean": True}]), "X.modifierExtension"),
        (lambda r: r.update(implicitRules="urn:x"), "X.implicitRules"),
        # narratives
        (lambda r: r["text"].update(div="<div>"), "X.text.div"),
        (lambda r: r["text"].update(div="<p>x</p>"), "X.text.div"),
        (lambda r: r["text"].update(div=_div("<script>1</script>")), "X.text.div"),
        (lambda r: r["text"].update(div=_div('<p onclick="1">x</p>')), "X.text.div"),
        (lambda r: r["text"].update(div=_div('<a href="javascript:1">x</a>')), "X.text.div"),
        (lambda r: r["text"].update(div=_div('<img src="https://x.example/y"/>')), "X.text.div"),
        (lambda r: r["text"].update(div='<!DOCTYPE div [<!ENTITY a "b">]>' + _div("&a;")), "X.text.div"),
    ],
)
def test_one_defect_is_found_where_it_is(change: Change, path: str) -> None:
    resource = copy.deepcopy(OBSERVATION)
    change(resource)
    assert [each for each, _ in found(resource)] == [path]


def _div(inner: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda r: r["clinicalStatus"]["coding"][0].update(code="ill"), "X.clinicalStatus"),
        (lambda r: r["clinicalStatus"]["coding"][0].update(system="urn:x"), "X.clinicalStatus"),
        (lambda r: r["clinicalStatus"].pop("coding") and r["clinicalStatus"].update(text="x"), "X.clinicalStatus"),
        (lambda r: r.update(abatementString="hết"), "X.clinicalStatus"),
        (lambda r: r.update(verificationStatus=_wrong()), "X.clinicalStatus"),
        (lambda r: r.pop("subject"), "X.subject"),
        (lambda r: r.update(stage=[{"type": {"text": "x"}}]), "X.stage[0]"),
    ],
)
def test_conditions_keep_their_own_constraints(change: Change, path: str) -> None:
    resource = copy.deepcopy(CONDITION)
    change(resource)
    assert [each for each, _ in found(resource)] == [path]


def _wrong() -> dict[str, Any]:
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    return {"coding": [{"system": system, "code": "entered-in-error"}]}


@pytest.mark.parametrize("resource", [None, 1, "x", [], {}, {"resourceType": "Patient"}, {"resourceType": ["x"]}])
def test_what_is_no_resource_is_told(resource: Any) -> None:
    assert len(found(resource)) == 1


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    extension: dict[str, Any] = {"url": "urn:x", "valueString": "y"}
    for _ in range(300):
        extension = {"url": "urn:x", "extension": [extension]}
    resource = {**OBSERVATION, "extension": [extension]}
    assert "is nested too deeply" in [fault for _, fault in found(resource)]


def test_a_thousand_faults_are_told_as_fifty() -> None:
    resource = {**OBSERVATION, **{f"unknown{n}": 1 for n in range(1000)}}
    assert len(found(resource)) == validator.MAX_FAULTS + 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "coding", "id", "x"]), inner),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(member=st.sampled_from(sorted(OBSERVATION)), value=JSON)
def test_any_value_anywhere_is_judged_without_a_crash(member: str, value: Any) -> None:
    for each in validate({**OBSERVATION, member: value}, "X", TYPES, CONTAINED):
        assert each.path.startswith("X")
