"""Headings of allergies on printed forms: a blank tells of none only where nothing stands before, in or behind it."""

import itertools

import pytest

from health_record.clinical_words.quoted import LONGEST
from health_record.clinical_words.told_allergies import is_told_allergy, telling_part
from health_record.clinical_words.told_texts import Told
from tests.lookup.doctor import condition

HEADINGS = [
    "Dị ứng:",
    "Tiền sử dị ứng:",
    "- Dị ứng thuốc :",
    "Di ung:",
    "DƯ:",
    "1. Dị ứng (thuốc, thức ăn):",
    "Dị ứng (nếu có):",
    "Dị ứng, ghi rõ :",
    "Dị ứng thuốc (nếu có, ghi rõ):",
    "Tiền sử dị ứng (ghi rõ loại thuốc, thức ăn, hóa chất):",
    "Allergies:",
    "Dị ứng",
]
MARKS = [
    "..........",
    "..",
    "____ ____",
    "……….",
    "- - - - -",
    "-----",
    "———",
    ". . . . .",
    "·····",
    "....../......",
    "(...)",
    "[    ]",
    "*****",
    "\n..........\n..........",
    "_ _ _ _",
]
WRITTEN = ["Penicillin", "tôm, cua", "hải sản", "Cefotaxim 1g", "B1", "thời tiết", "nổi mẩn khi uống thuốc lạ", "có"]
PLACES = ["{h} {w} {m}", "{h} {m} {w}", "{h} {m}{w}{m}", "{h} {m}\n{w}", "{h} {m}; {w}", "{h} {m} {w}\nMạch: 80"]
BEHIND = [
    "",
    ".",
    " Tiền sử gia đình: khỏe",
    "\nMạch: 80 lần/phút, HA 120/80",
    "; Mạch 80 lần/phút",
    "\nBệnh nhân vào viện vì đau bụng",
    "\n2. Hút thuốc: không",
    "\nThuốc đang dùng: Amlodipin 5 mg",
]
TELLS = """
Dị ứng: Penicillin 4. Khám: tỉnh
Dị ứng: ....... Penicillin 2. Gia đình: khỏe
1. Bản thân: không 2. Dị ứng: Cefotaxim 3. Khám: tỉnh
Dị ứng penicillin: ......
Dị ứng (Penicillin): ........
Dị ứng thuốc Penicillin .......
Dị ứng (ghi rõ: Penicillin)
Dị ứng (nếu có): tôm
Dị ứng hải sản ......
BN bị dị ứng: ......
Có dị ứng: ......
Nổi mẩn do dị ứng...
Hay bị dị ứng ....
Dị ứng: (có) ..........
Dị ứng: có, ghi rõ: ......
Có dị ứng không? ....... Penicillin
Dị ứng: Có/Không: ......... Penicillin
Dị ứng: ........ (+)
Dị ứng thuốc: ....... Biểu hiện: nổi mẩn
Dị ứng thuốc: ......... Thức ăn: tôm .......
Dị ứng thuốc ....... thức ăn tôm .......
Dị ứng: thuốc ........, thức ăn ........ tôm
Dị ứng: ........ thuốc cảm
Dị ứng □ (dị nguyên) Penicillin
Dị ứng: ....... BN khai penicillin
Dị ứng: ....... Bệnh nhân khai: Penicillin
Tiền sử dị ứng: ......... Augmentin 2019
Dị ứng: ........ Augmentin: 2019
Dị ứng/phản vệ: ....... Cefa
Drug allergies: ________ Penicillin
Tien su di ung (neu co): penicilin
Phản vệ: mạch 120, HA 60/40
Sốc phản vệ: HA 70/40, mạch 130
Chẩn đoán: sốc phản vệ: điều trị: adrenalin
Phản vệ: Điều trị: Adrenalin 0,5mg
Phản vệ .... Mạch: 120 HA 60/40
Sốc phản vệ: ...... HA 70/40
Chẩn đoán: phản vệ ...... Mạch: 120
Lý do vào viện: dị ứng ....
Lý do: dị ứng …. Khám: nổi mẩn
Cơ địa dị ứng ........
Allergies: Medications: Penicillin
Drug allergies: Medication: Penicillin. Reaction: hives
Allergies: Medications: sulfa - rash; Food: none
Allergy: blood products: hives
Dị ứng: da: nổi mề đay
Dị ứng: mắt: sưng, da: ngứa
Phản ứng thuốc: da: nổi ban
Dị ứng: truyền máu: nổi mẩn
Dị ứng: thuốc đã dùng: Cefa
Dị ứng: Thuốc điều trị lao: nổi ban
Dị ứng: tiêm chủng: co giật
Dị ứng: rượu: đỏ bừng mặt
Dị ứng: gia đình khai: tôm
Dị ứng: bs ghi: Cefotaxim
Dị ứng: ngày 3/5: Penicillin
Dị ứng: họ beta-lactam: phù mặt
Dị ứng: gan cá: nổi mề đay
Dị ứng: ....... gan: viêm do Isoniazid
Dị ứng: .... họ penicillin: nổi mẩn
Dị ứng: ..... họ Cephalosporin ........
Dị ứng: ..... số 1: Penicillin
Dị ứng: ..... thuốc đang dùng: Penicillin gây ngứa
Dị ứng: ........ truyền máu: nổi mẩn
""".strip().split("\n")
TELLS_NONE = """
Dị ứng: ....... 2. Gia đình: khỏe
Dị ứng: ____, Truyền máu: 2 lần
Dị ứng: không 4. Khám: tỉnh, tiếp xúc tốt
Dị ứng: không 4) Khám
Tiền sử dị ứng: không có 2. Gia đình: khỏe mạnh
Dị ứng:
Tiền sử dị ứng: Tiền sử gia đình: khỏe
Dị ứng (nếu có): không
Dị ứng (ghi rõ): không
Dị ứng thuốc (nếu có, ghi rõ): Không
Di ung (neu co): khong
Dị ứng: ....không....
Dị ứng: ........ Chưa ghi nhận
Dị ứng: ........(-)
Dị ứng: –
Có dị ứng không: ........
Có dị ứng gì không? ......... không
Dị ứng: có/không: ......
Dị ứng thuốc: ....... Biểu hiện: ......
Dị ứng thuốc .......... thức ăn ........ khác .......
Dị ứng: Thuốc: ........ Thức ăn: ........ Khác: ......
Dị ứng thuốc: ......; thức ăn: không
01 - Dị ứng □ (dị nguyên) ........ 02 - Ma túy □ ........
DI UNG: ______ THA: co
TS: dị ứng ......, THA ......
Allergies (if any): none
Known allergies: ...... Medications: aspirin
""".strip().split("\n")
FORMS = list(itertools.product(HEADINGS, MARKS))
LONG = "Bệnh sử: đau bụng 3 ngày. " * 20


