"""What is urgent and what only looks so, in the words of hospitals: diseases, medicines, results, reactions."""

from typing import Any, SupportsIndex

import pytest

from health_record.clinical_words import phrases, urgent_diseases
from health_record.rendering.plain_words import SHORT
from health_record.summary.urgency import HIGH, VITAL, danger, is_critical, need, urgency

URGENT = """
Ung thư vú ER âm tính|Ung thư phổi EGFR (-)|Viêm nội tâm mạc cấy máu âm tính|Thai 12 tuần HIV âm tính|Lao phổi AFB (-)
Không kiểm soát được đái tháo đường|Chưa kiểm soát được hen phế quản|Không tuân thủ điều trị ĐTĐ
Không ngừng thuốc chống đông
Thai ngoài tử cung chưa vỡ|Khong kiem soat duoc dai thao duong|Cấy máu âm tính, nhiễm khuẩn huyết|STM giai đoạn 5
Tiền đái tháo đường, suy tim|Kháng insulin, ĐTĐ típ 2|Toan tu tu|Soc phan ve|Hen phe quan
Máu tụ ngoài màng cứng|Stent mạch vành
STEMI thành trước|NSTEMI|HCVC|BTTMCB|ĐTNKOĐ|AF|RN đáp ứng thất nhanh|Van hai lá cơ học|BTM gđ 5|ĐTĐ2|HĐH|UTBMTBG|HCC
UT phổi di căn|UTP|Kphổi|K máu|Tăng K máu|TSG nặng|Thai lần 2, 38 tuần|Mallampati IV|Ngộ độc paraquat|Hôn mê gan
SXHD có dấu hiệu cảnh báo|Sốt xuất huyết nặng|Ung thư vú ER: âm tính
"""
CALM = """
HIV (-)|Suy tim (-)|Không có bệnh tim|Chưa phát hiện ung thư|Khong co benh tim|Không có tiền sử suy tim|HIV: âm tính
BN không suy tim suy thận|Không có cơn co giật|Không có thai ngoài tử cung|Denies history of heart failure
Phì đại TLT|STM chi dưới|Tiền đái tháo đường|Tiền tiểu đường|tien dai thao duong|Kháng insulin|Stent niệu quản|Stent JJ
Bắc cầu răng sứ|Suy nhược cơ thể|Tiêm phòng uốn ván|Tiêm phòng bệnh dại|Vắc xin não mô cầu|Vắc xin viêm màng não
Vô sinh, mong có thai|G6PD bình thường|Đau đầu sau tiêm ngoài màng cứng|Cham soc vet thuong|Benh dai trang|Uong tu tu
Tai kham theo hen|Ung thư vú: không|Hen: không|Lao phổi: không|HIV: âm tính|Hạ K máu|Vitamin K|Thiếu vitamin K
K sốt, k ho|Ngộ độc thức ăn|Mã ICD-10|Không có dấu hiệu cảnh báo
"""
AIRWAYS = """
Không đặt được NKQ vì Cormack 4|Không đặt được nội khí quản do đường thở khó|Cormack-Lehane độ 3|Cormack độ 4
CORMACK DO 4
"""
CALM_AIRWAYS = "Không có đường thở khó|Không có tiền sử gia đình sốt cao ác tính|Cormack 1|Cormack-Lehane độ 1"
INSIDE = "Prednisolon 5mg|Dexamethason uống, kèm kem bôi|Aspirin kem theo|Insulin tiêm"
OUTSIDE = """
Dexamethason nhỏ mắt|Betamethason kem|Hydrocortison cream 1%|Prednisolon nho mat|Dexamethason nhỏ mũi
Hydrocortison xịt mũi|Methylprednisolon bôi|Dexamethason gel
"""
CRITICAL_VALUES = "7.2 (HH)|7.9 mmol/L HH|1.9 LL|Rất cao|↑↑|NGUY HIỂM|9.8 !!!|7.2, bao dong do|Báo khẩn cấp"
CALM_VALUES = """
Nguy cơ rất thấp|Nguy cơ tim mạch rất cao|HH đều|Khám HH: phổi trong|Haptoglobin HH|7 hh|Ho khan|Ho khan cap tinh
Tổn thương không nguy hiểm|Không thấy tổn thương nguy hiểm|Không nguy kịch
"""


def listed(text: str) -> list[str]:
    return [each for line in text.strip().split("\n") for each in line.split("|")]


def disease(text: str, **code: Any) -> dict[str, Any]:
    return {"resourceType": "Condition", "code": {"text": text, **code}}


@pytest.mark.parametrize("text", listed(URGENT))
def test_a_disease_is_urgent_whatever_else_is_negative_or_denied(text: str) -> None:
    assert urgency(disease(text)) == VITAL


@pytest.mark.parametrize("text", listed(CALM))
def test_a_denied_disease_or_one_that_sounds_so_is_not_urgent(text: str) -> None:
    assert urgency(disease(text)) != VITAL


@pytest.mark.parametrize(("code", "is_vital"), [("F10.3", True), ("F11.2", True), ("F17.2", False)])
def test_tobacco_is_not_among_the_withdrawals_that_kill(code: str, is_vital: bool) -> None:
    coded = {
        "resourceType": "Condition",
        "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": code}]},
    }
    assert (urgency(coded) == VITAL) is is_vital


