"""A habit that is told in words stands beside who declared that there is none, in `$summary`, each naming the other."""

from typing import Any

import pytest

from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, coding, register, store_resident
from tests.lookup.doctor import read, result, write

SOCIAL, DIFFERING = "29762-2", "differing"
LOINC, SNOMED, HABIT = "http://loinc.org", "http://snomed.info/sct", "urn:x-so-suc-khoe:habit"
DIFFERS = "MỤC KHÁC NÓI KHÁC (ANOTHER ENTRY DIFFERS)"
NEVER = {
    "risks.smoking": [coding(SNOMED, "266919005")],
    "risks.alcohol": [coding(HABIT, "no")],
    "lifestyle.drugs": [coding(HABIT, "no")],
}
ALL_QUIT = {
    "risks.smoking": [coding(SNOMED, "8517006")],
    "risks.alcohol": [coding(HABIT, "quit")],
    "lifestyle.drugs": [coding(HABIT, "quit")],
}


def observed(code: dict[str, Any], **members: Any) -> dict[str, Any]:
    category = [status("observation-category", "social-history")]
    return {**result("", "2026-11-20", **members), "code": code, "category": category}


def note(text: str) -> list[dict[str, Any]]:
    return [{"text": text}]


def loinc(code: str) -> dict[str, Any]:
    return {"coding": [{"system": LOINC, "code": code}]}


TOLD = {
    "value": observed({"text": "Hút thuốc lá"}, valueString="1 gói mỗi ngày"),
    "value of a code": observed(loinc("72166-2"), valueString="hút 1 gói/ngày từ 1990"),
    "value in a concept": observed({"text": "Smoking"}, valueCodeableConcept={"text": "Current every day smoker"}),
    "code of an answer": observed({"text": "Hút thuốc"}, valueCodeableConcept=loinc("LA18976-3")),
    "boolean": observed({"text": "Uống rượu bia"}, valueBoolean=True, note=note("nghiện rượu")),
    "amount": observed(loinc("8663-7"), valueQuantity={"value": 20, "unit": "điếu/ngày"}),
    "drinks": observed(loinc("74013-4"), valueString="10 lon mỗi ngày"),
    "drugs": observed({"text": "Ma túy"}, valueString="Tiêm chích heroin 3 năm"),
    "drugs of a code": observed(loinc("11343-1"), valueString="Có"),
    "note": observed({"text": "Lối sống"}, valueString="Ít vận động", note=note("hút thuốc 30 gói-năm")),
    "note against its code": observed(
        loinc("72166-2"),
        valueCodeableConcept={"coding": [{"system": SNOMED, "code": "266919005"}]},
        note=note("Hút thuốc 1 gói/ngày"),
    ),
    "free text": observed(loinc("29762-2"), valueString="Uống rượu nhiều, làm ruộng"),
    "name alone": observed({"text": "Nghiện rượu"}),
    "component": observed({"text": "Thói quen"}, component=[{"code": {"text": "Hút thuốc"}, "valueString": "Có"}]),
    "no category": {**result("", "2026-11-20", valueString="hút thuốc lào"), "code": {"text": "Khám"}, "category": []},
}  # fmt: skip
SILENT = {
    "denied": observed({"text": "Hút thuốc lá"}, valueString="Không"),
    "all denied": observed({"text": "Lối sống"}, valueString="Không hút thuốc, rượu bia; không dùng ma túy"),
    "not known": observed({"text": "Hút thuốc"}, valueString="không rõ"),
    "boolean": observed({"text": "Hút thuốc"}, valueBoolean=False),
    "at times, where often was asked": observed({"text": "Uống rượu"}, valueString="xã giao"),
    "of another": observed({"text": "Môi trường"}, valueString="Chồng hút thuốc"),
    "a question alone": observed({"text": "Hút thuốc"}),
    "measured": result("Rượu (ethanol) máu", "2026-11-20", valueString="80 mg/dL"),
    "a test": result("Test ma túy nước tiểu", "2026-11-20", valueString="Dương tính"),
    "herbs": observed({"text": "Điều trị"}, valueString="Uống thuốc lá nam"),
}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


@pytest.mark.parametrize("written", TOLD.values(), ids=TOLD)
def test_a_habit_told_in_words_and_a_declared_never_name_each_other(
    world: World, desk: Desk, written: dict[str, Any]
) -> None:
    person = store_resident(world, Resident(answers=NEVER))
    write(desk, person, {name: each for name, each in written.items() if each != []})
    rows = [row for several in read(desk, person).values() for row in several if DIFFERS in row]
    assert len(rows) == len(("declared", "written"))
    (declared,) = [row for row in rows if "Tự khai" in row.rpartition("|")[2]]
    assert f"{DIFFERS}: Trung tâm Y tế Bình Quới" in declared


@pytest.mark.parametrize("written", SILENT.values(), ids=SILENT)
def test_what_tells_of_no_habit_of_theirs_differs_from_nothing(
    world: World, desk: Desk, written: dict[str, Any]
) -> None:
    person = store_resident(world, Resident(answers=NEVER))
    write(desk, person, written)
    assert DIFFERING not in read(desk, person)


def test_a_code_of_never_with_a_habit_in_its_note_says_so_itself(world: World, desk: Desk) -> None:
    person = store_resident(world, Resident())
    write(desk, person, TOLD["note against its code"])
    (said,) = read(desk, person)[SOCIAL]
    assert "MÃ GHI LÀ KHÔNG CÓ, NHƯNG CHỮ NÊU (CODED AS NONE, BUT ITS WORDS NAME): Hút thuốc 1 gói/ngày" in said


def test_the_newest_keeps_its_place_and_words_are_never_left_out(world: World, desk: Desk) -> None:
    person = store_resident(world, Resident(answers=NEVER))
    older, newer = (
        observed({"text": "Hút thuốc"}, valueString=f"{packs} gói mỗi ngày") | {"effectiveDateTime": day}
        for packs, day in ((2, "2020-01-01"), (1, "2026-11-28"))
    )
    write(desk, person, older, newer)
    found = read(desk, person)
    assert [row.startswith("Hút thuốc: 1 gói") for row in found[SOCIAL]].count(True) == 1
    assert len([row for row in found[DIFFERING] if row.startswith("Hút thuốc: 2 gói")]) == 1


@pytest.mark.parametrize(
    ("words", "differs"),
    [("đã bỏ", False), ("Có, thỉnh thoảng", True), ("Chưa bỏ được", True)],
    ids=("quit", "at times", "not quit"),
)
def test_words_are_held_against_a_declared_end(world: World, desk: Desk, words: str, *, differs: bool) -> None:
    person = store_resident(world, Resident(answers=ALL_QUIT))
    write(desk, person, observed({"text": "Hút thuốc"}, valueString=words))
    assert (DIFFERING in read(desk, person)) is differs
