"""The International Patient Summary: what is declared and contributed, valid, readable, and told apart."""

import copy
import html
import json
import re
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from health_record.questionnaire.source import FILE
from health_record.summary.document import build_document
from health_record.summary_sources.sources import Contribution, Declaration, Person, Record
from tests.facility_desk import Resident, coding, response_of
from tests.health_record.summary.ips_checker import faults

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
UNKNOWN = coding("http://terminology.hl7.org/CodeSystem/data-absent-reason", "asked-unknown")
ALLERGY = "urn:x-so-suc-khoe:allergy-kind"
AUTHORED, NOW = "2026-11-23T01:00:00.000Z", "2026-11-23T02:00:00.000Z"
RECORD_ID = Resident().record_id
QUESTIONNAIRE = json.loads(FILE.read_text(encoding="utf-8"))
IDENTITY = {
    "full_name": "Nguyễn Thị Thử",
    "birth_date": "1985",
    "sex": "female",
    "ward": "26944",
    "national_id": "079185001234",
    "insurance_number": None,
}
EVERYTHING: dict[str, list[dict[str, Any]]] = {
    "history.conditions": [coding(ICD_10, "I10"), coding(ICD_10, "C80.9")],
    "history.cancer-type": [{"valueString": 'phổi <script>alert("x")</script>'}],
    "history.allergies": [coding(ALLERGY, "drug"), coding(ALLERGY, "food"), coding(ALLERGY, "other")],
    "history.allergy-drug": [{"valueString": "Penicillin"}],
    "risks.smoking": [coding(SNOMED, "8517006")],
    "risks.alcohol": [UNKNOWN],
    "measurements.height": [{"valueDecimal": 158}],
    "measurements.weight": [{"valueDecimal": 52.5}],
    "measurements.systolic": [{"valueDecimal": 150}],
}


def summary(
    answers: dict[str, list[dict[str, Any]]] | None = None,
    *contributions: dict[str, Any],
    questionnaire: dict[str, Any] = QUESTIONNAIRE,
    response: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The document, checked by both validators on the way."""
    declaration = Declaration(
        questionnaire, response or response_of(Resident(answers=answers or {})), AUTHORED, version=1
    )
    written = [
        Contribution(each, "79001", "Trung tâm Y tế Bình Quới", "2026-11-23T01:30:00.000Z") for each in contributions
    ]
    record = Record(Person(RECORD_ID, IDENTITY), "https://suckhoe.example/v1/fhir", NOW, declaration, written)
    bundle = build_document(record)
    assert faults(bundle) == []
    Bundle.model_validate(copy.deepcopy(bundle))
    return bundle


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == kind]


def section(bundle: dict[str, Any], code: str) -> dict[str, Any]:
    (found,) = [s for s in bundle["entry"][0]["resource"]["section"] if s["code"]["coding"][0]["code"] == code]
    return found


def read(bundle: dict[str, Any], code: str) -> str:
    """What a reader sees of a section's narrative."""
    return html.unescape(re.sub("<[^>]+>", "", section(bundle, code)["text"]["div"]))


def section_codes(bundle: dict[str, Any]) -> list[str]:
    return [each["code"]["coding"][0]["code"] for each in bundle["entry"][0]["resource"]["section"]]


def contributed(kind: str, **members: Any) -> dict[str, Any]:
    person = {"reference": f"Patient/{RECORD_ID}"}
    whom = "patient" if kind in ("AllergyIntolerance", "Immunization") else "subject"
    return {
        "resourceType": kind,
        "id": f"0d4f8a6e-3a51-4a3c-9b56-{abs(hash(kind)) % 10**12:012}",
        whom: person,
        **members,
    }


def test_a_full_declaration_becomes_a_valid_document() -> None:
    bundle = summary(EVERYTHING)
    assert section_codes(bundle) == ["11450-4", "48765-2", "10160-0", "8716-3", "29762-2"]
    assert [each["code"]["text"] for each in resources(bundle, "Condition")] == [
        'Ung thư: phổi <script>alert("x")</script>',
        "Tăng huyết áp",
    ]
    assert [(a.get("category"), a["code"]["text"]) for a in resources(bundle, "AllergyIntolerance")] == [
        (["medication"], "Thuốc: Penicillin"),
        (["food"], "Thực phẩm: không nêu rõ (not specified)"),
        (None, "Thứ khác: không nêu rõ (not specified)"),
    ]


def test_what_the_person_said_is_marked_as_unconfirmed_and_theirs() -> None:
    _, condition, *_ = resources(summary(EVERYTHING), "Condition")
    assert condition == {
        "resourceType": "Condition",
        "id": condition["id"],
        "meta": {
            "source": "urn:x-so-suc-khoe:declaration",
            "lastUpdated": AUTHORED,
            "tag": [{"system": "urn:x-so-suc-khoe:source", "code": "self-declared", "display": "Người dân tự khai"}],
        },
        "clinicalStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}]
        },
        "verificationStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "unconfirmed"}]
        },
        "category": [
            {
                "coding": [
                    {"system": "http://terminology.hl7.org/CodeSystem/condition-category", "code": "problem-list-item"}
                ]
            }
        ],
        "code": {
            "coding": [
                {
                    "system": ICD_10,
                    "code": "I10",
                    "display": "Tăng huyết áp",
                    "_display": {
                        "extension": [
                            {
                                "url": "http://hl7.org/fhir/StructureDefinition/translation",
                                "extension": [
                                    {"url": "lang", "valueCode": "en"},
                                    {"url": "content", "valueString": "High blood pressure"},
                                ],
                            }
                        ]
                    },
                }
            ],
            "text": "Tăng huyết áp",
        },
        "subject": {"reference": f"Patient/{RECORD_ID}"},
        "asserter": {"reference": f"Patient/{RECORD_ID}"},
        "recordedDate": AUTHORED,
    }


