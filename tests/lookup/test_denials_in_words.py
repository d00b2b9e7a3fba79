"""Denials that stand as text where a thing should: no entry of what is, and yielding to one, like a coded "none"."""

from typing import Any

import pytest

from tests.facility_desk import Desk
from tests.lookup.doctor import allergy, condition, medicine, read, write

pytestmark = pytest.mark.usefixtures("clock")

ALLERGIES, PROBLEMS, MEDICINES, VACCINES, OPERATIONS = "48765-2", "11450-4", "10160-0", "11369-6", "47519-4"
SNOMED = "http://snomed.info/sct"
DIFFERS = "MỤC KHÁC NÓI KHÁC (ANOTHER ENTRY DIFFERS)"


def vaccine(name: str) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"text": name},
        "occurrenceDateTime": "2024-05-01",
    }


def operation(name: str) -> dict[str, Any]:
    return {
        "resourceType": "Procedure",
        "status": "completed",
        "code": {"text": name},
        "performedDateTime": "2020",
    }


MAKE = {ALLERGIES: allergy, PROBLEMS: condition, MEDICINES: medicine, VACCINES: vaccine, OPERATIONS: operation}
THERE = {
    ALLERGIES: "Penicillin",
    PROBLEMS: "Hen",
    MEDICINES: "Warfarin",
    VACCINES: "Cúm mùa",
    OPERATIONS: "Mổ ruột thừa",
}
CODES = {
    ALLERGIES: "716186003",
    PROBLEMS: "160245001",
    MEDICINES: "787481004",
    VACCINES: "787482006",
    OPERATIONS: "787480003",
}
OF_ALL = ("None", "Không", "Khong", "Nil.", "Chưa ghi nhận", "Không có gì đặc biệt", "No", "none reported")
DENIALS = {
    ALLERGIES: (
        *OF_ALL,
        *("NKDA", "No known drug allergies.", "Denies drug allergies", "Patient denies any allergies"),
        *("Không có tiền sử dị ứng thuốc, thức ăn", "Khong di ung thuoc", "Ko dị ứng", "Tiền sử dị ứng: không"),
        *("Dị ứng (-)", "BN không dị ứng thuốc gì", "Dị ứng thuốc: chưa ghi nhận; thức ăn: chưa ghi nhận"),
    ),
    PROBLEMS: (
        *OF_ALL,
        *("Không có bệnh nền", "Không mắc bệnh mạn tính", "Khong co benh ly nen", "No significant medical history"),
    ),
    MEDICINES: (*OF_ALL, "Không dùng thuốc", "No medications", "Not taking any medications", "Không dùng thuốc gì cả"),
    VACCINES: (*OF_ALL, "Chưa tiêm vắc xin nào", "Chưa được tiêm chủng", "Never vaccinated", "Unvaccinated"),
    OPERATIONS: (*OF_ALL, "Chưa phẫu thuật lần nào", "Không có tiền sử phẫu thuật", "No surgeries"),
}
# What begins like a denial, or says that nobody knows: shown where it was written.
NO_DENIALS = {
    ALLERGIES: (
        *("Không dung nạp lactose", "Không dùng penicillin", "Dị ứng thuốc", "Có dị ứng không?", "Dị ứng chưa rõ"),
        *("Không dị ứng thuốc. Dị ứng thời tiết, mỹ phẩm", "Không dị ứng, trừ hải sản", "Không dị ứng gì, ăn tôm ngứa"),
    ),
    PROBLEMS: ("Không nuốt được", "Không kiểm soát được đường huyết", "Không tự chủ tiểu tiện", "Chưa loại trừ u phổi"),
    MEDICINES: ("No-spa 40 mg", "No spa", "PAS 4 g", "Nilstat", "Không dùng được aspirin"),
    VACCINES: ("Không được tiêm vắc xin sống",),
    OPERATIONS: ("Nội soi: chưa rõ", "Mổ không rõ loại"),
}
UNKNOWN = ("Không rõ", "Unknown", "N/A", "Chưa khai thác", "-", "Không có thông tin", "No data")


