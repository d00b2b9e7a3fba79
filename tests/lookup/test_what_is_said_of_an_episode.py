"""What a hospital says once for a whole episode stays readable, whatever a newer one repeats, and is never cured."""

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, CLINIC, rows_set, send, stay, visit
from tests.lookup.doctor import read

PROBLEMS, PAST, ALLERGIES = "11450-4", "11348-0", "48765-2"
SHOCK = "SỐC PHẢN VỆ VỚI CEFTRIAXON 09/2026, MÁY TẠO NHỊP"
WARFARIN = "ĐANG DÙNG WARFARIN, INR 3,2"
LEFT = {"NGAY_RA": "202610161000"}


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident(**BORN))


@pytest.fixture
def desks(world: World) -> tuple[Desk, Desk]:
    return register(world, provider_code="79999"), register(world, "79002", name="Phòng khám B", provider_code=CLINIC)


@pytest.mark.parametrize(
    ("codes", "remark"),
    [
        ({}, "Tái khám"),
        ({}, ""),
        ({"MA_BENH_CHINH": "J02.9", "MA_BENH_KT": "I10", "CHAN_DOAN_RV": "Viêm họng"}, ""),
        ({"MA_BENH_CHINH": "J02.9", "MA_BENH_KT": "I10", "CHAN_DOAN_RV": "Viêm họng"}, "Uống nhiều nước"),
    ],
    ids=["same main code", "no remark", "as a secondary code", "as a secondary code with a remark"],
)
def test_a_remark_outlives_its_code_being_repeated(
    person: str, desks: tuple[Desk, Desk], codes: dict[str, str], remark: str
) -> None:
    hospital, clinic = desks
    send(hospital, visit("20260901", "A1", GHI_CHU=SHOCK))
    send(clinic, visit("20261105", "A2", CLINIC, GHI_CHU=remark, **codes))
    found = read(hospital, person)
    (row,) = [row for row in found[PROBLEMS] if SHOCK in row]
    said = "đợt khác ghi (another episode wrote), 01/09/2026, Trung tâm Y tế Bình Quới: ghi chú của cơ sở"
    assert said in row
    assert "I10" in row
    assert remark in " ".join(found[PROBLEMS])
    assert SHOCK in found[ALLERGIES][0]


@pytest.mark.parametrize("place", [9, 10])
def test_the_reason_of_a_visit_that_is_no_longer_listed_is_told(
    person: str, desks: tuple[Desk, Desk], place: int
) -> None:
    hospital, _ = desks
    send(hospital, visit("20260101", "A0", LY_DO_VV="Ngất sau tiêm", MA_BENH_CHINH="R55", MA_BENH_KT=""))
    send(hospital, *(visit(f"202602{number + 10}", f"B{number}") for number in range(place)))
    found = read(hospital, person)
    told = [code for code, rows in found.items() for row in rows if "Ngất sau tiêm" in row]
    assert told == (["46240-8"] if place < 10 else [PROBLEMS])


