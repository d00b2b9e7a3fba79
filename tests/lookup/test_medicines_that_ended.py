"""Medicines whose last day is reckoned, and two orders of one medicine by one source: asked again, never in silence."""

from typing import Any

import pytest

from tests.facility_desk import Desk
from tests.lookup.doctor import medicine, read, write
from tests.lookup.test_what_an_emergency_doctor_reads import DIFFERS, MEDICINES

pytestmark = pytest.mark.usefixtures("clock")

UCUM = "http://unitsofmeasure.org"
ENDED_YET_ACTIVE = "TRẠNG THÁI LÀ ĐANG DÙNG, NHƯNG ĐÃ HẾT NGÀY DÙNG (ACTIVE BY STATUS; PERIOD ENDED ON)"
DAILY = {"frequency": 1, "period": 1, "periodUnit": "d"}


def for_(value: float, code: str) -> dict[str, Any]:
    return {"boundsDuration": {"value": value, "unit": code, "system": UCUM, "code": code}}


def dosed(start: str, *repeats: dict[str, Any], sequenced: bool = False, **timing: Any) -> dict[str, Any]:
    dosages = [
        {"timing": {"repeat": {**DAILY, **repeat}, **timing}, **({"sequence": place} if sequenced else {})}
        for place, repeat in enumerate(repeats, 1)
    ]
    return medicine("Prednisolon 40 mg", effectiveDateTime=start, dosage=dosages)


# By its words the last day; None where it goes on.
ENDS = {
    "a duration": (dosed("2026-11-20", for_(5, "d")), "24/11/2026"),
    "weeks": (dosed("2026-11-01", for_(2, "wk")), "14/11/2026"),
    "to yesterday": (dosed("2026-11-25", for_(5, "d")), "29/11/2026"),
    "to today": (dosed("2026-11-26", for_(5, "d")), None),
    "how many times": (dosed("2026-11-01", {"count": 10}), "10/11/2026"),
    "how many times, three a day": (dosed("2026-11-01", {"count": 10, "frequency": 3}), "04/11/2026"),
    "at most so many times": (dosed("2026-11-01", {"count": 5, "countMax": 40}), None),
    "a range": (dosed("2026-11-20", {"boundsRange": {"high": for_(7, "d")["boundsDuration"]}}), "26/11/2026"),
    "steps that overlap": (dosed("2026-11-01", for_(5, "d"), for_(10, "d")), "10/11/2026"),
    "one step after the other": (dosed("2026-11-01", for_(5, "d"), for_(10, "d"), sequenced=True), "15/11/2026"),
    "a step without an end": (dosed("2026-11-01", for_(5, "d"), {}), None),
    "single times": (
        medicine("x", dosage=[{"timing": {"event": ["2026-11-01T08:00:00+07:00", "2026-11-03T08:00:00+07:00"]}}]),
        "03/11/2026",
    ),
    "a year alone": (dosed("2026", for_(5, "d")), None),
    "no begin": (medicine("x", dosage=[{"timing": {"repeat": {**DAILY, **for_(5, "d")}}}]), None),
    "nothing of the kind": (dosed("2026-01-01", {}), None),
}


@pytest.mark.parametrize(("written", "end"), ENDS.values(), ids=ENDS)
def test_a_last_day_is_reckoned_from_duration_count_and_times(
    person: str, desk: Desk, written: dict[str, Any], end: str | None
) -> None:
    write(desk, person, written)
    found = read(desk, person)
    if end is None:
        assert "differing" not in found
        assert "|" in found[MEDICINES][0]
    else:
        (row,) = found["differing"]
        assert f"{ENDED_YET_ACTIVE}: {end}|" in row


def of_warfarin(dosage: str) -> dict[str, Any]:
    return medicine("Warfarin", dosage=[{"text": dosage}])


