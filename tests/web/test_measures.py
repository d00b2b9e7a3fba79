"""Measures as people say them, and what cannot be true together."""

from typing import Any

import pytest

from tests.web.modules import run
from web.steps import build_rules

SPOKEN = [
    ("height", "165", 165),
    ("height", "1,65", 165),
    ("height", "1.65", 165),
    ("height", "1m65", 165),
    ("height", "1m6", 160),
    ("height", "1 m 65", 165),
    ("height", "165 cm", 165),
    ("weight", "52,5 kg", 52.5),
    ("weight", "52 ký", 52),
    ("weight", "52 cân", 52),
    ("systolic", "120", 120),
    ("systolic", "12", 120),
    ("systolic", "120/80", 120),
    ("systolic", "12/8", 120),
    ("diastolic", "120/80", 80),
    ("diastolic", "12/8", 80),
    ("diastolic", "8", 80),
]


@pytest.fixture(scope="module")
def form(questionnaire: dict[str, Any]) -> dict[str, Any]:
    return {"item": [build_rules(item) for item in questionnaire["item"]]}


@pytest.fixture(scope="module")
def items(form: dict[str, Any]) -> dict[str, Any]:
    return {item["linkId"]: item for group in form["item"] for item in group.get("item", [])}


def test_spoken_measures_are_understood(items: dict[str, Any]) -> None:
    calls = [("convert", [items[f"measurements.{name}"], said]) for name, said, _ in SPOKEN]
    found = [result.get("answers", [{}])[0].get("valueDecimal") for result in run("values/answers", calls)]
    assert found == [meant for *_, meant in SPOKEN]


@pytest.mark.parametrize(
    ("values", "linked"),
    [
        ({"measurements.height": "58", "measurements.weight": "165"}, {"measurements.weight": "not_matching"}),
        (
            {"measurements.systolic": "80", "measurements.diastolic": "120"},
            {"measurements.diastolic": "pressure_order"},
        ),
        ({"measurements.systolic": "120", "measurements.diastolic": "80"}, {}),
        (
            {
                "identity.relation": "urn:x-so-suc-khoe:relation|self",
                "identity.birth-date": {"day": "", "month": "", "year": "2020"},
            },
            {"identity.birth-date": "too_young"},
        ),
        (
            {
                "identity.birth-date": {"day": "1", "month": "5", "year": "1990"},
                "immunizations.dose": [{"immunizations.dose.date": {"day": "", "month": "", "year": "1989"}}],
            },
            {"immunizations.dose.date": "before_birth"},
        ),
    ],
)
def test_what_cannot_be_true_together_is_said(
    form: dict[str, Any], values: dict[str, Any], linked: dict[str, str]
) -> None:
    faults = run("form/rules", [("prepare", [form]), ("faultsOf", [{"result": 0}, values])])[1]
    kinds = {"not_matching", "pressure_order", "too_young", "before_birth"}
    assert {fault["linkId"]: fault["fault"] for fault in faults if fault["fault"] in kinds} == linked


def test_a_newborn_is_not_asked_what_grown_ups_are(form: dict[str, Any]) -> None:
    newborn = {
        "identity.birth-date": {"day": "", "month": "", "year": "2026"},
        "identity.sex": "http://hl7.org/fhir/administrative-gender|female",
    }
    grown = newborn | {"identity.birth-date": {"day": "", "month": "", "year": "1980"}}
    asked = ("risks.smoking", "reproductive.pregnancies", "birth.weight")
    calls: list[tuple[str, list[Any]]] = [("prepare", [form])]
    answers = {"risks.smoking": "a|b", "reproductive.pregnancies": "1", "birth.weight": "3000"}
    for values in (newborn, grown):
        calls.append(("buildResponse", [{"result": 0}, values | answers, {"authored": "", "language": "vi"}]))
    said = [
        {item["linkId"] for group in response["item"] for item in group["item"]} & set(asked)
        for response in run("form/rules", calls)[1:]
    ]
    assert said == [{"birth.weight"}, {"risks.smoking", "reproductive.pregnancies"}]


def test_medicines_are_proposed_from_our_own_list_by_ingredient_and_brand() -> None:
    from web.build import HERE

    lines = (HERE / "data/active_ingredients.txt").read_text("utf-8").splitlines()
    codes = [line.split(" ", 1)[0] for line in lines]
    assert len(lines) >= 300
    assert len(set(codes)) == len(codes)
    assert all(len(code) in (5, 7) and code.isalnum() for code in codes)
    read = [("readLine", [line]) for line in lines]
    listed = run("lists/medicine-search", read)
    for typed, wanted in (
        ("metf", "metformin (Glucophage)"),
        ("gluco", "metformin (Glucophage)"),
        ("PANAD", "paracetamol"),
    ):
        found = run("lists/medicine-search", [("matching", [listed, typed])])[0]
        assert any(each["name"].startswith(wanted) for each in found), typed
    assert run("lists/medicine-search", [("matching", [listed, "m"])])[0] == []
