"""What one source says against another, said in the words of `$summary`: nothing that differs is told in silence."""

import datetime
from typing import Any

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, coding, register, store_resident
from tests.hospital_file.files import OUTPATIENT, inside, replaced
from tests.lookup.doctor import NOW, allergy, condition, medicine, read, result, write

pytestmark = pytest.mark.usefixtures("clock")
ALLERGIES, PROBLEMS, MEDICINES, RESULTS = "48765-2", "11450-4", "10160-0", "30954-2"
SNOMED = "http://snomed.info/sct"
A, B = "Trung tâm Y tế Bình Quới", "Bệnh viện B"
SENT = "gửi ngày (sent on) 30/11/2026"
DIFFERS = "MỤC KHÁC NÓI KHÁC (ANOTHER ENTRY DIFFERS)"


@pytest.fixture
def desks(world: World) -> tuple[Desk, Desk]:
    return register(world), register(world, "79002", name=B)


def days_ago(days: int) -> datetime.date:
    return NOW.date() - datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("section", "there", "denied", "day", "words"),
    [
        (
            ALLERGIES,
            allergy("Penicillin", criticality="high"),
            allergy("Dị ứng penicillin", "refuted", note=[{"text": "test da âm tính 2026"}]),
            SENT,
            "ĐÃ LOẠI TRỪ DỊ ỨNG (ALLERGY REFUTED): Dị ứng penicillin",
        ),
        (
            PROBLEMS,
            condition("Đái tháo đường típ 2"),
            condition("Đái tháo đường típ 2", "refuted"),
            SENT,
            "ĐÃ LOẠI TRỪ BỆNH (DIAGNOSIS REFUTED): Đái tháo đường típ 2",
        ),
        (PROBLEMS, condition("Hen"), condition("hen", clinical="resolved"), SENT, "đã khỏi (resolved): hen"),
        (
            MEDICINES,
            medicine("Warfarin 5 mg", effectiveDateTime="2026-01-01"),
            medicine(
                "Warfarin", "stopped", effectivePeriod={"end": "2026-11-01"}, statusReason=[{"text": "xuất huyết"}]
            ),
            "đến (to) 01/11/2026",
            "ĐÃ NGỪNG (STOPPED): Warfarin",
        ),
    ],
)
def test_two_facilities_that_contradict_each_other_are_read_side_by_side(
    person: str,
    desks: tuple[Desk, Desk],
    section: str,
    there: dict[str, Any],
    denied: dict[str, Any],
    day: str,
    words: str,
) -> None:
    write(desks[0], person, there)
    write(desks[1], person, denied)
    found = read(desks[0], person)
    (stands,) = found[section]
    assert f"{DIFFERS}: {B}, {day}, {words}" in stands
    (beside,) = found["differing"]
    assert beside.startswith(words)
    assert f"{DIFFERS}: {A}, " in beside
    assert not {"not-so", "11348-0", "past-medications"} & found.keys()


@pytest.mark.parametrize("second", ["O", "A Rh âm"])
def test_two_blood_groups_are_asked_again_and_neither_stands_among_the_results(
    person: str, desks: tuple[Desk, Desk], second: str
) -> None:
    write(desks[0], person, result("Nhóm máu ABO", "2026-11-20", valueCodeableConcept={"text": "A Rh+"}))
    write(desks[1], person, result("Nhóm máu", "2026-11-21", valueString=second))
    found = read(desks[0], person)
    assert RESULTS not in found
    newer, older = found["differing"]
    assert f"Nhóm máu: {second}" in newer
    assert f"{DIFFERS}: {A}, 20/11/2026, Nhóm máu ABO: A Rh+" in newer
    assert f"{DIFFERS}: {B}, 21/11/2026, Nhóm máu: {second}" in older