def test_an_empty_declaration_says_that_nothing_was_asked() -> None:
    bundle = summary()
    assert section_codes(bundle) == ["11450-4", "48765-2", "10160-0"]
    reasons = [section(bundle, code)["emptyReason"]["coding"][0]["code"] for code in section_codes(bundle)]
    assert reasons == ["notasked"] * 3


def test_no_disease_and_no_allergy_are_said_positively() -> None:
    bundle = summary(
        {"history.conditions": [coding(SNOMED, "160245001")], "history.allergies": [coding(SNOMED, "716186003")]}
    )
    assert [r["code"]["coding"][0]["code"] for r in resources(bundle, "Condition")] == ["160245001"]
    assert [r["code"]["coding"][0]["code"] for r in resources(bundle, "AllergyIntolerance")] == ["716186003"]


def test_i_do_not_know_is_unavailable_and_no_resource() -> None:
    bundle = summary({"history.conditions": [UNKNOWN], "history.allergies": [UNKNOWN]})
    assert section(bundle, "11450-4")["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert resources(bundle, "Condition") == resources(bundle, "AllergyIntolerance") == []


def test_blood_pressure_is_one_panel_and_a_missing_half_is_said() -> None:
    (height, weight, pressure) = [
        r for r in resources(summary(EVERYTHING), "Observation") if _category(r) == "vital-signs"
    ]
    assert (height["valueQuantity"], weight["valueQuantity"]) == (
        {"value": 158, "unit": "cm", "system": "http://unitsofmeasure.org", "code": "cm"},
        {"value": 52.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
    )
    assert pressure["code"]["coding"][0]["code"] == "85354-9"
    systolic, diastolic = pressure["component"]
    assert systolic["valueQuantity"]["value"] == 150
    assert diastolic["dataAbsentReason"]["coding"][0]["code"] == "not-asked"


def _category(observation: dict[str, Any]) -> str:
    return str(observation["category"][0]["coding"][0]["code"])


def test_derived_ids_stay_the_same_from_version_to_version() -> None:
    once, again = summary(EVERYTHING), summary({**EVERYTHING, "measurements.height": [{"valueDecimal": 159}]})
    assert [e["resource"]["id"] for e in once["entry"]] == [e["resource"]["id"] for e in again["entry"]]


def test_narratives_are_escaped_and_name_the_source() -> None:
    bundle = summary(EVERYTHING)
    text = section(bundle, "11450-4")["text"]["div"]
    assert "<script>" not in text
    assert "phổi &lt;script&gt;" in text
    assert '<span lang="vi">Tăng huyết áp</span><span lang="en"> (High blood pressure)</span>' in text
    assert "Tự khai (self-declared)" in read(bundle, "11450-4")


def test_a_facility_confirms_a_declared_item_and_the_summary_shows_it_as_confirmed() -> None:
    declared = resources(summary(EVERYTHING), "Condition")[0]
    confirmed = {
        **{name: value for name, value in declared.items() if name != "meta"},
        "verificationStatus": {
            "coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-ver-status", "code": "confirmed"}]
        },
    }
    bundle = summary(EVERYTHING, confirmed)
    assert len(resources(bundle, "Condition")) == 2
    shown = next(each for each in resources(bundle, "Condition") if each["id"] == declared["id"])
    assert shown["verificationStatus"] == confirmed["verificationStatus"]
    assert shown["meta"]["tag"][1] == {
        "system": "urn:x-so-suc-khoe:facility",
        "code": "79001",
        "display": "Trung tâm Y tế Bình Quới",
    }
    assert "Trung tâm Y tế Bình Quới" in section(bundle, "11450-4")["text"]["div"]


