"""The validator's rules for single answers, on forms small enough to read here."""

from typing import Any

import pytest

from health_record.questionnaire import read_response
from health_record.questionnaire.values import Rules
from tests.health_record.questionnaire.small_forms import (
    CM,
    NO,
    SDC,
    TODAY,
    UNKNOWN,
    YES,
    answered,
    ext,
    faults,
    form,
    messages,
    option,
    response,
)


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