def test_what_the_person_declares_of_their_blood_is_held_against_a_laboratory(world: World) -> None:
    answers = {"body.blood-group": [coding(SNOMED, "112144000")], "body.rhesus": [coding(SNOMED, "165746003")]}
    person, desk = store_resident(world, Resident(answers=answers)), register(world)
    write(desk, person, result("Nhóm máu", "2026-11-20", valueString="O Rh-"))
    found = read(desk, person)
    assert [row.partition("|")[0].partition(" — ")[0] for row in found["differing"]] == [
        "Nhóm máu (hệ ABO) (Blood group (ABO)): A",
        "Nhóm máu: O Rh-",
    ]
    assert [row for row in found[RESULTS] if "Rh âm" in row]


@pytest.mark.parametrize("category", [None, "medication", "biologic"])
def test_no_drug_allergy_yields_to_an_allergy_that_may_be_one(
    person: str, desks: tuple[Desk, Desk], category: str | None
) -> None:
    named = {"category": [category]} if category else {}
    write(desks[0], person, allergy("Penicillin", **named))
    none = {"coding": [{"system": SNOMED, "code": "409137002"}], "text": "Không dị ứng thuốc"}
    write(desks[1], person, allergy("", code=none))
    found = read(desks[0], person)
    (stands,) = found[ALLERGIES]
    assert stands.startswith("Penicillin")
    (beside,) = found["differing"]
    assert f"{DIFFERS}: {A}, {SENT}, Penicillin" in beside


def test_what_is_coded_as_none_and_names_something_is_no_none(person: str, desks: tuple[Desk, Desk]) -> None:
    text = "Không dị ứng thuốc; dị ứng tôm gây khó thở"
    none = {"coding": [{"system": SNOMED, "code": "716186003"}]}
    write(desks[0], person, allergy("", code={**none, "text": text}))
    write(desks[1], person, allergy("", code={**none, "text": "Không dị ứng"}))
    found = read(desks[0], person)
    (stands,) = found[ALLERGIES]
    assert f"MÃ GHI LÀ KHÔNG CÓ, NHƯNG CHỮ NÊU (CODED AS NONE, BUT ITS WORDS NAME): {text}" in stands
    (beside,) = found["differing"]
    assert beside.startswith("Không dị ứng — ")


def test_an_active_medicine_whose_period_ended_is_asked_again(person: str, desks: tuple[Desk, Desk]) -> None:
    over = {"start": "2024-01-10", "end": "2025-01-10"}
    write(desks[0], person, medicine("Clopidogrel 75 mg", effectivePeriod=over))
    found = read(desks[0], person)
    words = "TRẠNG THÁI LÀ ĐANG DÙNG, NHƯNG ĐÃ HẾT NGÀY DÙNG (ACTIVE BY STATUS; PERIOD ENDED ON): 10/01/2025"
    assert [f"Clopidogrel 75 mg — {words}" in row for row in found["differing"]] == [True]
    assert "“Các nguồn nói khác nhau, cần hỏi lại”" in found[MEDICINES][0]
    assert "past-medications" not in found


@pytest.mark.parametrize(
    ("ended", "section"), [(0, MEDICINES), (1, "past-medications"), (90, "past-medications"), (91, None)]
)
def test_a_hospitals_medicine_is_told_for_90_days_after_its_last_day(
    world: World, ended: int, section: str | None
) -> None:
    born = {"national_id": "079156000123", "birth_date": "1956", "insurance_number": None}
    person = store_resident(world, Resident(**born))
    desk = register(world, provider_code="79999")
    begin = days_ago(ended + 4)
    file = OUTPATIENT.replace(b"20261005", f"{begin:%Y%m%d}".encode())
    file = inside(file, lambda text: text.replace("20261005", f"{begin:%Y%m%d}"))
    dose = "1 viên/lần * 1 lần/ngày * 5 ngày [1 viên/ngày]"
    answer = desk.hospital_file(replaced(file, "XML2", "LIEU_DUNG", dose))
    assert answer.json["entry"][0]["response"]["status"] == "201 Created", answer.body
    found = read(desk, person)
    last = f"{days_ago(ended):%d/%m/%Y}"
    holding = {code: row for code, several in found.items() for row in several if "Amlodipin" in row}
    assert list(holding) == ([section] if section else [])
    if section == "past-medications":
        assert "không rõ còn dùng không (unknown whether taken): Amlodipin" in holding[section]
        assert f"HẾT NGÀY DÙNG (ENDED ON): {last}" in holding[section]


