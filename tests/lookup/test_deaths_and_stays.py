"""What a stay tells of the whole person: that they died stands at the top, what was given in it is not "not asked"."""

import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from functions.declare.view import summary_lines
from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, send, stay, visit
from tests.lookup.doctor import condition, medicine, read, rows, write

MEDICATIONS = "10160-0"
DIED = "CƠ SỞ Y TẾ GHI NGƯỜI NÀY ĐÃ TỬ VONG: "
GIVEN = "Thuốc dùng trong đợt nội trú không kê ở đây"
ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
LASTING = ("in-progress", "onleave")
ICD_10 = "http://hl7.org/fhir/sid/icd-10"
OF_A_CHILD = (
    """
Chết trong tử cung, thai 28 tuần|Tử vong trong bụng mẹ|Chết trong chuyển dạ|Tử vong trước sinh|Chết do thai lưu
Death in utero
""".strip()
    .replace("\n", "|")
    .split("|")
)
STATES = ("planned", "arrived", "triaged", *LASTING, "finished", "cancelled", "entered-in-error", "unknown")


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident(card_seen=True, **BORN))


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


def days_ago(days: int) -> str:
    return f"{datetime.datetime.now(ZoneInfo('Asia/Ho_Chi_Minh')).date() - datetime.timedelta(days=days):%Y-%m-%d}"


def inpatient(end: str, *, class_: str = "IMP", **members: Any) -> dict[str, Any]:
    return {
        "resourceType": "Encounter",
        "status": "finished",
        "class": {"system": ACT_CODE, "code": class_},
        "period": {"start": end, "end": end},
        **members,
    }


def died(end: str) -> dict[str, Any]:
    return inpatient(end, hospitalization={"dischargeDisposition": status("discharge-disposition", "exp")})


def top(document: dict[str, Any]) -> str:
    (said,) = rows(document["entry"][0]["resource"]["text"]["div"])
    return said


@pytest.mark.parametrize("outcome", ["5", "8"])
def test_a_death_of_a_hospital_file_stands_at_the_top_whatever_came_after(
    person: str, desk: Desk, outcome: str
) -> None:
    send(desk, stay("20261012", "A1", KET_QUA_DTRI=outcome, NGAY_RA="202610161000"))
    for later in (0, 11):
        send(desk, *(visit(f"202611{number + 10}", f"B{number}") for number in range(later)))
        document = desk.summary_by_id(person).json
        said = f"{DIED}16/10/2026, Trung tâm Y tế Bình Quới. Nếu người đang gặp còn sống"
        assert top(document).startswith(said)
        (patient,) = [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == "Patient"]
        tag = patient["meta"]["tag"][0]
        assert (tag["system"], tag["code"]) == ("urn:x-so-suc-khoe:record", "told-dead")
        assert tag["display"].startswith(said)
        assert tag["display"].endswith("check whether this is the right record)")
        assert "deceasedBoolean" not in patient
        lines = list(summary_lines.build_lines(document, "Asia/Ho_Chi_Minh"))
        assert [line.text.startswith(said) for line in lines[:3]] == [False, False, True]


@pytest.mark.parametrize(
    ("disease", "dead"),
    [
        (condition("Tử vong do ngưng tim"), True),
        (condition("BN đã tử vong ngày 02/01/2026"), True),
        (condition("x", code={"coding": [{"system": ICD_10, "code": "R96.0"}]}), True),
        (condition("Tử vong", "refuted"), False),
        (condition("Chết não"), False),
        (condition("Thai chết lưu"), False),
        (condition("Nguy cơ tử vong cao"), False),
        *((condition(words), False) for words in OF_A_CHILD),
        *((condition("Tử vong", sure), False) for sure in ("differential", "provisional", "unconfirmed")),
        (condition("x", "differential", code={"coding": [{"system": ICD_10, "code": "I46.1"}]}), False),
        (condition("Tử vong tại Bệnh viện Thái Bình"), True),
        (condition("Tử vong do vỡ tử cung"), True),
    ],
)
def test_a_death_that_is_written_as_a_disease_stands_at_the_top(
    person: str, desk: Desk, disease: dict[str, Any], *, dead: bool
) -> None:
    write(desk, person, {**disease, "recordedDate": "2026-01-02"})
    said = top(desk.summary_by_id(person).json)
    assert said.startswith(f"{DIED}02/01/2026, Trung tâm Y tế Bình Quới.") is dead


