"""The validator's rules for whole responses: structure, conditions, what is kept, dates against the birth."""

from typing import Any

import pytest

from health_record.questionnaire import Coded, FormError, compile_form, read_response, validate_declaration
from health_record.questionnaire.values import Rules
from tests.health_record.questionnaire.small_forms import (
    NO,
    TODAY,
    YES,
    answered,
    ext,
    faults,
    form,
    messages,
    option,
    response,
)


def test_a_question_is_answered_once() -> None:
    assert messages({"type": "integer"}, {"valueInteger": 1}, {"valueInteger": 2}) == ["At most 1 answers."]
    one = form({"linkId": "q", "type": "integer", "repeats": True})
    twice = response(answered("q", {"valueInteger": 1}), answered("q", {"valueInteger": 2}))
    assert faults(one, twice) == [("/item/1", "q", "This question is answered twice.")]


def test_what_is_required_must_be_there_even_if_its_group_is_left_out() -> None:
    group = {
        "linkId": "g",
        "type": "group",
        "item": [
            {"linkId": "g.a", "type": "string", "required": True},
            {"linkId": "g.b", "type": "integer", "required": True, "repeats": True},
        ],
    }
    missing = "Please answer this question."
    assert faults(form(group), response()) == [
        ("/item", None, "This must be a list that is not empty."),
        ("", "g.a", missing),
        ("", "g.b", missing),
    ]
    assert faults(form(group), response({"linkId": "g", "item": [{"linkId": "g.a"}]})) == [
        ("/item/0/item/0", "g.a", missing),
        ("/item/0", "g.b", missing),
    ]


def test_questions_nest_in_answers_and_groups_in_groups() -> None:
    compiled = form(
        {
            "linkId": "q",
            "type": "boolean",
            "item": [{"linkId": "q.why", "type": "string", "required": True}, {"linkId": "q.help", "type": "display"}],
        },
        {"linkId": "r", "type": "group", "repeats": True, "item": [{"linkId": "r.a", "type": "integer"}]},
    )
    good = response(
        {"linkId": "q", "answer": [{"valueBoolean": True, "item": [answered("q.why", {"valueString": "vì"})]}]},
        {"linkId": "r", "item": [answered("r.a", {"valueInteger": 1})]},
        {"linkId": "r", "item": [answered("r.a", {"valueInteger": 2})]},
    )
    assert faults(compiled, good) == []
    kept = read_response(compiled, good, Rules(TODAY, {})).to_response(compiled)
    assert kept == {**good, "questionnaire": "urn:form|1"}
    assert faults(compiled, response(answered("q", {"valueBoolean": True}))) == [
        ("/item/0/answer/0", "q.why", "Please answer this question.")
    ]
    wrong = response(
        {"linkId": "q", "answer": [{"valueBoolean": True}], "item": [answered("q.why", {"valueString": "vì"})]},
        {"linkId": "r", "answer": [{"valueInteger": 1}]},
    )
    assert [(pointer, message) for pointer, _, message in faults(compiled, wrong)] == [
        ("/item/0/item", "Further questions belong inside the answer they follow."),
        ("/item/1/answer", "This part takes no answer."),
        ("/item/0/answer/0", "Please answer this question."),
    ]


@pytest.mark.parametrize(
    ("operator", "expected", "values", "shown"),
    [
        ("=", {"answerCoding": YES}, [{"valueCoding": YES}], True),
        ("=", {"answerCoding": YES}, [{"valueCoding": NO}, {"valueCoding": YES}], True),
        ("=", {"answerCoding": YES}, [{"valueCoding": NO}], False),
        ("=", {"answerCoding": YES}, [], False),
        ("!=", {"answerCoding": YES}, [{"valueCoding": NO}], True),
        ("!=", {"answerCoding": YES}, [{"valueCoding": NO}, {"valueCoding": YES}], False),
        ("!=", {"answerCoding": YES}, [], True),
        ("exists", {"answerBoolean": True}, [{"valueCoding": NO}], True),
        ("exists", {"answerBoolean": True}, [], False),
        ("exists", {"answerBoolean": False}, [], True),
        (">", {"answerCoding": YES}, [{"valueCoding": NO}], False),
    ],
)
def test_a_question_applies_as_its_condition_says(
    operator: str, expected: dict[str, Any], values: list[dict[str, Any]], shown: bool
) -> None:
    condition = {"question": "a", "operator": operator, **expected}
    compiled = form(
        {"linkId": "a", "type": "choice", "repeats": True, "answerOption": [option(YES), option(NO)]},
        {"linkId": "b", "type": "string", "required": True, "enableWhen": [condition]},
    )
    first = [answered("a", *values)] if values else []
    with_answer = faults(compiled, response(*first, answered("b", {"valueString": "vì"})))
    place = f"/item/{len(first)}"
    hidden = [(place, "b", "This question does not apply, given your other answers.")]
    assert with_answer == ([] if shown else hidden)
    without = [fault for fault in faults(compiled, response(*first)) if fault[1] == "b"]
    assert without == ([("", "b", "Please answer this question.")] if shown else [])


