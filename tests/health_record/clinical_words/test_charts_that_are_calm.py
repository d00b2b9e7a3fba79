"""Notes as charts have them, in which nothing is refused and no allergy is told."""

import pytest

from health_record.clinical_words.refused_in_advance import refuses
from health_record.clinical_words.told_allergies import AIRBORNE, allergy_of
from tests.lookup.doctor import condition

CHARTS = """
BN nữ 65 tuổi, vào viện vì khó thở. Bệnh sử: 3 ngày nay ho khan, khó thở tăng dần, uống thuốc không đỡ.
Tiền sử: THA 10 năm, ĐTĐ type 2, điều trị thường xuyên. Không có tiền sử dị ứng thuốc, thức ăn.
Khám: tỉnh, tiếp xúc tốt, da niêm hồng, không phù, không xuất huyết dưới da.
Sau mổ ngày 2: tỉnh, không sốt, vết mổ khô, không sưng nề.
Truyền dịch, kháng sinh Ceftriaxone 2g/ngày, test âm tính. Không có phản ứng sau tiêm.
Sản phụ 28 tuổi, PARA 1001, thai 39 tuần, chuyển dạ. Tiền sử: chưa ghi nhận dị ứng.
Sinh thường, bé gái 3100g, khóc ngay, Apgar 8/9, không hồi sức.
BN được giải thích về phẫu thuật, đồng ý phẫu thuật, ký cam kết.
Gây mê nội khí quản, quá trình mổ thuận lợi, không truyền máu. Rút nội khí quản sau mổ 1 giờ.
Viêm mũi dị ứng, ngứa mũi, hắt hơi, chảy mũi trong. Không khó thở. Điều trị: Loratadin, xịt mũi.
Ngứa, nổi mẩn đỏ rải rác 2 tay 2 ngày nay, không sốt, không khó thở. Tiền sử: khỏe. Chẩn đoán: viêm da tiếp xúc.
Trẻ 3 tuổi, sốt 3 ngày, phát ban dạng sởi, ho, chảy mũi. Đã tiêm sởi 1 mũi. Tiền sử dị ứng: không.
Đau thượng vị, ợ chua. Dùng NSAID kéo dài. Không dùng NSAID. Tiền sử: không dị ứng. Nội soi: viêm hang vị.
BN xin ra viện, gia đình xin chuyển tuyến trên, đã giải thích tình trạng bệnh. Thở oxy kính 3l/ph, không đặt NKQ.
Tiêm phòng đủ, uống vitamin D, ăn dặm tốt. Không nôn, không tiêu chảy. Mẹ khỏe.
Đặt sonde tiểu, sonde dạ dày, đặt ống thông khí màng nhĩ. Gia đình đồng ý.
Dặn dò: uống thuốc theo toa, tái khám sau 1 tuần, nếu nổi mẩn ngứa, khó thở phải đến bệnh viện ngay.
Tư vấn: ngừng thuốc nếu ngứa, phát ban. Tránh ăn hải sản. Ăn nhạt.
Tác dụng phụ của thuốc: có thể gây dị ứng, nổi mẩn.
Suy tim EF 30%, không đồng ý đặt máy phá rung (ICD). Từ chối chụp mạch vành.
Từ chối làm xét nghiệm HIV. Không đồng ý nhập viện, ký hồ sơ xin về.
Chỉ định: truyền 2 đơn vị khối hồng cầu cùng nhóm. Đã truyền 1 đơn vị, BN lạnh run, ngưng truyền.
Nghi phản ứng truyền máu.
HA 90/60, mạch 120, choáng nhẹ khi đứng. Uống ít nước. Ăn xong đau bụng.
Gia đình yêu cầu chuyển viện, không mổ tại đây. Không sốt.
Bệnh nhân ngừng tuần hoàn, hồi sức tim phổi 30 phút không hiệu quả, ngừng hồi sức, gia đình đồng ý.
Da nổi ban đỏ do sốt xuất huyết. Tiểu cầu 45. Không truyền tiểu cầu.
Mề đay mạn tính không rõ nguyên nhân, điều trị kháng histamin.
Côn trùng đốt sưng nề tay. Không sốc. Tiêm SAT, test SAT âm tính.
Chống chỉ định tuyệt đối tiêu sợi huyết. Không cho ăn qua đường miệng.
Thuốc nhỏ mắt bị đỏ mắt 3 ngày. Dùng kháng sinh 5 ngày thấy đỡ ngứa.
Nhịp tim nhanh khi truyền dịch. Bé bú mẹ bị sặc, tím tái.
Truyền hóa chất chu kỳ 3, buồn nôn, rụng tóc. Tiêm Diphereline.
Uống nhầm dầu hỏa, khó thở. Uống thuốc trừ sâu tự tử, ngộ độc phospho hữu cơ.
Ăn phải nấm độc, nôn, khó thở. Hóc xương cá khi ăn, sưng họng.
Bố mẹ không muốn mổ, xin theo dõi thêm. Đã giải thích nguy cơ.
Khám tiền mê: ASA II, Mallampati II, dị ứng: không, nhịn ăn 8h. Không dự kiến truyền máu.
Tiền sử sản khoa: mổ lấy thai 2 lần, không truyền máu, không băng huyết.
Cơ địa dị ứng: không. Hút thuốc: có. Rượu: có.
Cho uống sữa bị nôn. Uống sữa bị tiêu chảy. Ăn trứng không sao.
"""


@pytest.mark.parametrize("text", CHARTS.strip().split("\n"))
def test_a_calm_chart_refuses_nothing_and_tells_of_no_allergy(text: str) -> None:
    assert not refuses(text)
    assert allergy_of(condition("Viêm phổi", note=[{"text": text}])) in (None, AIRBORNE)