def test_a_death_of_any_source_stands_at_the_top_and_of_the_living_nothing(person: str, desk: Desk) -> None:
    write(desk, person, inpatient("2026-01-05"))
    assert DIED not in top(desk.summary_by_id(person).json)
    write(desk, person, died("2025-01-05"))
    assert DIED + "05/01/2025" in top(desk.summary_by_id(person).json)


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        ([("IMP", 0)], True),
        ([("IMP", 90)], True),
        ([("IMP", 91)], False),
        ([("SS", 3)], True),
        ([("AMB", 3)], False),
        ([], False),
    ],
    ids=str,
)
@pytest.mark.parametrize("beside", [True, False])
def test_what_was_given_in_a_stay_of_late_is_named_among_the_medicines(
    person: str, desk: Desk, written: list[tuple[str, int]], is_told: bool, beside: bool
) -> None:
    for class_, days in written:
        write(desk, person, inpatient(days_ago(days), class_=class_))
    if beside:
        write(desk, person, medicine("Warfarin"))
    document = desk.summary_by_id(person).json
    (section,) = [
        each for each in document["entry"][0]["resource"]["section"] if each["code"]["coding"][0]["code"] == MEDICATIONS
    ]
    assert (GIVEN in str(section)) is is_told
    if not beside:
        assert ("Chưa hỏi, chưa có thông tin" in str(section)) is not is_told
    if is_told:
        assert any(GIVEN in line.text for line in summary_lines.build_lines(document, "Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("days", [3, 200])
def test_medicines_are_named_of_every_stay_that_took_place_and_acts_yet(
    person: str, desk: Desk, state: str, days: int
) -> None:
    """One that lasts is told of however long ago it began."""
    began = {"period": {"start": days_ago(days)}} if state in LASTING else {}
    write(desk, person, inpatient(days_ago(days), status=state, **began))
    told = str(desk.summary_by_id(person).json["entry"][0]["resource"]["section"])
    assert (GIVEN in told) is (state in LASTING or (state == "finished" and days == 3))


@pytest.mark.parametrize("state", STATES)
def test_only_a_visit_that_may_have_taken_place_speaks_against_a_death(person: str, desk: Desk, state: str) -> None:
    write(desk, person, medicine("Warfarin 5 mg", dateAsserted=days_ago(60)), died(days_ago(30)))
    write(desk, person, inpatient(days_ago(1), class_="AMB", status=state))
    current = [row for row in read(desk, person)[MEDICATIONS] if row.startswith("Warfarin")]
    assert bool(current) is (state in LASTING or state in ("arrived", "triaged", "finished", "unknown"))


def test_a_stay_of_a_hospital_file_is_named(person: str, desk: Desk) -> None:
    begin, end = (days_ago(days).replace("-", "") for days in (10, 6))
    send(desk, stay(begin, "A1", NGAY_RA=f"{end}0900"))
    (said,) = read(desk, person)[MEDICATIONS]
    assert f"{GIVEN}, xem giấy tờ của đợt và $everything: " in said
    assert ", Trung tâm Y tế Bình Quới." in said


@pytest.mark.parametrize(
    ("words", "dead"),
    [
        ("Tử vong", True),
        ("Bệnh nhân đã tử vong tại khoa Cấp cứu", True),
        ("Tu vong", True),
        ("Died in hospital", True),
        ("Tiên lượng tử vong, xin về", False),
        ("Không tử vong", False),
        ("Nguy cơ tử vong cao", False),
        ("Ra viện", False),
        ("Discharged alive", False),
    ],
)
def test_a_death_in_the_words_of_a_discharge_stands_at_the_top(person: str, desk: Desk, words: str, dead: bool) -> None:
    write(desk, person, inpatient(days_ago(30), hospitalization={"dischargeDisposition": {"text": words}}))
    assert (DIED in top(desk.summary_by_id(person).json)) is dead
