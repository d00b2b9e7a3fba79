"""A Vietnamese IPS document goes in by the API and is read as it was meant: in words, in both languages, on the PDF."""

import json
from typing import Any

import pytest

from functions.declare.view import summary_lines, summary_pdf
from tests.conftest import World
from tests.contribute import vietnamese_ips
from tests.contribute.bundles import bundle
from tests.facility_desk import Resident, register, store_resident
from tests.health_record.summary.ips_checker import faults

ZONE = "Asia/Ho_Chi_Minh"
# By the section's Vietnamese title what a doctor reads there, written by hand from the hospital's document.
MEANT = {
    "Dị ứng": [
        (
            "Penicillin; thuốc (medication); NGUY HIỂM, có thể đe dọa tính mạng (HIGH RISK, may be life-threatening); "
            "phản ứng (reaction): Sốc phản vệ, NẶNG (SEVERE)",
            "2019",
        )
    ],
    "Bệnh đang mắc": [
        ("chẩn đoán tạm thời (provisional diagnosis): Nhồi máu cơ tim cấp", ""),
        ("Đái tháo đường típ 2", "03/2015"),
    ],
    "Bệnh đã mắc": [("đã khỏi (resolved): Sốt xuất huyết Dengue; hết (ended): 14/08/2022", "")],
    "Thuốc đang dùng": [
        (
            "Insulin glargine; cách dùng (dosage): mỗi lần (dose): 12 đơn vị, "
            "1 lần mỗi ngày (1 time per day), trước khi đi ngủ (before sleep), tiêm dưới da",
            "01/10/2026",
        ),
        ("Amlodipin 5 mg; cách dùng (dosage): Uống 1 viên mỗi sáng", "từ (from) 05/01/2025"),
    ],
    "Thuốc đã ngừng, hết ngày dùng, tạm ngừng hoặc chưa dùng": [
        (
            "ĐÃ NGỪNG (STOPPED): Warfarin 2 mg; lý do (reason): Xuất huyết tiêu hóa",
            "từ (from) 2024 đến (to) 30/06/2026",
        )
    ],
    "Tiêm chủng": [("Uốn ván; mũi 2/5 (dose 2/5)", "01/09/2026")],
    "Kết quả xét nghiệm và tài liệu": [
        (
            "INR: 4,5 (4.5) INR; CAO NGUY KỊCH (CRITICALLY HIGH); "
            "khoảng tham chiếu (reference range): 2 – 3, cho (for): đang dùng chống đông",
            "03:30 23/11/2026",
        ),
        ("HBsAg: Âm tính", "03:30 23/11/2026"),
        ("Kali máu: lỗi hệ thống hoặc lỗi đo (system or measurement error)", "03:30 23/11/2026"),
    ],
    "Phẫu thuật và thủ thuật": [
        ("Cắt ruột thừa nội soi", "từ (from) 05:00 04/02/2018 đến (to) 07:30 04/02/2018"),
    ],
    "Đã loại trừ, không làm hoặc chưa làm": [
        ("ĐÃ LOẠI TRỪ DỊ ỨNG (ALLERGY REFUTED): Tôm, cua", ""),
        ("ĐÃ LOẠI TRỪ BỆNH (DIAGNOSIS REFUTED): Lao phổi", ""),
        ("KHÔNG LÀM (NOT DONE): Chụp mạch vành; lý do (reason): Người bệnh từ chối", "21/11/2026"),
        ("KHÔNG TIÊM (NOT GIVEN): Cúm mùa; lý do (reason): Đang sốt", "20/10/2026"),
    ],
}


@pytest.fixture
def shown(world: World) -> dict[str, Any]:
    person = store_resident(world, Resident())
    desk = register(world)
    sent = vietnamese_ips.resources(person)
    answer = desk.transaction(bundle(*sent))
    assert answer.status == 200, answer.body
    kept = {entry["resource"]["id"]: entry["resource"] for entry in desk.everything(person, _count="100").json["entry"]}
    for each in sent:
        assert {name: value for name, value in kept[each["id"]].items() if name != "meta"} == each
    found: dict[str, Any] = desk.call("GET", f"Patient/{person}/$summary").json
    return found


def test_a_doctor_reads_in_each_section_what_the_hospital_wrote(shown: dict[str, Any]) -> None:
    assert faults(shown) == []
    lines = list(summary_lines.build_lines(shown, ZONE))
    told: dict[str, list[tuple[str, str]]] = {}
    for line in lines:
        if line.kind == "section":
            told[section := line.text.partition(" (")[0]] = []
        elif line.kind == "entry":
            told[section].append((line.text, ""))
        elif line.kind == "detail" and told and told[section]:
            entry, before = told[section][-1]
            told[section][-1] = (entry, before or line.text.rpartition(" · ")[0])
    assert {name: entries for name, entries in told.items() if entries} == MEANT


def test_the_pdf_is_made_of_these_lines(shown: dict[str, Any]) -> None:
    assert summary_pdf.render_pdf(shown).startswith(b"%PDF-1.")
    assert json.dumps(shown, ensure_ascii=False).count("Sốc phản vệ") >= 2
