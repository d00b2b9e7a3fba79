"""A pregnancy that is told as there, and a delivery or a loss after it: whichever types of resource tell of the two."""

from typing import Any

import pytest

from tests.facility_desk import Desk
from tests.lookup.doctor import condition, read, write
from tests.lookup.test_days_that_are_told import NO, in_words, pregnant
from tests.lookup.test_what_an_emergency_doctor_reads import DIFFERS, A

pytestmark = pytest.mark.usefixtures("clock")

ENDED = "SAU ĐÓ CÓ GHI SINH HOẶC HẾT THAI (A DELIVERY OR LOSS IS TOLD AFTER IT)"
ICD_10 = "http://hl7.org/fhir/sid/icd-10"


def coded(code: str) -> dict[str, Any]:
    return {"coding": [{"system": ICD_10, "code": code}]}


def done(text: str, day: str = "2026-10-12", status: str = "completed") -> dict[str, Any]:
    return {"resourceType": "Procedure", "status": status, "code": {"text": text}, "performedDateTime": day}


def told(text: str, clinical: str = "active") -> dict[str, Any]:
    return condition(text, clinical=clinical, onsetDateTime="2026-10-12")


THERE = {
    "a coded disease": condition("", code=coded("Z34.0"), recordedDate="2026-04-05"),
    "a disease in words": condition("Thai 12 tuần", recordedDate="2026-04-05"),
    "without marks": condition("MANG THAI 12 TUAN", recordedDate="2026-04-05"),
    "a disease of pregnancy": condition("", code=coded("O24.4"), recordedDate="2026-04-05"),
    "observed": pregnant(effectiveDateTime="2026-04-05"),
    "observed in words": in_words("Tình trạng thai", "Đang mang thai", effectiveDateTime="2026-04-05"),
    "of no day": condition("Mang thai"),
}
ENDS = {
    **{code: condition("", code=coded(code), onsetDateTime="2026-10-12") for code in ("O82.0", "O03.9", "Z37.0")},
    "postpartum": condition("", code=coded("Z39.2"), onsetDateTime="2026-10-12"),
    **{text: told(text) for text in ("Sảy thai", "Thai lưu", "Hậu sản ngày 3", "Sau sinh", "Miscarriage")},
    "over": told("Mổ lấy thai", "resolved"),
    "without marks": told("MO LAY THAI"),
    **{text: done(text) for text in ("Mổ lấy thai", "Đẻ thường", "Nạo thai", "Caesarean section")},
    "observed": in_words("Kết cục thai kỳ", "Sinh thường", effectiveDateTime="2026-10-12"),
    "on the same day": done("Đẻ thường", "2026-04-05"),
}
NO_ENDS = {
    **{text: told(text) for text in ("Dọa sảy thai", "Tiền sử sảy thai", "Sẹo mổ lấy thai cũ", "Không sảy thai")},
    "planned": done("Mổ lấy thai", status="preparation"),
    "not done": done("Mổ lấy thai", status="not-done"),
    "before": done("Mổ lấy thai", "2026-04-04"),
    "of another": done("Nội soi dạ dày"),
    "too late": {**done("Đẻ thường"), "performedDateTime": "2027-03-01"},
}


def marked(desk: Desk, person: str) -> list[str]:
    return [row for rows in read(desk, person).values() for row in rows if ENDED in row]


@pytest.mark.parametrize("there", THERE.values(), ids=THERE)
def test_a_pregnancy_of_before_a_delivery_says_so_whatever_tells_of_it(
    person: str, desk: Desk, there: dict[str, Any]
) -> None:
    write(desk, person, there, ENDS["O82.0"])
    (row,) = marked(desk, person)
    assert f"{ENDED}: {A}, 12/10/2026, " in row


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_whatever_tells_of_an_end_marks_the_pregnancy(person: str, desk: Desk, end: dict[str, Any]) -> None:
    write(desk, person, THERE["a disease in words"], end)
    (row,) = marked(desk, person)
    assert row.startswith("Thai 12 tuần")


@pytest.mark.parametrize("end", NO_ENDS.values(), ids=NO_ENDS)
def test_what_tells_of_no_end_or_of_another_pregnancy_marks_nothing(
    person: str, desk: Desk, end: dict[str, Any]
) -> None:
    write(desk, person, THERE["a disease in words"], end)
    assert marked(desk, person) == []


def test_a_disease_and_an_observation_contradict_each_other_on_a_pregnancy(person: str, desk: Desk) -> None:
    not_pregnant = pregnant(valueCodeableConcept=NO, effectiveDateTime="2026-11-25")
    write(desk, person, condition("Thai 20 tuần", recordedDate="2026-11-20"), not_pregnant)
    found = read(desk, person)
    (older,) = found["differing"]
    assert older.startswith("Thai 20 tuần")
    assert DIFFERS in older
    assert DIFFERS in found["10162-6"][0]


def test_after_a_delivery_nobody_differs_on_being_pregnant(person: str, desk: Desk) -> None:
    not_pregnant = pregnant(valueCodeableConcept=NO, effectiveDateTime="2026-11-25")
    write(desk, person, THERE["observed"], ENDS["Đẻ thường"], not_pregnant)
    assert "differing" not in read(desk, person)
    assert len(marked(desk, person)) == 1