STOPPED = [
    medicine("Ngưng Aspirin từ 01/11"),
    medicine("Aspirin (đã ngưng)"),
    medicine("Tạm ngưng Xarelto trước mổ"),
    medicine("Insulin: không"),
    medicine("Ngung Sintrom"),
    medicine("Warfarin", dosage=[{"text": "ngưng từ hôm qua"}]),
    medicine("Metformin - ngừng 05/2026", "unknown"),
    medicine("Brilinta", dosage=[{"text": "Uống khi đau ngực, đã ngừng từ 01/11"}]),
    medicine("Plavix (đã ngưng 5 ngày)"),
    medicine("Eliquis (đã ngưng lúc nhập viện)"),
    medicine("Lixiana (tạm ngưng chờ nội soi)"),
    medicine("Pradaxa: tự ngừng uống 1 tháng nay"),
    medicine("Aspirin 81", dosage=[{"text": "Ngưng aspirin, tiếp tục Clopidogrel"}]),
    medicine("Clopidogrel 75", dosage=[{"text": "Ngừng aspirin và clopidogrel từ 01/11"}]),
    medicine("Warfarin 1 mg", dosage=[{"text": "Ngừng warfarin, chuyển sang Rivaroxaban"}]),
    medicine("Sintrom 1 mg", dosage=[{"text": "Đã ngừng 5 ngày trước"}]),
    medicine("Lixiana 30", dosage=[{"text": "Đã ngừng 5 ngày trước mổ"}]),
    medicine("Lixiana 60", dosage=[{"text": "Tạm ngưng 2 ngày trước khi nhổ răng"}]),
    medicine("Sintrom 2 mg", dosage=[{"text": "Không uống nữa"}]),
    medicine("Sintrom 4 mg", dosage=[{"text": "STOP 20/11"}]),
    medicine("Heparin", dosage=[{"text": "Đang dùng: không"}]),
    medicine("Enoxaparin", dosage=[{"text": "Enoxaparin: không"}]),
    medicine("Warfarin 11 mg", dosage=[{"text": "đã ngừng vì chảy máu khi dùng warfarin"}]),
    medicine("Warfarin 12 mg", dosage=[{"text": "đã ngừng hẳn, không còn dùng warfarin"}]),
    medicine("Warfarin 13 mg", dosage=[{"text": "tự ngưng, không tiếp tục warfarin"}]),
    medicine("Warfarin 14 mg", dosage=[{"text": "Đã ngừng do xuất huyết khi uống warfarin"}]),
    medicine("Warfarin 15 mg", dosage=[{"text": "BN tự bỏ thuốc"}]),
    medicine("Warfarin 16 mg", dosage=[{"text": "Tự ý bỏ thuốc 2 tháng nay"}]),
    medicine("Metformin (không dùng nữa)"),
    medicine("Thuốc tránh thai (đã ngừng)"),
    medicine("Metformin 500", dosage=[{"text": "Hiện không uống nữa"}]),
    medicine("Metformin 501", dosage=[{"text": "BN không còn dùng nữa"}]),
    medicine("Warfarin 17 mg", dosage=[{"text": "Stop 3 days ago"}]),
    medicine("Prednisolon 5", dosage=[{"text": "Da cat thuoc tu thang 9"}]),
    medicine("Pradaxa 110", dosage=[{"text": "đã bỏ"}]),
    medicine("Warfarin 31 mg", dosage=[{"text": "Bỏ trị 3 tháng"}]),
    medicine("Warfarin 32 mg", dosage=[{"text": "BN bỏ thuốc đã lâu"}]),
    medicine("Digoxin 0,25", dosage=[{"text": "cắt hẳn từ 10/10"}]),
    medicine("Metformin 502", dosage=[{"text": "đã thôi uống"}]),
    medicine("Concor 5", dosage=[{"text": "k dùng nữa"}]),
    medicine("Aspirin 82", dosage=[{"text": "D/C 2/11"}]),
    medicine("Bisoprolol 5", dosage=[{"text": "held since 1/11"}]),
    medicine("Sintrom 5 mg", dosage=[{"text": "off từ 5/11"}]),
    medicine("Sintrom - stop 10/11"),
    medicine("Aspirin 83", dosage=[{"text": "hết đau nên không uống nữa"}]),
    medicine("Warfarin 33 mg", dosage=[{"text": "Tạm ngưng, uống lại khi INR dưới 3"}]),
    medicine("Warfarin 18 mg", dosage=[{"text": "Stopped 3 days before surgery"}]),
]
TAKEN = [
    medicine("Không ngừng Aspirin"),
    medicine("Warfarin", dosage=[{"text": "Không tự ngừng thuốc"}]),
    medicine("Metformin", dosage=[{"text": "Ngừng nếu nôn"}]),
    medicine("Prednisolon", dosage=[{"text": "ngưng dần trong 2 tuần"}]),
    medicine("Aspirin 81, uống trong bữa ăn"),
    medicine("Insulin Mixtard", dosage=[{"text": "Sáng 20 đơn vị, tối: không"}]),
    medicine("Prednisolon", dosage=[{"text": "Sáng 2 viên; Chiều: không"}]),
    medicine("Insulin buổi tối: không"),
    medicine("Metformin 850", dosage=[{"text": "Uống sáng 1 viên. Bẻ viên: không"}]),
    medicine("Sintrom", dosage=[{"text": "Ngừng thuốc khi chảy máu"}]),
    medicine("Marvelon", dosage=[{"text": "Uống 21 ngày (ngưng 7 ngày)"}]),
    medicine("Apixaban", dosage=[{"text": "Uống khi đã ngừng heparin"}]),
    medicine("Clopidogrel (đã ngừng aspirin)"),
    medicine("Methotrexat", dosage=[{"text": "Tạm ngưng 3 ngày rồi uống lại"}]),
    medicine("Ticagrelor (thay clopidogrel đã ngừng)"),
    medicine("Nexavar (đã ngừng 3 ngày, uống lại từ 20/10)"),
    medicine("Warfarin 5 mg", dosage=[{"text": "Đã ngừng aspirin khi dùng warfarin"}]),
    medicine("Aspirin 81 mg", dosage=[{"text": "Ngừng Clopidogrel, tiếp tục Aspirin"}]),
    medicine("Rivaroxaban", dosage=[{"text": "Ngừng Sintrom, chuyển sang uống Rivaroxaban"}]),
    medicine("Warfarin 2 mg", dosage=[{"text": "Ngưng 5 ngày trước mổ"}]),
    medicine("Metformin 500", dosage=[{"text": "Ngừng 48h trước khi chụp CT cản quang"}]),
    medicine("Warfarin 3 mg", dosage=[{"text": "Dị ứng: không"}]),
    medicine("Warfarin 4 mg", dosage=[{"text": "Tương tác thuốc: không"}]),
    medicine("Digoxin", dosage=[{"text": "Tác dụng phụ: không"}]),
    medicine("Warfarin 6 mg", dosage=[{"text": "Nếu chảy máu thì không uống nữa"}]),
    medicine("Warfarin 7 mg", dosage=[{"text": "Do not stop"}]),
    medicine("Warfarin 8 mg", dosage=[{"text": "Stop if bleeding"}]),
    medicine("Paracetamol 500", dosage=[{"text": "hết đau thì không uống nữa"}]),
    medicine("Paracetamol 501", dosage=[{"text": "Hết sốt không uống nữa"}]),
    medicine("Amoxicillin 500", dosage=[{"text": "uống 7 ngày rồi không uống thuốc nữa"}]),
    medicine("Amoxicillin 501", dosage=[{"text": "Đủ 7 ngày không uống nữa"}]),
    medicine("Warfarin 21 mg", dosage=[{"text": "Stop 3 days before surgery"}]),
    medicine("Warfarin 22 mg", dosage=[{"text": "stop 5 days preop"}]),
    medicine("Warfarin 23 mg", dosage=[{"text": "Stop on the day of surgery"}]),
    medicine("Warfarin 24 mg", dosage=[{"text": "Không tự ý bỏ thuốc"}]),
    medicine("Warfarin 25 mg", dosage=[{"text": "Không được tự bỏ thuốc"}]),
    medicine("Warfarin 26 mg", dosage=[{"text": "BN tự bỏ thuốc 1 tuần, nay uống lại"}]),
    medicine("Warfarin 27 mg", dosage=[{"text": "Ngừng heparin khi dùng warfarin"}]),
    medicine("Eliquis 5", dosage=[{"text": "5mg x2, thay Sintrom (đã dừng)"}]),
    medicine("Dabigatran 110", dosage=[{"text": "Đã ngưng Warfarin, dùng thuốc này"}]),
    medicine("Xarelto 20", dosage=[{"text": "20mg tối (Sintrom đã ngưng)"}]),
    medicine("Apixaban 5", dosage=[{"text": "5 mg bd, warfarin discontinued"}]),
    medicine("Warfarin 41 mg", dosage=[{"text": "3mg; aspirin đã ngừng từ tháng 8"}]),
    medicine("Keppra 500", dosage=[{"text": "2v, stopped Depakine"}]),
    medicine("Warfarin 42 mg", dosage=[{"text": "đã ngừng 3 ngày để nhổ răng, tiếp tục từ 12/11"}]),
    medicine("Warfarin 43 mg", dosage=[{"text": "ngưng 1/11 do INR cao, 5/11 INR 2.8 cho dùng lại 2mg"}]),
    medicine("Warfarin 44 mg", dosage=[{"text": "stopped for surgery, resumed 18/11"}]),
    medicine("Sintrom 6 mg", dosage=[{"text": "ngưng 2/11; 9/11 uống lại"}]),
    medicine("Sintrom 7 mg", dosage=[{"text": "tạm ngưng 5 ngày, bắt đầu lại 20/11"}]),
    medicine("Eliquis 2,5", dosage=[{"text": "discontinued 1/11, restarted 8/11"}]),
    medicine("Insulin Lantus", dosage=[{"text": "Trước đây tự ý bỏ thuốc, nay tiêm đều"}]),
    medicine("Metformin 503", dosage=[{"text": "Không được bỏ thuốc"}]),
    medicine("Aspirin 84", dosage=[{"text": "tự bỏ thuốc lá, uống đều"}]),
    medicine("Aspirin 85", dosage=[{"text": "tự bỏ bia rượu"}]),
    medicine("Aspirin 86", dosage=[{"text": "tự bỏ 1 viên buổi tối"}]),
    medicine("Aspirin 87", dosage=[{"text": "trước đây tự bỏ, nay uống đều"}]),
    medicine("Aspirin 88", dosage=[{"text": "tiền sử tự bỏ thuốc, hiện uống đều"}]),
]