def tells(text: str) -> bool:
    return is_told_allergy(condition("Viêm phổi", note=[{"text": text}]))


@pytest.mark.parametrize(("heading", "marks"), FORMS)
def test_what_is_written_on_a_form_is_told_wherever_it_stands(heading: str, marks: str) -> None:
    texts = [place.format(h=heading, m=marks, w=written) for place in PLACES for written in WRITTEN]
    assert [text for text in texts if not tells(text)] == []


@pytest.mark.parametrize(("heading", "marks"), FORMS)
def test_a_blank_tells_of_none_whatever_heading_follows(heading: str, marks: str) -> None:
    assert [behind for behind in BEHIND if tells(f"{heading} {marks}{behind}")] == []


@pytest.mark.parametrize("text", TELLS)
def test_an_allergy_beside_a_blank_is_told(text: str) -> None:
    assert tells(text)
    assert telling_part(Told(text))


@pytest.mark.parametrize("text", TELLS_NONE)
def test_a_form_that_nobody_filled_in_tells_of_none(text: str) -> None:
    assert not tells(text)


def test_what_stands_on_the_line_behind_a_blank_and_reacts_is_told() -> None:
    assert tells("Dị ứng: ...\nđau đầu sau tiêm Ultravist, nổi mẩn")
    assert tells("Phản vệ:\nMạch: 130 HA: 70/40")


@pytest.mark.parametrize("said", ["Dị ứng ........ Penicillin", "Dị ứng (ghi rõ ...): Penicillin"])
def test_of_a_long_paper_the_part_with_the_blank_is_quoted(said: str) -> None:
    part = telling_part(Told(f"{LONG}{said}. {LONG}"))
    assert said in part
    assert len(part) <= LONGEST + len("…  …")
