"""A blood group in the words of a report, a disease or a note speaks against a result, and a note keeps its place."""

from typing import Any

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.lookup.doctor import condition, read, result, write

RESULTS, PROBLEMS, DIFFERING, PROCEDURES = "30954-2", "11450-4", "differing", "47519-4"
DIFFERS = "MỤC KHÁC NÓI KHÁC (ANOTHER ENTRY DIFFERS)"
TYPED = result("Nhóm máu", "2026-11-20", valueString="A Rh dương")
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desks(world: World) -> tuple[Desk, Desk]:
    return register(world), register(world, "79002", name="Bệnh viện B")


def report(name: str, conclusion: str) -> dict[str, Any]:
    return {**result(name, "2026-11-21"), "resourceType": "DiagnosticReport", "conclusion": conclusion}


def operation(note: str) -> dict[str, Any]:
    return {"resourceType": "Procedure", "status": "completed", "code": {"text": "Mổ"}, "note": [{"text": note}]}


# What is written, and the section where it stands all the same.
AGAINST = {
    "a report": (report("Định nhóm máu", "Nhóm máu AB Rh âm tính"), DIFFERING),
    "a report in few words": (report("Nhóm máu", "O, Rh(D): âm tính"), DIFFERING),
    "a report of Rh": (report("Nhóm máu hệ Rh", "Rh(D) âm tính"), DIFFERING),
    "a disease that is one": (condition("Nhóm máu O+"), DIFFERING),
    "a note of a disease": (condition("Thiếu máu", note=[{"text": "nhóm máu O Rh+, đã truyền 2 đơn vị"}]), PROBLEMS),
    "without marks": (condition("Thieu mau", note=[{"text": "NHOM MAU O"}]), PROBLEMS),
    "a conclusion of something else": (report("Khám tiền mê", "ASA II. Nhóm máu: B, Rh(D): âm tính."), RESULTS),
    "a note of an operation": (operation("Blood group B, 2 units given"), PROCEDURES),
    "Rh alone": (operation("Nhóm máu Rh âm"), PROCEDURES),
}
NOT_AGAINST = {
    "the same": report("Định nhóm máu", "Nhóm máu A Rh dương tính"),
    "of a child": condition("Sinh con", note=[{"text": "nhóm máu con: O Rh-"}]),
    "of a bag": operation("Truyền nhóm máu túi máu O"),
    "not known": condition("Thiếu máu", note=[{"text": "nhóm máu chưa rõ, bệnh nhân b hôn mê"}]),
    "no group": report("Công thức máu", "Thiếu máu nhẹ, nhóm bạch cầu bình thường"),
    "another system": report("Nhóm máu Kell", "K dương tính"),
}


@pytest.mark.parametrize(("written", "section"), AGAINST.values(), ids=AGAINST)
def test_words_of_another_group_speak_against_a_result(
    person: str, desks: tuple[Desk, Desk], written: dict[str, Any], section: str
) -> None:
    write(desks[0], person, TYPED)
    write(desks[1], person, written)
    found = read(desks[0], person)
    assert not any(row.startswith("Nhóm máu: A") for row in found.get(RESULTS, ()))
    (typed,) = [row for row in found[DIFFERING] if row.startswith("Nhóm máu: A")]
    assert DIFFERS in typed
    assert "Bệnh viện B" in typed
    assert [row for row in found[section] if DIFFERS in row and row.endswith("Bệnh viện B")]


@pytest.mark.parametrize("written", NOT_AGAINST.values(), ids=NOT_AGAINST)
def test_what_is_the_same_or_of_somebody_else_does_not(
    person: str, desks: tuple[Desk, Desk], written: dict[str, Any]
) -> None:
    write(desks[0], person, TYPED)
    write(desks[1], person, written)
    found = read(desks[0], person)
    assert any(row.startswith("Nhóm máu: A") for row in found[RESULTS])
    assert DIFFERING not in found


def test_a_declared_group_is_spoken_against_by_a_report(world: World, desks: tuple[Desk, Desk]) -> None:
    said = {"body.blood-group": [{"valueCoding": {"system": SNOMED, "code": "112144000"}}]}
    person = store_resident(world, Resident(answers=said))
    write(desks[0], person, report("Nhóm máu", "Nhóm máu: B, Rh(D): âm tính"))
    found = read(desks[0], person)
    own = [row for row in found[DIFFERING] if row.startswith("Nhóm máu (hệ ABO)")]
    assert [DIFFERS in row and "Nhóm máu: B, Rh(D): âm tính" in row for row in own] == [True]
    assert len([row for row in found[DIFFERING] if DIFFERS in row]) == 2


def test_what_the_other_says_is_told_and_not_its_name_alone(person: str, desks: tuple[Desk, Desk]) -> None:
    write(desks[0], person, TYPED)
    write(desks[1], person, condition("Thiếu máu", note=[{"text": "Mệt. Nhóm máu O Rh+, truyền 2 đơn vị"}]))
    (typed,) = read(desks[0], person)[DIFFERING]
    assert "Thiếu máu: Nhóm máu O Rh+" in typed


def test_a_rhesus_factor_is_an_rh_group(person: str, desks: tuple[Desk, Desk]) -> None:
    coded = {"coding": [{"system": LOINC, "code": "10331-7"}]}
    positive = {"coding": [{"system": SNOMED, "code": "165747007"}]}
    write(desks[0], person, result("x", "2026-11-20", code=coded, valueCodeableConcept=positive))
    write(desks[1], person, result("Rhesus factor", "2026-11-21", valueString="Negative"))
    assert len([row for row in read(desks[0], person)[DIFFERING] if DIFFERS in row]) == 2
