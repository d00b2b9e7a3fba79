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
    "Gia đình từ chối hủy DNR",
    "Không thể hủy DNR",
    "Gia đình không đồng ý hủy DNR",
    "Chưa bao giờ hủy DNR",
    "Chưa ai rút lại DNR",
    "Never revoked DNR",
    "Has not rescinded the DNR",
    "Didn't revoke DNR",
    "Cannot rescind DNR",
    "Refuses to revoke DNR",
    "DNR order revoked? No",
    "DNR đã hủy? Không",
    "DNR đã hủy: không",
    "Chưa bao giờ rút từ chối truyền máu",
    "Đã giải thích quyền rút lại từ chối truyền máu",
    "Có quyền rút lại cam kết từ chối truyền máu bất cứ lúc nào",
    "Sẽ hủy DNR nếu con trai về",
    "Hủy DNR nếu phẫu thuật",
    "Hủy DNR trong lúc gây mê",
    "DNR revoked during surgery only",
    "Can revoke DNR at any time",
    "May revoke DNR",
    "Asked how to revoke DNR",
    "Hỏi thủ tục hủy DNR",
    "Xin hủy DNR, chờ bác sĩ trưởng khoa",
    "Đề nghị rút lại DNR",
    "Muốn rút lại DNR",
    "DNR đã hủy rồi ký lại hôm qua",
    "DNR revoked in 2024, reinstated 2025",
    "Hủy DNR 3/2024. DNR có hiệu lực lại 5/2025",
    "Full code: ☐ DNR: ☑",
    "Full code ☐ DNR ☑",
    "Full code: [ ] DNR: [x]",
    "Full code: □\nDNR: ■",
    "Hồi sức tim phổi: ☐ Không hồi sức theo nguyện vọng: ☑",
    "Mức độ: Hồi sức toàn diện: □ DNR: ■",
    "Code status: ☐ Full code ☑ DNR",
    "Kế hoạch: □ Hồi sức tối đa ■ Không hồi sức tim phổi",
    "DNR: [x]",
    "DNR ☑",
    "(x) DNR ( ) Full code",
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
    "Hội chẩn, hủy y lệnh DNR",
    "Gia đình đã rút lại giấy DNR",
    "Gia đình rút lại cam kết từ chối truyền máu",
    "BN tỉnh, không sốt, đã hủy DNR",
    "Không sốt. Hủy DNR",
    "DNR order was rescinded 3/2025",
    "No longer DNR",
    "Patient rescinded DNR",
    "Code status: ☐ DNR ☑ Full code",
    "Mức độ: □ DNR ■ Hồi sức toàn diện",
    "☐ Có ☑ Không từ chối truyền máu",
    "□ Có ■ Không DNR",
    "1) ☐ Có ☑ Không từ chối truyền máu",
    "Ghi chú\n[ ] Có [x] Không từ chối hồi sức",
    "DNR: ☐ Có ☑ Không Truyền máu: ☑ Có ☐ Không",
]


@pytest.mark.parametrize("text", TOLD)
def test_a_form_that_says_so_refuses(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize("text", NOT_TOLD)
def test_a_form_that_only_asks_does_not(text: str) -> None:
    assert not refuses(text)


AGREED = [
    "Đồng ý truyền máu",
    "Đồng ý cho truyền khối hồng cầu",
    "Gia đình đồng ý đặt nội khí quản, thở máy",
    "Gia dinh dong y dat noi khi quan",
    "Gia đình xin hồi sức tối đa",
    "Xin truyền máu",
    "Gia đình xin được đặt nội khí quản",
    "Yêu cầu thở máy",
    "Yêu cầu tiếp tục thở máy",
    "Gia đình yêu cầu làm CPR",
    "Chấp nhận lọc máu cấp cứu",
    "Nhất trí chạy thận nhân tạo",
    "BN không sốt, đồng ý truyền máu",
    "Không còn băn khoăn. Đồng ý truyền máu",
    "Consents to blood transfusion",
    "Agreed to be intubated",
    "Agrees to CPR and ventilation",
    "Consented to receive blood",
    "Full code",
    "Code status: Full code",
    "Changed to full code 20/11",
    "Đã rút lại DNR",
    "Hủy bỏ đơn DNR",
]
NOT_AGREED = [
    "Gia đình xin rút máy thở",
    "Xin bỏ máy thở",
    "Xin tắt máy thở",
    "Xin tháo máy thở về nhà",
    "Xin thôi hồi sức",
    "Xin thôi chạy thận",
    "Gia đình đồng ý rút máy thở",
    "Đồng ý thôi lọc máu",
    "Đồng ý hoãn truyền máu",
    "Xin hoãn truyền máu",
    "Cai máy thở, đồng ý ngừng thở máy vì ổn định",
    "Đồng ý cai máy thở",
    "Không ai đồng ý truyền máu",
    "Chưa ai đồng ý đặt nội khí quản",
    "Không còn đồng ý truyền máu",
    "Gia đình chưa hề đồng ý lọc máu",
    "Chẳng đồng ý chạy thận",
    "Đồng ý truyền máu? Không",
    "Đồng ý truyền máu: chưa",
    "Yêu cầu xét nghiệm blood group",
    "Agreed to blood test",
    "Consents to blood pressure monitoring",
    "Xin ý kiến truyền máu",
    "Not full code",
    "No longer full code",
    "Full code? no",
    "Full code: no",
    "Is not a full code",
    "Did not agree to blood transfusion",
    "Didn't agree to transfusion",
    "Never consented to blood",
    "Doesn't consent to CPR",
    "Refuses to agree to transfusion",
    "Unable to consent to dialysis",
    "Agrees to withhold CPR",
    "Agrees to stop ventilation",
    "Consents to discontinue dialysis",
    "Agreed to no CPR",
    "Family agrees to withdraw ventilation",
    "Không rút lại DNR",
    "Hỏi thủ tục hủy DNR",
    "DNR revoked in 2024, reinstated 2025",
]


@pytest.mark.parametrize("text", AGREED)
def test_who_agrees_agrees(text: str) -> None:
    assert agreed_in(text)


@pytest.mark.parametrize("text", NOT_AGREED)
def test_who_denies_ends_or_asks_does_not_agree(text: str) -> None:
    assert not agreed_in(text)


def test_the_place_of_a_refusal_behind_a_form_is_its_own() -> None:
    text = "Nguy cơ: □ Có ■ Không. Từ chối truyền máu"
    assert [text[begin:end] for begin, end in places_of(text)] == ["Từ chối truyền máu"]


@pytest.mark.parametrize(
    "said",
    [
        "dnr/",
        "từ chối truyền máu ",
        "đồng ý truyền máu: ",
        "□ có ",
        "ý nguyện a: b ",
        "dnr: □ có ",
        "hủy dnr ",
        "dnr đã hủy, ",
        "□ có ■ không a ",
        ": □ ",
    ],
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
