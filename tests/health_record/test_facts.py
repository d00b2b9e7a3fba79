"""The row of facts that answers make, on a small form: generic by codes."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest

from health_record import facts
from health_record.questionnaire import Coded, compile_form, reread
from health_record.questionnaire.source import NOT_COUNTED

ICD = "http://hl7.org/fhir/sid/icd-10"
SNOMED = "http://snomed.info/sct"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
LOINC = "http://loinc.org"
YES_NO = "http://terminology.hl7.org/CodeSystem/v2-0136"
EXCLUSIVE = {"url": "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive", "valueBoolean": True}


def option(system: str, code: str, *, exclusive: bool = False) -> dict[str, Any]:
    return {"valueCoding": {"system": system, "code": code}, "extension": [EXCLUSIVE] if exclusive else []}


def choices(link_id: str, *options: dict[str, Any], repeats: bool = False, **more: Any) -> dict[str, Any]:
    return {"linkId": link_id, "type": "choice", "repeats": repeats, "answerOption": list(options), **more}


def question(link_id: str, kind: str, code: str | None = None, system: str = LOINC) -> dict[str, Any]:
    return {"linkId": link_id, "type": kind, "code": [{"system": system, "code": code}] if code else []}


DISEASES = [
    option(ICD, "I10"),
    option(ICD, "E14.9"),
    option(SNOMED, "160245001", exclusive=True),
    option(ABSENT, "asked-unknown", exclusive=True),
]
FORM = compile_form(
    {
        "resourceType": "Questionnaire",
        "url": "urn:form",
        "item": [
            choices("identity.sex", option("urn:gender", "female"), code=[{"system": LOINC, "code": "46098-0"}]),
            question("identity.birth-date", "date", "21112-8"),
            {"linkId": "identity.ward", "type": "choice"},
            question("consent.statistics", "boolean", "consent"),
            choices("conditions", *DISEASES, repeats=True),
            choices("family", *DISEASES, repeats=True, code=[{"system": LOINC, "code": "10157-6"}]),
            choices(
                "smoking",
                option(SNOMED, "8517006"),
                option(ABSENT, "asked-unknown"),
                code=[{"system": LOINC, "code": "72166-2"}],
            ),
            choices(
                "vaccinated",
                option(YES_NO, "Y"),
                option(YES_NO, "N"),
                option(ABSENT, "asked-unknown"),
                code=[{"system": "urn:atc", "code": "J07BB"}],
            ),
            question("disabled", "boolean", "Z73", ICD),
            question("weight", "decimal", "29463-7"),
            question("waist", "quantity", "8280-0"),
            question("house", "integer", "rooms", "urn:own"),
            question("uncoded", "boolean"),
            question("words", "string", "8671-0"),
            {
                "linkId": "private",
                "type": "group",
                "extension": [{"url": NOT_COUNTED, "valueBoolean": True}],
                "item": [
                    {"linkId": "private.inner", "type": "group", "item": [question("drugs", "boolean", "11343-1")]}
                ],
            },
            {"linkId": "row", "type": "group", "repeats": True, "item": [question("dose", "integer", "30973-2")]},
        ],
    }
)


def row(*items: tuple[str, Any], groups: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """The row of these answers and nothing else, without what every row has."""
    always = [
        ("identity.sex", {"valueCoding": {"system": "urn:gender", "code": "female"}}),
        ("identity.birth-date", {"valueDate": "1960-05"}),
        ("identity.ward", {"valueCoding": {"code": "26911"}}),
        ("consent.statistics", {"valueBoolean": True}),
    ]
    response = {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:form",
        "status": "completed",
        "item": [
            {"linkId": link_id, "answer": answers if isinstance(answers, list) else [answers]}
            for link_id, answers in [*always, *items]
        ]
        + list(groups),
    }
    declaration = reread(FORM, response, today=datetime.date(2026, 11, 23), ward=lambda code: Coded(None, code))
    made = facts.build_resident_row(
        FORM,
        declaration,
        pseudonym="p",
        account="tag",
        card_seen=True,
        declared_on="2026-11-01",
        updated_on="2026-11-23",
    )
    about_person = ("pk", "sk", "account", "card_seen", "ward", "sex", "birth_year", "declared_on", "updated_on")
    assert {name: made.pop(name) for name in about_person} == {
        "pk": "resident#p",
        "sk": "resident",
        "account": "tag",
        "card_seen": True,
        "ward": "26911",
        "sex": "female",
        "birth_year": 1960,
        "declared_on": "2026-11-01",
        "updated_on": "2026-11-23",
    }
    assert made.pop("synthetic") is None
    return {name: value for name, value in made.items() if value}


def coding(system: str, code: str) -> dict[str, Any]:
    return {"valueCoding": {"system": system, "code": code}}


I10, E14 = f"{ICD}|I10", f"{ICD}|E14.9"


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([coding(ICD, "I10")], {"yes": [I10], "no": [E14]}),
        ([coding(ICD, "E14.9"), coding(ICD, "I10")], {"yes": [E14, I10]}),
        ([coding(SNOMED, "160245001")], {"no": [E14, I10]}),
        ([coding(ABSENT, "asked-unknown")], {"unknown": [E14, I10]}),
    ],
)
def test_ticked_is_yes_the_others_are_no_none_is_all_no_and_unknown_is_unknown(
    answers: list[Any], expected: dict[str, Any]
) -> None:
    assert row(("conditions", answers)) == expected


def test_what_was_not_answered_is_absent() -> None:
    assert row() == {}


def test_what_the_form_keeps_out_and_what_stands_in_rows_is_not_counted() -> None:
    drugs = {"linkId": "drugs", "answer": [{"valueBoolean": True}]}
    private = {"linkId": "private", "item": [{"linkId": "private.inner", "item": [drugs]}]}
    dose = {"linkId": "row", "item": [{"linkId": "dose", "answer": [{"valueInteger": 2}]}]}
    assert row(groups=[private, dose]) == {}


def test_what_relatives_have_is_not_counted() -> None:
    assert row(("family", [coding(ICD, "I10")])) == {}


def test_a_single_choice_maps_the_question_to_the_answer() -> None:
    assert row(("smoking", coding(SNOMED, "8517006"))) == {"choices": {f"{LOINC}|72166-2": f"{SNOMED}|8517006"}}
    assert row(("smoking", coding(ABSENT, "asked-unknown"))) == {"unknown": [f"{LOINC}|72166-2"]}


@pytest.mark.parametrize(("answer", "place"), [("Y", "yes"), ("N", "no")])
def test_a_yes_or_no_counts_the_questions_own_code(answer: str, place: str) -> None:
    assert row(("vaccinated", coding(YES_NO, answer))) == {place: ["urn:atc|J07BB"]}
    assert row(("disabled", {"valueBoolean": answer == "Y"})) == {place: [f"{ICD}|Z73"]}


def test_numbers_with_a_loinc_code_are_measures() -> None:
    assert row(
        ("weight", {"valueDecimal": 52.5}), ("waist", {"valueQuantity": {"value": 80}}), ("house", {"valueInteger": 3})
    ) == {"measures": {"29463-7": 52.5, "8280-0": 80}}


def test_words_and_questions_without_a_code_are_never_counted() -> None:
    assert row(("words", {"valueString": "dị ứng tôm"}), ("uncoded", {"valueBoolean": True})) == {}
