"""Words that were mended stay mended, wherever a person reads them."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
READ_FROM_HOSPITALS = {
    "blanks.py",
    "deaths.py",
    "denials.py",
    "ended_medicines.py",
    "grave_history.py",
    "plain_words.py",
    "refusals.py",
    "told_texts.py",
    "urgent_diseases.py",
}  # lists of words that hospitals use
READ = [
    *ROOT.glob("web/texts/**/*.toml"),
    ROOT / "layers/health_record/health_record/form/questionnaire.json",
    *(path for path in ROOT.glob("layers/health_record/health_record/**/*.py") if path.name not in READ_FROM_HOSPITALS),
    *ROOT.glob("functions/**/*.py"),
]
MENDED = (
    r"Tên thuốc hoặc thứ từng gây dị ứng",
    r"Viết cách nào cũng được",
    r"đã nhắn mã",
    r"Gửi lại được sau",
    r"xin mã mới",
    r"mã xác thực|ma xac thuc",
    r"không lưu bản nháp",
    r"Tin nhắn chỉ đủ để khai",
    r"chỉ được xem nếu bạn yêu cầu",
    r'"Loại hố xí',
    r"[Đđ]ẻ (?:thường|mổ|khó|non)|sinh đẻ|lúc đẻ",
    r"Kỳ có thai cuối",
    r"Tiếp xúc với gì nơi làm việc",
    r"Nơi đang đăng nhập",
    r'"mở đến',
    r"Hồ sơ được sử dụng lại",
    r"Sức khỏe qua bản khai",
    r"cua so (?!dien thoai)",
    r"\bXin (?:điền|ghi|chọn|thử|xem|kiểm|chờ|đừng)|bệnh nhân",
)


@pytest.mark.parametrize("phrase", MENDED)
def test_a_phrase_that_misled_is_read_nowhere(phrase: str) -> None:
    assert [path.name for path in READ if re.search(phrase, path.read_text("utf-8"))] == []


def test_a_disease_is_named_as_people_call_it_too(site: Path) -> None:
    page = (site / "declare.html").read_text("utf-8")
    for alone in ("Tăng huyết áp", "Bướu cổ", "Lao"):
        assert f">{alone}<" not in page, alone
    for both in ("Tăng huyết áp (cao huyết áp)", "Bướu cổ (bệnh tuyến giáp)", "Bệnh lao"):
        assert f">{both}<" in page, both