# Of warfarin.
SAYS_STOPPED = [
    "ngừng do bầm tím khi đang dùng warfarin",
    "tự ngưng, không còn tiếp tục dùng warfarin",
    "tu ngung, khong tiep tuc warfarin",
    "da ngung han, khong con dung warfarin",
    "da ngung vi chay mau khi dung warfarin",
    "đã ngừng, chưa dùng lại warfarin",
    "đã ngưng thuốc, chưa có chỉ định dùng lại",
    "BN tự ý ngưng thuốc 2 tuần nay",
    "BN bỏ thuốc 3 tháng nay",
    "BN tu bo thuoc",
    "Hiện không còn uống",
    "khong uong nua",
    "không sử dụng nữa",
    "Đã ngừng sau xuất huyết tiêu hóa",
    "Đã ngừng khi có thai",
    "BS đã cho ngừng thuốc",
    "no longer taking",
    "Not taking it anymore",
    "Stop. Switched to apixaban",
    "on hold",
    "On hold since 10/11 for bleeding",
    "quit 2 weeks ago",
    "pt quit taking it",
]
SAYS_TAKEN = [
    "stop: 5 days before op",
    "stop - 3 days before surgery",
    "on hold when INR over 5",
    "quit smoking advised",
    "Uống hết 7 ngày, sau đó không uống nữa",
    "uống đủ 5 ngày, không uống nữa",
    "ngưng thuốc 5 ngày trước khi mổ",
    "ngung 5 ngay truoc mo",
    "to be stopped 5 days before surgery",
    "Will be stopped before surgery",
    "can be stopped after 6 months",
    "stopped aspirin, continues warfarin",
    "stopped 3 days, restarted 10/11",
    "was discontinued then resumed",
    "Tránh tự ý bỏ thuốc",
    "Khong tu y bo thuoc",
    "Hay quên, thỉnh thoảng bỏ thuốc",
    "BN tự bỏ thuốc lá",
    "Tự ngừng rượu",
    "Ngưng hút thuốc",
    "Đã ngừng, dùng lại từ 10/11",
    "Bỏ thuốc dưới lưỡi",
    "Đã ngừng aspirin, hiện còn đang dùng warfarin",
]


