"""What contradicts is named on both sides: tests of pregnancy, types of diabetes, what was done and was not."""

from typing import Any

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.lookup.doctor import allergy, condition, read, result, write
from tests.lookup.test_what_an_emergency_doctor_reads import ALLERGIES, DIFFERS, PROBLEMS, RESULTS

pytestmark = pytest.mark.usefixtures("clock")
PREGNANT = condition("Thai 12 tuần", onsetDateTime="2026-11-10")
ICD_10 = "http://hl7.org/fhir/sid/icd-10"


@pytest.fixture
def desks(world: World) -> tuple[Desk, Desk]:
    return register(world), register(world, "79002", name="Bệnh viện B")


def named(rows: list[str], begin: str) -> bool:
    """Whether the entry that begins so stands there and names another."""
    (row,) = [row for row in rows if row.startswith(begin)]
    return DIFFERS in row


NEGATIVE = [
    result("Thử thai", "2026-11-29", valueString="Âm tính"),
    result("Beta hCG", "2026-11-29", valueString="< 2 mIU/mL (âm tính)"),
    result("Que thử thai", "2026-11-29", valueString="1 vạch"),
    result("hCG", "2026-11-29", valueString="0", interpretation=[{"coding": [{"code": "NEG"}]}]),
]


@pytest.mark.parametrize("test", NEGATIVE, ids=lambda each: str(each["code"]["text"]))
def test_a_negative_test_and_a_pregnancy_name_each_other_and_keep_their_places(
    person: str, desks: tuple[Desk, Desk], test: dict[str, Any]
) -> None:
    write(desks[0], person, PREGNANT)
    write(desks[1], person, test)
    found = read(desks[0], person)
    assert named(found[PROBLEMS], "Thai 12 tuần")
    assert named(found[RESULTS], test["code"]["text"])


def test_a_positive_test_speaks_against_not_pregnant(person: str, desks: tuple[Desk, Desk]) -> None:
    write(desks[0], person, condition("Không có thai", recordedDate="2026-11-20"))
    write(desks[1], person, result("Que thử thai", "2026-11-29", valueString="2 vạch"))
    found = read(desks[0], person)
    assert named(found[PROBLEMS], "Không có thai")
    assert named(found[RESULTS], "Que thử thai")


@pytest.mark.parametrize(
    "test",
    [
        result("Thử thai", "2026-07-29", valueString="Âm tính"),  # before it began
        result("Thử thai", "2026-11-29", valueString="Dương tính"),
        result("Que thử ma túy", "2026-11-29", valueString="Âm tính"),
        result("Siêu âm thai", "2026-11-29", valueString="Tim thai (+)"),
    ],
    ids=lambda each: str(each["code"]["text"]) + each["effectiveDateTime"],
)
def test_other_tests_say_nothing_against_a_pregnancy(person: str, desk: Desk, test: dict[str, Any]) -> None:
    write(desk, person, PREGNANT, test)
    assert DIFFERS not in " ".join(read(desk, person)[PROBLEMS])


@pytest.mark.parametrize("words", ["Vợ đang mang thai", "Mong có thai", "Vô sinh, mong có thai"])
def test_another_ones_pregnancy_and_a_wish_are_none(person: str, desk: Desk, words: str) -> None:
    write(desk, person, condition(words))
    assert "CÒN MANG THAI KHÔNG" not in read(desk, person)[PROBLEMS][0]


def coded(code: str, text: str) -> dict[str, Any]:
    return {"coding": [{"system": ICD_10, "code": code}], "text": text}


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ({"text": "ĐTĐ típ 1"}, {"text": "Đái tháo đường típ 2"}, True),
        (coded("E10.9", "ĐTĐ phụ thuộc insulin"), coded("E11.9", "Đái tháo đường"), True),
        ({"text": "Dai thao duong type 1"}, coded("E11.9", "ĐTĐ"), True),
        ({"text": "ĐTĐ típ 2"}, coded("E11.9", "Đái tháo đường"), False),
        ({"text": "ĐTĐ típ 2"}, {"text": "Đái tháo đường"}, False),
        ({"text": "ĐTĐ típ 2"}, {"text": "Suy hô hấp type 1"}, False),
    ],
    ids=str,
)
def test_two_types_of_diabetes_name_each_other(
    person: str, desks: tuple[Desk, Desk], one: dict[str, Any], other: dict[str, Any], differ: bool
) -> None:
    write(desks[0], person, condition("", code=one))
    write(desks[1], person, condition("", code=other))
    found = read(desks[0], person)[PROBLEMS]
    assert [DIFFERS in row for row in found] == [differ, differ]


