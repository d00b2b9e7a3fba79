"""Text and display that say different things: no translation, and where they say opposite things, a contradiction."""

from typing import Any

import pytest

from tests.contribute.bundles import status
from tests.facility_desk import Desk
from tests.lookup.doctor import allergy, condition, medicine, read, result, write

pytestmark = pytest.mark.usefixtures("clock")

SNOMED, ICD_10, OWN = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10", "urn:x-hospital"
CONTRADICTS_ITSELF = "MỤC NÀY TỰ MÂU THUẪN (THIS ENTRY CONTRADICTS ITSELF)"


def concept(text: str, display: str, system: str = SNOMED, code: str = "1") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}], "text": text}


def value(text: str, display: str, name: str = "HBsAg") -> dict[str, Any]:
    return result(name, "2026-11-20", valueCodeableConcept=concept(text, display))


def judged(text: str, code: str) -> dict[str, Any]:
    return result(
        "HBsAg", "2026-11-20", valueString=text, interpretation=[status("v3-ObservationInterpretation", code)]
    )


def site(text: str, display: str) -> dict[str, Any]:
    return condition("", code=concept(text, display))


OPPOSED = {
    "an allergy": allergy("", code=concept("Không dị ứng", "Allergy to penicillin")),
    "a display that denies": allergy("", code=concept("Penicillin", "No known allergy", OWN)),
    "a disease": condition("", code=concept("Không có bệnh nền", "Type 2 diabetes mellitus")),
    "a medicine": medicine("", medicationCodeableConcept=concept("Không dùng thuốc", "Warfarin")),
    "an allergy that came back": allergy(
        "Sữa bò",
        clinicalStatus=status("allergyintolerance-clinical", "resolved"),
        note=[{"text": "nay lại bị phản vệ 10/2026"}],
    ),
    "a result": value("Dương tính", "Negative"),
    "in Vietnamese": value("Am tinh", "Có phản ứng dương tính"),
    "reactive": value("Âm tính", "Reactive"),
    "detected": value("Không phát hiện", "Detected"),
    "a component": result("x", "2026-11-20", component=[value("Dương tính", "Not detected")]),
    "its judgement": judged("Dương tính", "NEG"),
    "its judgement, the other way": judged("Am tinh", "POS"),
    "a side": site("Gãy xương đùi trái", "Fracture of right femur"),
    "a side without marks": site("Gay xuong dui phai", "Left femur fracture"),
}
AGREED = {
    "a translation": condition("", code=concept("Tăng huyết áp", "Essential hypertension")),
    "an allergy that did not come back": allergy(
        "Sữa bò",
        clinicalStatus=status("allergyintolerance-clinical", "resolved"),
        note=[{"text": "Uống lại sữa, không tái phát"}],
    ),
    "a denial of both": allergy("", code=concept("Không dị ứng", "No known allergies", OWN)),
    "a result": value("Âm tính", "Not detected"),
    "a result and its judgement": judged("Dương tính", "POS"),
    "non-reactive": value("Âm tính", "Non-reactive"),
    "a side": site("Gãy xương đùi trái", "Fracture of left femur"),
    "no side": site("Không phải u ác", "Left out of the register"),
    "both sides": site("Gãy xương đùi trái và phải", "Fracture of left femur"),
    "not known": condition("", code=concept("Không rõ", "Unknown disease")),
}


@pytest.mark.parametrize("written", OPPOSED.values(), ids=OPPOSED)
def test_text_and_code_that_say_opposite_things_are_told_as_a_contradiction(
    person: str, desk: Desk, written: dict[str, Any]
) -> None:
    write(desk, person, without(written))
    (row,) = (row for rows in read(desk, person).values() for row in rows if "|" in row)
    assert CONTRADICTS_ITSELF in row


@pytest.mark.parametrize("written", AGREED.values(), ids=AGREED)
def test_what_says_one_thing_twice_is_told_plainly(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, without(written))
    (row,) = (row for rows in read(desk, person).values() for row in rows if "|" in row)
    assert CONTRADICTS_ITSELF not in row


def without(written: dict[str, Any]) -> dict[str, Any]:
    """A component as one: what only an Observation has is left out."""
    if "component" not in written:
        return written
    members = ("code", "valueCodeableConcept")
    return {**written, "component": [{name: each[name] for name in members} for each in written["component"]]}


def test_a_display_is_told_as_the_codes_word_with_the_number_of_icd_10(person: str, desk: Desk) -> None:
    disease = concept("Tăng huyết áp", "Type 2 diabetes mellitus", ICD_10, "E11.9")
    write(desk, person, condition("", code=disease))
    (row,) = read(desk, person)["11450-4"]
    assert row.startswith("Tăng huyết áp [mã ghi (the code says): ICD-10 E11.9: Type 2 diabetes mellitus]")


def test_a_translation_that_is_marked_as_one_stands_in_brackets(person: str, desk: Desk) -> None:
    extension = "http://hl7.org/fhir/StructureDefinition/translation"
    parts = [{"url": "lang", "valueCode": "en"}, {"url": "content", "valueString": "Hypertension"}]
    disease = {"text": "Tăng huyết áp", "_text": {"extension": [{"url": extension, "extension": parts}]}}
    write(desk, person, condition("", code=disease))
    (row,) = read(desk, person)["11450-4"]
    assert row.startswith("Tăng huyết áp (Hypertension)|")
