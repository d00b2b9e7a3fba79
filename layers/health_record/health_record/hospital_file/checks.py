"""What is refused in an episode, and what is only remarked: single values first, then how they agree."""

import datetime
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from health_record.hospital_file import values
from health_record.hospital_file.faults import FileFault
from health_record.hospital_file.fields import NUMBERED
from health_record.hospital_file.rows import Row
from health_record.identity import identifiers
from health_record.language import Translated

PASSPORT = re.compile(r"[A-Z][0-9]{7,8}", re.IGNORECASE)
WHOLE = re.compile(r"0*([0-9]{1,10})(?:[.,]0+)?")
LISTED = {
    "GIOI_TINH": ("1", "2", "3"),
    "KET_QUA_DTRI": tuple("12345678"),
    "MA_LOAI_RV": tuple("12345"),
}
GROUPS = frozenset(str(number) for number in range(1, 19))
SERVICES = frozenset({"1", "2", "3", "8", "18"})
CARE = frozenset(f"{number:02d}" for number in range(1, 17))
MOST_SECONDARY = 12
LEAST_WEIGHT, MOST_WEIGHT = 0.3, 350  # kg; newborns in grams lie above it


NO_SUCH_DAY = Translated(
    "nêu ngày hay giờ không có trong lịch, như 31/02 hay 24:60", "names a day or time that does not exist, as 31/02"
)


class Judged(NamedTuple):
    """A value as it is kept (empty: nothing was said), and what is wrong or remarkable about it."""

    text: str
    code: str = ""
    fault: Translated | None = None
    warning: Translated | None = None


def judge(kind: str, text: str) -> Judged:
    """One value by the kind of its field."""
    return JUDGES.get(kind, Judged)(text)


def faults(tables: Mapping[str, list[Row]], today: str) -> Iterator[FileFault]:
    """Where the values of an episode contradict each other or say nothing that can be relied upon."""
    summary = tables["XML1"][0]
    yield from _wrong_codes(summary)
    yield from _wrong_person(summary)
    yield from _wrong_times(summary, today)
    for table, found in tables.items():
        for number, row in enumerate(found, 1):
            if "MA_LK" in row and row["MA_LK"] != summary.get("MA_LK"):
                reason = Translated("khác MA_LK của XML1", "is not the MA_LK of XML1")
                yield FileFault("another-episode", reason, table, number, "MA_LK")
            if table in ("XML2", "XML3") and row.get("MA_NHOM", "1") not in GROUPS:
                yield FileFault("not-listed", NOT_LISTED, table, number, "MA_NHOM")
            if table == "XML3" and row.get("MA_NHOM") in SERVICES and not {"TEN_DICH_VU", "MA_DICH_VU"} & row.keys():
                yield FileFault("missing", Translated("là bắt buộc", "is required"), table, number, "TEN_DICH_VU")
            if table == "XML4" and not {"TEN_CHI_SO", "MA_CHI_SO"} & row.keys():
                yield FileFault("missing", Translated("là bắt buộc", "is required"), table, number, "TEN_CHI_SO")
        if table in NUMBERED:
            yield from _repeated_lines(table, found)


def warnings(tables: Mapping[str, list[Row]]) -> Iterator[FileFault]:
    """Faults of an episode that are told to the hospital and do not refuse it."""
    (summary,) = tables["XML1"]
    for name in ("HO_TEN", "GIOI_TINH", "KET_QUA_DTRI", "MA_LOAI_RV"):
        if name not in summary:
            yield FileFault("missing", Translated("để trống", "is empty"), "XML1", 1, name)
    if summary["MA_LOAI_KCB"] not in CARE:
        yield FileFault("not-listed", NOT_LISTED, "XML1", 1, "MA_LOAI_KCB")
    if (weight := summary.get("CAN_NANG")) and not LEAST_WEIGHT <= float(weight) <= MOST_WEIGHT:
        reason = Translated("khó là cân nặng tính bằng kg", "can hardly be a weight in kg")
        yield FileFault("weight-unlikely", reason, "XML1", 1, "CAN_NANG")
    if len(values.split_list(summary.get("MA_BENH_KT", ""))) > MOST_SECONDARY:
        reason = Translated(f"có hơn {MOST_SECONDARY} mã", f"has more than {MOST_SECONDARY} codes")
        yield FileFault("too-many", reason, "XML1", 1, "MA_BENH_KT")
    for table in ("XML2", "XML3"):
        for number, row in enumerate(tables.get(table, []), 1):
            ordered, done = (values.moment(row.get(name, "")) for name in ("NGAY_YL", "NGAY_TH_YL"))
            if ordered and done and done.is_before(ordered):
                reason = Translated("trước NGAY_YL", "is before NGAY_YL")
                yield FileFault("order", reason, table, number, "NGAY_TH_YL")