def test_past_medicines_stand_right_after_the_current_ones(person: str, desks: tuple[Desk, Desk]) -> None:
    write(desks[0], person, medicine("A", "stopped"), condition("B", clinical="resolved"), result("C", "2026-11-20"))
    assert list(read(desks[0], person)) == [PROBLEMS, ALLERGIES, MEDICINES, "past-medications", RESULTS, "11348-0"]


def test_the_most_dangerous_allergy_stands_first_then_the_newest(person: str, desks: tuple[Desk, Desk]) -> None:
    severe = [{"manifestation": [{"text": "sốc"}], "severity": "severe"}]
    mild = [{"manifestation": [{"text": "ngứa"}], "severity": "mild"}]
    write(
        desks[0],
        person,
        allergy("nhẹ", criticality="low", recordedDate="2026-11-20"),
        allergy("phản ứng nhẹ", reaction=mild, recordedDate="2026-11-21"),
        allergy("cũ", recordedDate="2020"),
        allergy("mới", recordedDate="2026-11-19", criticality="unable-to-assess"),
        allergy("sốc, cũ", reaction=severe, recordedDate="2010"),
        allergy("nguy hiểm, mới", criticality="high", recordedDate="2026-11-01"),
    )
    assert [row.split("|")[0].split(";")[0] for row in read(desks[0], person)[ALLERGIES]] == [
        "nguy hiểm, mới",
        "sốc, cũ",
        "mới",
        "cũ",
        "phản ứng nhẹ",
        "nhẹ",
    ]


def test_every_other_section_has_the_newest_first_and_of_one_moment_the_critical_one(
    person: str, desks: tuple[Desk, Desk]
) -> None:
    critical = [
        {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation", "code": "HH"}]}
    ]
    write(
        desks[0],
        person,
        result("K cũ", "2025-01-05", valueString="4"),
        result("Na", "2026-11-23T08:00:00+07:00", valueString="140"),
        result("K mới", "2026-11-23T01:00:00Z", valueString="7.1", interpretation=critical),
        result("Ure", "2026-11-23T00:30:00Z", valueString="9"),
        condition("cũ", onsetDateTime="1998"),
        condition("mới", onsetDateTime="2026-11-20"),
        medicine("cũ", effectiveDateTime="2019"),
        medicine("mới", effectivePeriod={"start": "2026-11-10", "end": "2999-01-01"}),
        medicine("ngừng trước", "stopped", effectivePeriod={"start": "2020", "end": "2021"}),
        medicine("ngừng sau", "stopped", effectivePeriod={"start": "2015", "end": "2026"}),
        {"resourceType": "Procedure", "status": "completed", "code": {"text": "cũ"}, "performedString": "hồi nhỏ"},
        {"resourceType": "Procedure", "status": "completed", "code": {"text": "cũ nhất"}, "performedDateTime": "1990"},
    )
    found = {code: [row.split(":")[0].split("|")[0] for row in rows] for code, rows in read(desks[0], person).items()}
    assert found[RESULTS] == ["K mới", "Na", "Ure", "K cũ"]
    assert found[PROBLEMS] == found[MEDICINES] == ["mới", "cũ"]
    assert found["47519-4"] == ["cũ", "cũ nhất"]
    assert len(found["past-medications"]) == 2
    assert "ngừng sau" in read(desks[0], person)["past-medications"][0]
