"""A hospital stay with a resource of every type: written by one facility, read and valid at another a second later."""

import copy
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from health_record.record.contributions import TYPES
from tests.conftest import World
from tests.contribute.bundles import ICD_10, LOINC, bundle, condition, encounter, observation, status
from tests.facility_desk import Resident, new_uuid, register, store_resident
from tests.health_record.summary import ips_checker

DAY = "2026-11-22"
SECTIONS = {
    "Condition": "11450-4",
    "AllergyIntolerance": "48765-2",
    "MedicationStatement": "10160-0",
    "Immunization": "11369-6",
    "Observation": "30954-2",
    "DiagnosticReport": "30954-2",
    "DocumentReference": "30954-2",
    "Procedure": "47519-4",
    "Encounter": "46240-8",
    "ImagingStudy": "18748-4",
}


def refer(resource: dict[str, Any]) -> dict[str, str]:
    return {"reference": f"{resource['resourceType']}/{resource['id']}"}


def stay(person: str) -> dict[str, dict[str, Any]]:
    """One resource of every type, each referring to others."""
    subject = {"subject": {"reference": f"Patient/{person}"}}
    patient = {"patient": subject["subject"]}
    visit, result = encounter(person), observation(person)

    def made(kind: str, **content: Any) -> dict[str, Any]:
        return {"resourceType": kind, "id": new_uuid(), **content}

    hospital = made("Organization", name="Bệnh viện Gia Định")
    doctor = made("Practitioner", name=[{"text": "BS. Trần Văn Mẫu"}])
    archive = made(
        "Endpoint",
        status="active",
        connectionType={
            "system": "http://terminology.hl7.org/CodeSystem/endpoint-connection-type",
            "code": "dicom-wado-rs",
        },
        payloadType=[{"text": "DICOM"}],
        address="https://pacs.giadinh.example/wado",
        managingOrganization=refer(hospital),
    )
    images = made(
        "ImagingStudy",
        status="available",
        **subject,
        encounter=refer(visit),
        started=DAY,
        endpoint=[refer(archive)],
        description="X-quang ngực thẳng",
    )
    report = made(
        "DiagnosticReport",
        status="final",
        code={"coding": [{"system": LOINC, "code": "11502-2"}], "text": "Phiếu kết quả xét nghiệm"},
        **subject,
        encounter=refer(visit),
        effectiveDateTime=DAY,
        performer=[refer(hospital)],
        result=[refer(result)],
        imagingStudy=[refer(images)],
        conclusion="Giảm tiểu cầu nhẹ",
    )
    letter = made(
        "DocumentReference",
        status="current",
        type={"text": "Giấy ra viện"},
        **subject,
        author=[refer(doctor)],
        content=[{"attachment": {"contentType": "application/pdf", "data": "JVBERi0x"}}],
    )
    surgery = made("Procedure", status="completed", code={"text": "Truyền dịch"}, **subject, performedDateTime=DAY)
    medicine = made(
        "MedicationStatement",
        status="active",
        medicationCodeableConcept={"coding": [{"system": "http://www.whocc.no/atc", "code": "N02BE01"}]},
        **subject,
        effectivePeriod={"start": DAY},
    )
    allergy = made(
        "AllergyIntolerance",
        clinicalStatus=status("allergyintolerance-clinical", "active"),
        code={"text": "Amoxicillin"},
        **patient,
    )
    vaccine = made(
        "Immunization", status="completed", vaccineCode={"text": "Cúm mùa"}, **patient, occurrenceDateTime=DAY
    )
    diagnosis = condition(person, code={"coding": [{"system": ICD_10, "code": "A90"}], "text": "Sốt xuất huyết"})
    parts = [visit, diagnosis, result, report, letter, images, archive, surgery, medicine, allergy, vaccine]
    return {each["resourceType"]: each for each in [*parts, doctor, hospital]}


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


def test_every_type_is_written_and_a_valid_summary_shows_it_elsewhere(world: World, person: str) -> None:
    written = stay(person)
    assert set(written) == set(TYPES)
    hospital, station = register(world, "79002"), register(world, "79001")
    assert hospital.transaction(bundle(*written.values())).status == 200

    shown = station.summary_by_id(person).json
    Bundle.model_validate(copy.deepcopy(shown))
    assert ips_checker.faults(shown) == []
    by_type = {entry["resource"]["resourceType"]: entry["resource"] for entry in shown["entry"]}
    assert {
        kind: section["code"]["coding"][0]["code"]
        for section in by_type["Composition"]["section"]
        for each in section.get("entry", [])
        for kind in [each["reference"].partition("/")[0]]
    } == SECTIONS
    assert {"Encounter", "ImagingStudy", "Endpoint", "Practitioner", "Organization"} <= set(by_type)
    assert by_type["Endpoint"]["address"] == "https://pacs.giadinh.example/wado"
    (letter,) = by_type["DocumentReference"]["content"]
    binary = station.call("GET", letter["attachment"]["url"].partition("/v1/fhir/")[2]).json
    (sent,) = written["DocumentReference"]["content"]
    assert {"contentType": binary["contentType"], "data": binary["data"]} == sent["attachment"]

    everything = [entry["resource"] for entry in station.everything(person).json["entry"]]
    assert sorted(each["resourceType"] for each in everything) == sorted([*TYPES, "Patient", "QuestionnaireResponse"])


def in_error(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource as its facility takes it back."""
    wrong = {name: value for name, value in resource.items() if name != "clinicalStatus"}
    match resource["resourceType"]:
        case "Condition":
            return {**wrong, "verificationStatus": status("condition-ver-status", "entered-in-error")}
        case "AllergyIntolerance":
            return {**wrong, "verificationStatus": status("allergyintolerance-verification", "entered-in-error")}
        case _:
            return {**wrong, "status": "entered-in-error"}


def test_what_was_entered_in_error_leaves_the_summary_and_stays_in_everything(world: World, person: str) -> None:
    desk, written = register(world), stay(person)
    assert desk.transaction(bundle(*written.values())).status == 200
    taken_back = {kind: each for kind, each in written.items() if kind not in ("Practitioner", "Organization")}
    answer = desk.transaction(bundle(*(in_error(each) for each in taken_back.values())))
    assert {entry["response"]["etag"] for entry in answer.json["entry"]} == {'W/"2"'}
    shown = [entry["resource"]["resourceType"] for entry in desk.summary_by_id(person).json["entry"]]
    assert shown == ["Composition", "Patient", "Device"]
    kept = {entry["resource"]["resourceType"]: entry["resource"] for entry in desk.everything(person).json["entry"]}
    assert {kind: kept[kind]["meta"]["versionId"] for kind in taken_back} == dict.fromkeys(taken_back, "2")