def verified(resource: dict[str, Any], code: str) -> dict[str, Any]:
    """The resource as a facility that verified it writes it."""
    dropped = ("meta", "clinicalStatus") if code == "entered-in-error" else ("meta",)
    kind = "condition-ver-status" if resource["resourceType"] == "Condition" else "allergyintolerance-verification"
    system = f"http://terminology.hl7.org/CodeSystem/{kind}"
    kept = {name: value for name, value in resource.items() if name not in dropped}
    return {**kept, "verificationStatus": {"coding": [{"system": system, "code": code}]}}


def test_a_confirmation_that_is_taken_back_leaves_what_the_person_declared() -> None:
    declared = resources(summary(EVERYTHING), "Condition")[0]
    assert resources(summary(EVERYTHING, verified(declared, "entered-in-error")), "Condition")[0] == declared


def test_what_a_facility_refutes_and_the_person_declares_stand_side_by_side() -> None:
    declared = resources(summary(EVERYTHING), "AllergyIntolerance")[0]
    bundle = summary(EVERYTHING, verified(declared, "refuted"))
    assert "Thuốc: Penicillin" in read(bundle, "48765-2")
    refuted = "ghi ngày (recorded) 23/11/2026, ĐÃ LOẠI TRỪ DỊ ỨNG (ALLERGY REFUTED): Thuốc: Penicillin"
    assert f"Trung tâm Y tế Bình Quới, {refuted}" in read(bundle, "48765-2")
    assert "ĐÃ LOẠI TRỪ DỊ ỨNG (ALLERGY REFUTED): Thuốc: Penicillin" in read(bundle, "differing")


def test_no_known_allergy_yields_to_an_allergy_and_both_are_seen() -> None:
    penicillin = contributed(
        "AllergyIntolerance",
        clinicalStatus={"coding": [{"code": "active"}]},
        code={"text": "Penicillin"},
        criticality="high",
        reaction=[{"manifestation": [{"text": "sốc phản vệ"}], "severity": "severe"}],
    )
    bundle = summary({"history.allergies": [coding(SNOMED, "716186003")]}, penicillin)
    assert "Không" not in read(bundle, "48765-2")
    assert "Penicillin; NGUY HIỂM, có thể đe dọa tính mạng" in read(bundle, "48765-2")
    assert "sốc phản vệ, NẶNG (SEVERE)" in read(bundle, "48765-2")
    assert "Trung tâm Y tế Bình Quới, gửi ngày (sent on) 23/11/2026, Penicillin" in read(bundle, "differing")