@pytest.mark.parametrize("text", listed(AIRWAYS))
def test_a_difficult_airway_is_read_behind_what_could_not_be_done(text: str) -> None:
    assert urgent_diseases.OF_ANAESTHESIA.says(text)


@pytest.mark.parametrize("text", listed(CALM_AIRWAYS))
def test_an_airway_that_is_not_difficult_warns_of_nothing(text: str) -> None:
    assert not urgent_diseases.OF_ANAESTHESIA.says(text)


@pytest.mark.parametrize("text", listed(INSIDE))
def test_a_medicine_for_the_whole_body_is_urgent(text: str) -> None:
    assert need({"medicationCodeableConcept": {"text": text}}) == VITAL


@pytest.mark.parametrize("text", listed(OUTSIDE))
def test_a_medicine_on_the_skin_or_in_the_eye_is_not_urgent(text: str) -> None:
    assert need({"medicationCodeableConcept": {"text": text}}) != VITAL


@pytest.mark.parametrize("text", listed(CRITICAL_VALUES))
def test_a_value_that_is_marked_is_critical(text: str) -> None:
    assert is_critical({"valueString": text})


@pytest.mark.parametrize("text", listed(CALM_VALUES))
def test_a_value_with_the_same_letters_is_not_critical(text: str) -> None:
    assert not is_critical({"valueString": text})


@pytest.mark.parametrize("value", ["HI", "Hi", "LO", "Lo"])
def test_what_a_meter_of_sugar_cannot_show_is_critical(value: str) -> None:
    assert is_critical({"code": {"text": "Đường huyết mao mạch"}, "valueString": value})
    assert not is_critical({"code": {"text": "Natri"}, "valueString": value})


FOUND = "CT: xuất huyết não thất|Thuyên tắc ĐMP 2 bên|ST chênh lên V1-V4|Chưa thấy gãy xương, tràn khí màng phổi trái"
CALM_FINDINGS = """
Không thấy xuất huyết não|Chưa thấy hình ảnh nhồi máu cơ tim cấp|Di chứng nhồi máu não cũ|Không tràn khí màng phổi
"""


@pytest.mark.parametrize("text", listed(FOUND))
def test_a_report_that_finds_what_cannot_wait_is_critical(text: str) -> None:
    assert is_critical({"resourceType": "DiagnosticReport", "conclusion": text})


@pytest.mark.parametrize("text", listed(CALM_FINDINGS))
def test_a_report_that_finds_none_or_an_old_one_is_not(text: str) -> None:
    assert not is_critical({"resourceType": "DiagnosticReport", "conclusion": text})


DEADLY = "PV độ III|PƯPV độ 3|độ IV|TEN|sốc PV|phan ve do 3|co TEN|TEN do Bactrim|PV do 3 ngay 12/10"
MILD = (
    "ten thuoc: Bactrim|di ung khong ro ten|noi man do 3 ngay|khong nho ten|Mẩn ngứa không khó thở|độ I|Không PV độ 2"
)


@pytest.mark.parametrize("text", listed(DEADLY))
def test_a_reaction_that_kills_in_short_words_is_high(text: str) -> None:
    assert danger({"resourceType": "AllergyIntolerance", "code": {"text": "x"}, "note": [{"text": text}]}) == HIGH


@pytest.mark.parametrize("text", listed(MILD))
def test_a_reaction_that_is_mild_or_denied_is_not(text: str) -> None:
    assert danger({"resourceType": "AllergyIntolerance", "code": {"text": "x"}, "note": [{"text": text}]}) != HIGH


def test_letters_are_a_mark_alone_where_a_value_is_judged() -> None:
    assert is_critical({"interpretation": [{"text": "HH"}]})
    assert not is_critical({"interpretation": [{"text": "hh"}]})


@pytest.mark.parametrize(("text", "is_high"), [("ngat mui, ngua", False), ("Ngất", True), ("ngat", True)])
def test_a_stuffed_nose_is_no_faint(text: str, is_high: bool) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "code": {"text": "Penicillin"},
        "reaction": [{"manifestation": [{"text": text}]}],
    }
    assert (danger(allergy) == HIGH) is is_high


class Counted(list[str]):
    """Words that count how many of them are copied."""

    copied = 0

    def __getitem__(self, at: SupportsIndex | slice) -> Any:
        found = super().__getitem__(at)
        Counted.copied += len(found) if isinstance(at, slice) else 0
        return found


def test_a_long_text_is_read_in_as_many_steps_as_it_has_words() -> None:
    words, table = Counted(["k"] * 1000), urgent_diseases.WORDS._marked
    Counted.copied = 0
    for at in range(len(words)):
        phrases._at(table, words, at)
    longest = max(len(each.words) for each in table["k"])
    assert 0 < Counted.copied <= len(words) * len(table["k"]) * longest


def test_names_are_remembered_and_papers_are_not() -> None:
    list_ = phrases.Phrases("suy tim")
    assert list_.says("Suy tim")
    assert list_.says("Suy tim " + "x" * SHORT)
    assert list_._says_once.cache_info().currsize == 1
