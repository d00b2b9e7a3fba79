"""The Questionnaire is FHIR R4 and keeps the conventions that the site and the server rely on."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from health_record.questionnaire.source import NOT_COUNTED
from web.questions import COLLAPSIBLE, EXCLUSIVE, TRANSLATION, find_extension

Item = dict[str, Any]
CHOICE, STRING, BOOLEAN = "choice", "string", "boolean"
FIXED = {
    "identity.relation": CHOICE,
    "identity.sex": CHOICE,
    "identity.ward": CHOICE,
    "identity.birth-date": "date",
    "identity.full-name": STRING,
    "identity.national-id": STRING,
    "identity.insurance-number": STRING,
    "identity.address": STRING,
    "consent.record": BOOLEAN,
    "consent.sharing": BOOLEAN,
    "consent.statistics": BOOLEAN,
    "consent.notices": BOOLEAN,
}
REQUIRED = {
    "identity.relation",
    "identity.full-name",
    "identity.sex",
    "identity.birth-date",
    "identity.ward",
    "consent.record",
}


def walk(items: list[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        yield from walk(item.get("item", []))


@pytest.fixture
def items(questionnaire: Item) -> dict[str, Item]:
    return {item["linkId"]: item for item in walk(questionnaire["item"])}


def codes(item: Item) -> set[str]:
    return {option["valueCoding"]["code"] for option in item["answerOption"]}


def test_it_is_a_fhir_r4_questionnaire_and_nothing_is_lost_in_reading(questionnaire: Item) -> None:
    read = json.loads(Questionnaire.model_validate(questionnaire).model_dump_json())
    assert read == json.loads(json.dumps(questionnaire))


CHOICES = ("choice", "open-choice")
WRITTEN = ("string", "text", "url", "open-choice", "integer", "decimal", "boolean")
# http://hl7.org/fhir/R4/questionnaire.html#invs, those that the types alone do not hold: where an item breaks one.
INVARIANTS: dict[str, Callable[[Item], bool]] = {
    "que-1a": lambda item: item["type"] == "group" and not item.get("item"),
    "que-1b": lambda item: item["type"] == "display" and "item" in item,
    "que-3": lambda item: item["type"] == "display" and "code" in item,
    "que-4": lambda item: "answerOption" in item and "answerValueSet" in item,
    "que-5": lambda item: item["type"] not in CHOICES and ("answerOption" in item or "answerValueSet" in item),
    "que-6": lambda item: item["type"] == "display" and ("required" in item or "repeats" in item),
    "que-8": lambda item: item["type"] in ("group", "display") and "initial" in item,
    "que-9": lambda item: item["type"] == "display" and "readOnly" in item,
    "que-10": lambda item: item["type"] not in WRITTEN and "maxLength" in item,
    "que-12": lambda item: len(item.get("enableWhen", [])) > 1 and "enableBehavior" not in item,
}


@pytest.mark.parametrize("name", INVARIANTS)
def test_it_keeps_the_invariants_of_fhir(items: dict[str, Item], name: str) -> None:
    assert [link_id for link_id, item in items.items() if INVARIANTS[name](item)] == []


def test_every_link_id_is_used_once(questionnaire: Item) -> None:
    every = [item["linkId"] for item in walk(questionnaire["item"])]
    assert sorted(every) == sorted(set(every))


def test_the_fixed_items_have_their_types_and_stand_in_their_groups(
    questionnaire: Item, items: dict[str, Item]
) -> None:
    assert {name: items[name]["type"] for name in FIXED} == FIXED
    for group in questionnaire["item"]:
        assert group["type"] == "group"
        assert all(item["linkId"].startswith(group["linkId"] + ".") for item in group["item"])


def test_only_the_six_agreed_items_are_required_and_none_of_them_is_hidden(items: dict[str, Item]) -> None:
    assert {name for name, item in items.items() if item.get("required")} == REQUIRED
    assert not [name for name in REQUIRED if "enableWhen" in items[name]]


def test_relation_and_sex_offer_the_agreed_codes(items: dict[str, Item]) -> None:
    assert codes(items["identity.relation"]) == {"self", "child", "parent", "spouse", "other"}
    assert codes(items["identity.sex"]) == {"male", "female", "other", "unknown"}


def test_every_text_has_an_english_translation(questionnaire: Item) -> None:
    assert list(untranslated(questionnaire)) == []


def untranslated(element: Any) -> Iterator[str]:
    if isinstance(element, list):
        for part in element:
            yield from untranslated(part)
    if not isinstance(element, dict):
        return
    for name in ("text", "title", "display", "description"):
        known = element.get(f"_{name}", {}).get("extension", [])
        if name in element and not is_foreign(element) and not any(part["url"] == TRANSLATION for part in known):
            yield element[name]
    for part in element.values():
        yield from untranslated(part)


def is_foreign(element: Item) -> bool:
    """The names of LOINC's and UCUM's codes are their own."""
    return element.get("system") in ("http://loinc.org", "http://unitsofmeasure.org")


def test_conditions_are_icd_10_with_none_and_unknown_standing_alone(items: dict[str, Item]) -> None:
    conditions = items["history.conditions"]
    options = [(option["valueCoding"], find_extension(option, EXCLUSIVE)) for option in conditions["answerOption"]]
    alone = {coding["code"]: coding["system"] for coding, exclusive in options if exclusive}
    assert alone == {
        "160245001": "http://snomed.info/sct",
        "asked-unknown": "http://terminology.hl7.org/CodeSystem/data-absent-reason",
    }
    others = [coding for coding, exclusive in options if not exclusive]
    assert len(others) == 15
    assert {coding["system"] for coding in others} == {"http://hl7.org/fhir/sid/icd-10"}
    assert conditions["code"][0]["code"] == "11450-4"
    assert conditions["repeats"] is True


def test_allergies_have_a_detail_for_each_kind(items: dict[str, Item]) -> None:
    allergies = items["history.allergies"]
    alone = {o["valueCoding"]["code"] for o in allergies["answerOption"] if find_extension(o, EXCLUSIVE)}
    assert alone == {"716186003", "asked-unknown"}
    asked = {
        item["enableWhen"][0]["answerCoding"]["code"]
        for item in items.values()
        if item.get("enableWhen", [{}])[0].get("question") == "history.allergies"
    }
    assert asked == codes(allergies) - alone
    assert allergies["code"][0]["code"] == "48765-2"


def test_every_condition_to_show_names_an_option_of_a_question_above(
    questionnaire: Item, items: dict[str, Item]
) -> None:
    value_sets = {f"#{one['id']}": one["compose"]["include"][0]["concept"] for one in questionnaire["contained"]}
    seen: list[str] = []
    for item in walk(questionnaire["item"]):
        for condition in item.get("enableWhen", []):
            asked = items[condition["question"]]
            offered = (
                codes(asked) if "answerOption" in asked else {c["code"] for c in value_sets[asked["answerValueSet"]]}
            )
            assert condition["question"] in seen
            assert condition["operator"] == "="
            assert condition["answerCoding"]["code"] in offered
        seen.append(item["linkId"])


def test_texts_have_a_longest_length_and_numbers_a_range_and_measures_a_unit(items: dict[str, Item]) -> None:
    structure = "http://hl7.org/fhir/StructureDefinition/"
    texts = [item for item in items.values() if item["type"] in ("string", "text")]
    assert not [item["linkId"] for item in texts if "maxLength" not in item]
    for item in items.values():
        if item["type"] in ("decimal", "integer", "quantity"):
            assert find_extension(item, structure + "minValue") < find_extension(item, structure + "maxValue")
    units = {
        item["code"][0]["code"]: find_extension(item, structure + "questionnaire-unit")["code"]
        for item in items.values()
        if item["type"] == "decimal"
    }
    measured = {"8302-2": "cm", "29463-7": "kg", "8480-6": "mm[Hg]", "8462-4": "mm[Hg]"}
    assert units == {**measured, "8280-0": "cm", "8310-5": "Cel", "89269-5": "cm"}


# The parts of Decision 831's form that a person can declare themselves, and how many questions each has here.
SECTIONS = {
    "risks": 3,
    "measurements": 4,
    "body": 5,
    "lifestyle": 6,
    "disability": 2,
    "surgeries": 3,
    "family": 4,
    "reproductive": 13,
    "immunizations": 8,
    "birth": 7,
    "person": 17,
    "other": 1,
}


def test_the_optional_sections_are_closed_at_first_and_few_of_them_are_counted(questionnaire: Item) -> None:
    sections = [group for group in questionnaire["item"] if find_extension(group, COLLAPSIBLE) == "default-closed"]
    asked = {
        group["linkId"]: len([one for one in walk([group]) if one["type"] not in ("group", "display")])
        for group in sections
    }
    assert asked == SECTIONS
    assert [group["linkId"] for group in sections if not find_extension(group, NOT_COUNTED)] == [
        "risks",
        "measurements",
        "immunizations",
    ]
    short = [one for group in questionnaire["item"] if group not in sections for one in walk([group])]
    assert len([one for one in short if one["type"] not in ("group", "display")]) == 24


@pytest.mark.parametrize("word", ["HIV", "B24", "tôn giáo", "religion"])
def test_nothing_asks_what_must_not_be_asked(questionnaire: Item, word: str) -> None:
    assert word.lower() not in json.dumps(questionnaire, ensure_ascii=False).lower()
