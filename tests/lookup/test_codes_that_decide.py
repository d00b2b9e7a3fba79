"""A code alone that an emergency turns on is told by what it is, and not by the name of a wider one."""

from pathlib import Path

import pytest

from health_record.fhir import icd10
from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, send, visit
from tests.lookup.doctor import allergy, condition, medicine, read, write

PROBLEMS, ALLERGIES, MEDICINES = "11450-4", "48765-2", "10160-0"
NAMES = Path(icd10.__file__).with_name("icd10_names.tsv")
ROWS = [line.split("\t") for line in NAMES.read_text(encoding="utf-8").splitlines()]
DECIDE = {
    "Z33": ("đang mang thai", "pregnant state"),
    "Z92.1": ("thuốc chống đông", "anticoagulants"),
    "T88.4": ("đặt nội khí quản khó", "difficult intubation"),
    "T88.3": ("tăng thân nhiệt ác tính", "malignant hyperthermia"),
    "Z88.0": ("dị ứng penicillin", "allergy to penicillin"),
    "Z95.0": ("máy tạo nhịp", "pacemaker"),
    "Z95.2": ("van tim nhân tạo", "prosthetic heart valve"),
    "Z94.0": ("thận ghép", "transplanted kidney"),
    "Z99.2": ("lọc thận", "renal dialysis"),
    "Z93.0": ("mở khí quản", "tracheostomy"),
    "E27.1": ("suy thượng thận", "adrenocortical insufficiency"),
    "I44.2": ("blốc nhĩ thất hoàn toàn", "complete atrioventricular block"),
    "I45.6": ("Wolff-Parkinson-White", "Wolff-Parkinson-White"),
    "D57.1": ("hồng cầu hình liềm", "sickle-cell"),
    "D68.3": ("chất chống đông", "anticoagulants"),
    "Z53.1": ("niềm tin của người bệnh", "the patient's belief"),
    "O46.9": ("chảy máu trước đẻ", "antepartum haemorrhage"),
}


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


def coded(kind: str, member: str, system: str, code: str) -> dict[str, object]:
    made = {"MedicationStatement": medicine, "AllergyIntolerance": allergy, "Condition": condition}[kind]("x")
    return {**made, member: {"coding": [{"system": system, "code": code}]}}


def test_a_diagnosis_by_its_code_alone_says_what_decides(world: World, desk: Desk) -> None:
    person = store_resident(world, Resident())
    write(desk, person, *(coded("Condition", "code", icd10.ICD_10, code) for code in DECIDE))
    found = {row.partition(":")[0]: row for row in read(desk, person)[PROBLEMS]}
    untold = [(code, found[code]) for code, words in DECIDE.items() if not all(word in found[code] for word in words)]
    assert untold == []
    assert "phản vệ" not in found["T88.4"] + found["T88.3"]


def test_a_hospitals_file_names_its_codes_without_words(world: World, desk: Desk) -> None:
    person = store_resident(world, Resident(**BORN))
    codes = {"CHAN_DOAN_RV": "Tái khám", "MA_BENH_CHINH": "I10", "MA_BENH_KT": "Z92.1;Z33;T88.4"}
    send(desk, visit("20261105", "A1", **codes))
    told = " ".join(read(desk, person)[PROBLEMS])
    assert [word for code in ("Z92.1", "Z33", "T88.4") if (word := DECIDE[code][0]) not in told] == []


@pytest.mark.parametrize(
    ("kind", "member", "system", "code", "section", "words"),
    [
        ("AllergyIntolerance", "code", "http://snomed.info/sct", "294505008", ALLERGIES, "dị ứng amoxicillin"),
        ("Condition", "code", "http://snomed.info/sct", "304253006", PROBLEMS, "không hồi sức"),
        ("MedicationStatement", "medicationCodeableConcept", "http://www.whocc.no/atc", "L04AD02", MEDICINES, "tacro"),
        ("MedicationStatement", "medicationCodeableConcept", "http://www.whocc.no/atc", "A10AB05", MEDICINES, "aspart"),
    ],
)
def test_codes_of_other_systems_do(
    world: World, desk: Desk, kind: str, member: str, system: str, code: str, section: str, words: str
) -> None:
    person = store_resident(world, Resident())
    write(desk, person, coded(kind, member, system, code))
    (row,) = read(desk, person)[section]
    assert words in row
    assert code not in row


def test_every_name_is_of_a_code_that_there_is_and_stands_once() -> None:
    assert all(len(row) == 3 and all(row) for row in ROWS)
    assert [row[0] for row in ROWS] == sorted({row[0] for row in ROWS})
    assert [row[0] for row in ROWS if icd10.canonical(row[0]) != row[0]] == []


def test_a_category_promises_nothing_that_is_of_one_of_its_codes_alone() -> None:
    """`T88 ... (anaphylaxis among them)` would be read of a difficult intubation."""
    own = {row[0] for row in ROWS}
    hinted = {row[0] for row in ROWS if "(" in row[2] and len(row[0]) == 3}
    parted = {code[:3] for code in own if len(code) > 3}
    assert {"T88", "Z92", "Z95"} & hinted == set()
    assert {"T88", "Z88", "Z92", "Z93", "Z94", "Z95", "Z99"} <= parted
