"""The validator, rule by rule, on a form small enough to read here."""

import datetime
from typing import Any

import pytest

from health_record.questionnaire import Coded, FormError, compile_form, judge, read_response
from health_record.questionnaire.values import Rules

CORE = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"
TODAY = datetime.date(2026, 11, 23)
NO = {"system": "urn:x", "code": "no"}
YES = {"system": "urn:x", "code": "yes"}
UNKNOWN = {"system": "urn:x", "code": "unknown"}
CM = {"system": "http://unitsofmeasure.org", "code": "cm", "display": "cm"}


def ext(name: str, **value: Any) -> dict[str, Any]:
    return {"url": name if name.startswith("http") else CORE + name, **value}


def option(coding: dict[str, str], *, exclusive: bool = False) -> dict[str, Any]:
    marks = [ext("questionnaire-optionExclusive", valueBoolean=True)] if exclusive else []
    return {"valueCoding": coding, "extension": marks}


def form(*items: dict[str, Any], **more: Any) -> Any:
    return compile_form(
        {"resourceType": "Questionnaire", "url": "urn:form", "version": "1", "item": list(items), **more}
    )


def response(*items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": "urn:form",
        "status": "completed",
        "item": list(items),
        **more,
    }


def answered(link_id: str, *answers: dict[str, Any]) -> dict[str, Any]:
    return {"linkId": link_id, "answer": list(answers)}


def faults(form: Any, body: Any) -> list[tuple[str, str | None, str]]:
    read = read_response(form, body, Rules(TODAY, {}))
    return [(fault.pointer, fault.link_id, fault.message.en) for fault in read.faults]


def messages(item: dict[str, Any], *answers: dict[str, Any]) -> list[str]:
    return [message for _, _, message in faults(form({"linkId": "q", **item}), response(answered("q", *answers)))]


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("boolean", [{"valueBoolean": True}], [{"valueBoolean": 1}, {"valueBoolean": "true"}, {"valueString": "true"}]),
        (
            "integer",
            [{"valueInteger": 0}, {"valueInteger": -(2**31) + 1}],
            [{"valueInteger": True}, {"valueInteger": 1.0}, {"valueInteger": 2**31}, {"valueInteger": "1"}],
        ),
        (
            "decimal",
            [{"valueDecimal": 1}, {"valueDecimal": 68.50}],
            [{"valueDecimal": True}, {"valueDecimal": "1"}, {"valueDecimal": float("inf")}, {"valueDecimal": 10**400}],
        ),
        (
            "date",
            [{"valueDate": "1960"}, {"valueDate": "1960-02"}, {"valueDate": "2024-02-29"}, {"valueDate": "2026-11-23"}],
            [
                {"valueDate": 1960},
                {"valueDate": "2023-02-29"},
                {"valueDate": "1960-13"},
                {"valueDate": "60"},
                {"valueDate": "1960-2"},
                {"valueDate": "1960-02-01T00:00:00Z"},
                {"valueDate": "1899"},
                {"valueDate": "2026-11-24"},
                {"valueDate": "0000"},
                {"valueDate": "١٩٦٠"},
            ],
        ),
        (
            "dateTime",
            [{"valueDateTime": "2026"}, {"valueDateTime": "2026-11-23T07:00:00+07:00"}],
            [{"valueDateTime": "2026-11-23T07:00"}, {"valueDateTime": "2026-11-23T25:00:00Z"}, {"valueDateTime": 1}],
        ),
        ("time", [{"valueTime": "23:59:59"}], [{"valueTime": "24:00:00"}, {"valueTime": "7:00"}, {"valueTime": None}]),
        (
            "string",
            [{"valueString": "Y Blếp"}, {"valueString": "a" * 255}],
            [
                {"valueString": ""},
                {"valueString": " \t "},
                {"valueString": "\u200b"},
                {"valueString": "a\nb"},
                {"valueString": "a\x00"},
                {"valueString": "\ud800"},
                {"valueString": "\u202eabc"},
                {"valueString": "a" * 256},
                {"valueString": ["a"]},
            ],
        ),
        ("text", [{"valueString": "một\r\nhai"}], [{"valueString": "a\x07"}, {"valueString": "a" * 4001}]),
        ("url", [{"valueUri": "https://example.org"}], [{"valueString": "https://example.org"}]),
        ("reference", [], [{"valueReference": {"reference": "Patient/1"}}]),
        ("attachment", [], [{"valueAttachment": {"data": "QQ=="}}]),
    ],
)
def test_a_value_must_be_of_its_type(kind: str, good: list[dict[str, Any]], bad: list[dict[str, Any]]) -> None:
    for answer in good:
        assert messages({"type": kind}, answer) == [], answer
    for answer in bad:
        assert len(messages({"type": kind}, answer)) == 1, answer


@pytest.mark.parametrize(
    ("item", "right", "wrong", "message"),
    [
        ({"type": "string", "maxLength": 3}, "abc", "abcd", "At most 3 characters."),
        ({"type": "string", "maxLength": 1}, "e\u0301", "ab", "At most 1 characters."),
        ({"type": "string", "extension": [ext("minLength", valueInteger=2)]}, "ab", "a", "At least 2 characters."),
        (
            {"type": "string", "extension": [ext("regex", valueString="[0-9]+")]},
            "12",
            "1a",
            "The answer does not have the right form.",
        ),
    ],
)
def test_texts_keep_their_length_and_form(item: dict[str, Any], right: str, wrong: str, message: str) -> None:
    assert messages(item, {"valueString": right}) == []
    assert messages(item, {"valueString": wrong}) == [message]


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (29.9, ["The smallest value is 30 cm."]),
        (30, []),
        (30.5, []),
        (30.25, ["At most 1 decimal places."]),
        (250, []),
        (250.1, ["The largest value is 250 cm."]),
    ],
)
def test_numbers_keep_their_range_and_precision(number: float, expected: list[str]) -> None:
    marks = [
        ext("minValue", valueDecimal=30),
        ext("maxValue", valueDecimal=250),
        ext("maxDecimalPlaces", valueInteger=1),
        ext("questionnaire-unit", valueCoding=CM),
    ]
    assert messages({"type": "decimal", "extension": marks}, {"valueDecimal": number}) == expected


