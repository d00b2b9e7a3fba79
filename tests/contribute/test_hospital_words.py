"""What a doctor reads in `$summary` of a hospital's file: each field's words, and no more than the file says."""

import datetime
import re
from typing import Any

import pytest

from functions.declare.view import summary_lines
from health_record.http.response_size import LARGEST_PAYLOAD, payload_size
from tests.conftest import World
from tests.facility_desk import Desk, Resident, register, store_resident
from tests.hospital_file.files import INPATIENT, OUTPATIENT, inside, replaced

ZONE = "Asia/Ho_Chi_Minh"
WOMAN = Resident(national_id="079156000123", full_name="Nguyễn Thị Thử", birth_date="1956", insurance_number=None)
MAN = Resident(
    national_id="079060000456",
    full_name="Trần Văn Mẫu",
    birth_date="1960-08-21",
    sex="male",
    insurance_number=None,
)
RESULTS = "Kết quả xét nghiệm và tài liệu (Results)"
PROBLEMS = "Bệnh đang mắc (Problem list)"
PAST = "Bệnh đã mắc (History of past problems)"
DIAGNOSED = "chẩn đoán trong đợt khám, điều trị từ (diagnosed in the visit or stay from)"


@pytest.fixture
def desk(world: World) -> Desk:
    return register(world, provider_code="79999", daily_patients=10)


def sections(desk: Desk, person: Resident, world: World, *files: bytes) -> dict[str, list[str]]:
    """The printed lines of each section once the files are sent: an entry, and what stands below it."""
    record = store_resident(world, person)
    for file in files:
        answer = desk.hospital_file(file)
        assert [entry["response"]["status"][:2] for entry in answer.json["entry"]] == ["20"], answer.body
    document = desk.call("GET", f"Patient/{record}/$summary").json
    found: dict[str, list[str]] = {}
    for line in summary_lines.build_lines(document, ZONE):
        if line.kind == "section":
            found[line.text] = []
        elif found and line.kind in ("entry", "detail"):
            found[list(found)[-1]].append(line.text)
    return found


def with_fields(file: bytes, table: str, row: int = 1, **fields: str) -> bytes:
    for name, value in fields.items():
        file = replaced(file, table, name, value, row)
    return file


def of_day(file: bytes, day: datetime.date, key: str) -> bytes:
    """The outpatient example on another day, under a key of its own."""
    file = inside(file, lambda text: text.replace("799992026100500001", key).replace("20261005", f"{day:%Y%m%d}"))
    return re.sub(rb"<NGAYLAP>\d+<", f"<NGAYLAP>{day:%Y%m%d}<".encode(), file)


def line_of(lines: list[str], start: str) -> str:
    (found,) = [line for line in lines if line.startswith(start)]
    return found


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (
            {"KET_LUAN": "", "MO_TA": "Huyết khối nhĩ trái 20 mm"},
            "kết luận (conclusion): Mô tả (description): Huyết khối nhĩ trái 20 mm",
        ),
        (
            {"KET_LUAN": "EF giảm", "MO_TA": "Huyết khối nhĩ trái 20 mm"},
            "kết luận (conclusion): EF giảm — Mô tả (description): Huyết khối nhĩ trái 20 mm",
        ),
    ],
)
def test_what_was_seen_is_told_also_without_a_conclusion(
    world: World, desk: Desk, fields: dict[str, str], expected: str
) -> None:
    lines = sections(desk, WOMAN, world, with_fields(OUTPATIENT, "XML4", 1, **fields))[RESULTS]
    assert any(line.endswith(expected) for line in lines), lines


def test_what_the_laboratory_says_of_a_sample_stands_beside_its_value(world: World, desk: Desk) -> None:
    fields = {"MO_TA": "Mẫu vỡ hồng cầu, kết quả không tin cậy", "GIA_TRI": "7.9"}
    lines = sections(desk, WOMAN, world, with_fields(OUTPATIENT, "XML4", 7, **fields))[RESULTS]
    assert "Mẫu vỡ hồng cầu, kết quả không tin cậy" in line_of(lines, "Kali: 7,9 (7.9) mmol/L")


