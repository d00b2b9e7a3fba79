"""Whatever the server refuses of a declaration, the page had said: one source of rules, and generated answers."""

import datetime
import random
from typing import Any

import pytest

from health_record.questionnaire import Coded, declaration_form, validate_declaration
from tests.web.modules import run
from tests.web.test_answers import NOW, VALUES
from web.steps import build_rules

CASES = 400
WORDS = (
    "",
    " ",
    "a",
    "12",
    "1,5",
    "1.25",
    "-1",
    "0",
    "007",
    "1m65",
    "165 cm",
    "120/80",
    "12/8",
    "8",
    "58",
    "301",
    "9999",
)
ODD = (
    "Ỷ",
    "\u202elạ",
    "\x07",
    "…",
    "×",
    "𝟏𝟐",
    "１２３",
    "٠١٢",
    "abc@",
    "a@b",
    "a" * 256,
    "ế" * 201,
    "dòng\nhai",
    "tab\tlà",
    "🙂",
)
NUMBERS = ("079158001234", "079 158 001 234", "0791580012345", "123456789", "DN4790123456789", "dn 4 79 01 2345 6789")
TEXTS = WORDS + ODD + NUMBERS
YEARS = ("", "58", "1899", "1900", "1958", "2019", "2026", "2027", "2099", "2100", "２０００", "năm")
PARTS = ("", "0", "1", "2", "12", "13", "29", "31", "99")


@pytest.fixture(scope="module")
def form(questionnaire: dict[str, Any]) -> dict[str, Any]:
    return {
        "questionnaire": f"{questionnaire['url']}|{questionnaire['version']}",
        "item": [build_rules(item) for item in questionnaire["item"]],
    }


def options_of(item: dict[str, Any]) -> list[str]:
    found = [option["valueCoding"] for option in item.get("answerOption", []) if "valueCoding" in option]
    return [f"{coding.get('system', '')}|{coding['code']}" for coding in found]


def raw_value(item: dict[str, Any], chance: random.Random) -> Any:
    """What may stand in the field of `item`, whether or not it makes sense."""
    kind = item["type"]
    if kind == "boolean":
        return chance.random() < 0.9
    if kind in ("date", "dateTime"):
        return {"day": chance.choice(PARTS), "month": chance.choice(PARTS), "year": chance.choice(YEARS)}
    if kind == "quantity":
        return {"value": chance.choice(TEXTS), "unit": ""}
    if kind == "open-choice":
        chosen = chance.sample(options_of(item), chance.randrange(2))
        return {"chosen": chosen, "own": "" if chosen else chance.choice(TEXTS)}  # the page lets one put the other out
    if kind != "choice":
        return chance.choice(TEXTS)
    options = options_of(item)
    if not options:
        return None
    return chance.choice(options) if not item.get("repeats") else [chance.choice(options)]


def values_of(items: list[dict[str, Any]], chance: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for item in items:
        inside = item.get("item", [])
        if item["type"] == "group" and item.get("repeats"):
            values[item["linkId"]] = [values_of(inside, chance) for _ in range(chance.randrange(3))]
            continue
        if item["type"] not in ("group", "display") and "answerValueSet" not in item and chance.random() < 0.5:
            values[item["linkId"]] = raw_value(item, chance)
        values |= values_of(inside, chance)
    return values


def test_what_the_server_refuses_the_page_had_said(questionnaire: dict[str, Any], form: dict[str, Any]) -> None:
    chance = random.Random(20)  # the same answers in every run
    cases = [VALUES | values_of([chance.choice(questionnaire["item"])], chance) for _ in range(CASES)]
    sent = {"authored": NOW, "language": "vi"}
    calls: list[tuple[str, list[Any]]] = [("prepare", [form])]
    for values in cases:
        calls += [("faultsOf", [{"result": 0}, values]), ("buildResponse", [{"result": 0}, values, sent])]
    results = run("form/rules", calls)[1:]
    wards = {"26911": Coded(None, "26911", "Phường Bình Quới")}
    refused, unsaid = 0, []
    for values, faults, response in zip(cases, results[::2], results[1::2], strict=True):
        verdict = validate_declaration(
            declaration_form(), response, today=datetime.datetime.now(datetime.UTC).date(), ward=wards.get
        )
        refused += bool(faults)
        if verdict.faults and not faults:
            unsaid.append(
                [(fault.link_id, fault.message.en, values.get(str(fault.link_id))) for fault in verdict.faults]
            )
    assert unsaid == []
    assert CASES * 0.2 < refused < CASES * 0.95  # neither are all refused nor none
