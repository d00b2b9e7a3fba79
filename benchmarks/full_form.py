"""A declaration that answers every question of the form that one person can answer, three rows of each table."""

from collections.abc import Mapping
from typing import Any

from health_record.questionnaire import Coded, Item, declaration_form
from tests.declare import people

ROWS = 3
# The answers that open most of the form; elsewhere the first option is taken.
CHOSEN = {"identity.sex": "female", "risks.alcohol": "regular", "immunizations.dose.vaccine": "J07AM01"}
Given = dict[str, str]


def full_declaration(number: str = people.NATIONAL_ID) -> dict[str, Any]:
    """The response; `number` is the personal identification number."""
    fixed = {
        "identity.full-name": people.NAME,
        "identity.national-id": number,
        "identity.insurance-number": people.INSURANCE,
        "person.email": "thu@vidu.vn",
    }
    form, given = declaration_form(), Given()
    items = [built for item in form.items for built in _items(item, given, fixed)]
    return {"resourceType": "QuestionnaireResponse", "questionnaire": form.url, "status": "completed", "item": items}


def _items(item: Item, given: Given, fixed: Mapping[str, str]) -> list[dict[str, Any]]:
    if item.type == "display" or not _applies(item, given):
        return []
    if item.type != "group":
        return [{"linkId": item.link_id, "answer": _answers(item, given, fixed)}]
    times = ROWS if item.repeats else 1
    rows = [[built for child in item.items for built in _items(child, given, fixed)] for _ in range(times)]
    return [{"linkId": item.link_id, "item": row} for row in rows]


def _applies(item: Item, given: Given) -> bool:
    met = [given.get(one.question) == one.value.code for one in item.conditions]
    return not met or any(met)


def _answers(item: Item, given: Given, fixed: Mapping[str, str]) -> list[dict[str, Any]]:
    if item.link_id == "identity.ward":
        return [people.coding("26911")]
    if item.options:
        return _chosen(item, given)
    values: dict[str, dict[str, Any]] = {
        "boolean": {"valueBoolean": True},
        "integer": {"valueInteger": item.maximum},
        "decimal": {"valueDecimal": item.maximum},
        "date": {"valueDate": "1960-05-17"},
        "quantity": {"valueQuantity": {"value": 3, "code": item.units[0].code if item.units else "1"}},
    }
    text = fixed.get(item.link_id, "Thử nghiệm"[: item.max_length])
    return [values.get(item.type, {"valueString": text})]


def _chosen(item: Item, given: Given) -> list[dict[str, Any]]:
    codings = [one.value for one in item.options if isinstance(one.value, Coded) and not one.exclusive]
    wanted = CHOSEN.get(item.link_id, codings[0].code)
    given[item.link_id] = wanted
    taken = codings if item.repeats else [one for one in codings if one.code == wanted]
    return [people.coding(one.code, one.system) for one in taken]
