"""Reactions as wards and emergency rooms write them, whose papers a summary does not show; and what only looks so."""

import time

import pytest

from health_record.clinical_words.told_allergies import is_told_allergy, telling_part
from health_record.clinical_words.told_texts import Told
from health_record.clinical_words.urgent_diseases import OF_ANAESTHESIA
from tests.lookup.doctor import condition, medicine

TELLS = [
    "Khó thở, co thắt phế quản sau uống Aspirin",
    "Co thắt phế quản sau tiêm Diclofenac",
    "Khó thở sau khi uống Ibuprofen",
    "Tím tái sau tiêm Ceftriaxon",
    "Đỏ người sau truyền Vancomycin",
    "Sau truyền Vancomycin xuất hiện đỏ da toàn thân, ngứa, ngừng truyền",
    "Tiêm Ceftriaxon 5 phút BN đỏ bừng mặt, nổi mẩn",
    "BN bị shock sau tiêm Lidocain",
    "Shock thuốc năm 2019",
    "Sock thuốc kháng sinh năm 2019",
    "Sock sau tiêm vitamin B1",
    "Hoại tử thượng bì nhiễm độc (TEN) do Allopurinol",
    "Hoại tử thượng bì nhiễm độc 2018",
    "AGEP do Amoxicillin",
    "HIT do Heparin",
    "HIT type II",
    "Hồng ban đa dạng do Bactrim",
    "Hồng ban nhiễm sắc cố định do Tetracyclin",
    "Mất bạch cầu hạt do Thiamazol",
    "Giảm bạch cầu hạt do Methimazole 2022",
    "TSDU: Penicillin",
    "TSDU penicillin",
    "Dị-ứng: Cefalexin",
    "Dị ứng: không ghi nhận; Penicillin: có",
    "Dị ứng: không. Ceftriaxon (+)",
    "Dị ứng thuốc không, thức ăn tôm",
    "Dị ứng thuốc: không; thức ăn: uống sữa bò nổi mề đay",
    "Dị ứng: KPHBT. Sau tiêm Ceftriaxon nổi mề đay toàn thân",
    "Dị ứng: ...... Penicillin ......",
    "Dị ứng: ☑ Có ☐ Không",
    "Dị ứng: Có ☑ Không ☐: Cefotaxim",
    "Dị ứng: ....... ; Penicillin",
    "Dị ứng: .......\nPenicillin",
    "Dị ứng thuốc: ______ Amoxicillin",
    "Dị ứng: …… tôm cua",
    "Dị ứng: ......\nTôm, cua",
    "Dị ứng: Penicillin ..........",
    "Dị ứng: không. Penicillin: nổi mề đay",
    "Dị ứng: không. Ceftriaxon: sốc phản vệ",
    "Dị ứng: không. Penicillin: dương tính",
    "Dị ứng: chưa ghi nhận. Lidocain: bị ngứa",
    "Test Penicillin: dương tính",
    "Penicillin: dị ứng",
    "Khó thở khi dùng thuốc cản quang",
    "Khó thở khi dùng thuốc cản quang: có",
    "Hoại tử thượng bì do Carbamazepin",
    "Giảm bạch cầu hạt do Clozapin",
    "Hồng ban đa dạng do Allopurinol",
    "Cefuroxim gây mề đay",
    "Penicillin gây mề đay, khó thở",
    "Nổi ban sau Amoxicillin",
    "Dị ứng: không; Cefuroxim gây mề đay",
    "Sốc PV sau tiêm vitamin K",
    "Ngừng tim sau tiêm Lidocain nha khoa",
    "TEN - phenytoin",
    "Hoại tử thượng bì do nhiễm độc thuốc Carbamazepin",
    "Hoại tử thượng bì sau nhiễm trùng dùng Bactrim",
    "Hoại tử biểu bì do hoá chất trị liệu",
    "Dị ứng: không. Augmentin: tiêu chảy, mẩn đỏ",
    "Dị ứng thuốc: không. Ceftriaxon: sốt, nổi ban",
    "Dị ứng: không. Penicillin: trước đây nổi mề đay",
    "Dị ứng: không. Penicillin: chống chỉ định",
    "Dị ứng: không. Penicillin: đỏ da",
    "Allergies: none. Amoxicillin: itching",
    "Hồng ban đa dạng do thuốc",
    "Mất bạch cầu hạt do PTU",
    "Giảm bạch cầu hạt do thuốc kháng giáp",
    "Dị ứng: không. Penicillin: đã từng sốc",
    "Dị ứng: không. Lidocain: co giật, ngất",
    "Dị ứng: không. Ceftriaxon: test (+)",
    "Dị ứng: không. Ceftriaxon: test dương tính",
    "Dị ứng: không. Penicillin: positive",
    "Dị ứng: không. Penicillin: không được dùng",
]
TELLS_NONE = [
    "Đỡ khó thở sau uống Aspirin",
    "Giảm khó thở sau tiêm Diclofenac",
    "Hết co thắt phế quản sau khi dùng kháng viêm",
    "Còn khó thở sau dùng kháng viêm",
    "Không khó thở sau tiêm Diclofenac",
    "Khó thở sau uống rượu",
    "Khó thở khi gắng sức, đang dùng Aspirin",
    "Khó thở. Đã uống Aspirin 81 mg",
    "Uống rượu đỏ mặt",
    "Đỏ da vùng cùng cụt, loét tì đè",
    "Sock điện",
    "Shock nhiễm trùng, shock tim",
    "Không shock",
    "Vớ sock y tế",
    "Hoại tử ruột",
    "Hoại tử chỏm xương đùi",
    "Hồng ban nút do lao",
    "Hồng ban lòng bàn tay do xơ gan",
    "Giảm tiểu cầu do Dengue",
    "Giảm bạch cầu do hóa trị",
    "Giảm bạch cầu hạt do nhiễm siêu vi",
    "HIT-6 60 điểm",
    "Dị ứng: KPHBT",
    "TS dị ứng: KPHBT",
    "Tiền sử dị ứng: CPHBT",
    "Dị ứng: Ø",
    "Dị ứng: N/A",
    "Dị ứng: ...............",
    "Dị ứng: ____",
    "Tiền sử dị ứng: ……… Tiền sử gia đình: ………",
    "Dị ứng: □ Có □ Không",
    "Dị ứng: □ Có ■ Không",
    "Dị ứng: Có □ Không □",
    "Dị ứng thuốc không, thức ăn uống kém",
    "Dị ứng thuốc không, thức ăn được",
    "Dị ứng thuốc: không, thức ăn lỏng",
    "TSDU: không",
    "TSDU (-)",
    "Dị-ứng: không",
    "Dị ứng: không. Kali (+)",
    "Dị ứng: không; tăng huyết áp: có",
    "Dị ứng: không; hút thuốc: có",
    "Dị ứng: .......\nMạch: 80",
    "Dị ứng: .......; Mạch 80 lần/phút",
    "Dị ứng: ......\nTiền sử gia đình: khỏe",
    "Dị ứng: .......\nBệnh nhân vào viện vì đau bụng",
    "Dị ứng: không. Amoxicillin: 1 viên x 2",
    "Dị ứng: không. Kháng sinh đồ: Ceftriaxon: nhạy",
    "Dị ứng: không. Augmentin: dùng được",
    "Dị ứng: không. Lidocain: 2 ống",
    "Dị ứng: không. Cefotaxim: có chỉ định",
    "Dị ứng: không. Vancomycin (1g x 2)",
    "Khó thở khi dùng thuốc cản quang: không",
    "Phản ứng với thuốc cản quang: không",
    "Nổi mề đay sau tiêm thuốc (không)",
    "Hoại tử biểu bì do bỏng",
    "Hoại tử thượng bì vùng cùng cụt do tì đè",
    "Giảm bạch cầu hạt do Carboplatin",
    "Giảm bạch cầu hạt do Docetaxel",
    "Hồng ban đa dạng do Herpes",
    "Hồng ban đa dạng sau Mycoplasma",
    "Viêm phổi do phế cầu gây sốc nhiễm trùng, dùng Ceftriaxon",
    "Hết nổi ban sau Augmentin",
    "Không ngất sau Ceftriaxon",
    "Dị ứng: không. Ceftriaxon: ban ngày 1 lọ",
    "Dị ứng: không. Lidocain: gây tê tại chỗ",
    "Dị ứng: không. Penicillin: chưa dùng",
    "Dị ứng: không. Vancomycin: đỡ sốt",
    "Allergies: none. Ceftriaxon: no reaction",
    "Dị ứng: không. Levofloxacin: phù hợp kháng sinh đồ",
    "Khó thở khi dùng thuốc cản quang? Không",
    "Kho tho khi dung thuoc can quang: khong",
    "Hoại tử biểu bì do xạ trị",
    "Hoại tử thượng bì do rắn cắn",
    "Giảm bạch cầu hạt do folfox",
    "Dị ứng: không. Ceftriaxon: test (-)",
    "Dị ứng: không. Lidocain: có tác dụng",
    "Dị ứng: không. Amoxicillin: có chỉ định",
    "Dị ứng: không. Cefotaxim: R",
]
AIRWAY = [
    "Đặt NKQ thất bại 3 lần, phải mở màng nhẫn giáp",
    "Đặt nội khí quản thất bại",
    "Không đặt được nội khí quản",
    "Không đặt được NKQ, phải mở khí quản cấp cứu",
    "Không thông khí được qua mask",
    "Thông khí mặt nạ khó",
    "Thông khí qua mask khó",
    "Khó thông khí qua mặt nạ",
    "Mở màng giáp nhẫn cấp cứu",
    "Failed intubation",
    "Khong dat duoc noi khi quan",
    "Cormack IIIb",
    "Cormack-Lehane IIIb",
    "CL grade III",
    "Grade 4 view, bougie",
    "Không sờ thấy màng nhẫn giáp",
    "Khó xác định màng nhẫn giáp",
    "CICO -> surgical airway",
    "Đặt ống khó",
    "Intubation difficult, 3 attempts",
    "Há miệng hạn chế 1,5 cm",
    "Hẹp khí quản sau đặt NKQ kéo dài",
    "Mở khí quản cấp cứu vì không đặt được ống",
    "Dùng mask thanh quản sau 3 lần đặt NKQ không được",
    "Không sờ rõ màng nhẫn giáp",
    "Không xác định được màng nhẫn giáp",
    "Mở màng nhẫn giáp dễ dàng",
    "Rút NKQ thất bại, đặt lại NKQ khó",
]
NO_AIRWAY = [
    "Đặt nội khí quản dễ",
    "Đặt NKQ 1 lần thành công",
    "Thông khí phổi giảm",
    "Thông khí tốt qua mask",
    "Cai máy thất bại",
    "Đặt sonde thất bại",
    "Không đặt nội khí quản",
    "Rối loạn thông khí tắc nghẽn",
    "Khó thở, thở oxy qua mask",
    "Mallampati 1",
    "Rút NKQ thất bại",
    "Rút nội khí quản thất bại, thở NIV",
    "Mũi phải khó thông khí",
    "Rút ống NKQ thất bại",
    "Mũi trái hơi khó thông khí",
]
DOSAGES = [
    ("Chống chỉ định vì dị ứng", True),
    ("CCĐ do dị ứng", True),
    ("BN dị ứng Cefa", True),
    ("Bệnh nhân có tiền sử dị ứng Penicillin, theo dõi sát", True),
    ("Ngưng do dị ứng", True),
    ("Ngừng vì phản vệ", True),
    ("Uống 1 viên khi dị ứng", False),
    ("Uống 1 viên khi ngứa do dị ứng", False),
    ("Ngưng thuốc nếu dị ứng", False),
    ("Ngừng ngay nếu BN dị ứng", False),
    ("BN có dị ứng thì ngưng", False),
    ("BN không dị ứng", False),
    ("Bôi ngày 2 lần vùng da dị ứng", False),
    ("Chống dị ứng, uống tối", False),
    ("Dị ứng: không", False),
    ("Sáng 1 viên, tối 1 viên", False),
]