def done(state: str, day: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "status": state,
        "code": {"text": "Cắt lách"},
        "performedDateTime": day,
    }


def given(state: str, day: str) -> dict[str, Any]:
    vaccine = {"text": "Uốn ván"}
    return {"resourceType": "Immunization", "status": state, "vaccineCode": vaccine, "occurrenceDateTime": day}


@pytest.mark.parametrize(("made", "section"), [(done, "47519-4"), (given, "11369-6")])
def test_what_was_done_and_was_not_on_one_day_names_each_other(
    person: str, desks: tuple[Desk, Desk], made: Any, section: str
) -> None:
    write(desks[0], person, made("completed", "2026-11-20T08:00:00+07:00"))
    write(desks[1], person, made("not-done", "2026-11-20"), made("not-done", "2019-01-01"))
    found = read(desks[0], person)
    (stands,) = found[section]
    assert DIFFERS in stands
    (beside,) = found["differing"]
    assert DIFFERS in beside
    assert len(found["not-so"]) == 1  # that of another day


@pytest.mark.parametrize("name", ["Nhóm máu chế phẩm truyền", "Nhóm máu đơn vị máu", "Nhóm máu khối hồng cầu"])
def test_the_group_of_a_bag_of_blood_is_not_the_persons(person: str, desk: Desk, name: str) -> None:
    own = result("Nhóm máu", "2026-11-20", valueString="O Rh+")
    write(desk, person, own, result(name, "2026-11-20", valueString="B Rh+"))
    found = read(desk, person)
    assert "differing" not in found
    assert ["NGƯỜI KHÁC" in row for row in sorted(found[RESULTS])] == [True, False]


def test_a_result_whose_name_ends_with_another_person_says_that_it_may_be_theirs(person: str, desk: Desk) -> None:
    write(desk, person, result("HIV mẹ", "2026-11-20", valueString="Dương tính"))
    (row,) = read(desk, person)[RESULTS]
    assert "CÓ THỂ LÀ CỦA NGƯỜI KHÁC (MAY BE ANOTHER PERSON'S) (mẹ), hỏi lại (ask again)" in row
    assert "KHÔNG PHẢI CỦA NGƯỜI NÀY" not in row  # laboratories name a mother's own result so


WHOSE = {
    "mẹ": ["HBsAg (mẹ)", "Mẹ: nhóm máu", "Xét nghiệm mẹ: HIV", "HBsAg của mẹ lần 1"],
    "con": ["Nhóm máu con", "Nhóm máu của con", "Kết quả của con"],
    "túi máu": ["Nhóm máu túi máu"],
    "người hiến": ["HLA người hiến thận"],
}
NOBODYS = ["RDW dải phân bố", "Nuôi con bằng sữa mẹ", "Bú mẹ", "Số con", "Phản ứng chéo túi máu", "Tế bào con"]


@pytest.mark.parametrize(("whose", "name"), [(whose, name) for whose, names in WHOSE.items() for name in names])
def test_a_result_that_names_another_person_anywhere_says_so(person: str, desk: Desk, whose: str, name: str) -> None:
    write(desk, person, result(name, "2026-11-20", valueString="Dương tính"))
    (row,) = read(desk, person)[RESULTS]
    assert f"CÓ THỂ LÀ CỦA NGƯỜI KHÁC (MAY BE ANOTHER PERSON'S) ({whose})" in row


@pytest.mark.parametrize("name", NOBODYS)
def test_a_name_that_only_sounds_like_another_person_does_not(person: str, desk: Desk, name: str) -> None:
    write(desk, person, result(name, "2026-11-20", valueString="13 %"))
    (row,) = read(desk, person)[RESULTS]
    assert "NGƯỜI KHÁC" not in row


def test_a_relatives_allergy_under_its_heading_speaks_against_nothing(person: str, desk: Desk) -> None:
    none = allergy("", code={"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]})
    write(desk, person, none, condition("Viêm họng", note=[{"text": "Gia đình: bố dị ứng aspirin. Bản thân khỏe"}]))
    assert "differing" not in read(desk, person)


def test_the_persons_own_allergy_behind_a_familys_is_told(world: World, desk: Desk) -> None:
    words = "Gia đình: bố dị ứng aspirin. Bản thân: dị ứng Penicillin"
    person = store_resident(world, Resident(answers={"other.note": [{"valueString": words}]}))
    assert "dị ứng Penicillin" in read(desk, person)[ALLERGIES][0]
