"""What a link shows: all, the copy without what is sensitive, or the emergency card alone; and no more by any way."""

from typing import Any

import pytest

from tests.conftest import World
from tests.declare.links import SHARES, document, made, share, token_of
from tests.declare.people import NAME, NATIONAL_ID, RECORD_ID, answered, call, coding, declaration, put, sign_in
from tests.declare.test_summary import contribute
from tests.facility_desk import register

ICD_10 = "http://hl7.org/fhir/sid/icd-10"
CONTENTS = ("all", "not-sensitive", "emergency-card")
SECRETS = ("HIV", "Efavirenz", "nghiện", "trầm cảm", "Bệnh tâm thần", "ma túy", "phá thai", "Bí mật trong ghi chú")


def facility_resource(kind: str, number: int, **members: Any) -> dict[str, Any]:
    whom = "patient" if kind == "AllergyIntolerance" else "subject"
    person = {"reference": f"Patient/{RECORD_ID}"}
    return {"resourceType": kind, "id": f"0d4f8a6e-3a51-4a3c-9b56-00000000000{number}", whom: person, **members}


ALLERGY = facility_resource("AllergyIntolerance", 1, code={"text": "Penicillin"})
HIV = facility_resource("Condition", 2, code={"text": "Nhiễm HIV", "coding": [{"system": ICD_10, "code": "B24"}]})
VISIT = facility_resource(
    "Encounter",
    3,
    status="finished",
    reasonCode=[{"text": "Bí mật trong ghi chú"}],
    diagnosis=[{"condition": {"reference": f"Condition/{HIV['id']}"}}],
    **{"class": {"code": "AMB"}},
)
MEDICINE = facility_resource(
    "MedicationStatement", 4, status="active", medicationCodeableConcept={"text": "Efavirenz 600 mg"}
)
HEART = facility_resource("Condition", 5, code={"text": "Suy tim", "coding": [{"system": ICD_10, "code": "I50.0"}]})


@pytest.fixture
def person(world: World) -> World:
    """Somebody who declared much and of whom a hospital wrote more."""
    body = declaration(
        history_conditions=[coding("I10", ICD_10), coding("F99", ICD_10)],
        history_cancer_type=None,
        other_note={"valueString": "Từng nghiện, đang chữa trầm cảm"},
        lifestyle_drugs=coding("quit"),
        reproductive_terminations={"valueInteger": 1},
        person_email={"valueString": "thu@example.vn"},
    )
    body["item"] += [
        {
            "linkId": "medicines",
            "item": [answered("medicines.any", coding("yes")), *map(medicine, ("metformin", "ARV"))],
        },
        {"linkId": "person", "item": [{"linkId": "person.carer", "item": CARER}]},
    ]
    carer, person = body["item"].pop(), next(each for each in body["item"] if each["linkId"] == "person")
    person["item"] += carer["item"]
    assert put(sign_in(), body).status == 201
    for each in (ALLERGY, HIV, VISIT, MEDICINE, HEART):
        contribute(world, each)
    return world


def medicine(name: str) -> dict[str, Any]:
    return {"linkId": "medicines.item", "item": [answered("medicines.item.name", {"valueString": name})]}


CARER = [
    answered("person.carer.name", {"valueString": "Trần Văn Con"}),
    answered("person.carer.mobile", {"valueString": "0912345678"}),
]


def diseases(answers: list[dict[str, Any]] | None) -> dict[str, Any]:
    return declaration(history_conditions=answers, history_cancer_type=None)


def shown(contents: str) -> dict[str, Any]:
    found = made(**({} if contents == "all" else {"contents": contents}))
    assert found["contents"] == contents
    return document(found["shlink"])