def test_notasked_is_not_said_of_what_is_told_elsewhere() -> None:
    stopped = contributed("MedicationStatement", status="stopped", medicationCodeableConcept={"text": "Warfarin"})
    bundle = summary(None, stopped)
    assert section(bundle, "10160-0")["emptyReason"]["coding"][0]["code"] == "unavailable"
    assert "ĐÃ NGỪNG (STOPPED): Warfarin" in read(bundle, "past-medications")


def test_an_instant_is_told_as_the_day_it_is_in_vietnam() -> None:
    given = contributed(
        "Immunization", status="completed", vaccineCode={"text": "Cúm"}, occurrenceDateTime="2026-11-22T23:30:00Z"
    )
    assert "06:30 23/11/2026" in read(summary(None, given), "11369-6")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        (contributed("Condition", code={"text": "Sởi"}), "11450-4"),
        (
            contributed("Condition", clinicalStatus={"coding": [{"code": "resolved"}]}, code={"text": "Sởi"}),
            "11348-0",
        ),
        (contributed("MedicationStatement", status="active", medicationCodeableConcept={"text": "A"}), "10160-0"),
        (contributed("Procedure", status="completed", code={"text": "Mổ ruột thừa"}), "47519-4"),
        (contributed("Procedure", status="completed"), "47519-4"),
        (
            contributed("Immunization", status="completed", vaccineCode={"text": "BCG"}, occurrenceDateTime="2001"),
            "11369-6",
        ),
        (contributed("AllergyIntolerance"), "48765-2"),
        (contributed("Observation", status="final", code={"text": "X"}), "30954-2"),
        (
            contributed(
                "Observation",
                status="final",
                code={"text": "Y"},
                category=[
                    {
                        "coding": [
                            {
                                "system": "http://terminology.hl7.org/CodeSystem/observation-category",
                                "code": "laboratory",
                            }
                        ]
                    }
                ],
            ),
            "30954-2",
        ),
        (
            contributed(
                "Observation",
                status="final",
                code={"coding": [{"system": LOINC, "code": "82810-3"}]},
                valueCodeableConcept={"coding": [{"system": SNOMED, "code": "60001007"}]},
                effectiveDateTime="2026-11-01",
            ),
            "10162-6",
        ),
        (
            contributed("DiagnosticReport", status="final", code={"text": "X quang"}, effectiveDateTime="2026"),
            "30954-2",
        ),
        (
            contributed(
                "DocumentReference",
                status="current",
                content=[{"attachment": {"contentType": "application/pdf", "data": "JVBERi0="}}],
            ),
            "30954-2",
        ),
    ],
)
def test_what_a_facility_writes_stands_in_its_section_and_is_fitted_to_ips(written: dict[str, Any], code: str) -> None:
    bundle = summary({}, written)
    assert section(bundle, code)["entry"] == [{"reference": f"{written['resourceType']}/{written['id']}"}]


def test_the_newest_smoking_status_is_the_only_one_and_a_different_one_is_seen_beside() -> None:
    written = contributed(
        "Observation",
        status="final",
        code={"coding": [{"system": LOINC, "code": "72166-2"}]},
        category=[{"coding": [{"code": "social-history"}]}],
        effectiveDateTime="2026-11-23",
        valueCodeableConcept={"coding": [{"system": SNOMED, "code": "449868002"}]},
    )
    bundle = summary({"risks.smoking": [coding(SNOMED, "8517006")]}, written)
    newest, differing = sorted(resources(bundle, "Observation"), key=lambda each: each["status"])
    assert newest["valueCodeableConcept"]["coding"][0]["code"] == "449868002"
    assert section(bundle, "29762-2")["entry"] == [{"reference": f"Observation/{newest['id']}"}]
    assert section(bundle, "differing")["entry"] == [{"reference": f"Observation/{differing['id']}"}]


