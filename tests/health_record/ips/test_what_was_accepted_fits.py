"""What FHIR R4 accepts becomes a valid IPS document: every type at its barest, and every member a profile forbids.

The cases are made from HL7's definitions and from the table of the profiles, not from the ones that came to mind.
"""

import json
from typing import Any

import pytest

from health_record.fhir.validator import definitions, validate
from health_record.ips import profiles
from health_record.record.contributions import CONTAINED, SUBJECTS, TYPES
from tests.health_record.rendering.test_every_status_in_words import SAMPLES
from tests.health_record.summary.ips_checker import faults
from tests.health_record.summary.test_summary import LOINC, RECORD_ID, contributed, read, resources, summary

CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"
PERSON = {"reference": f"Patient/{RECORD_ID}"}
NEEDED: dict[str, Any] = {
    "CodeableConcept": {"text": "Tên"},
    "Coding": {"code": "AMB"},
    "url": "https://pacs.example/wado",
    "code": "final",
}


def bare(kind: str) -> dict[str, Any]:
    """The type with what FHIR R4 requires of it, and nothing else."""
    made: dict[str, Any] = {}
    for member, spec in definitions().types[kind].items():
        if not spec.minimum or member in ("subject", "patient"):
            continue
        value = NEEDED.get(spec.kind, {"attachment": {"title": "x"}})
        if spec.kind == "code":
            value = next(iter(definitions().codes[spec.extra].values()))[0]
        made[member] = [value] if spec.many else value
    if kind == "Immunization":
        made["occurrenceString"] = "hồi nhỏ"
    if kind == "MedicationStatement":
        made["medicationCodeableConcept"] = {"text": "Thuốc"}
    if kind == "AllergyIntolerance":
        made["clinicalStatus"] = {
            "coding": [
                {"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}
            ]
        }
    if kind == "Organization":
        made["identifier"] = [{"value": "79001"}]
    subject = {SUBJECTS[kind]: PERSON} if kind in SUBJECTS else {}
    return (
        contributed(kind) | subject | made if subject else {"resourceType": kind, "id": contributed(kind)["id"], **made}
    )


def carrier(resource: dict[str, Any]) -> list[dict[str, Any]]:
    """The resource, and one that refers to it where it stands in no section of its own."""
    reference = {"reference": f"{resource['resourceType']}/{resource['id']}"}
    holders = {
        "Organization": {"performer": [reference]},
        "Practitioner": {"performer": [reference]},
        "Endpoint": {},
    }
    if resource["resourceType"] == "Endpoint":
        return [resource, bare("ImagingStudy") | {"endpoint": [reference]}]
    if resource["resourceType"] not in holders:
        return [resource]
    return [resource, bare("Observation") | holders[resource["resourceType"]]]


@pytest.mark.parametrize("kind", TYPES)
def test_each_type_at_its_barest_is_a_valid_document(kind: str) -> None:
    resource = bare(kind)
    assert validate(resource, kind, TYPES, CONTAINED) == []
    assert faults(summary(None, *carrier(resource))) == []


OBSERVATIONS = {
    "laboratory": {"category": [{"coding": [{"system": CATEGORY, "code": "laboratory"}]}], "code": {"text": "X"}},
    "imaging": {"category": [{"coding": [{"system": CATEGORY, "code": "imaging"}]}], "code": {"text": "X"}},
    **{
        code: {"code": {"coding": [{"system": LOINC, "code": code}]}}
        for code in ("72166-2", "74013-4", "82810-3", "11778-8", "11636-8")
    },
}
TIMES = [
    {},
    {"effectiveDateTime": "2026"},
    {"effectiveDateTime": "2026-11"},
    {"effectiveInstant": "2026-11-22T20:00:00Z"},
    {"effectivePeriod": {"start": "2026-11-20", "end": "2026-11-22"}},
    {"effectiveTiming": {"event": ["2026-11-22T20:00:00Z"]}},
    {"effectiveTiming": {"repeat": {"frequency": 2, "period": 1, "periodUnit": "d"}}},
]


@pytest.mark.parametrize("time", TIMES, ids=str)
@pytest.mark.parametrize("which", OBSERVATIONS)
def test_every_time_of_every_observation_fits_and_keeps_its_moment(which: str, time: dict[str, Any]) -> None:
    bundle = summary(None, bare("Observation") | OBSERVATIONS[which] | time)
    assert faults(bundle) == []
    (shown,) = resources(bundle, "Observation")
    if "effectiveInstant" in time:
        assert shown["effectiveDateTime"] == time["effectiveInstant"]
    if "effectivePeriod" in time:
        assert "20/11/2026" in str(shown) or shown.get("effectivePeriod") == time["effectivePeriod"]


FORBIDDEN: dict[str, Any] = {
    "bodySite": {"text": "Chữ của nguồn"},
    "component": [{"code": {"text": "Chữ của nguồn"}, "valueString": "3 lon"}],
    "device": {"display": "Chữ của nguồn"},
    "method": {"text": "Chữ của nguồn"},
    "referenceRange": [{"text": "Chữ của nguồn"}],
    "specimen": {"display": "Chữ của nguồn"},
}


def forbidden() -> list[tuple[str, str]]:
    codes = {name: code for code, name in reversed(profiles.BY_CODE.items())}
    return [(codes[name], member) for name, found in profiles.profiles().items() for member in found.forbidden]


@pytest.mark.parametrize(("code", "member"), forbidden())
def test_what_a_profile_forbids_stands_in_words(code: str, member: str) -> None:
    observation = bare("Observation") | {
        "code": {"coding": [{"system": LOINC, "code": code}]},
        member: FORBIDDEN[member],
    }
    bundle = summary(None, observation)
    assert faults(bundle) == []
    (shown,) = resources(bundle, "Observation")
    assert member not in shown
    assert "Chữ của nguồn" in str(shown["note"])


def test_components_that_say_nothing_and_contained_things_without_a_name_fit() -> None:
    silent = bare("Observation") | OBSERVATIONS["laboratory"] | {"component": [{"code": {"text": "Phần"}}]}
    specimen = {"contained": [{"resourceType": "Specimen", "id": "s"}], "specimen": {"reference": "#s"}}
    medicine = {
        name: value for name, value in bare("MedicationStatement").items() if name != "medicationCodeableConcept"
    } | {
        "contained": [
            {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": {"text": "Insulin"}}]}
        ],
        "medicationReference": {"reference": "#m"},
    }
    bundle = summary(None, silent | specimen, medicine)
    assert faults(bundle) == []


def test_a_reference_to_what_was_taken_back_becomes_words() -> None:
    visit = bare("Encounter") | {"id": "0d4f8a6e-3a51-4a3c-9b56-00000000abcd", "status": "entered-in-error"}
    report = bare("DiagnosticReport") | {"encounter": {"reference": f"Encounter/{visit['id']}"}}
    bundle = summary(None, visit, report)
    assert faults(bundle) == []
    assert resources(bundle, "DiagnosticReport")[0]["encounter"] == {
        "display": "Mục không có trong bản này (entry not in this document)"
    }


def test_what_was_taken_back_is_not_told_by_who_named_it() -> None:
    gone = bare("Condition") | {
        "id": "0d4f8a6e-3a51-4a3c-9b56-00000000abce",
        "verificationStatus": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/condition-ver-status",
                    "code": "entered-in-error",
                }
            ]
        },
    }
    named = {"reference": f"Condition/{gone['id']}", "display": "HIV dương tính"}
    visit = bare("Encounter") | {"reasonReference": [named]}
    bundle = summary(None, gone, visit)
    assert faults(bundle) == []
    assert "HIV" not in json.dumps(bundle)


@pytest.mark.parametrize("member", ["performedAge", "performedRange", "performedString", "performedPeriod"])
def test_every_time_of_a_procedure_fits(member: str) -> None:
    data = definitions().types["Procedure"][member].kind
    bundle = summary(None, bare("Procedure") | {member: SAMPLES[data][0]})
    assert faults(bundle) == []
    assert SAMPLES[data][1] in read(bundle, "not-so" if bare("Procedure")["status"] == "preparation" else "47519-4")


def test_a_lone_encounter_and_a_lone_imaging_study_reach_the_summary() -> None:
    bundle = summary(None, bare("Encounter") | {"status": "finished"}, bare("ImagingStudy") | {"status": "available"})
    assert "Khám ngoại trú" in read(bundle, "46240-8")
    assert "Chẩn đoán hình ảnh" in read(bundle, "18748-4")
