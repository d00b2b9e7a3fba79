"""What refuses is told; what a person agrees to, what doctors decide and what is advised is no refusal."""

import pytest

from health_record.summary.refusals import refuses

HARMLESS = [
    "Gia đình đồng ý thở máy không xâm lấn",
    "thống nhất thở máy không xâm lấn BiPAP",
    "Gia đình xin thở máy không xâm lấn",
    "Thai phụ yêu cầu xét nghiệm không xâm lấn NIPT",
    "Hội chẩn thống nhất không truyền máu, bù sắt",
    "Thống nhất không cần thở máy",
    "Đồng ý phẫu thuật không cần truyền máu",
    "Khi đau ngực đừng ngại gọi cấp cứu 115",
    "Đừng quên truyền máu ngày 5",
    "Đề nghị người nhà không vào phòng cấp cứu",
    "Trẻ đẻ thường, khóc ngay, không hồi sức, Apgar 9/10",
    "Đẻ thường. Trẻ khóc to. Không hồi sức. Cân nặng 3100 g",
    "không hồi sức được",
    "không hồi sức sau sinh",
    "Không ép tim được do nhồi",
    "BN xin dừng truyền dịch",
    "Xin dừng truyền hóa chất",
    "xin dung truyen hoa chat",
    "Xin dừng truyền máu do sốt",
    "Gia đình xin dùng ép tim máy",
    "Khoa XN từ chối nhận mẫu",
    "Khoa XN tu choi nhan mau",
    "Từ chối mẫu bệnh phẩm",
    "Tu choi mau benh pham",
    "Bệnh viện không được từ chối cấp cứu",
    "Chưa từ chối truyền máu",
    "Chưa từng từ chối truyền máu",
    "Không hề từ chối truyền máu",
    "không từ chối truyền máu",
    "Huyết động không cho phép đặt nội khí quản",
    "DNR: không",
    "DNR (-)",
    "Không có DNR",
    "No DNR",
    "No advance directive",
    "Không có ý nguyện định trước",
    "Không theo đạo Jehovah",
    "Không phải Nhân chứng Giê-hô-va",
    "Has not refused blood",
]
TRUE = [
    "DNR",
    "DNR: không đặt nội khí quản",
    "DNR: không hồi sức",
    "Gia đình thống nhất không đặt nội khí quản",
    "Gia đình đồng ý không thở máy",
    "Đồng ý không truyền máu",
    "Từ chối can thiệp xâm lấn",
    "Từ chối xâm lấn",
    "Từ chối thở máy không xâm lấn",
    "Xin đừng đặt ống thở",
    "Xin dung hoi suc",
    "Gia đình xin không hồi sức, Apgar 1/3",
    "Trẻ 22 tuần, Apgar 1, không hồi sức theo nguyện vọng gia đình",
    "Không hồi sức",
    "Yêu cầu không được truyền máu",
    "Xin không tiếp tục hồi sức",
    "Theo đạo Jehovah",
    "Không truyền máu vì đạo Giê-hô-va",
    "Không từ chối mổ nhưng từ chối truyền máu",
    "Trẻ khóc ngay, Apgar 9. Mẹ từ chối truyền máu",
    "BN từ chối máu",
    "Refuses blood transfusion",
]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_agreed_decided_or_advised_is_no_refusal(text: str) -> None:
    assert not refuses(text)


@pytest.mark.parametrize("text", TRUE)
def test_what_refuses_does(text: str) -> None:
    assert refuses(text)