def _wrong_codes(row: Row) -> Iterator[FileFault]:
    for name, listed in LISTED.items():
        if name in row and row[name] not in listed:
            yield FileFault("not-listed", NOT_LISTED, "XML1", 1, name)


def _wrong_person(row: Row) -> Iterator[FileFault]:
    number, cards = row.get("SO_CCCD", ""), values.split_list(row.get("MA_THE_BHYT", ""))
    compact = identifiers.compact_number(number)
    if number and not (
        identifiers.parse_national_id(number) or identifiers.parse_citizen_id(number) or PASSPORT.fullmatch(compact)
    ):
        reason = Translated(
            "phải có 12 chữ số (hoặc 9, hoặc số hộ chiếu); có thể đã mất số 0 ở đầu",
            "must have 12 digits (or 9, or be a passport); a leading zero may be lost",
        )
        yield FileFault("number", reason, "XML1", 1, "SO_CCCD")
    elif not identifiers.parse_national_id(number) and not any(map(identifiers.parse_insurance_number, cards)):
        reason = Translated(
            "cần số định danh 12 chữ số hoặc mã thẻ BHYT để tìm hồ sơ",
            "a 12-digit personal number or an insurance card is needed to find the record",
        )
        yield FileFault("no-number", reason, "XML1", 1, "SO_CCCD")


def _wrong_times(row: Row, today: str) -> Iterator[FileFault]:
    begin, end = (values.moment(row.get(name, "")) for name in ("NGAY_VAO", "NGAY_RA"))
    birth = values.birth_date(row.get("NGAY_SINH", ""))
    if begin is None:
        return
    if begin.day > datetime.date.fromisoformat(today):
        yield FileFault("future", Translated("ở tương lai", "lies in the future"), "XML1", 1, "NGAY_VAO")
    if end and end.is_before(begin):
        yield FileFault("order", Translated("trước NGAY_VAO", "is before NGAY_VAO"), "XML1", 1, "NGAY_RA")
    if birth and birth > begin.day.isoformat()[: len(birth)]:
        yield FileFault("order", Translated("sau NGAY_VAO", "is after NGAY_VAO"), "XML1", 1, "NGAY_SINH")


def _repeated_lines(table: str, found: list[Row]) -> Iterator[FileFault]:
    seen = Counter(row.get("STT") for row in found)
    for number, row in enumerate(found, 1):
        if "STT" in row and seen[row["STT"]] > 1:
            reason = Translated("lặp lại ở dòng khác", "is that of another row as well")
            yield FileFault("repeated-line", reason, table, number, "STT")


def _moment(text: str) -> Judged:
    if values.is_filler(text):
        return Judged("", "filler", warning=Translated("chỉ có số 0: coi như để trống", "is all zeros: taken as empty"))
    if values.moment(text) is None:
        return _no_date(text, Translated("phải là yyyymmddHHMM", "must be yyyymmddHHMM"))
    if len(text) != 12:
        return Judged(text, "date", warning=Translated("nên là yyyymmddHHMM", "should be yyyymmddHHMM"))
    return Judged(text)


def _day(text: str) -> Judged:
    if values.is_filler(text):
        return Judged("", "filler", warning=Translated("chỉ có số 0: coi như để trống", "is all zeros: taken as empty"))
    if values.moment(text) is None:
        return _no_date(text, Translated("phải là yyyymmdd", "must be yyyymmdd"))
    return Judged(
        text[:8], "date", warning=Translated("nên là yyyymmdd", "should be yyyymmdd") if len(text) != 8 else None
    )


