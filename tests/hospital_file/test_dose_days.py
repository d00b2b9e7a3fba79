"""For how many days a medicine was given: what the file writes, what its number gives, and what nobody knows."""

import datetime

import pytest

from health_record.episode import medicines
from tests.hospital_file.files import OUTPATIENT, replaced
from tests.hospital_file.kept import kept
from tests.hospital_file.visits import rows_set

WRITTEN = [
    ("1 viên/lần * 2 lần/ngày * 5 ngày [2 viên/ngày]", 5),
    ("1 viên x 2 lần/ngày x 30 ngày", 30),
    ("Sáng: 20 đơn vị * 28 ngày", 28),
    ("1 giọt/lần × 2 lần/ngày × 28 ngày", 28),
    ("Ngày uống 2 lần, mỗi lần 1 viên * 7 ngày", 7),
    ("Ngày 2 lần, mỗi lần 1/2 viên sau ăn * 10 ngày", 10),
    ("Uống trước khi ăn sáng 1 viên * 28 ngày", 28),
    ("1 viên/lần * 1 lần/ngày trước khi đi ngủ * 90 ngày", 90),
    ("1 viên * 365 ngày", 365),
]
NOBODY_KNOWS = [
    "[20 mg/ngày]",
    "Sáng uống trước ăn [75 mcg/ngày]",
    "tiêm dưới da 10 UI tối [10 UI/ngày]",
    "4 viên/lần * 1 lần/ngày * 5 ngày, sau đó 2 viên/lần * 1 lần/ngày * 20 ngày, không ngừng đột ngột",
    "1/4 viên/lần * 1 lần/ngày * 2 ngày, xen kẽ 1/2 viên/lần * 1 lần/ngày * 2 ngày, dùng liên tục",
    "1 viên khi co giật x 1 ngày/tuần",
    "Khi đau, tối đa 2 viên/ngày [2 viên/ngày]",
    "4 viên/lần * 1 lần/tuần [4 viên/ngày]",
    "Ngày 1-5: 8 viên; ngày 6-10: 4 viên; giảm dần * 10 ngày",
    "Ngày 1: 8 viên * 10 ngày",
    "1 viên * 5 ngày rồi uống kéo dài",
    "1 viên * 5 ngày đầu",
    "1 viên * 5 ngày, nghỉ 2 ngày",
    "1 viên/2 ngày * 30 ngày",
    "1 viên * 5 ngày, * 10 ngày",
    "1 viên nếu sốt * 3 ngày",
    "1 vien khi dau * 3 ngày",
    "Thứ 2,4,6: 1 viên; ngày khác: 1/2 viên [1 viên/ngày]",
    "Theo INR [1 viên/ngày]",
    "1 viên/lần * 1 lần/ngày [1 viên/ngày] [2 viên/ngày]",
    "2 viên/ngày",
    "[0 viên/ngày]",
    "[/ngày]",
    "1 viên * 0 ngày",
]
ADVICE_THAT_OPENS = [
    "Uống khi đau",
    "uống khi đau và báo bác sĩ",
    "Từ ngày 15: giảm còn 4 viên/ngày, không tự ngừng",
    "Ngày 1 đến ngày 14",
    "Dùng liên tục, suốt đời",
    "mỗi tuần một lần",
    "tối đa 4 viên",
    "Không tự ý bỏ thuốc",
    "UONG LIEN TUC",
]
ADVICE_THAT_DOES_NOT = [
    "Uống sau ăn sáng",
    "Uống khi đói",
    "Uống trong bữa ăn; ngừng &amp; báo bác sĩ nếu nôn, tiêu chảy kéo dài",
    "Tái khám sau 4 tuần",
    "KHÔNG dùng nếu khó thở",
    "",
]