def test_never_smoked_of_last_year_does_not_hide_smokes_daily_declared_later() -> None:
    daily = {"risks.smoking": [coding(SNOMED, "449868002")]}
    declared = resources(summary(daily), "Observation")[0]
    never = {name: value for name, value in declared.items() if name != "meta"} | {
        "effectiveDateTime": "2025-06-01",
        "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "266919005"}]},
    }
    bundle = summary(daily, never)
    (stands,) = section(bundle, "29762-2")["entry"]
    shown = {f"Observation/{one['id']}": one for one in resources(bundle, "Observation")}
    assert shown[stands["reference"]]["valueCodeableConcept"]["coding"][0]["code"] == "449868002"
    assert "chưa bao giờ hút thuốc" in read(bundle, "differing")


def test_an_item_added_to_the_form_appears_without_touching_code() -> None:
    questionnaire = copy.deepcopy(QUESTIONNAIRE)
    questionnaire["item"].append(
        {
            "linkId": "extra",
            "type": "group",
            "item": [
                {"linkId": "extra.coffee", "type": "integer", "text": "Số ly cà phê mỗi ngày"},
                {
                    "linkId": "extra.blood",
                    "type": "choice",
                    "text": "Nhóm máu",
                    "code": [{"system": LOINC, "code": "882-1"}],
                    "answerOption": [{"valueCoding": {"system": SNOMED, "code": "278149003", "display": "A+"}}],
                },
                {
                    "linkId": "extra.asthma",
                    "type": "boolean",
                    "text": "Hen suyễn",
                    "code": [{"system": ICD_10, "code": "J45.9", "display": "Hen"}],
                },
                {
                    "linkId": "extra.vaccines",
                    "type": "choice",
                    "repeats": True,
                    "text": "Đã tiêm",
                    "code": [{"system": LOINC, "code": "11369-6"}],
                    "answerOption": [{"valueCoding": {"system": "http://www.whocc.no/atc", "code": "J07BN01"}}],
                },
            ],
        }
    )
    response = response_of(Resident())
    response["item"].append(
        {
            "linkId": "extra",
            "item": [
                {"linkId": "extra.coffee", "answer": [{"valueInteger": 3}]},
                {"linkId": "extra.blood", "answer": [coding(SNOMED, "278149003")]},
                {"linkId": "extra.asthma", "answer": [{"valueBoolean": True}]},
                {"linkId": "extra.vaccines", "answer": [coding("http://www.whocc.no/atc", "J07BN01")]},
            ],
        }
    )
    bundle = summary(questionnaire=questionnaire, response=response)
    assert "Số ly cà phê mỗi ngày: 3" in section(bundle, "81338-6")["text"]["div"]
    assert "Nhóm máu: A+" in section(bundle, "30954-2")["text"]["div"]
    assert [each["code"]["text"] for each in resources(bundle, "Condition")] == ["Hen"]
    assert [each["vaccineCode"]["coding"][0]["code"] for each in resources(bundle, "Immunization")] == ["J07BN01"]


def test_a_resource_that_a_report_refers_to_comes_along_and_others_stay_out() -> None:
    encounter = contributed("Encounter", status="finished", **{"class": {"code": "AMB"}})
    organization = {"resourceType": "Organization", "id": "0d4f8a6e-3a51-4a3c-9b56-000000000001", "name": "Khoa nội"}
    report = contributed(
        "DiagnosticReport",
        status="final",
        code={"text": "X quang"},
        effectiveDateTime="2026-11-20",
        encounter={"reference": f"Encounter/{encounter['id']}"},
    )
    bundle = summary({}, encounter, organization, report)
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds == ["Composition", "Patient", "Device", "DiagnosticReport", "Encounter"]