def coded_none(section: str) -> dict[str, Any]:
    none = MAKE[section]("")
    member = next(name for name in ("code", "vaccineCode", "medicationCodeableConcept") if name in none)
    return {**none, member: {"coding": [{"system": SNOMED, "code": CODES[section]}]}}


@pytest.mark.parametrize("section", MAKE)
def test_denials_as_text_yield_to_what_is_there_and_never_to_each_other(person: str, desk: Desk, section: str) -> None:
    write(desk, person, coded_none(section), *(MAKE[section](text) for text in DENIALS[section]))
    found = read(desk, person)
    assert len(found[section]) == len([CODES[section], *DENIALS[section]])
    assert "differing" not in found
    write(desk, person, MAKE[section](THERE[section]))
    found = read(desk, person)
    (stands,) = found[section]
    assert stands.startswith(THERE[section])
    yielding = [row.partition(" — ")[0] for row in found["differing"] if DIFFERS in row]
    assert {*DENIALS[section]} < {*yielding}


@pytest.mark.parametrize("section", MAKE)
def test_what_only_begins_like_a_denial_stays_an_entry(person: str, desk: Desk, section: str) -> None:
    write(desk, person, *(MAKE[section](text) for text in (*NO_DENIALS[section], THERE[section])))
    found = read(desk, person)
    assert len(found[section]) == len([*NO_DENIALS[section], THERE[section]])
    assert "differing" not in found
    write(desk, person, MAKE[section]("Không"))
    assert [row.partition(" — ")[0] for row in read(desk, person)["differing"]] == ["Không"]


@pytest.mark.parametrize("section", MAKE)
def test_that_nobody_knows_contradicts_no_denial(person: str, desk: Desk, section: str) -> None:
    write(desk, person, *(MAKE[section](text) for text in (*UNKNOWN, "Không")))
    found = read(desk, person)
    assert len(found[section]) == len([*UNKNOWN, "Không"])
    assert "differing" not in found


@pytest.mark.parametrize(
    ("section", "text", "there"),
    [
        (ALLERGIES, "Không dị ứng penicillin", "Penicillin"),
        (PROBLEMS, "Không mắc đái tháo đường", "Đái tháo đường"),
        (MEDICINES, "Không dùng warfarin", "Warfarin 5 mg"),
    ],
)
def test_a_denial_of_one_thing_speaks_against_that_thing_alone(
    person: str, desk: Desk, section: str, text: str, there: str
) -> None:
    write(desk, person, MAKE[section](text), MAKE[section]("Không"))
    assert "differing" not in read(desk, person)
    write(desk, person, MAKE[section](there))
    found = read(desk, person)
    (stands,) = found[section]
    assert stands.startswith(there)
    assert DIFFERS in stands
    assert sorted(row.partition(" — ")[0] for row in found["differing"]) == sorted(["Không", text])


def test_what_says_no_drug_allergy_stands_beside_one_to_food(person: str, desk: Desk) -> None:
    write(desk, person, allergy("NKDA"), allergy("Tôm", category=["food"]))
    found = read(desk, person)
    assert [row.partition("|")[0].partition(";")[0] for row in found[ALLERGIES]] == ["Tôm", "NKDA"]
    assert "differing" not in found


@pytest.mark.parametrize(
    "text", ["Không dị ứng thuốc. Dị ứng thời tiết, hóa chất", "Không dị ứng thuốc, dị ứng vắc xin"]
)
def test_harmless_words_after_a_denial_name_an_allergy(person: str, desk: Desk, text: str) -> None:
    none = {"coding": [{"system": SNOMED, "code": CODES[ALLERGIES]}], "text": text}
    write(desk, person, allergy("", code=none))
    (said,) = read(desk, person)[ALLERGIES]
    assert "CODED AS NONE, BUT ITS WORDS NAME" in said


def test_a_disability_that_is_none_says_nothing_of_diseases(person: str, desk: Desk) -> None:
    functional = {"coding": [{"system": "http://loinc.org", "code": "47420-5"}]}
    write(desk, person, condition("Không", category=[functional]))
    found = read(desk, person)
    assert found["47420-5"][0].startswith("Không|")
    assert "Chưa hỏi" in found[PROBLEMS][0]