@pytest.mark.parametrize(
    ("quantity", "fine"),
    [
        ({"value": 5, "system": CM["system"], "code": "cm"}, True),
        ({"value": 5, "code": "cm"}, True),
        ({"value": 5, "unit": "cm"}, True),
        ({"value": 5}, True),
        ({"value": 5, "code": "m"}, False),
        ({"value": 5, "system": "urn:other", "code": "cm"}, False),
        ({"value": 11, "code": "cm"}, False),
        ({"value": 5, "code": "cm", "comparator": "<"}, False),
        ({"value": "5", "code": "cm"}, False),
        ({}, False),
        (5, False),
    ],
)
def test_a_quantity_is_a_number_in_the_forms_unit(quantity: Any, fine: bool) -> None:
    marks = [
        ext("questionnaire-unitOption", valueCoding=CM),
        ext(SDC + "sdc-questionnaire-maxQuantity", valueQuantity={"value": 10}),
    ]
    question = form({"linkId": "q", "type": "quantity", "extension": marks})
    read = read_response(question, response(answered("q", {"valueQuantity": quantity})), Rules(TODAY, {}))
    assert (read.faults == []) == fine
    if fine:
        assert read.first("q") == {"value": 5, "unit": "cm", "system": CM["system"], "code": "cm"}


@pytest.mark.parametrize(
    ("coding", "fine"),
    [
        (YES, True),
        ({"code": "yes"}, True),
        ({**YES, "display": "whatever"}, True),
        ({"system": "urn:y", "code": "yes"}, False),
        ({"system": None, "code": "yes"}, False),
        ({"system": "urn:x"}, False),
        ({"code": "both"}, False),  # two systems have this code
        ({"code": ["yes"]}, False),
        ("yes", False),
        (None, False),
    ],
)
def test_a_choice_is_one_of_the_options_by_system_and_code(coding: Any, fine: bool) -> None:
    both = [option({"system": system, "code": "both"}) for system in ("urn:x", "urn:y")]
    question = {"type": "choice", "answerOption": [option(YES), option(NO), *both]}
    assert (messages(question, {"valueCoding": coding}) == []) == fine


def test_options_may_come_from_a_contained_value_set() -> None:
    expanded = {"resourceType": "ValueSet", "id": "e", "expansion": {"contains": [YES]}}
    composed = {
        "resourceType": "ValueSet",
        "id": "c",
        "compose": {"include": [{"system": "urn:x", "concept": [{"code": "no"}]}]},
    }
    items = [
        {"linkId": "e", "type": "choice", "answerValueSet": "#e"},
        {"linkId": "c", "type": "choice", "answerValueSet": "#c"},
    ]
    compiled = form(*items, contained=[expanded, composed])
    body = response(answered("e", {"valueCoding": YES}), answered("c", {"valueCoding": NO}))
    assert faults(compiled, body) == []
    body = response(answered("e", {"valueCoding": NO}), answered("c", {"valueCoding": YES}))
    assert [fault[1] for fault in faults(compiled, body)] == ["e", "c"]


def test_an_open_choice_takes_words_and_a_choice_does_not() -> None:
    options = [option(YES), {"valueString": "đã"}, {"valueInteger": 3}]
    for kind, expected in (("open-choice", 0), ("choice", 1)):
        question = {"type": kind, "answerOption": options}
        assert len(messages(question, {"valueString": "khác"})) == expected
        assert messages(question, {"valueString": "đã"}) == []
        assert messages(question, {"valueInteger": 3}) == []
        assert len(messages(question, {"valueInteger": True})) == 1


def test_an_exclusive_option_stands_alone_and_no_option_comes_twice() -> None:
    question = {
        "type": "choice",
        "repeats": True,
        "answerOption": [option(YES), option(NO, exclusive=True), option(UNKNOWN, exclusive=True)],
    }
    assert messages(question, {"valueCoding": NO}) == []
    assert messages(question, {"valueCoding": NO}, {"valueCoding": YES}) == [
        "This choice cannot be combined with another one."
    ]
    assert messages(question, {"valueCoding": YES}, {"valueCoding": YES}) == ["This answer is given twice."]


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "At least 2 answers."), (2, ""), (3, ""), (4, "At most 3 answers.")]
)
def test_repeats_stay_between_their_bounds(number: int, expected: str) -> None:
    marks = [ext("questionnaire-minOccurs", valueInteger=2), ext("questionnaire-maxOccurs", valueInteger=3)]
    item = {"type": "integer", "repeats": True, "extension": marks}
    assert messages(item, *({"valueInteger": place} for place in range(number))) == ([expected] if expected else [])


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
    kept = read_response(compiled, good, Rules(TODAY, {})).kept(compiled)
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
    assert read_response(compiled, body, Rules(TODAY, {})).kept(compiled) == {
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
        verdict = judge(compiled, body, today=TODAY, ward=lambda code: Coded(None, code))
        return any(fault.link_id == "operated" for fault in verdict.faults)

    assert refused("1960-05-17", "1960-05-16")
    assert not refused("1960-05-17", "1960-05-17")
    assert not refused("1960-05-17", "1960")
    assert not refused("1960", "1960-01-01")
    assert refused("1960", "1959-12-31")
    assert refused("1960-05", "1960-04")