@pytest.mark.parametrize(
    ("kind", "operator", "expected", "value", "shown"),
    [
        ("integer", ">", {"answerInteger": 18}, {"valueInteger": 18}, False),
        ("integer", ">", {"answerInteger": 18}, {"valueInteger": 19}, True),
        ("integer", ">=", {"answerInteger": 18}, {"valueInteger": 18}, True),
        ("decimal", "<", {"answerDecimal": 2.5}, {"valueDecimal": 2.4}, True),
        ("decimal", "<=", {"answerDecimal": 2.5}, {"valueDecimal": 2.6}, False),
        ("date", ">=", {"answerDate": "2000-05-01"}, {"valueDate": "2000"}, True),
        ("date", "<", {"answerDate": "2000"}, {"valueDate": "1999-12-31"}, True),
        ("boolean", "=", {"answerBoolean": False}, {"valueBoolean": False}, True),
        ("integer", "=", {"answerInteger": 1}, {"valueInteger": 1}, True),
        ("quantity", ">", {"answerQuantity": {"value": 5}}, {"valueQuantity": {"value": 6}}, True),
        ("quantity", "=", {"answerQuantity": {"value": 5}}, {"valueQuantity": {"value": 5}}, True),
    ],
)
def test_conditions_compare_numbers_dates_and_quantities(
    kind: str, operator: str, expected: dict[str, Any], value: dict[str, Any], shown: bool
) -> None:
    condition = {"question": "a", "operator": operator, **expected}
    compiled = form({"linkId": "a", "type": kind}, {"linkId": "b", "type": "boolean", "enableWhen": [condition]})
    body = response(answered("a", value), answered("b", {"valueBoolean": True}))
    assert (faults(compiled, body) == []) == shown


def test_conditions_are_met_all_or_any_and_look_outwards_from_their_group() -> None:
    conditions = [{"question": name, "operator": "=", "answerBoolean": True} for name in ("a", "b")]
    for behavior, both_needed in (("all", True), ("any", False)):
        compiled = form(
            {"linkId": "g", "type": "group", "item": [{"linkId": name, "type": "boolean"} for name in ("a", "b")]},
            {
                "linkId": "h",
                "type": "group",
                "item": [
                    {"linkId": "c", "type": "boolean", "enableWhen": conditions, "enableBehavior": behavior},
                ],
            },
        )
        asked = {"linkId": "h", "item": [answered("c", {"valueBoolean": True})]}
        one = {"linkId": "g", "item": [answered("a", {"valueBoolean": True})]}
        assert (faults(compiled, response(one, asked)) != []) == both_needed


def test_an_answer_in_a_repeated_group_depends_on_its_own_group() -> None:
    compiled = form(
        {
            "linkId": "g",
            "type": "group",
            "repeats": True,
            "item": [
                {"linkId": "a", "type": "boolean"},
                {
                    "linkId": "b",
                    "type": "string",
                    "enableWhen": [{"question": "a", "operator": "=", "answerBoolean": True}],
                },
            ],
        }
    )
    groups = [
        {"linkId": "g", "item": [answered("a", {"valueBoolean": value}), answered("b", {"valueString": "x"})]}
        for value in (True, False)
    ]
    assert [fault[0] for fault in faults(compiled, response(*groups))] == ["/item/1/item/1"]


