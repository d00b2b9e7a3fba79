"""Fields become FHIR answers: what counts, what is wrong, and a response that the server's own rules accept."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaireresponse import QuestionnaireResponse

from health_record.questionnaire import Coded, declaration_form, validate_declaration
from tests.web.modules import run
from web.steps import build_rules

ICD = "http://hl7.org/fhir/sid/icd-10"
ALLERGY = "urn:x-so-suc-khoe:allergy-kind"
TODAY = datetime.date(2026, 11, 23)
NOW = "2026-11-23T01:02:03.004Z"
VALUES: dict[str, Any] = {
    "identity.relation": "urn:x-so-suc-khoe:relation|self",
    "identity.full-name": "  Nguyễn Thị Hoa ",
    "identity.sex": "http://hl7.org/fhir/administrative-gender|female",
    "identity.birth-date": {"day": "", "month": "", "year": "1958"},
    "identity.ward": {"code": "26911", "display": "Phường Bình Quới"},
    "history.conditions": [f"{ICD}|I10", f"{ICD}|C80.9"],
    "history.cancer-type": "tuyến giáp",
    "history.tuberculosis-type": "left over from an answer that was taken back",
    "history.allergies": [f"{ALLERGY}|food"],
    "history.allergy-food": "tôm",
    "measurements.weight": "52,5",
    "measurements.height": "１５８",
    "consent.record": True,
    "consent.statistics": True,
}


def when(question: str, operator: str = "=", **answer: Any) -> dict[str, Any]:
    return {"question": question, "operator": operator} | answer


@pytest.fixture(scope="module")
def form(request: pytest.FixtureRequest) -> dict[str, Any]:
    questionnaire = request.getfixturevalue("questionnaire")
    return {
        "questionnaire": f"{questionnaire['url']}|{questionnaire['version']}",
        "item": [build_rules(item) for item in questionnaire["item"]],
    }


def response_of(form: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    sent = {"authored": NOW, "language": "vi"}
    response: dict[str, Any] = run(
        "form/rules", [("prepare", [form]), ("buildResponse", [{"result": 0}, values, sent])]
    )[1]
    return response


def answers_of(response: dict[str, Any]) -> dict[str, list[Any]]:
    return {item["linkId"]: item["answer"] for group in response["item"] for item in group["item"]}


def test_the_response_is_fhir_and_the_server_finds_nothing_wrong(form: dict[str, Any]) -> None:
    response = response_of(form, VALUES)
    QuestionnaireResponse.model_validate(response)
    verdict = validate_declaration(
        declaration_form(), response, today=TODAY, ward=lambda code: Coded(system=None, code=code, display="x")
    )
    assert list(verdict.faults) == []


def test_answers_have_fhir_types_and_hidden_ones_are_left_out(
    form: dict[str, Any],
) -> None:
    answers = answers_of(response_of(form, VALUES))
    assert answers == {
        "identity.relation": [{"valueCoding": {"system": "urn:x-so-suc-khoe:relation", "code": "self"}}],
        "identity.full-name": [{"valueString": "Nguyễn Thị Hoa"}],
        "identity.sex": [{"valueCoding": {"system": "http://hl7.org/fhir/administrative-gender", "code": "female"}}],
        "identity.birth-date": [{"valueDate": "1958"}],
        "identity.ward": [{"valueCoding": {"code": "26911", "display": "Phường Bình Quới"}}],
        "history.conditions": [
            {"valueCoding": {"system": ICD, "code": "I10"}},
            {"valueCoding": {"system": ICD, "code": "C80.9"}},
        ],
        "history.cancer-type": [{"valueString": "tuyến giáp"}],
        "history.allergies": [{"valueCoding": {"system": ALLERGY, "code": "food"}}],
        "history.allergy-food": [{"valueString": "tôm"}],
        "measurements.height": [{"valueDecimal": 158}],
        "measurements.weight": [{"valueDecimal": 52.5}],
        "consent.record": [{"valueBoolean": True}],
        "consent.sharing": [{"valueBoolean": False}],
        "consent.statistics": [{"valueBoolean": True}],
        "consent.notices": [{"valueBoolean": False}],
    }


def test_the_head_of_the_response_is_the_same_for_every_repeat(form: dict[str, Any]) -> None:
    response = response_of(form, VALUES)
    assert {name: value for name, value in response.items() if name != "item"} == {
        "resourceType": "QuestionnaireResponse",
        "language": "vi",
        "questionnaire": form["questionnaire"],
        "status": "completed",
        "authored": NOW,
    }
    assert response == response_of(form, VALUES)


def test_an_empty_form_misses_exactly_what_is_required(form: dict[str, Any]) -> None:
    faults = run("form/rules", [("prepare", [form]), ("faultsOf", [{"result": 0}, {}])])[1]
    assert {fault["linkId"]: fault["fault"] for fault in faults} == {
        "identity.relation": "required_choice",
        "identity.full-name": "required_line",
        "identity.sex": "required_choice",
        "identity.birth-date": "year_missing",
        "identity.ward": "ward_required",
        "consent.record": "required_tick",
    }


HEIGHT = {"type": "decimal", "minValue": 30, "maxValue": 250}
OUT_OF_RANGE = {"fault": "out_of_range", "least": 30, "most": 250}
FIELDS: list[tuple[dict[str, Any], Any, dict[str, Any]]] = [
    (HEIGHT, "29.9", OUT_OF_RANGE),
    (HEIGHT, "30", {"answers": [{"valueDecimal": 30}]}),
    (HEIGHT, "250", {"answers": [{"valueDecimal": 250}]}),
    (HEIGHT, "250,1", OUT_OF_RANGE),
    ({"type": "decimal"}, " 1 234,5 ", {"answers": [{"valueDecimal": 1234.5}]}),
    ({"type": "decimal"}, "1e5", {"fault": "not_a_number"}),
    ({"type": "decimal"}, "12kg", {"fault": "not_a_number"}),
    ({"type": "integer"}, "2", {"answers": [{"valueInteger": 2}]}),
    ({"type": "integer"}, "2,5", {"fault": "not_whole"}),
    ({"type": "string", "maxLength": 3}, "abc", {"answers": [{"valueString": "abc"}]}),
    ({"type": "string", "maxLength": 3}, "abcd", {"fault": "too_long", "most": 3}),
    ({"type": "string"}, "e\u0302\u0301", {"answers": [{"valueString": "ế"}]}),
    ({"type": "string"}, "", {"answers": []}),
    ({"type": "string"}, "   ", {"answers": []}),
    ({"type": "string", "required": True}, "   ", {"fault": "required_line"}),
    ({"type": "boolean"}, None, {"answers": []}),
    ({"type": "boolean"}, False, {"answers": [{"valueBoolean": False}]}),
    ({"type": "choice"}, "|a", {"answers": [{"valueCoding": {"code": "a"}}]}),
    ({"type": "choice"}, [], {"answers": []}),
]


def test_one_field_becomes_an_answer_or_a_fault() -> None:
    results = run("values/answers", [("convert", [{"linkId": "x"} | rules, raw]) for rules, raw, _ in FIELDS])
    for (rules, raw, expected), result in zip(FIELDS, results, strict=True):
        assert result == expected, (rules, raw)


DATES = [
    (("", "", "1958"), {"value": "1958"}),
    (("", "2", "1958"), {"value": "1958-02"}),
    (("7", "2", "1958"), {"value": "1958-02-07"}),
    (("07", "02", "１９５８"), {"value": "1958-02-07"}),
    (("29", "2", "2024"), {"value": "2024-02-29"}),
    (("29", "2", "2023"), {"fault": "no_such_date"}),
    (("31", "4", "2001"), {"fault": "no_such_date"}),
    (("1", "13", "2001"), {"fault": "no_such_date"}),
    (("1", "0", "2001"), {"fault": "no_such_date"}),
    (("0", "1", "2001"), {"fault": "no_such_date"}),
    (("7", "", "1958"), {"fault": "month_missing"}),
    (("7", "2", ""), {"fault": "year_missing"}),
    (("7", "2", "58"), {"fault": "year_missing"}),
    (("", "", "9000"), {"fault": "in_future"}),
]


def test_three_boxes_become_a_date_or_a_fault() -> None:
    boxes = [dict(zip(("day", "month", "year"), parts, strict=True)) for parts, _ in DATES]
    assert run("values/dates", [("readDate", [parts]) for parts in boxes]) == [expected for _, expected in DATES]


def test_a_date_of_the_form_may_lie_in_the_future_as_far_as_the_form_says() -> None:
    appointment = {"linkId": "x", "type": "date", "maxValue": "2099-12-31"}
    boxes = [("1", "6", "2098"), ("", "", "2099"), ("31", "12", "2099"), ("1", "1", "2100"), ("", "", "2100")]
    raws = [dict(zip(("day", "month", "year"), parts, strict=True)) for parts in boxes]
    assert run("values/answers", [("convert", [appointment, raw]) for raw in raws]) == [
        {"answers": [{"valueDate": "2098-06-01"}]},
        {"answers": [{"valueDate": "2099"}]},
        {"answers": [{"valueDate": "2099-12-31"}]},
        {"fault": "too_late"},
        {"fault": "too_late"},
    ]


def test_other_digits_than_ours_are_read() -> None:
    assert run("digits", [("digitsOnly", ["１２３ 456"]), ("digitsOnly", ["٠١٢-۳۴۵"])]) == ["123456", "012345"]


def shown(items: list[dict[str, Any]], *given: dict[str, Any], link_id: str = "x") -> list[bool]:
    """Whether the item `link_id` counts with each of the values."""
    group = {"linkId": "g", "type": "group", "item": items}
    asked = next(item for item in items if item["linkId"] == link_id)
    calls: list[tuple[str, list[Any]]] = [("prepare", [{"item": [group]}])]
    calls += [("topScope", [values]) for values in given]
    calls += [("isEnabled", [{"result": 0}, asked, {"result": place + 1}]) for place in range(len(given))]
    return run("form/rules", calls)[1 + len(given) :]


def test_a_question_behind_a_hidden_one_is_hidden_too() -> None:
    first = {"linkId": "a", "type": "boolean"}
    second = {"linkId": "b", "type": "boolean", "enableWhen": [when("a", answerBoolean=True)]}
    third = {"linkId": "x", "type": "string", "enableWhen": [when("b", answerBoolean=True)]}
    given: tuple[dict[str, bool], ...] = ({"a": True, "b": True}, {"a": False, "b": True}, {"a": True, "b": False}, {})
    assert shown([first, second, third], *given) == [True, False, False, False]


@pytest.mark.parametrize(
    ("behavior", "raw", "expected"), [("all", ["|k"], False), ("any", ["|k"], True), ("all", ["|k", "|y"], True)]
)
def test_conditions_count_all_or_any(behavior: str, raw: list[str], expected: bool) -> None:
    conditions = [when("a", answerCoding={"code": code}) for code in ("k", "y")]
    asked = {"linkId": "x", "type": "string", "enableWhen": conditions, "enableBehavior": behavior}
    assert shown([{"linkId": "a", "type": "choice", "repeats": True}, asked], {"a": raw}) == [expected]


MASS = {"linkId": "a", "type": "quantity", "units": [{"system": "u", "code": "kg"}]}
CONDITIONS: list[tuple[dict[str, Any], Any, dict[str, Any], bool]] = [
    ({"type": "string"}, "", {"operator": "exists", "answerBoolean": True}, False),
    ({"type": "string"}, "text", {"operator": "exists", "answerBoolean": True}, True),
    ({"type": "string"}, "", {"operator": "!=", "answerString": "text"}, True),
    ({"type": "string"}, "text", {"operator": "!=", "answerString": "text"}, False),
    ({"type": "integer"}, "49", {"operator": ">=", "answerInteger": 50}, False),
    ({"type": "integer"}, "50", {"operator": ">=", "answerInteger": 50}, True),
    ({"type": "decimal"}, "5,5", {"operator": "<", "answerDecimal": 5.5}, False),
    ({"type": "date"}, {"day": "", "month": "", "year": "2020"}, {"operator": ">", "answerDate": "2019-05"}, True),
    ({"type": "date"}, {"day": "", "month": "", "year": "2019"}, {"operator": ">", "answerDate": "2019-05"}, False),
    (MASS, {"value": "3", "unit": "u|kg"}, {"operator": "<=", "answerQuantity": {"value": 3, "code": "kg"}}, True),
    (MASS, {"value": "3", "unit": "u|kg"}, {"operator": "=", "answerQuantity": {"value": 4, "code": "kg"}}, False),
]


def test_every_operator_of_fhir_is_understood() -> None:
    pairs = [
        [
            rules | {"linkId": f"a{n}"},
            {"linkId": f"x{n}", "type": "string", "enableWhen": [{"question": f"a{n}"} | when]},
        ]
        for n, (rules, _, when, _) in enumerate(CONDITIONS)
    ]
    values = {f"a{n}": raw for n, (_, raw, _, _) in enumerate(CONDITIONS)}
    calls: list[tuple[str, list[Any]]] = [("prepare", [{"item": sum(pairs, [])}]), ("topScope", [values])]
    calls += [("isEnabled", [{"result": 0}, asked, {"result": 1}]) for _, asked in pairs]
    assert run("form/rules", calls)[2:] == [expected for *_, expected in CONDITIONS]


ROWS_FORM = {
    "questionnaire": "urn:q|1",
    "item": [
        {
            "linkId": "g",
            "type": "group",
            "item": [
                {"linkId": "any", "type": "choice"},
                {
                    "linkId": "operation",
                    "type": "group",
                    "repeats": True,
                    "enableWhen": [when("any", answerCoding={"code": "yes"})],
                    "item": [
                        {"linkId": "what", "type": "string", "required": True},
                        {"linkId": "when", "type": "date"},
                        {"linkId": "why", "type": "text", "enableWhen": [when("what", "exists", answerBoolean=True)]},
                        {"linkId": "drug", "type": "string", "repeats": True},
                    ],
                },
                {"linkId": "weight", "type": "quantity", "units": [{"system": "u", "code": "kg", "display": "ký"}]},
                {"linkId": "job", "type": "open-choice"},
                {"linkId": "at", "type": "time"},
                {"linkId": "later", "type": "string", "enableWhen": [when("what", answerString="Mổ mắt")]},
            ],
        }
    ],
}
ROWS: dict[str, Any] = {
    "any": "|yes",
    "operation": [
        {"what": "Mổ mắt", "when": {"day": "", "month": "5", "year": "2001"}, "why": "mờ", "drug": []},
        {"what": " ", "when": {"day": "", "month": "", "year": ""}, "why": "", "drug": [{"drug": ""}]},
        {"what": "", "drug": [{"drug": "A"}, {"drug": ""}, {"drug": "B"}]},
    ],
    "weight": {"value": "52,5", "unit": "u|kg"},
    "job": {"chosen": [], "own": "làm vườn"},
    "at": "07:30",
    "later": "hidden unless some operation was that one",
}


def test_rows_become_repeated_items_and_blank_rows_nothing() -> None:
    calls: list[tuple[str, list[Any]]] = [
        ("prepare", [ROWS_FORM]),
        ("faultsOf", [{"result": 0}, ROWS]),
        ("buildResponse", [{"result": 0}, ROWS, {"authored": NOW, "language": "vi"}]),
    ]
    _, faults, response = run("form/rules", calls)
    assert faults == [{"linkId": "what", "rows": [2], "fault": "required_line"}]
    first = [
        {"linkId": "what", "answer": [{"valueString": "Mổ mắt"}]},
        {"linkId": "when", "answer": [{"valueDate": "2001-05"}]},
        {"linkId": "why", "answer": [{"valueString": "mờ"}]},
    ]
    second = [{"linkId": "drug", "answer": [{"valueString": "A"}, {"valueString": "B"}]}]
    assert response["item"][0]["item"] == [
        {"linkId": "any", "answer": [{"valueCoding": {"code": "yes"}}]},
        {"linkId": "operation", "item": first},
        {"linkId": "operation", "item": second},
        {"linkId": "weight", "answer": [{"valueQuantity": {"value": 52.5, "unit": "ký", "system": "u", "code": "kg"}}]},
        {"linkId": "job", "answer": [{"valueString": "làm vườn"}]},
        {"linkId": "at", "answer": [{"valueTime": "07:30:00"}]},
        {"linkId": "later", "answer": [{"valueString": ROWS["later"]}]},
    ]
    again = run(
        "form/rules", [("prepare", [ROWS_FORM]), ("buildResponse", [{"result": 0}, kept(response), calls[2][1][2]])]
    )
    assert again[1] == response


def kept(response: dict[str, Any], form: dict[str, Any] = ROWS_FORM) -> dict[str, Any]:
    """The values that a kept response is filled in with."""
    items = run("form/rules", [("prepare", [form])])[0]["items"]
    values: dict[str, Any] = run("values/answers", [("valuesOf", [items, response])])[0]
    return values


def test_a_kept_declaration_is_filled_in_and_sent_again_as_it_was(form: dict[str, Any]) -> None:
    response = response_of(form, VALUES)
    assert response_of(form, kept(response, form)) == response


def test_what_changed_between_versions_is_told_answer_by_answer() -> None:
    def version(*items: dict[str, Any]) -> dict[str, Any]:
        return {"item": [{"linkId": "g", "item": list(items)}]}

    def row(text: str) -> dict[str, Any]:
        return {"linkId": "r", "item": [{"linkId": "r.x", "answer": [{"valueString": text}]}]}

    older = version({"linkId": "a", "answer": [{"valueInteger": 1}]}, {"linkId": "b", "answer": [{"valueInteger": 2}]})
    newer = version({"linkId": "a", "answer": [{"valueInteger": 3}, {"valueInteger": 4}]}, row("one"), row("two"))
    told = run("told_differences", [("told", [older, newer])], folder=Path(__file__).parent)[0]
    assert told == [
        {"linkId": "a", "before": "1", "after": "3, 4"},
        {"linkId": "r.x", "before": None, "after": "one"},
        {"linkId": "r.x", "before": None, "after": "two"},
        {"linkId": "b", "before": "2", "after": None},
    ]