@pytest.mark.parametrize(
    "written",
    [*STOPPED, *map(of_warfarin, SAYS_STOPPED)],
    ids=lambda each: str([each["medicationCodeableConcept"], each.get("dosage")]),
)
def test_a_medicine_that_its_words_stop_is_asked_again(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written, medicine("Amlodipin"))
    found = read(desk, person)
    assert [row.partition("|")[0] for row in found[MEDICINES]] == ["Amlodipin"]
    assert "NHƯNG CHỮ GHI ĐÃ NGỪNG HOẶC KHÔNG DÙNG" in found["differing"][0]


@pytest.mark.parametrize(
    "written",
    [*TAKEN, *map(of_warfarin, SAYS_TAKEN)],
    ids=lambda each: str([each["medicationCodeableConcept"], each.get("dosage")]),
)
def test_advice_on_stopping_stops_nothing(person: str, desk: Desk, written: dict[str, Any]) -> None:
    write(desk, person, written)
    found = read(desk, person)
    assert "differing" not in found
    assert len(found[MEDICINES]) == 1


LAPSES = ["Không uống đều thuốc huyết áp", "Chưa uống amlodipin sáng nay", "Không dùng đều insulin"]


@pytest.mark.parametrize("words", LAPSES)
def test_a_medicine_that_is_taken_irregularly_or_not_yet_today_is_taken(person: str, desk: Desk, words: str) -> None:
    write(desk, person, medicine(words))
    found = read(desk, person)
    assert [row.partition("|")[0] for row in found[MEDICINES]] == [words]
    assert "not-so" not in found