def test_the_head_and_unknown_parts_are_checked() -> None:
    compiled = form({"linkId": "q", "type": "integer"})
    body = response(
        {"linkId": "q", "answer": [{"valueInteger": 1, "odd": 1}], "_text": {}, "te/xt~": 1},
        {"linkId": "nope"},
        {"linkId": "x" * 65},
        {"answer": []},
        7,
        resourceType="Patient",
        status="in-progress",
        questionnaire="urn:other",
        evil=True,
    )
    assert [(pointer, link_id) for pointer, link_id, _ in faults(compiled, body)] == [
        ("/evil", None),
        ("/resourceType", None),
        ("/status", None),
        ("/questionnaire", None),
        ("/item/0", "q"),
        ("/item/0/answer/0/odd", "q"),
        ("/item/1", "nope"),
        ("/item/2", None),
        ("/item/3", None),
        ("/item/4", None),
    ]
    assert [pointer for pointer, _, _ in faults(compiled, {})] == ["", "", ""]


@pytest.mark.parametrize("named", ["urn:form", "urn:form|1", "urn:form|0.9"])
def test_any_version_of_the_form_may_be_named(named: str) -> None:
    compiled = form({"linkId": "q", "type": "integer"})
    assert faults(compiled, response(answered("q", {"valueInteger": 1}), questionnaire=named)) == []


def test_a_flood_of_faults_is_capped() -> None:
    compiled = form({"linkId": "q", "type": "integer"})
    assert len(faults(compiled, response(*({"linkId": "nope"} for _ in range(2000))))) == 500


def test_only_linkids_and_values_are_kept_in_the_forms_order_and_words() -> None:
    compiled = form(
        {"linkId": "a", "type": "choice", "answerOption": [option({**YES, "display": "Có"})]},
        {"linkId": "b", "type": "string"},
    )
    body = response(
        {"linkId": "b", "text": "hm", "answer": [{"id": "1", "valueString": " Bie\u0302\u0301t "}]},
        answered("a", {"valueCoding": {"code": "yes", "display": "No", "userSelected": True}}),
        id="1",
        authored="1999",
        meta={"tag": []},
    )
    assert read_response(compiled, body, Rules(TODAY, {})).to_response(compiled) == {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:form|1",
        "status": "completed",
        "item": [
            answered("a", {"valueCoding": {**YES, "display": "Có"}}),
            answered("b", {"valueString": "Biết"}),
        ],
    }


@pytest.mark.parametrize(
    "broken",
    [
        {"linkId": "q", "type": "strange"},
        {"type": "string"},
        {"linkId": "q", "type": "choice", "answerValueSet": "#absent"},
        {
            "linkId": "q",
            "type": "string",
            "enableWhen": [{"question": "z", "operator": "exists", "answerBoolean": True}],
        },
        {"linkId": "q", "type": "group", "item": [{"linkId": "q", "type": "string"}]},
    ],
)
def test_a_broken_form_is_refused_when_it_is_loaded(broken: dict[str, Any]) -> None:
    with pytest.raises(FormError):
        form(broken)
    with pytest.raises(FormError):
        compile_form({"resourceType": "Patient"})


def test_dates_before_the_birth_are_refused_unless_the_item_has_a_range_of_its_own() -> None:
    compiled = form(
        {"linkId": "identity.birth-date", "type": "date"},
        {"linkId": "operated", "type": "date"},
        {"linkId": "mother", "type": "date", "extension": [ext("minValue", valueDate="1950")]},
    )

    def refused(birth: str, operated: str) -> bool:
        body = response(
            answered("identity.birth-date", {"valueDate": birth}),
            answered("operated", {"valueDate": operated}),
            answered("mother", {"valueDate": "1959"}),
        )
        verdict = validate_declaration(compiled, body, today=TODAY, ward=lambda code: Coded(None, code))
        return any(fault.link_id == "operated" for fault in verdict.faults)

    assert refused("1960-05-17", "1960-05-16")
    assert not refused("1960-05-17", "1960-05-17")
    assert not refused("1960-05-17", "1960")
    assert not refused("1960", "1960-01-01")
    assert refused("1960", "1959-12-31")
    assert refused("1960-05", "1960-04")
