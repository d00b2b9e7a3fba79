"""Whoever answers "yes" and names nothing has said something: it stands in the section, as not named."""

import json
from typing import Any

import pytest

from health_record.questionnaire.source import FILE
from tests.facility_desk import coding
from tests.health_record.summary.test_summary import read, resources, section_codes, summary
from tests.health_record.summary.test_summary_rows import answered, question, row

FORM = json.loads(FILE.read_text(encoding="utf-8"))
NOT_NAMED = "không nêu rõ (not specified)"
# By group that a "yes" opens: the section, and what stands there where no row names anything.
GROUPS = {
    "medicines.item": ("10160-0", "Có dùng thuốc, không rõ tên thuốc (takes medicines, names unknown)"),
    "surgeries.operation": (
        "47519-4",
        "Đã từng phẫu thuật, không rõ phẫu thuật gì (had an operation, not known which)",
    ),
    "family.member": ("81338-6", "có bệnh, không rõ bệnh gì (has a disease, not known which)"),
}


def items(several: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [found for each in several for found in (each, *items(each.get("item", [])))]


def opened() -> list[tuple[str, str, dict[str, Any]]]:
    """Every group that repeats and is opened by an answer: its linkId, the question and the answer."""
    return [
        (each["linkId"], each["enableWhen"][0]["question"], each["enableWhen"][0]["answerCoding"])
        for each in items(FORM["item"])
        if each["type"] == "group" and each.get("repeats") and each.get("enableWhen")
    ]


def asked_details() -> list[tuple[str, dict[str, Any], str]]:
    """Every answer of which the form asks in words what it is: question, answer, and the linkId of the words."""
    return [
        (when["question"], when["answerCoding"], each["linkId"])
        for each in items(FORM["item"])
        if each["type"] in ("string", "text") and len(each.get("enableWhen", [])) == 1
        for when in each["enableWhen"]
        if "answerCoding" in when
    ]


@pytest.mark.parametrize(("group", "asked", "yes"), opened())
@pytest.mark.parametrize("rows", [0, 1])
def test_a_yes_whose_rows_name_nothing_stands_in_its_section(
    group: str, asked: str, yes: dict[str, Any], rows: int
) -> None:
    section, words = GROUPS[group]
    empty = [{"linkId": group, "item": []}] * rows
    bundle = summary(
        response=answered(**{asked.partition(".")[0]: [question(asked, coding(yes["system"], yes["code"])), *empty]})
    )
    assert words in read(bundle, section)


@pytest.mark.parametrize(("group", "asked", "yes"), opened())
def test_no_and_a_row_that_names_something_say_nothing_of_it(group: str, asked: str, yes: dict[str, Any]) -> None:
    named = {"medicines.item": "name", "surgeries.operation": "part", "family.member": "note"}[group]
    whole = [question(asked, coding(yes["system"], yes["code"])), row(group, **{named: [{"valueString": "X"}]})]
    no = [question(asked, coding(yes["system"], {"Y": "N", "yes": "no"}[yes["code"]]))]
    for given in (whole, no):
        bundle = summary(response=answered(**{asked.partition(".")[0]: given}))
        assert GROUPS[group][1].partition("(")[2] not in str(bundle)


@pytest.mark.parametrize(("asked", "answer", "detail"), asked_details())
def test_a_choice_whose_name_is_asked_and_missing_says_so(asked: str, answer: dict[str, Any], detail: str) -> None:
    chosen = {asked: [coding(answer["system"], answer["code"])]}
    kinds = {"history.conditions": ("Condition", "11450-4"), "history.allergies": ("AllergyIntolerance", "48765-2")}
    kind, section = kinds[asked]
    without, named = summary(chosen), summary({**chosen, detail: [{"valueString": "Tên"}]})
    (nameless,), (complete,) = resources(without, kind), resources(named, kind)
    assert nameless["code"]["text"].endswith(f": {NOT_NAMED}")
    assert complete["code"]["text"].endswith(": Tên")
    assert nameless["id"] == complete["id"]
    assert NOT_NAMED in read(without, section)


def test_every_such_group_of_the_form_is_in_the_table() -> None:
    assert {group for group, _, _ in opened()} == GROUPS.keys()
    assert len(asked_details()) > 5
    assert "10160-0" in section_codes(summary())
