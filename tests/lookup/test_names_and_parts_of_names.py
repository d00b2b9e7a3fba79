"""Two things that share a part of their names are two; and what tells of the air tells of no medicine."""

from typing import Any

import pytest

from tests.facility_desk import Desk
from tests.lookup.doctor import allergy, condition, medicine, read, write
from tests.lookup.test_what_an_emergency_doctor_reads import ALLERGIES, DIFFERS, RESULTS, SNOMED

pytestmark = pytest.mark.usefixtures("clock")


def insulin(name: str, taken: str) -> dict[str, Any]:
    return medicine(name, taken, effectivePeriod={"start": "2026-01-01"})


PAIRS = [
    (condition("Viêm gan virus (B)"), condition("Viêm gan virus (C)", "refuted"), False),
    (condition("Viêm gan virus (B)"), condition("Viêm gan virus", "refuted"), True),
    (condition("Hẹp van: hai lá"), condition("Hở van: hai lá", clinical="resolved"), False),
    (condition("Hẹp van: hai lá"), condition("hai lá", clinical="resolved"), True),
    (condition("Ung thư (phổi)"), condition("Ung thư (vú)", clinical="resolved"), False),
    (condition("Đái tháo đường (Diabetes mellitus)"), condition("Đái tháo đường", "refuted"), True),
    (condition("Đái tháo đường (Diabetes mellitus)"), condition("Đái tháo đường (ĐTĐ)", "refuted"), True),
    (insulin("Insulin (Lantus)", "active"), insulin("Insulin (Actrapid)", "stopped"), False),
    (insulin("Insulin (Lantus) 100 UI", "active"), insulin("Insulin", "stopped"), True),
    (insulin("Warfarin (5 mg)", "active"), insulin("Warfarin (2 mg)", "stopped"), True),
    (allergy("Thuốc: Penicillin"), allergy("Dị ứng penicillin", "refuted"), True),
]


@pytest.mark.parametrize(("there", "denied", "meet"), PAIRS)
def test_a_part_of_a_name_that_two_things_share_is_no_name(
    person: str, desk: Desk, there: dict[str, Any], denied: dict[str, Any], *, meet: bool
) -> None:
    write(desk, person, there, denied)
    rows = [row for rows in read(desk, person).values() for row in rows if DIFFERS in row]
    assert bool(rows) is meet


OF_DRUGS, OF_ALL = ({"coding": [{"system": SNOMED, "code": code}]} for code in ("409137002", "716186003"))
AIR = ("Viêm mũi dị ứng", "Viem mui di ung", "Hen dị ứng", "Viêm kết mạc dị ứng", "Allergic rhinitis")
MORE = ("Viêm mũi dị ứng, dị ứng penicillin", "Dị ứng", "Viêm da dị ứng do thuốc; sốc phản vệ")


@pytest.mark.parametrize("text", [*AIR, *MORE])
def test_hay_fever_denies_no_allergy_at_all_and_not_no_drug_allergy(person: str, desk: Desk, text: str) -> None:
    write(desk, person, condition(text), allergy("", code=OF_DRUGS), allergy("NKDA"))
    found = read(desk, person)
    assert ("differing" in found) is (text in MORE)
    assert ("Có dị ứng ghi ở phần khác" in found[ALLERGIES][0]) is (text in MORE)
    write(desk, person, allergy("", code=OF_ALL))
    assert any(DIFFERS in row for row in read(desk, person)["differing"])


def test_a_document_that_another_took_the_place_of_stands_last(person: str, desk: Desk) -> None:
    paper = {
        "resourceType": "DocumentReference",
        "type": {"text": "Nguyện vọng không hồi sức"},
        "content": [{"attachment": {"contentType": "application/pdf", "title": "x.pdf"}}],
    }
    write(
        desk,
        person,
        {**paper, "status": "superseded", "date": "2026-11-20T08:00:00+07:00"},
        {**paper, "status": "current", "date": "2026-11-01T08:00:00+07:00"},
    )
    first, last = read(desk, person)[RESULTS]
    assert "đã có bản thay thế" not in first
    assert "đã có bản thay thế" in last