def test_a_long_conclusion_keeps_its_last_sentence(world: World, desk: Desk) -> None:
    text = "Không thấy tế bào ác tính. " + "Mô bình thường. " * 400 + "NHƯNG CÓ CARCINOM TẠI CHỖ"
    lines = sections(desk, WOMAN, world, with_fields(OUTPATIENT, "XML4", 1, KET_LUAN=text))[RESULTS]
    assert any("NHƯNG CÓ CARCINOM TẠI CHỖ" in line for line in lines)


def test_long_conclusions_of_many_visits_make_a_summary_that_lambda_carries(world: World, desk: Desk) -> None:
    """They pack to next to nothing, so that what is kept says little of what it becomes."""
    record = store_resident(world, WOMAN)
    text = "Không thấy tế bào ác tính. " + "Mô bình thường. " * 480 + "NHƯNG CÓ CARCINOM"
    for visit in range(30):
        rows = "".join(
            f"<CHI_TIET_CLS><MA_LK>LK{visit}</MA_LK><STT>{number}</STT><MA_DICH_VU>{visit}.{number}</MA_DICH_VU>"
            f"<TEN_CHI_SO>Mô</TEN_CHI_SO><KET_LUAN>{text}</KET_LUAN></CHI_TIET_CLS>"
            for number in range(20)
        )
        file = inside(
            of_day(OUTPATIENT, datetime.date(2026, 10, 1) + datetime.timedelta(days=visit), f"LK{visit}"),
            lambda sent, rows=rows: re.sub(r"<CHI_TIET_CLS>.*</CHI_TIET_CLS>", rows, sent, flags=re.DOTALL),
            "XML4",
        )
        answer = desk.hospital_file(file)
        assert answer.json["entry"][0]["response"]["status"].startswith("201"), answer.body
    answer = desk.call("GET", f"Patient/{record}/$summary")
    assert answer.status == 200
    assert payload_size(answer.body.decode()) <= LARGEST_PAYLOAD
    shown = [e["resource"] for e in answer.json["entry"] if e["resource"]["resourceType"] == "DiagnosticReport"]
    assert len(shown) > 100
    assert all(each["conclusion"].endswith("NHƯNG CÓ CARCINOM") for each in shown)


def test_the_same_indicator_of_two_services_is_two_results_with_their_services(world: World, desk: Desk) -> None:
    file = with_fields(OUTPATIENT, "XML4", 4, MA_CHI_SO="pH", TEN_CHI_SO="pH", GIA_TRI="7.05", DON_VI_DO="")
    file = with_fields(file, "XML4", 6, MA_CHI_SO="pH", TEN_CHI_SO="pH", GIA_TRI="6.0", DON_VI_DO="")
    lines = sections(desk, WOMAN, world, file)[RESULTS]
    found = sorted(line for line in lines if line.startswith("pH"))
    assert [line.partition(";")[0] for line in found] == ["pH: 6,0 (6.0)", "pH: 7,05 (7.05)"]
    services = {line.partition("loại (category): ")[2] for line in found}
    assert len(services) == 2
    assert "" not in services


def test_two_reports_of_one_service_in_one_visit_are_both_told(world: World, desk: Desk) -> None:
    """Each line of a microbiology report is one row of XML4."""
    file = with_fields(OUTPATIENT, "XML4", 3, MA_DICH_VU="Vi khuẩn", GIA_TRI="", KET_LUAN="Cấy máu: E. coli")
    file = with_fields(file, "XML4", 4, MA_DICH_VU="Vi khuẩn", GIA_TRI="", KET_LUAN="Cấy đàm: âm tính")
    lines = sections(desk, WOMAN, world, file)[RESULTS]
    assert [any(text in line for line in lines) for text in ("Cấy máu: E. coli", "Cấy đàm: âm tính")] == [True, True]


def test_each_code_has_its_own_words_and_its_title(world: World, desk: Desk) -> None:
    lines = sections(desk, WOMAN, world, OUTPATIENT)[PROBLEMS]
    assert line_of(lines, "Tăng huyết áp vô căn (nguyên phát) [ICD-10 I10")
    assert line_of(lines, "Đái tháo đường típ 2 không biến chứng [ICD-10 E11.9")
    assert line_of(lines, "Tăng lipid máu, không đặc hiệu [ICD-10 E78.5")
    assert not any(line.count(";") > 1 for line in lines)


