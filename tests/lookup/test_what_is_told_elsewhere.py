"""An allergy that stands among the diseases: the section of allergies in `$summary` never says that nobody asked."""

from typing import Any

import pytest

from functions.declare.view import summary_lines
from tests.conftest import World
from tests.contribute.bundles import status
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.files import OUTPATIENT, replaced
from tests.lookup.doctor import allergy, condition, medicine, read, write

ALLERGIES, PROBLEMS, DIFFERING = "48765-2", "11450-4", "differing"
ICD_10, SNOMED = "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct"
NOT_ASKED = ("Chưa hỏi", "Not asked")
SEE = "xem “Bệnh đang mắc”: "


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident())


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world)


def coded(code: str, name: str = "Bệnh") -> dict[str, Any]:
    return condition(name, code={"text": name, "coding": [{"system": ICD_10, "code": code}]})


TELLING = [
    *(coded(code) for code in ("Z88.0", "Z88", "T78.0", "T78.3", "T78.4", "T88.6", "T88.7", "L23.9")),
    condition("Dị ứng penicillin"),
    condition("Tiền sử sốc phản vệ do cephalosporin"),
    condition("Allergy to penicillin"),
    condition("Anaphylaxis after contrast"),
    condition("Không dùng penicillin vì dị ứng"),
    condition("Sốc", note=[{"text": "nghi phản vệ với lidocain"}]),
    condition("Dị ứng (tôm) đã hết", clinical="resolved"),
]
SILENT = [
    condition("Không dị ứng"),
    condition("Chưa ghi nhận tiền sử dị ứng"),
    condition("Tiền sử dị ứng: không"),
    condition("Bệnh nhân không có tiền sử dị ứng thuốc"),
    condition("No known drug allergy"),
    condition("Non-allergic rhinitis"),
    condition("Viêm mũi không dị ứng"),
    condition("Dị ứng penicillin", "refuted"),
    coded("J45.9"),
    medicine("Thuốc chống dị ứng"),
]


@pytest.mark.parametrize("written", TELLING, ids=str)
def test_a_disease_that_tells_of_an_allergy_is_named_where_no_allergy_stands(
    person: str, desk: Desk, written: dict[str, Any]
) -> None:
    write(desk, person, written)
    (said,) = read(desk, person)[ALLERGIES]
    assert not any(words in said for words in NOT_ASKED)
    assert written["code"]["text"].replace("(", "[").replace(")", "]") in said
    section = next(one for one in sections(desk, person) if one["code"]["coding"][0]["code"] == ALLERGIES)
    assert section["emptyReason"]["coding"][0]["code"] == "unavailable"


@pytest.mark.parametrize("written", SILENT, ids=str)
def test_a_denial_is_not_told_as_an_allergy(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written)
    (said,) = read(desk, person)[ALLERGIES]
    assert NOT_ASKED[0] in said


def test_an_allergy_of_a_hospital_file_is_named(world: World) -> None:
    desk = register(world, provider_code="79999")
    woman = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
    person = store_resident(world, woman)
    desk.hospital_file(replaced(OUTPATIENT, "XML1", "CHAN_DOAN_RV", "Phản vệ độ II với ceftriaxon", 1))
    (said,) = read(desk, person)[ALLERGIES]
    assert f"{SEE}Phản vệ độ II với ceftriaxon" in said


def test_beside_other_allergies_it_is_named_for_readers_software_and_on_paper(person: str, desk: Desk) -> None:
    write(desk, person, allergy("Tôm"), condition("Dị ứng penicillin"))
    section = next(one for one in sections(desk, person) if one["code"]["coding"][0]["code"] == ALLERGIES)
    (note,) = section["extension"]
    said = note["valueAnnotation"]["text"]
    assert f"{SEE}Dị ứng penicillin" in said
    assert said in section["text"]["div"]
    printed = list(summary_lines.build_lines(desk.summary_by_id(person).json, "Asia/Ho_Chi_Minh"))
    assert summary_lines.Line("note", said) in printed


def test_none_known_is_told_as_contradicted_by_the_disease(person: str, desk: Desk) -> None:
    none = {"coding": [{"system": SNOMED, "code": "716186003"}], "text": "Không dị ứng"}
    write(desk, person, allergy("x", code=none), condition("Dị ứng penicillin"))
    found = read(desk, person)
    assert "Dị ứng penicillin" in found[ALLERGIES][0]
    (against,) = found[DIFFERING]
    assert against.startswith("Không dị ứng")
    assert "Dị ứng penicillin" in against


NONES = [
    *(
        (allergy(text), allergy("Tôm", category=["food"]))
        for text in ("NKDA", "No known drug allergies.", "Không dị ứng")
    ),
    *((condition(text), condition("Hen")) for text in ("Không có bệnh nền", "Không mắc bệnh mạn tính")),
    *((medicine(text), medicine("Warfarin")) for text in ("Không dùng thuốc", "No medications")),
]


@pytest.mark.parametrize(("none", "there"), NONES, ids=str)
def test_none_in_words_alone_is_no_entry_beside_one_that_is_there(
    person: str, desk: Desk, none: dict[str, Any], there: dict[str, Any]
) -> None:
    write(desk, person, none, there)
    found = read(desk, person)
    text, name = (each.get("code", each.get("medicationCodeableConcept"))["text"] for each in (none, there))
    (against,) = found[DIFFERING]
    assert against.startswith(text)
    assert [name in row for row in found[ALLERGIES] + found[PROBLEMS] + found["10160-0"]].count(True) == 1
    assert not [row for row in found[ALLERGIES] + found[PROBLEMS] + found["10160-0"] if row.startswith(text)]


@pytest.mark.parametrize("text", ["Không dung nạp lactose", "Không dùng penicillin", "Dị ứng thuốc", "Không rõ"])
def test_what_only_begins_like_a_denial_stays_an_entry(person: str, desk: Desk, text: str) -> None:
    write(desk, person, allergy(text), allergy("Tôm"))
    found = read(desk, person)
    assert len(found[ALLERGIES]) == len(("entry", "shrimps"))
    assert DIFFERING not in found


@pytest.mark.parametrize("name", ["Hút thuốc", "Uống rượu bia", "Smoking status"])
def test_a_habit_in_words_alone_stands_in_the_social_history(person: str, desk: Desk, name: str) -> None:
    habit = {
        "resourceType": "Observation",
        "status": "final",
        "category": [status("observation-category", "social-history")],
        "code": {"text": name},
        "effectiveDateTime": "2026-11-20",
        "valueString": "1 gói mỗi ngày",
    }
    write(desk, person, habit)
    (said,) = read(desk, person)["29762-2"]
    assert said.startswith(f"{name}: 1 gói mỗi ngày")


def sections(desk: Desk, person: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.summary_by_id(person).json["entry"][0]["resource"]["section"]
    return found
