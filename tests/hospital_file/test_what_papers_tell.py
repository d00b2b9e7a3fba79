"""What the papers of an episode tell: the part around the words, and each kind counted apart."""

import pytest

from health_record.clinical_words.refused_in_advance import refuses
from health_record.episode.told_in_papers import of_papers
from tests.hospital_file.kept import kept
from tests.hospital_file.visits import stay

LONG = "Bệnh nhân nằm yên, thở khí phòng, da niêm mạc nhợt, tim đều, phổi thông khí hai bên giảm, bụng mềm, " * 2


def told(*notes: str) -> list[str]:
    episode = kept(stay("20261012", "S1"))
    tables = {**episode.content["tables"], "XML5": [{"DIEN_BIEN_LS": note} for note in notes]}
    return of_papers(episode.with_content({**episode.content, "tables": tables}))


@pytest.mark.parametrize("words", ["ký cam kết không đặt nội khí quản", "từ chối truyền máu", "đặt NKQ khó, Cormack 4"])
@pytest.mark.parametrize("after", ["", f", {LONG}"], ids=["at the end", "within"])
def test_of_a_long_sentence_the_part_around_the_words_is_told(words: str, after: str) -> None:
    (part,) = told(f"{LONG}gia đình {words}{after}")
    assert words in part
    assert len(part) <= 164


def test_many_allergies_push_out_neither_a_refusal_nor_a_difficult_airway() -> None:
    notes = [f"Dị ứng thuốc số {number}" for number in range(6)]
    found = told(*notes, "Gia đình ký cam kết không hồi sức", "Đặt NKQ khó, Cormack 4")
    assert "Gia đình ký cam kết không hồi sức" in found
    assert "Đặt NKQ khó, Cormack 4" in found
    assert sum("Dị ứng" in each for each in found) == 5


def test_many_refusals_push_out_no_difficult_airway() -> None:
    assert "Đặt NKQ khó, Cormack 4" in told(*(f"Từ chối thở máy lần {n}" for n in range(6)), "Đặt NKQ khó, Cormack 4")


def test_a_newborn_that_cries_is_no_refusal_whatever_parts_its_sentences() -> None:
    assert told("Đẻ thường. Trẻ khóc ngay. Không hồi sức. Cân nặng 3100 g") == []


def test_what_is_told_of_a_refusal_still_refuses() -> None:
    (part,) = told(f"{LONG}gia đình ký cam kết không đặt nội khí quản. Ăn cháo")
    assert refuses(part)
    assert "Ăn cháo" not in part


HISTORIES = (
    ("TS: ĐTĐ type 2 đang tiêm Mixtard 30/70, THA", "Mixtard"),
    ("BN đang dùng Sintrom do thay van 2 lá cơ học 2015", "Sintrom"),
    ("Tien su: dat stent LAD 2020, dang uong Xarelto", "Xarelto"),
    ("Đã đặt máy tạo nhịp 2 buồng năm 2019", "máy tạo nhịp"),
    ("TS suy thượng thận do dùng corticoid kéo dài", "suy thượng thận"),
    ("Hiện thai 30 tuần, con so", "thai 30 tuần"),
    ("Mẹ BN bị suy thận mạn, bản thân đang chạy thận chu kỳ 3 lần/tuần", "chạy thận"),
    ("Ghép thận 2018, đang uống Prograf", "Ghép thận"),
    ("Known haemophilia A", "haemophilia"),
    ("Tiền sử nhược cơ, đang uống Mestinon", "nhược cơ"),
    ("Đã cắt lách sau tai nạn 2001", "cắt lách"),
    ("Không tuân thủ điều trị ĐTĐ", "ĐTĐ"),
    ("Thiếu men G6PD", "G6PD"),
    ("Hen phế quản từ nhỏ", "Hen phế quản"),
    ("Chống chỉ định kháng đông do xuất huyết não", "Chống chỉ định kháng đông"),
    ("Con so, đang mang thai 30 tuần", "mang thai 30 tuần"),
)


@pytest.mark.parametrize(("said", "word"), HISTORIES, ids=[word for _, word in HISTORIES])
@pytest.mark.parametrize("field", ["DIEN_BIEN_LS", "HOI_CHAN"])
def test_a_grave_history_that_no_diagnosis_names_is_told(said: str, word: str, field: str) -> None:
    assert any(word in part for part in told_of({field: f"Vào viện vì ngã. {said}. Ăn cháo được"}))


@pytest.mark.parametrize(
    "said",
    [
        "Tiền sử: không ĐTĐ, THA, hen phế quản",
        "Chưa ghi nhận tiền sử suy tim, rung nhĩ",
        "Không dùng thuốc chống đông",
        "Gia đình: mẹ ĐTĐ, bố suy tim",
        "Mẹ bị hen, bố suy tim",
        "Tiền sử sảy thai 8 tuần năm 2010",
        "Men G6PD bình thường",
        "Đặt stent niệu quản, rút sau 4 tuần",
        "Hẹn tái khám theo lịch hẹn",
        "Máu cho vào ống chống đông, gửi xét nghiệm",
        "HIV (+), đang điều trị ARV",
        "Nghiện heroin, uống Methadone",
        "Vợ đang mang thai 30 tuần",
        "Con trai bị động kinh",
        "BN không dùng thuốc gì, không đặt máy tạo nhịp",
        "Cân nhắc đặt máy tạo nhịp",
        "Có chỉ định thay van",
        "Đã loại trừ suy tim. Loại trừ rung nhĩ",
    ],
)
def test_what_is_none_of_the_person_or_not_to_be_seen_by_chance_is_not_told(said: str) -> None:
    assert told_of({"DIEN_BIEN_LS": f"Vào viện vì ngã. {said}. Ăn cháo được"}) == []


def test_what_a_diagnosis_names_by_its_code_or_words_is_not_told_twice() -> None:
    note = {"DIEN_BIEN_LS": "TS ĐTĐ, rung nhĩ, đang dùng Xarelto"}
    assert told_of(note, MA_BENH_KT="E11.9;I48;Z92.1") == []
    assert told_of(note, CHAN_DOAN_RV="Gãy xương quay; ĐTĐ; rung nhĩ đang dùng Xarelto") == []


def test_of_each_kind_the_newest_sentence_is_told_once() -> None:
    notes = [
        {"DIEN_BIEN_LS": "Đang dùng Sintrom 1/4 viên", "THOI_DIEM_DBLS": "202610120800"},
        {"DIEN_BIEN_LS": "Đang dùng Xarelto thay Sintrom", "THOI_DIEM_DBLS": "202610140800"},
    ]
    assert told_of(*reversed(notes)) == ["Đang dùng Xarelto thay Sintrom"]


def told_of(*notes: dict[str, str], **summary: str) -> list[str]:
    episode = kept(stay("20261012", "S1"))
    tables = episode.content["tables"]
    row = {**tables["XML1"][0], "MA_BENH_CHINH": "S52.5", "MA_BENH_KT": "", "CHAN_DOAN_RV": "Gãy xương quay", **summary}
    return of_papers(episode.with_content({**episode.content, "tables": {**tables, "XML1": [row], "XML5": [*notes]}}))