def test_a_text_for_all_codes_stands_once_and_says_so(world: World, desk: Desk) -> None:
    """The text may say another thing than the code: both are shown, the text first."""
    fields = {"MA_BENH_CHINH": "J02.9", "MA_BENH_KT": "I21.9", "CHAN_DOAN_RV": "Theo dõi nhồi máu cơ tim"}
    lines = sections(desk, WOMAN, world, with_fields(OUTPATIENT, "XML1", **fields))[PROBLEMS]
    assert line_of(lines, "Theo dõi").startswith(
        "Theo dõi nhồi máu cơ tim [ICD-10 J02.9: nhóm J02 viêm họng cấp (category J02 acute pharyngitis)]; "
        "ghi chú (note): lời chẩn đoán này là chung cho các mã (one text for all of these codes): J02.9, I21.9"
    )
    assert line_of(lines, "I21.9") == "I21.9: nhóm I21 nhồi máu cơ tim cấp (category I21 acute myocardial infarction)"
    assert sum("Theo dõi" in line for line in lines) == 1


def test_what_an_earlier_episode_wrote_of_a_code_is_not_lost(world: World, desk: Desk) -> None:
    old = with_fields(
        of_day(OUTPATIENT, datetime.date(2026, 11, 1), "LK1"),
        "XML1",
        MA_BENH_CHINH="I21.9",
        MA_BENH_KT="Z95.5",
        CHAN_DOAN_RV="Nhồi máu cơ tim cấp đã đặt stent LAD 10/2026",
    )
    new = with_fields(
        of_day(OUTPATIENT, datetime.date(2026, 11, 20), "LK2"),
        "XML1",
        MA_BENH_CHINH="J02.9",
        MA_BENH_KT="I21.9",
        CHAN_DOAN_RV="Viêm họng cấp; nhồi máu cơ tim cũ",
    )
    lines = sections(desk, WOMAN, world, old, new)[PROBLEMS]
    line = line_of(lines, "I21.9: ")
    assert "đợt khác ghi (another episode wrote), 01/11/2026, Trung tâm Y tế Bình Quới: Nhồi máu cơ tim cấp" in line


def test_words_of_a_restricted_episode_bring_its_label(world: World, desk: Desk) -> None:
    old = with_fields(
        of_day(OUTPATIENT, datetime.date(2026, 11, 1), "LK1"),
        "XML1",
        MA_BENH_CHINH="I10",
        MA_BENH_KT="B20",
        CHAN_DOAN_RV="Tăng huyết áp; nhiễm HIV",
    )
    new = of_day(OUTPATIENT, datetime.date(2026, 11, 20), "LK2")
    lines = sections(desk, WOMAN, world, old, new)[PROBLEMS]
    (line,) = [line for line in lines if "nhiễm HIV" in line]
    assert line.startswith("BẢO MẬT (CONFIDENTIAL): Tăng huyết áp vô căn")
    assert line_of(lines, "Đái tháo đường típ 2 không biến chứng")


def test_restricted_content_is_marked_for_who_may_see_it(world: World, desk: Desk) -> None:
    fields = {"MA_BENH_CHINH": "B20", "MA_BENH_KT": "F20.0", "CHAN_DOAN_RV": "Nhiễm HIV; tâm thần phân liệt"}
    found = sections(desk, WOMAN, world, with_fields(OUTPATIENT, "XML1", **fields))
    mark = "BẢO MẬT (CONFIDENTIAL): "
    assert line_of(found[PROBLEMS], f"{mark}Nhiễm HIV")
    assert line_of(found[PROBLEMS], f"{mark}F20.0: nhóm F20 tâm thần phân liệt")