def given(
    dose: str, *, advice: str = "", number: str = "60", unit: str = "viên", care: str = "01"
) -> tuple[object, bool]:
    """The last day, counted from the first, of a medicine; and whether it is said to be reckoned."""
    fields = {"LIEU_DUNG": dose, "CACH_DUNG": advice, "SO_LUONG": number, "DON_VI_TINH": unit}
    file = rows_set(replaced(OUTPATIENT, "XML1", "MA_LOAI_KCB", care), "XML2", 1, **fields)
    found = list(medicines.current(kept(file), datetime.date(2026, 10, 6)))[0]
    period = {name: datetime.date.fromisoformat(day) for name, day in found["effectivePeriod"].items()}
    days = (period["end"] - period["start"]).days + 1 if "end" in period else None
    return days, medicines.RECKONED in str(found.get("note"))


@pytest.mark.parametrize(("dose", "days"), WRITTEN)
def test_days_that_are_written_are_read(dose: str, days: int) -> None:
    assert given(dose) == (days, False)


@pytest.mark.parametrize("dose", NOBODY_KNOWS)
@pytest.mark.parametrize("unit", ["viên", "ml"])
def test_a_last_day_that_nobody_wrote_is_not_told(dose: str, unit: str) -> None:
    assert given(dose, unit=unit) == (None, False)


@pytest.mark.parametrize(
    ("dose", "unit", "number", "days"),
    [
        ("Sáng: 1 viên, Chiều: 1 viên [2 viên/ngày]", "Viên", "56", 28),
        ("1 viên/lần * 2 lần/ngày [2 viên/ngày]", "viên", "57", 28),
        ("[0,5 viên/ngày]", "viên", "14", 28),
        ("[1 viên/ngày]", "viên", "200", 200),
        ("[1 viên/ngày]", "viên", "201", None),
        ("[2 viên/ngày]", "hộp", "56", None),
        ("[2 viên/ngày]", "", "56", None),
    ],
)
def test_what_the_number_gives_is_told_as_reckoned_where_units_agree(
    dose: str, unit: str, number: str, days: int | None
) -> None:
    assert given(dose, unit=unit, number=number) == (days, days is not None)


@pytest.mark.parametrize("care", ["01", "05"])
@pytest.mark.parametrize("dose", ["1 viên * 28 ngày", "[1 viên/ngày]"])
def test_an_advice_that_opens_the_end_leaves_none(dose: str, care: str) -> None:
    for advice in ADVICE_THAT_OPENS:
        assert given(dose, advice=advice, care=care) == (None, False), advice
    for advice in ADVICE_THAT_DOES_NOT:
        assert given(dose, advice=advice, care=care)[0] is not None, advice


@pytest.mark.parametrize(
    ("dose", "has_end"),
    [("Sáng 1 viên, chiều 1 viên", True), ("1 viên khi đau", False), ("Tối đa 4 viên", False), ("giảm dần", False)],
)
def test_the_last_day_of_chronic_care_ends_what_is_taken_every_day(dose: str, has_end: bool) -> None:
    assert (given(dose, care="05")[0] is not None) is has_end


def test_what_was_returned_is_not_taken_and_lots_are_one() -> None:
    """+28 and -28 are none, +28 and -14 are 14, 14 and 14 of two lots are 28: in the extract as well."""
    same = {"MA_THUOC": "40.1", "TEN_THUOC": "Warfarin", "HAM_LUONG": "5mg", "LIEU_DUNG": "[1 viên/ngày]"}
    for numbers, days in ((("28", "-28"), None), (("28", "-14"), 14), (("14", "14"), 28), (("-28", "28"), None)):
        file = OUTPATIENT
        for row, number in enumerate(numbers, 1):
            more = {"CACH_DUNG": "tối", "DUONG_DUNG": "1.01", "DON_VI_TINH": "viên", "SO_LUONG": number}
            file = rows_set(file, "XML2", row, **same, **more)
        found = [row for (_, row), _ in medicines.taken_home(kept(file)) if row["TEN_THUOC"] == "Warfarin"]
        assert [row["SO_LUONG"] for row in found] == ([] if days is None else [str(days)])
        told = [each for each in medicines.requests(kept(file)) if "Warfarin" in str(each)]
        assert bool(told) is (days is not None)
