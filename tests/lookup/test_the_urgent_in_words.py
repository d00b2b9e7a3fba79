"""What changes the first minutes stands first, however hospitals write it: in words, abbreviations, codes alone."""

from typing import Any

import pytest

from tests.facility_desk import Desk
from tests.lookup.doctor import condition, medicine, read, write
from tests.lookup.test_what_an_emergency_doctor_reads import MEDICINES, PROBLEMS, SNOMED

pytestmark = pytest.mark.usefixtures("clock")

ICD_10, ATC = "http://hl7.org/fhir/sid/icd-10", "http://www.whocc.no/atc"
# Of each group of the list some as hospitals write them.
DISEASES = """
NMCT cũ|Bệnh mạch vành|Đã đặt stent|Block nhĩ thất độ III|Hội chứng QT dài|WPW|Hẹp khít van hai lá|Tứ chứng Fallot
NYHA III|Tăng áp phổi nặng|Bóc tách động mạch chủ|Phình ĐMC|Huyết khối tĩnh mạch sâu|Thuyên tắc phổi
TBMMN 2019|XHN cũ|U não|VP shunt|Co giật|Guillain-Barré|HPQ|BPTNMT|Mở khí quản|Lao phổi AFB (+)
Giãn tĩnh mạch thực quản|Não gan|STM giai đoạn 5|Chạy thận nhân tạo chu kỳ|CKD stage 5|ĐTĐ típ 2|Hạ đường huyết nặng
Suy tuyến thượng thận|Bệnh Addison|Sử dụng corticoid kéo dài|Basedow|Thiếu men G6PD|Porphyria cấp|Giảm tiểu cầu
Von Willebrand|Thalassemia thể nặng|Bạch cầu cấp|Đa u tủy|Cắt lách|K phổi di căn não|Carcinoma dạ dày|HIV
Suy giảm miễn dịch|Lupus ban đỏ hệ thống|Thai 32 tuần|Thai ngoài tử cung|Tiền sản giật|Nhau tiền đạo
Khó đặt nội khí quản|Đường thở khó|Tăng thân nhiệt ác tính|DƯ Penicillin|Toan tự tử|Cai rượu|Uốn ván|Sốc nhiễm trùng
Ung thư vú ER âm tính|Thai 12 tuần HIV âm tính|Không kiểm soát được đái tháo đường|Thai ngoài tử cung chưa vỡ
"""
CODES = "D55.0 E05.9 E16.2 E23.0 E27.1 E80.2 A41.9 I82.9 I80.2 I85.0 M32.9 X61 Z91.5 Z93.0 G61.0 K72.9 R57.0 I51.9"
CALM = "Viêm mũi dị ứng|Không suy tim|Ung thư: không|HIV âm tính|Gan nhiễm mỡ|Tầm soát ung thư|Phì đại TLT"
MEDICINE_NAMES = """
Warfarin 5mg|Sintrom 4mg|Xarelto 20mg|Plavix 75mg|Aspirin 81mg|Insulin Lantus 20 UI|Diamicron MR 60|Prednisolon 5mg
Medrol 16mg|Tacrolimus 1mg|Methotrexat 2,5mg|Depakine 500mg|Digoxin 0,25mg|Cordarone|Betaloc ZOK|Morphin 10mg|Methadon
"""
THROAT = condition("Viêm họng", onsetDateTime="2026-11-29")
VITAMIN = medicine("Vitamin C", effectiveDateTime="2026-11-29")


def listed(text: str) -> list[str]:
    return [each for line in text.strip().split("\n") for each in line.split("|")]


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def first_of(rows: list[str]) -> list[str]:
    return [row.partition("|")[0].partition(" — ")[0] for row in rows]


def test_diseases_in_the_words_of_hospitals_stand_above_newer_ones(person: str, desk: Desk) -> None:
    names = listed(DISEASES)
    write(desk, person, THROAT, *(condition(each, onsetDateTime="1990") for each in names))
    found = first_of(read(desk, person)[PROBLEMS])
    assert found[-1] == "Viêm họng", found[found.index("Viêm họng") :]
    assert sorted(found[:-1]) == sorted(names)


def test_diseases_without_marks_stand_above_newer_ones(person: str, desk: Desk) -> None:
    names = ["Suy tuyen thuong than", "Huyet khoi tinh mach sau", "DTD tip 2", "Thieu men G6PD", "Tien san giat"]
    write(desk, person, THROAT, *(condition(each, onsetDateTime="1990") for each in names))
    assert first_of(read(desk, person)[PROBLEMS])[-1] == "Viêm họng"


def test_diseases_by_a_code_alone_stand_above_newer_ones(person: str, desk: Desk) -> None:
    codes = [coded(ICD_10, each) for each in CODES.split()] + [coded(SNOMED, "73211009")]
    write(desk, person, THROAT, *(condition("", code=each, onsetDateTime="1990") for each in codes))
    assert first_of(read(desk, person)[PROBLEMS])[-1] == "Viêm họng"


def test_what_only_sounds_urgent_stands_by_its_day(person: str, desk: Desk) -> None:
    write(desk, person, THROAT, *(condition(each, onsetDateTime="1990") for each in listed(CALM)))
    assert first_of(read(desk, person)[PROBLEMS])[0] == "Viêm họng"


def test_medicines_that_change_the_first_minutes_stand_above_newer_ones(person: str, desk: Desk) -> None:
    names = listed(MEDICINE_NAMES)
    alone = [coded(ATC, each) for each in ("B01AA03", "A10AE04", "H02AB06", "N03AG01")]
    old = [medicine(each, effectiveDateTime="2020") for each in names]
    old += [medicine("", medicationCodeableConcept=each, effectiveDateTime="2020") for each in alone]
    write(desk, person, VITAMIN, *old)
    found = first_of(read(desk, person)[MEDICINES])
    assert (len(found), found[-1]) == (len(old) + 1, "Vitamin C")


def test_a_denied_medicine_stands_by_its_day(person: str, desk: Desk) -> None:
    write(desk, person, VITAMIN, medicine("Không dùng aspirin", effectiveDateTime="2020"))
    assert first_of(read(desk, person)[MEDICINES])[0] == "Vitamin C"