def test_a_cured_disease_of_a_stay_is_no_present_one(world: World, desk: Desk) -> None:
    found = sections(desk, MAN, world, INPATIENT)
    assert line_of(found[PAST], "đã khỏi (resolved): Viêm ruột thừa cấp khác và không đặc hiệu [ICD-10 K35.8") == (
        "đã khỏi (resolved): Viêm ruột thừa cấp khác và không đặc hiệu "
        "[ICD-10 K35.8: nhóm K35 viêm ruột thừa cấp (category K35 acute appendicitis)]; "
        "hết (ended): 09:00 16/10/2026; "
        "ghi chú (note): kết quả của đợt điều trị (outcome of the episode): Khỏi (Cured)"
    )
    assert [line for line in found[PROBLEMS] if "ICD-10" in line] == [
        "Tăng huyết áp vô căn (nguyên phát) [ICD-10 I10: tăng huyết áp nguyên phát (primary hypertension)]; "
        "ghi chú (note): ghi chú của cơ sở (the facility's remark): "
        "Thay băng 2 ngày/lần, cắt chỉ sau 7 ngày, trở lại ngay nếu sốt hoặc đau tăng"
    ]
    assert found[PROBLEMS][1] == f"{DIAGNOSED} 12/10/2026 · Trung tâm Y tế Bình Quới"


@pytest.mark.parametrize(
    ("fields", "is_past"),
    [
        ({}, True),
        ({"KET_QUA_DTRI": "2"}, False),  # better
        ({"KET_QUA_DTRI": "5"}, False),  # died
        ({"KET_QUA_DTRI": "7"}, False),  # not determined
        ({"MA_LOAI_KCB": "01"}, False),  # a visit ends nothing
        ({"MA_LOAI_KCB": "05"}, False),  # chronic care
        ({"MA_LOAI_KCB": "04"}, True),  # day treatment
    ],
)
def test_only_a_stay_that_ended_cured_makes_its_main_disease_a_past_one(
    world: World, desk: Desk, fields: dict[str, str], is_past: bool
) -> None:
    found = sections(desk, MAN, world, with_fields(INPATIENT, "XML1", **fields))
    section = found[PAST] if is_past else found[PROBLEMS]
    assert any("K35.8" in line for line in section)
    assert (PAST in found) is is_past


def test_a_disease_in_chronic_care_elsewhere_is_not_told_as_cured(world: World, desk: Desk) -> None:
    chronic = inside(INPATIENT, lambda text: text.replace("202610", "202609"))  # its key too
    chronic = with_fields(chronic, "XML1", MA_LOAI_KCB="05", NGAY_TAI_KHAM="")
    found = sections(desk, MAN, world, chronic, INPATIENT)
    assert any("K35.8" in line for line in found[PROBLEMS])


def test_the_route_of_a_medicine_is_told(world: World, desk: Desk) -> None:
    recent = of_day(OUTPATIENT, datetime.date(2026, 11, 20), "LK1")
    file = with_fields(recent, "XML2", 1, DUONG_DUNG="2.10", LIEU_DUNG="Sáng 20 đơn vị * 28 ngày")
    medicines: list[Any] = sections(desk, WOMAN, world, file)["Thuốc đang dùng (Medication summary)"]
    assert "mã đường dùng 2.10" in line_of(medicines, "Amlodipin")
    assert ", uống" in line_of(medicines, "Losartan")


def test_the_facilitys_remark_stands_with_the_main_diagnosis_by_both_its_ends(world: World, desk: Desk) -> None:
    remark = "Cấp thẻ dị ứng; KHÔNG dùng cephalosporin. " + "Đã giải thích cho người nhà. " * 30 + "Hẹn khám dị ứng."
    found = sections(desk, MAN, world, with_fields(INPATIENT, "XML1", GHI_CHU=remark, KET_QUA_DTRI="2"))
    lines = "\n".join(found[PROBLEMS])
    assert "ghi chú của cơ sở (the facility's remark): Cấp thẻ dị ứng; KHÔNG dùng cephalosporin." in lines
    assert "Hẹn khám dị ứng." in lines


def test_a_poor_outcome_is_told_beside_how_the_stay_ended(world: World, desk: Desk) -> None:
    file = with_fields(INPATIENT, "XML1", KET_QUA_DTRI="4", MA_LOAI_RV="2", GHI_CHU="Xin về, tiên lượng tử vong")
    lines = "\n".join(line for several in sections(desk, MAN, world, file).values() for line in several)
    assert "Nặng hơn (Worse)" in lines
    assert "Xin về, tiên lượng tử vong" in lines
