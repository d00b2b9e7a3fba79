"""Printed forms ask everybody whether they refuse: what is ticked or answered counts, and not that it was asked."""

import time

import pytest

from health_record.clinical_words.agreed_treatments import agreed_in, refusing_part
from health_record.clinical_words.refused_in_advance import places_of, refuses

TOLD = [
    "DNR: ■ Có □ Không",
    "DNR: [x] Có [ ] Không",
    "DNR: Có ☑ Không ☐",
    "DNR: 1. Có 2. Không [1]",
    "☑ DNR □ Full code",
    "[x] Từ chối truyền máu [ ] Đồng ý truyền máu",
    "DNR: có",
    "DNR/DNI (+)",
    "DNR",
    "DNR - gia đình đã ký",
    "DNR/DNI",
    "Từ chối truyền máu: Có",
    "Từ chối truyền máu: không đồng ý cả tiểu cầu",
    "Từ chối hồi sức: không ép tim, không đặt nội khí quản",
    "Từ chối truyền máu: Không. Từ chối hồi sức: Có",
    "DNR: □ Có ■ Không. Sau hội chẩn: gia đình xin không đặt nội khí quản",
    "Cam kết từ chối hồi sức",
    "Từ chối hồi sức - không rõ lý do",
    "Đồng ý hồi sức: Không",
    "Đồng ý truyền máu: □ Có ■ Không",
    "Đồng ý hồi sức tim phổi: [ ] Có [x] Không",
    "Đồng ý đặt nội khí quản: ko",
    "Truyền máu: không đồng ý",
    "Truyền máu: từ chối",
    "Hồi sức tim phổi: không đồng ý",
    "Đặt nội khí quản: bệnh nhân từ chối",
    "Ý nguyện trước: không đặt ống",
    "Nguyện vọng: không thở máy",
    "Gia đình đồng ý ngừng hồi sức",
    "Gia đình đồng ý dừng thở máy",
    "Từ chối ECMO",
    "Từ chối dùng vận mạch",
    "Gia đình không đồng ý dùng thuốc vận mạch",
    "Từ chối đặt ống nội khí quản và ống nuôi ăn",
    "Từ chối đặt ống",
    "Không rút lại DNR",
    "Chưa hủy DNR",
    "Gia đình không muốn rút lại DNR",
    "DNR, hủy y lệnh thở máy",
    "Rút lại DNR hôm qua, nay từ chối đặt nội khí quản",
]
NOT_TOLD = [
    "DNR: □ Có ■ Không",
    "DNR: ☐ Có ☑ Không",
    "DNR: [ ] Có [x] Không",
    "DNR: Có □ Không ■",
    "DNR: 1. Có 2. Không [2]",
    "DNR: □ Có □ Không",
    "DNR: [ ] Có [ ] Không",
    "DNR/DNI (-)",
    "DNR/DNI: không",
    "DNR, DNI: không",
    "DNR: [ ]",
    "Có giấy DNR: □",
    "□ DNR ☑ Full code",
    "[ ] DNR [x] Hồi sức tối đa",
    "□ Từ chối truyền máu ■ Đồng ý truyền máu",
    "Cam kết từ chối hồi sức: không",
    "Từ chối truyền máu: Không",
    "Từ chối truyền máu: ko. Dị ứng: không",
    "Từ chối truyền máu (-)",
    "Từ chối truyền máu: □ Có ■ Không",
    "Từ chối truyền máu: □",
    "Từ chối can thiệp: không",
    "Từ chối hồi sức tim phổi, đặt nội khí quản: không",
    "Đồng ý hồi sức: Có",
    "Đồng ý truyền máu: ■ Có □ Không",
    "Đồng ý truyền máu",
    "Đồng ý truyền máu: không phản ứng",
    "Đồng ý phẫu thuật: Không",
    "Truyền máu: không",
    "Hồi sức: không",
    "Truyền máu: đồng ý",
    "Mổ: không đồng ý",
    "Nguyện vọng: không có",
    "Nguyện vọng: không nằm phòng dịch vụ",
    "Từ chối đặt ống nuôi ăn",
    "Từ chối đặt ống thông dạ dày",
    "Không đồng ý đặt ống nuôi ăn qua mũi",
    "Ngừng hồi sức sau 45 phút",
    "Ngừng vận mạch ngày 3",
    "Đồng ý ngừng hóa trị",
    "Đã rút lại DNR ngày 25/11",
    "Hủy bỏ đơn DNR",
    "Không còn DNR",
    "Rút lại cam kết từ chối truyền máu",
    "DNR (đã hủy)",
    "DNR revoked",
    "Revoked the DNR",
]


@pytest.mark.parametrize("text", TOLD)
def test_a_form_that_says_so_refuses(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", NOT_TOLD)
def test_a_form_that_only_asks_does_not(text: str) -> None:
    assert not refuses(text)


def test_the_place_of_a_refusal_behind_a_form_is_its_own() -> None:
    text = "Nguy cơ: □ Có ■ Không. Từ chối truyền máu"
    assert [text[begin:end] for begin, end in places_of(text)] == ["Từ chối truyền máu"]


@pytest.mark.parametrize(
    "said", ["dnr/", "từ chối truyền máu ", "đồng ý truyền máu: ", "□ có ", "ý nguyện a: b ", "dnr: □ có "]
)
def test_a_long_form_is_read_in_little_time(said: str) -> None:
    begin = time.process_time()
    assert list(places_of(said * (65536 // len(said)))) is not None
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    "said", ["từ chối truyền máu. đồng ý truyền máu. ", "đồng ý a b c ", "từ chối hồi sức đồng ý "]
)
def test_an_agreement_in_a_long_paper_is_found_in_little_time(said: str) -> None:
    text = said * (65536 // len(said))
    begin = time.process_time()
    assert (refusing_part(text) == "") is ("từ chối" not in text)
    agreed_in(text)
    assert time.process_time() - begin < 2
