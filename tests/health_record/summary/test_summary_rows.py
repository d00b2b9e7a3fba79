"""What the optional sections of the form and any group that repeats become in the summary, by codes alone."""

import copy
import datetime
from typing import Any

from hypothesis import given, settings

from health_record import wards
from health_record.questionnaire import Coded, compile_form, declaration_form, validate_declaration
from tests.facility_desk import Resident, coding, response_of
from tests.health_record.generated import responses
from tests.health_record.summary.test_summary import ICD_10, QUESTIONNAIRE, SNOMED, UNKNOWN, read, resources, summary

TODAY = datetime.date(2026, 11, 23)
ATC, ROLE = "http://www.whocc.no/atc", "http://terminology.hl7.org/CodeSystem/v3-RoleCode"
YES = coding("http://terminology.hl7.org/CodeSystem/v2-0136", "Y")


def row(group: str, **answers: list[dict[str, Any]]) -> dict[str, Any]:
    given = [{"linkId": f"{group}.{name.replace('_', '-')}", "answer": found} for name, found in answers.items()]
    return {"linkId": group, "item": given}


def answered(**answers: Any) -> dict[str, Any]:
    """A response with these optional sections: linkIds with `__` for `.` and `_` for `-`."""
    response = response_of(Resident())
    for name, items in answers.items():
        response["item"].append({"linkId": name, "item": items})
    return response