@pytest.mark.parametrize(
    ("fields", "is_cured"),
    [
        ({"CHAN_DOAN_RV": "Viêm ruột thừa cấp"}, True),
        ({"CHAN_DOAN_RV": ""}, True),
        ({"CHAN_DOAN_RV": "K35.8 - Viêm ruột thừa cấp; I10 - Tăng huyết áp, van cơ học", "MA_BENH_KT": "I10"}, True),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa cấp; van tim cơ học đang dùng Sintrom", "MA_BENH_KT": "I10"}, False),
        ({"CHAN_DOAN_RV": "Viêm phổi - Suy thận mạn lọc máu - Hemophilia A nặng", "MA_BENH_KT": "N18.5"}, False),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa cấp; van tim cơ học đang dùng Sintrom"}, False),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa cấp trên người mang van tim cơ học"}, False),
        ({"CHAN_DOAN_RV": "VIEM RUOT THUA CAP TREN NGUOI DANG DUNG SINTROM"}, False),
        ({"CHAN_DOAN_RV": "K35.8 - Viêm ruột thừa cấp, đang dùng Sintrom; I10 - THA", "MA_BENH_KT": "I10"}, False),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa cấp", "GHI_CHU": "Sintrom suốt đời, không tự ngừng"}, False),
        ({"CHAN_DOAN_RV": "K35.8 - Viêm ruột thừa; I10 - THA", "MA_BENH_KT": "I10", "GHI_CHU": "Sintrom"}, True),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa, không biến chứng"}, True),
    ],
    ids=str,
)
def test_only_words_of_the_main_disease_alone_are_told_as_cured(
    person: str, desks: tuple[Desk, Desk], fields: dict[str, str], is_cured: bool
) -> None:
    kept = {"MA_BENH_CHINH": "K35.8", "MA_BENH_KT": "", "GHI_CHU": "", "KET_QUA_DTRI": "1", **LEFT, **fields}
    send(desks[0], stay("20261012", "A1", **kept))
    found = read(desks[0], person)
    assert [PAST in found, any("đã khỏi (resolved)" in row for row in found.get(PAST, ()))] == [is_cured] * 2
    own_words = kept["CHAN_DOAN_RV"].removeprefix("K35.8 - ").partition("; I10 - ")[0]
    for text in (kept["GHI_CHU"], "" if is_cured else own_words):
        assert text in " ".join(found[PROBLEMS])
    (row,) = [row for section in (PROBLEMS, PAST) for row in found.get(section, ()) if "K35.8" in row]
    assert "kết quả của đợt điều trị (outcome of the episode): Khỏi (Cured)" in row


@pytest.mark.parametrize(
    ("before", "is_cured"),
    [
        ({"CHAN_DOAN_RV": "Viêm ruột thừa", "GHI_CHU": ""}, True),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa, đang dùng Sintrom", "GHI_CHU": ""}, False),
        ({"CHAN_DOAN_RV": "Viêm ruột thừa", "GHI_CHU": WARFARIN}, False),
    ],
    ids=str,
)
def test_what_an_earlier_episode_said_is_not_carried_away_by_a_cure(
    person: str, desks: tuple[Desk, Desk], before: dict[str, str], is_cured: bool
) -> None:
    send(desks[0], visit("20261001", "A1", MA_BENH_CHINH="K35.8", MA_BENH_KT="", **before))
    cured = {"MA_BENH_CHINH": "K35.8", "MA_BENH_KT": "", "GHI_CHU": "", "KET_QUA_DTRI": "1", **LEFT}
    send(desks[0], stay("20261012", "A2", CHAN_DOAN_RV="Viêm ruột thừa cấp", **cured))
    found = read(desks[0], person)
    assert (PAST in found) is is_cured
    told = " ".join(found[PAST if is_cured else PROBLEMS])
    assert before["CHAN_DOAN_RV"] in told
    assert before["GHI_CHU"] in told


def test_no_diagnosis_of_a_file_is_told_to_software_as_confirmed(person: str, desks: tuple[Desk, Desk]) -> None:
    send(desks[0], visit("20261120", "A1", CHAN_DOAN_RV="Theo dõi u phổi chưa xác định", MA_BENH_CHINH="C34.9"))
    document = desks[0].summary_by_id(person).json
    conditions = [each["resource"] for each in document["entry"] if each["resource"]["resourceType"] == "Condition"]
    assert conditions
    assert not any("verificationStatus" in each or "clinicalStatus" in each for each in conditions)


def test_a_grave_history_of_the_papers_alone_stands_above_a_newer_sore_throat(
    person: str, desks: tuple[Desk, Desk]
) -> None:
    hospital, clinic = desks
    wrist = {"MA_BENH_CHINH": "S52.5", "MA_BENH_KT": "", "CHAN_DOAN_RV": "Gãy xương quay"}
    said = "BN đang dùng Sintrom do thay van 2 lá cơ học"
    send(hospital, rows_set(stay("20260301", "A1", **wrist), "XML5", 1, DIEN_BIEN_LS=f"Ngã xe. {said}. Ăn được"))
    send(clinic, visit("20261105", "A2", CLINIC, MA_BENH_CHINH="J02.9", MA_BENH_KT="", CHAN_DOAN_RV="Viêm họng"))
    rows = read(hospital, person)[PROBLEMS]
    assert said in rows[0]
    assert "Viêm họng" in rows[-1]