@pytest.mark.parametrize("words", ["Không dùng chống đông", "Chưa dùng Warfarin"])
def test_a_medicine_that_its_words_deny_is_not_among_those_that_are_taken(person: str, desk: Desk, words: str) -> None:
    write(desk, person, medicine(words), medicine("Amlodipin"))
    found = read(desk, person)
    assert [row.partition("|")[0] for row in found[MEDICINES]] == ["Amlodipin"]
    assert [row.partition("|")[0] for row in found["not-so"]] == [words]


WARFARIN = {"dosage": [{"text": "5 mg/ngày"}]}, {"dosage": [{"text": "1,25 mg/ngày"}]}


@pytest.mark.parametrize(
    ("first", "then", "marked"),
    [("2026-01-01", "2026-11-20", True), ("2026-11-20", "2026-11-20", False), (None, "2026-11-20", False)],
)
def test_one_sources_two_orders_of_two_days_name_each_other(
    person: str, desk: Desk, first: str | None, then: str, *, marked: bool
) -> None:
    begun = [{"effectiveDateTime": day} if day else {} for day in (first, then)]
    write(desk, person, *(medicine("Warfarin 5 mg", **dose, **day) for dose, day in zip(WARFARIN, begun, strict=True)))
    assert [DIFFERS in row for row in read(desk, person)[MEDICINES]] == [marked, marked]
