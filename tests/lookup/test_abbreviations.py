"""What hurried hands abbreviate is read as what it means: allergies and shocks, and that there is none."""

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, rows_set, send, stay
from tests.lookup.doctor import allergy, condition, medicine, read, write
from tests.lookup.test_what_an_emergency_doctor_reads import ALLERGIES, MEDICINES

pytestmark = pytest.mark.usefixtures("clock")
NONE = allergy("", code={"coding": [{"system": "http://snomed.info/sct", "code": "716186003"}]})
TELLS = [
    "DƯ Penicillin",
    "TS: DƯ kháng sinh",
    "Tien su DU thuoc Penicilin",
    "DU: Cefotaxim",
    "SPV với Ceftriaxon 2019",
    "Khó thở, nổi ban sau tiêm Cefotaxim",
    "Phù mặt sau khi uống Ibuprofen",
    "Giảm tiểu cầu do heparin",
    "Uống Bactrim nổi ban toàn thân 2019",
    "PV độ 2 với cefotaxim",
    "Không dung nạp aspirin",
    "Tiền sử dị ứng thuốc: không; thức ăn: tôm",
]
TELLS_NONE = ["TS: k dị ứng", "K DƯ thuốc, thức ăn", "KDU", "KDƯ", "TS dị ứng (-)", "Dị ứng: -", "BN dư cân, DƯ ỐI"]
TELLS_NONE += [
    "Dị ứng thuốc, thức ăn: không. THA 5 năm",
    "Tiền sử dị ứng: không có gì đặc biệt",
    "Dị ứng: 1.Có 2.Không [2]",
]


@pytest.mark.parametrize("text", TELLS)
def test_an_abbreviated_allergy_speaks_against_none_known(person: str, desk: Desk, text: str) -> None:
    write(desk, person, NONE, condition("Viêm phổi", note=[{"text": text}]))
    found = read(desk, person)
    assert any("No known allergy" in row for row in found["differing"])
    assert text.partition(" (")[0] in found[ALLERGIES][0]


@pytest.mark.parametrize("text", TELLS_NONE)
def test_an_abbreviated_denial_tells_of_no_allergy(person: str, desk: Desk, text: str) -> None:
    write(desk, person, NONE, condition("Viêm phổi", note=[{"text": text}]))
    found = read(desk, person)
    assert "differing" not in found
    assert "ghi ở phần khác" not in found[ALLERGIES][0]


DEADLY = [
    allergy("Diclofenac (SPV)"),
    allergy("Cephalexin -> SPV độ 2"),
    allergy("Vancomycin", reaction=[{"manifestation": [{"text": "Ngưng tim sau tiêm"}]}]),
    allergy("Lidocain", note=[{"text": "choang, tut HA, ngung tho"}]),
    allergy("Tôm", reaction=[{"manifestation": [{"text": "sưng lưỡi, nghẹt thở"}]}]),
    allergy("Ong", reaction=[{"manifestation": [{"text": "Ngất"}]}]),
]


@pytest.mark.parametrize("deadly", DEADLY, ids=lambda each: str(each["code"]["text"]))
def test_a_reaction_that_kills_stands_first_in_southern_and_short_words(
    person: str, desk: Desk, deadly: dict[str, object]
) -> None:
    write(desk, person, {**deadly, "recordedDate": "2001"}, allergy("Bụi", recordedDate="2026-11-29"))
    assert [row[:3] for row in read(desk, person)[ALLERGIES]][1] == "Bụi"


def test_papers_of_a_file_tell_of_an_abbreviated_allergy(world: World) -> None:
    person, desk = store_resident(world, Resident(**BORN)), register(world, provider_code="79999")
    send(desk, rows_set(stay("20261012", "S1"), "XML5", 1, DIEN_BIEN_LS="TS: DƯ Penicillin (SPV 2019). Da niêm hồng"))
    assert "DƯ Penicillin" in read(desk, person)[ALLERGIES][0]


def test_papers_of_a_file_that_deny_in_short_tell_of_none(world: World) -> None:
    person, desk = store_resident(world, Resident(**BORN)), register(world, provider_code="79999")
    send(desk, rows_set(stay("20261012", "S1"), "XML5", 1, DIEN_BIEN_LS="TS: k dị ứng, k THA, k ĐTĐ"))
    assert "ghi ở phần khác" not in read(desk, person)[ALLERGIES][0]


def test_heparin_that_was_stopped_for_its_thrombocytopenia_is_an_allergy(person: str, desk: Desk) -> None:
    stopped = medicine("Heparin", "stopped", statusReason=[{"text": "HIT, giảm tiểu cầu do heparin"}])
    write(desk, person, NONE, stopped)
    found = read(desk, person)
    assert "HIT" in found[ALLERGIES][0]
    assert MEDICINES in found