def question(link_id: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": link_id, "answer": list(answers)}


def test_a_dose_is_an_immunization_with_date_number_and_reaction_and_stands_for_its_tick() -> None:
    measles, polio = coding(ATC, "J07BD01"), coding(ATC, "J07BF")
    response = answered(
        immunizations=[
            question("immunizations.vaccines", measles, polio),
            row(
                "immunizations.dose",
                vaccine=[measles],
                number=[{"valueInteger": 2}],
                date=[{"valueDate": "2019-04"}],
                reaction=[{"valueString": "sốt nhẹ"}],
            ),
            row("immunizations.dose", vaccine=[measles]),
        ]
    )
    bundle = summary(response=response)
    found = resources(bundle, "Immunization")
    assert [
        (one["vaccineCode"]["coding"][0]["code"], one.get("occurrenceDateTime"), "occurrenceString" in one)
        for one in found
    ] == [("J07BD01", "2019-04", False), ("J07BF", None, True), ("J07BD01", None, True)]
    assert found[0]["protocolApplied"] == [{"doseNumberPositiveInt": 2}]
    assert found[0]["note"] == [{"text": "Phản ứng sau tiêm: sốt nhẹ"}]
    assert found[0]["vaccineCode"]["text"] == "Sởi"
    assert len({one["id"] for one in found}) == 3
    assert "Sởi (Measles); mũi 2 (dose 2); ghi chú (note): Phản ứng sau tiêm: sốt nhẹ" in read(bundle, "11369-6")


def test_an_operation_is_a_procedure_and_a_relative_has_a_relationship() -> None:
    part = [{"valueString": "mổ ruột thừa"}]
    response = answered(
        surgeries=[
            question("surgeries.any", YES),
            row("surgeries.operation", part=part, year=[{"valueDate": "2009"}]),
        ],
        family=[
            question("family.any", YES),
            row(
                "family.member",
                relation=[coding(ROLE, "MTH")],
                disease=[coding(ICD_10, "C80.9")],
                note=[{"valueString": "vú"}],
            ),
            row("family.member", note=[{"valueString": "phong thấp"}]),
        ],
    )
    bundle = summary(response=response)
    (operation,) = resources(bundle, "Procedure")
    assert (operation["code"], operation["performedDateTime"]) == ({"text": "mổ ruột thừa"}, "2009")
    assert "_performedDateTime" not in operation
    mother, other = resources(bundle, "FamilyMemberHistory")
    assert mother["relationship"]["coding"][0]["code"] == "MTH"
    assert mother["condition"][0]["code"]["coding"][0]["code"] == "C80.9"
    assert mother["note"] == [{"text": "Ghi rõ: vú"}]
    assert other["condition"] == [{"code": {"text": "phong thấp"}}]
    assert "Mẹ (Mother): Ung thư (Cancer); ghi chú (note): Ghi rõ: vú" in read(bundle, "81338-6")


def test_observations_stand_in_the_section_that_their_group_names() -> None:
    response = answered(
        body=[
            question("body.blood-group", coding(SNOMED, "58460004")),
            question("body.rhesus", UNKNOWN),
            question("body.pulse", {"valueInteger": 72}),
            question("body.waist", {"valueDecimal": 81.5}),
        ],
        lifestyle=[
            question("lifestyle.exposure", {"valueString": "bụi gỗ"}),
            question("lifestyle.exposed-for", {"valueQuantity": {"value": 3, "unit": "năm", "code": "a"}}),
        ],
        disability=[
            question("disability.kinds", coding("urn:x-so-suc-khoe:disability", "hearing")),
            question("disability.description", {"valueString": "điếc tai trái"}),
        ],
        reproductive=[
            question("reproductive.pregnancies", {"valueInteger": 2}),
            question("reproductive.normal-births", {"valueInteger": 1}),
        ],
        birth=[question("birth.weight", {"valueInteger": 3100})],
        other=[question("other.note", {"valueString": "hay chóng mặt"})],
    )
    bundle = summary(response=response)
    assert "Nhóm máu (hệ ABO) (Blood group (ABO)): O" in read(bundle, "30954-2")
    assert "Nhóm máu (hệ Rh) (Blood group (Rh)): đã hỏi, không biết (asked, not known)" in read(bundle, "30954-2")
    assert "Mạch (Pulse): 72 lần/phút" in read(bundle, "8716-3")
    assert "Vòng bụng (Waist): 81,5 (81.5) cm" in read(bundle, "8716-3")
    assert "bụi gỗ" in read(bundle, "29762-2")
    assert "3 năm" in read(bundle, "29762-2")
    assert "Thính lực (Hearing)" in read(bundle, "47420-5")
    assert "Số lần có thai (Pregnancies): 2" in read(bundle, "10162-6")
    assert "Số lần sinh thường (Normal births): 1" in read(bundle, "10162-6")
    story = read(bundle, "81338-6")
    assert all(said in story for said in ("3100 g", "hay chóng mặt", "điếc tai trái"))


def test_who_to_call_stands_on_the_patient() -> None:
    response = answered(
        person=[
            question("person.email", {"valueString": "thu@vidu.vn"}),
            question("person.residence", {"valueString": "12 đường Thử"}),
            {"linkId": "person.mother", "item": [question("person.mother.name", {"valueString": "Trần Thị Thử"})]},
            {
                "linkId": "person.carer",
                "item": [
                    question("person.carer.name", {"valueString": "Lê Văn Thử"}),
                    question("person.carer.relation", coding(ROLE, "HUSB")),
                    question("person.carer.mobile", {"valueString": "0900000000"}),
                ],
            },
        ]
    )
    (patient,) = resources(summary(response=response), "Patient")
    mother, carer = patient["contact"]
    assert mother == {"relationship": [{"coding": [{"system": ROLE, "code": "MTH"}]}], "name": {"text": "Trần Thị Thử"}}
    assert (carer["name"], carer["telecom"]) == ({"text": "Lê Văn Thử"}, [{"system": "phone", "value": "0900000000"}])
    assert carer["relationship"][0]["coding"][0]["code"] == "HUSB"
    assert patient["telecom"] == [{"system": "email", "value": "thu@vidu.vn"}]
    assert {"use": "home", "text": "12 đường Thử"} in patient["address"]


def test_who_declares_for_another_is_named_in_every_item() -> None:
    answers = {
        "identity.relation": [coding("urn:x-so-suc-khoe:relation", "child")],
        "history.conditions": [coding(ICD_10, "J45.9")],
        "measurements.height": [{"valueDecimal": 112}],
    }
    bundle = summary(answers)
    parent = "Cha hoặc mẹ khai thay (declared by a parent)"
    (asthma,), (height,) = resources(bundle, "Condition"), resources(bundle, "Observation")
    assert (asthma["asserter"], height["performer"]) == ({"display": parent}, [{"display": parent}])
    assert {tag["display"] for one in (asthma, height) for tag in one["meta"]["tag"]} == {parent}
    assert parent in read(bundle, "11450-4")


def test_any_added_group_that_repeats_is_told_row_by_row() -> None:
    questionnaire = copy.deepcopy(QUESTIONNAIRE)
    number = {"linkId": "pets.pet.number", "type": "integer", "text": "Số con"}
    kind = {"linkId": "pets.pet.kind", "type": "string", "text": "Loài"}
    bites = {"linkId": "pets.bites", "type": "date", "repeats": True, "text": "Ngày bị cắn"}
    group = {"linkId": "pets.pet", "type": "group", "repeats": True, "text": "Vật nuôi", "item": [kind, number]}
    questionnaire["item"].append({"linkId": "pets", "type": "group", "text": "Vật nuôi", "item": [group, bites]})
    response = answered(
        pets=[
            row("pets.pet", kind=[{"valueString": "chó"}], number=[{"valueInteger": 2}]),
            row("pets.pet", kind=[{"valueString": "mèo"}]),
            question("pets.bites", {"valueDate": "2020"}, {"valueDate": "2024-05"}),
        ]
    )
    compiled = compile_form(questionnaire)
    assert validate_declaration(compiled, response, today=TODAY, ward=_ward).faults == ()
    story = read(summary(questionnaire=questionnaire, response=response), "81338-6")
    assert all(
        said in story for said in ("Loài chó, Số con 2", "Loài mèo", "Ngày bị cắn: 2020", "Ngày bị cắn: 05/2024")
    )


@given(responses())
@settings(deadline=None, max_examples=12)
def test_every_valid_declaration_has_a_valid_summary(body: dict[str, Any]) -> None:
    declaration = validate_declaration(declaration_form(), body, today=TODAY, ward=_ward).declaration
    assert declaration is not None
    summary(response=declaration.response)


def _ward(code: str) -> Coded | None:
    found = wards.find_in_province(code, "79")
    return found.coded if found else None