@pytest.mark.parametrize("text", TELLS)
def test_a_reaction_is_told(text: str) -> None:
    assert is_told_allergy(condition("Viêm phổi", note=[{"text": text}]))
    assert telling_part(Told(text))


@pytest.mark.parametrize("text", TELLS_NONE)
def test_what_is_no_reaction_tells_of_none(text: str) -> None:
    assert not is_told_allergy(condition("Viêm phổi", note=[{"text": text}]))


@pytest.mark.parametrize(("text", "tells"), DOSAGES)
def test_a_dosage_tells_of_the_persons_allergy_and_of_no_other(text: str, *, tells: bool) -> None:
    assert is_told_allergy(medicine("Cefuroxim 500 mg", dosage=[{"text": text}])) is tells


@pytest.mark.parametrize("text", AIRWAY)
def test_who_could_not_be_intubated_or_ventilated_is_told(text: str) -> None:
    assert OF_ANAESTHESIA.says(text)


@pytest.mark.parametrize("text", NO_AIRWAY)
def test_an_airway_without_trouble_is_not(text: str) -> None:
    assert not OF_ANAESTHESIA.says(text)


@pytest.mark.parametrize(
    "said", ["khó thở sau uống ", "hồng ban do ", "dị ứng: ...", "tiêm a đỏ ", "dị ứng: không; a: "]
)
def test_a_long_paper_is_read_in_little_time(said: str) -> None:
    begin = time.process_time()
    telling_part(Told(said * (65536 // len(said))))
    assert time.process_time() - begin < 2