def patient_of(bundle: dict[str, Any]) -> dict[str, Any]:
    return next(each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Patient")


def sections_of(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["code"]["coding"][0]["code"]: each for each in bundle["entry"][0]["resource"]["section"]}


def test_a_link_shows_all_unless_its_person_wants_less(person: World) -> None:
    whole = str(shown("all"))
    assert [secret for secret in SECRETS if secret not in whole] == []
    assert "excerpt" not in whole


def test_a_copy_without_what_is_sensitive_gives_the_rest_and_says_that_it_is_not_all(person: World) -> None:
    bundle = shown("not-sensitive")
    told = str(bundle)
    assert [secret for secret in SECRETS if secret.casefold() in told.casefold()] == []
    for kept in ("Penicillin", "Suy tim", "Tăng huyết áp", "metformin", NATIONAL_ID, "không có phần nhạy cảm"):
        assert kept in told, kept
    assert {"29762-2", "10162-6", "81338-6"} & set(sections_of(bundle)) == set()
    assert patient_of(bundle)["meta"]["tag"][-1]["code"] == "not-sensitive"


def test_an_empty_section_of_a_copy_says_nothing_of_the_record(world: World) -> None:
    put(sign_in(), diseases([coding("F99", ICD_10)]))
    reasons = [sections_of(shown("not-sensitive"))["11450-4"]["emptyReason"]]
    put(sign_in(level=2), diseases([coding("asked-unknown")]), version=1)
    reasons.append(sections_of(shown("not-sensitive"))["11450-4"]["emptyReason"])
    put(sign_in(level=2), diseases(None), version=2)
    reasons.append(sections_of(shown("not-sensitive"))["11450-4"]["emptyReason"])
    assert reasons[0] == reasons[1] == reasons[2]
    assert reasons[0]["coding"][0]["code"] == "withheld"


def test_an_emergency_card_gives_allergies_medicines_and_whom_to_call(person: World) -> None:
    bundle = shown("emergency-card")
    told, patient = str(bundle), patient_of(bundle)
    kept = (NAME, "1960-05-17", "Penicillin", "metformin", "ARV", "Efavirenz", "Trần Văn Con", "0912345678")
    assert [each for each in kept if each not in told] == []
    for hidden in ("Nhiễm HIV", "Suy tim", "Tăng huyết áp", NATIONAL_ID, "thu@example.vn", "Bình Quới"):
        assert hidden not in told, hidden
    assert set(patient) <= {"resourceType", "id", "meta", "active", "name", "gender", "birthDate", "contact"}
    kinds = {each["resource"]["resourceType"] for each in bundle["entry"]}
    assert kinds == {"Composition", "Patient", "Device", "AllergyIntolerance", "MedicationStatement"}
    assert sections_of(bundle)["11450-4"]["emptyReason"]["coding"][0]["code"] == "withheld"


def test_an_emergency_card_names_a_medicine_whose_days_are_over_and_that_nobody_stopped(person: World) -> None:
    over = {"start": "2026-09-01", "end": "2026-10-01"}
    for number, (name, status) in enumerate((("Amlodipin 5 mg", "unknown"), ("Aspirin 81 mg", "stopped")), start=6):
        said = {"status": status, "medicationCodeableConcept": {"text": name}, "effectivePeriod": over}
        contribute(person, facility_resource("MedicationStatement", number, **said))
    for contents in ("all", "emergency-card"):
        bundle = shown(contents)
        assert "Amlodipin" in sections_of(bundle)["past-medications"]["text"]["div"]
        assert ("Aspirin" in str(bundle)) is (contents == "all")


@pytest.mark.parametrize("contents", CONTENTS)
def test_a_facility_reads_at_the_desk_by_a_link_that_shows_all_and_by_no_other(world: World, contents: str) -> None:
    assert put(sign_in(), declaration(consent_sharing={"valueBoolean": False})).status == 201
    token = token_of(made(contents=contents)["shlink"])
    status = register(world).summary_by_id(RECORD_ID, share=token).status
    assert status == (200 if contents == "all" else 403)


@pytest.mark.parametrize("contents", ["", "ALL", "everything", None, 1, ["all"], {"all": True}])
def test_other_contents_are_refused_and_no_link_is_made(world: World, contents: Any) -> None:
    put(sign_in())
    answer = share(sign_in(level=2), contents=contents)
    assert (answer.status, [fault["pointer"] for fault in answer.json["errors"]]) == (422, ["/contents"])
    assert [item for item in world.items("records") if item["pk"].startswith("share#")] == []


@pytest.mark.parametrize("contents", CONTENTS)
def test_a_list_of_links_says_what_each_of_them_shows(world: World, contents: str) -> None:
    put(sign_in())
    made(contents=contents)
    listed = call("GET", SHARES, sign_in(level=2)).json["shares"]
    assert [each["contents"] for each in listed] == [contents]


def test_a_card_has_no_disease_for_an_allergy_in_its_note(world: World) -> None:
    put(sign_in())
    contribute(world, {**HIV, "note": [{"text": "Dị ứng Penicillin"}]})
    assert "Nhiễm HIV" not in str(shown("emergency-card"))
    contribute(world, {**HEART, "note": [{"text": "Dị ứng Penicillin"}]})
    assert "Dị ứng Penicillin" in str(shown("emergency-card"))
