"""Results of hospitals' files as a doctor reads them: a newer one of a service hides no other, no day is to come."""

import pytest

from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.visits import BORN, rows_set, send, visit
from tests.lookup.doctor import read

RESULTS, PROCEDURES = "30954-2", "47519-4"
FUTURE = "NGÀY GHI TRONG TỆP Ở TƯƠNG LAI (THE FILE HAS A DAY TO COME): 29/11/2062"


@pytest.fixture
def person(world: World) -> str:
    return store_resident(world, Resident(**BORN))


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999")


@pytest.mark.parametrize(
    ("older", "newer", "told"),
    [
        ({"KET_LUAN": "Cấy MÁU: Klebsiella kháng carbapenem"}, {"KET_LUAN": "Cấy nước tiểu: âm tính"}, 2),
        ({"KET_LUAN": "UNG THƯ đại tràng", "MO_TA": "đại tràng"}, {"KET_LUAN": "Viêm dạ dày", "MO_TA": "hang vị"}, 2),
        ({"KET_LUAN": "Nhồi máu não bán cầu PHẢI"}, {"KET_LUAN": "Chưa thấy bất thường"}, 2),
        ({"KET_LUAN": "", "MO_TA": "Thận trái ứ nước"}, {"KET_LUAN": "", "MO_TA": "Thận phải ứ nước"}, 2),
        ({"KET_LUAN": "Bình thường"}, {"KET_LUAN": "bình  thường"}, 1),
        ({"GIA_TRI": "Dương tính"}, {"GIA_TRI": "Âm tính"}, 2),
        ({"GIA_TRI": "E. coli", "KET_LUAN": "mẫu máu"}, {"GIA_TRI": "E. coli", "KET_LUAN": "mẫu nước tiểu"}, 2),
        ({"GIA_TRI": "Âm tính"}, {"GIA_TRI": "ÂM TÍNH"}, 1),
        ({"GIA_TRI": "7,9"}, {"GIA_TRI": "4,1"}, 1),
        ({"GIA_TRI": "231,000"}, {"GIA_TRI": "225,000"}, 1),
    ],
    ids=str,
)
def test_a_newer_result_of_a_service_takes_the_place_of_its_like_alone(
    person: str, desk: Desk, older: dict[str, str], newer: dict[str, str], told: int
) -> None:
    empty = {"TEN_CHI_SO": "Chỉ số thử", "MA_CHI_SO": "CS1", "GIA_TRI": "", "KET_LUAN": "", "MO_TA": ""}
    for day, fields in (("20260620", older), ("20261120", newer)):
        send(desk, rows_set(visit(day, f"A{day}"), "XML4", 1, **(empty | fields)))
    found = read(desk, person)[RESULTS]
    days = [day for day in ("20/06/2026", "20/11/2026") if any(day in row and _says(row) for row in found)]
    assert days == ["20/06/2026", "20/11/2026"][2 - told :]


def test_a_day_to_come_is_told_as_one_and_puts_nothing_first(person: str, desk: Desk) -> None:
    kalium = {"TEN_CHI_SO": "Kali máu", "MA_CHI_SO": "K1", "DON_VI_DO": "mmol/L", "MA_DICH_VU": "XN1"}
    file = rows_set(visit("20261120", "A1"), "XML4", 2, **kalium, GIA_TRI="4", NGAY_KQ="206211290800")
    file = rows_set(file, "XML4", 3, **kalium, GIA_TRI="7.9", NGAY_KQ="202611200900")
    file = rows_set(file, "XML4", 1, NGAY_KQ="206211290800")
    send(desk, file)
    found = read(desk, person)[RESULTS]
    assert any("Kali máu: 7,9 (7.9)" in row and "09:00 20/11/2026" in row for row in found)
    assert not any("Kali máu: 4" in row for row in found)
    assert not any("2062" in row.partition("|")[2] for row in found)
    assert any(FUTURE in row for row in found)


def test_an_operation_of_a_day_to_come_says_so(person: str, desk: Desk) -> None:
    day = {"MA_NHOM": "8", "NGAY_YL": "202611200830", "NGAY_TH_YL": "206211290800"}
    send(desk, rows_set(visit("20261120", "A1"), "XML3", 1, **day, TEN_DICH_VU="Nội soi"))
    (row,) = [row for row in read(desk, person)[PROCEDURES] if "Nội soi" in row]
    assert FUTURE in row
    assert "20/11/2026" in row.partition("|")[2]


def _says(row: str) -> bool:
    return "Chỉ số thử" in row or "kết luận" in row
