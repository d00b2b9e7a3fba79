"""What ends where a hospital file says that somebody died or was sent on: medicines and appointments, in `$summary`."""

import datetime
from typing import Any

import pytest

from health_record.episode import derive, diagnoses, extract
from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.files import OUTPATIENT, inside, replaced
from tests.hospital_file.kept import extracted, kept
from tests.lookup.doctor import medicine, read, write

CURRENT, PAST, DIFFERING, VISITS = "10160-0", "past-medications", "differing", "46240-8"
DIED = "CƠ SỞ Y TẾ GHI ĐÃ TỬ VONG NGÀY (A FACILITY RECORDED DEATH ON)"
NOW = "20261128"
TODAY = datetime.date(2026, 11, 29)
# KET_QUA_DTRI and MA_LOAI_RV of the files' annex; the status of what was given to take home.
ENDS = {
    **{(result, "1"): "active" for result in ("1", "2", "3", "4", "7")},
    **{(result, "1"): "stopped" for result in ("5", "8")},
    ("6", "1"): "unknown",
    **{("2", left): "unknown" for left in ("2", "5")},
    **{("2", left): "active" for left in ("3", "4")},
}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


@pytest.fixture
def person(world: World) -> str:
    woman = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
    return store_resident(world, woman)


def ended(result: str, left: str = "1", day: str = NOW, file: bytes = OUTPATIENT) -> bytes:
    """The outpatient example on another day, with how it ended."""
    moved = inside(file, lambda text: text.replace("20261005", day))
    return replaced(replaced(moved, "XML1", "KET_QUA_DTRI", result), "XML1", "MA_LOAI_RV", left)


@pytest.mark.parametrize(("end", "status"), ENDS.items(), ids=lambda each: "-".join(each) if each in ENDS else each)
def test_what_was_given_to_take_home_says_what_the_end_says(end: tuple[str, str], status: str) -> None:
    found = [each for each in summarised(ended(*end)) if each["resourceType"] == "MedicationStatement"]
    assert found
    assert {each["status"] for each in found} == {status}
    assert all(("statusReason" in each) is (status != "active") for each in found)


def test_every_end_is_tried() -> None:
    assert {result for result, _ in ENDS} == set(diagnoses.OUTCOMES)
    assert {left for _, left in ENDS} >= set(diagnoses.REFERRED)


def test_an_appointment_of_who_died_is_cancelled() -> None:
    for result, told in (("1", 2), ("5", 0), ("8", 0)):
        whole = kept(ended(result))
        day = datetime.date(2026, 10, 1)
        assert bool(extract.next_appointments([whole], day)) is bool(told)
        statuses = {each["status"] for each in derive.resources(whole) if each["resourceType"] == "Appointment"}
        assert statuses == ({"proposed"} if told else {"cancelled"})


def test_no_medicine_that_was_taken_until_a_death_stands_as_current(person: str, desk: Desk) -> None:
    write(desk, person, medicine("Warfarin 5 mg", dateAsserted="2026-01-10"))
    desk.hospital_file(ended("5"))
    found = read(desk, person)
    assert found[CURRENT][0].startswith("Chưa hỏi hiện nay có hay không.") or "Past" in found[CURRENT][0]
    (warfarin,) = [row for row in found[PAST] if row.startswith("Warfarin")]
    assert f"{DIED}: 28/11/2026" in warfarin
    assert [row for row in found[PAST] if "ĐÃ NGỪNG (STOPPED): Amlodipin" in row and "Tử vong (Died)" in row]


def test_what_is_said_after_a_recorded_death_is_current(person: str, desk: Desk) -> None:
    desk.hospital_file(ended("5"))
    write(desk, person, medicine("Warfarin 5 mg", dateAsserted="2026-11-29"))
    (said,) = read(desk, person)[CURRENT]
    assert said.startswith("Warfarin 5 mg")
    assert DIED not in said


def test_a_death_that_a_later_visit_contradicts_ends_nothing_and_is_asked_again(person: str, desk: Desk) -> None:
    write(desk, person, medicine("Warfarin 5 mg", dateAsserted="2026-01-10"))
    other = inside(ended("2"), lambda text: text.replace("799992026100500001", "LK2"))
    desk.hospital_file(ended("5", day="20261120"))
    desk.hospital_file(other)
    found = read(desk, person)
    assert [row for row in found[CURRENT] if row.startswith("Warfarin")]
    (death,) = [row for row in found[DIFFERING] if "Tử vong" in row and "Khám" in row]
    assert "MỤC KHÁC NÓI KHÁC" in death
    assert len(found[VISITS]) == 1


def summarised(file: bytes) -> list[dict[str, Any]]:
    return [each.resource for each in extract.summarised([extracted(kept(file))], TODAY)]