def _days(text: str) -> Judged:
    days = values.split_list(text)
    if not all(len(day) == 8 and values.moment(day) for day in days):
        reason = Translated("phải là các ngày yyyymmdd, cách nhau bằng ;", "must be days yyyymmdd, joined by ;")
        are_days = all(len(day) == 8 and values.has_form_of_date(day) for day in days)
        return Judged(text, "date", fault=NO_SUCH_DAY if are_days else reason)
    return Judged(";".join(days))


def _day_or_minute(text: str) -> Judged:
    if values.moment(text) is None:
        return _no_date(text, Translated("phải là yyyymmdd hoặc yyyymmddHHMM", "must be yyyymmdd or yyyymmddHHMM"))
    return Judged(text)


def _birth(text: str) -> Judged:
    if values.birth_date(text) is None:
        reason = Translated(
            "phải là yyyymmddHHMM, phần không rõ ghi 0", "must be yyyymmddHHMM, what is not known as zeros"
        )
        is_day_alone = text[4:6] == "00"  # of a month that is not known
        return Judged(text, "date", fault=reason) if is_day_alone else _no_date(text, reason)
    return Judged(text)


def _no_date(text: str, form: Translated) -> Judged:
    return Judged(text, "date", fault=NO_SUCH_DAY if values.has_form_of_date(text) else form)


def _decimal(text: str) -> Judged:
    negative = text.startswith("-")
    number = values.decimal(text.removeprefix("-"))
    if number is None:
        return Judged(
            text, "number", fault=Translated("phải là số, phần lẻ sau dấu chấm", "must be a number with a decimal dot")
        )
    warning = Translated("nên dùng dấu chấm cho phần lẻ", "should have a decimal dot") if "," in text else None
    return Judged(f"-{number}" if negative else number, "number", warning=warning)


def _line(text: str) -> Judged:
    found = WHOLE.fullmatch(text)
    if found is None:
        return Judged(text, "number", fault=Translated("phải là số nguyên", "must be a whole number"))
    return Judged(found[1], "number", warning=None if text.isdigit() else PLAIN_NUMBER)


def _numbered(text: str) -> Judged:
    """A code that is a number: `02` and `2.0` are 2. What is no number is for the list to refuse."""
    found = WHOLE.fullmatch(text)
    if found is None or found[1] == text:
        return Judged(text)
    return Judged(found[1], "number", warning=PLAIN_NUMBER)


def _icd_10(text: str) -> Judged:
    if values.icd_10(text) is None:
        return Judged(text, "icd-10", fault=Translated("phải là đúng một mã ICD-10", "must be exactly one ICD-10 code"))
    return Judged(text)


def _icd_10_list(text: str) -> Judged:
    codes = values.split_list(text)
    if any(values.icd_10(code) is None for code in codes):
        return Judged(
            text, "icd-10", fault=Translated("phải là mã ICD-10, cách nhau bằng ;", "must be ICD-10 codes, joined by ;")
        )
    warning = None
    if len(codes) > 1 and text.count(";") < len(codes) - 1:
        warning = Translated("nên cách nhau bằng ;", "should be joined by ;")
    return Judged(";".join(codes), "icd-10", warning=warning)


def _form_of_care(text: str) -> Judged:
    if re.fullmatch(r"[0-9]{1,2}", text) is None:
        return Judged(text, "not-listed", fault=Translated("phải là hai chữ số", "must be two digits"))
    warning = Translated("đã mất số 0 ở đầu", "has lost its leading zero") if len(text) == 1 else None
    return Judged(text.zfill(2), "leading-zero", warning=warning)


PLAIN_NUMBER = Translated("nên là số nguyên, không có số 0 ở đầu", "should be a whole number without a leading zero")
NOT_LISTED = Translated("không có trong danh mục", "is not in the list")
JUDGES: Mapping[str, Callable[[str], Judged]] = {
    "birth": _birth,
    "day": _day,
    "day-or-minute": _day_or_minute,
    "days": _days,
    "decimal": _decimal,
    "form-of-care": _form_of_care,
    "icd10": _icd_10,
    "icd10-list": _icd_10_list,
    "line": _line,
    "minute": _moment,
    "numbered": _numbered,
}
