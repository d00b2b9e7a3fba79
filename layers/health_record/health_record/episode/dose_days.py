"""For how many days a medicine was given, as far as its dose says it.

LIEU_DUNG is a free text. Its days are read where all of it is of the form that Decision 4750 gives ("1 viên/lần * 2
lần/ngày * 5 ngày [2 viên/ngày]"): one word that is not known leaves the last day unknown. So does a dose that is taken
when needed, changes, or goes on, wherever it says so.
"""

import re
import unicodedata

from health_record.episode.plain_words import any_of
from health_record.hospital_file.rows import Row
from health_record.remembered import remembered

LONGEST_WRITTEN = 999  # days that a dose can say
LONGEST_DAYS = 200  # that a number of tablets is taken to last
_BRACKETS = re.compile(r"\[([^\]]*)\]")
_DAYS = re.compile(r"[*x×]\s*([0-9]{1,3})\s*ngày\b(?!\s*/)")
_A_DAY = re.compile(r"\s*([0-9]+(?:[.,][0-9]+)?)\s*([^\]/0-9]*?)\s*/\s*ngày\s*")
_MEALS = re.compile(
    r"\b(?:trước|sau|trong|giữa|xa|lúc|khi)(?: (?:khi|lúc|các|bữa|bụng|đi))* (?:ăn|ngủ|đói|no|bữa)\b"
    r"(?: (?:sáng|trưa|chiều|tối))?"
)
_PLAIN = frozenset((
    "lần", "ngày", "mỗi", "sáng", "trưa", "chiều", "tối", "buổi", "chia", "đều", "x", "uống", "ngậm", "nhai", "nhỏ",
    "bôi", "xịt", "hít", "tiêm", "dưới", "da", "viên", "nén", "nang", "gói", "ống", "lọ", "chai", "giọt", "ml", "mg",
    "g", "mcg", "µg", "ui", "iu", "đơn", "vị", "đv", "nhát", "miếng", "liều", "bút", "tuýp", "thìa", "muỗng",
))  # fmt: skip
_NUMBER = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
# "ngày 15: 4 viên", "2 ngày": days that are no number of times a day.
_OTHER_DAYS = re.compile(rf"[0-9]\s*ngày\b|\bngày\s*[0-9]++(?:[.,/][0-9]++)?+\s*+(?!{any_of(_PLAIN - {'ngày', 'x'})})")
_PARTS = re.compile(r"[\s*×:,;/()+.-]+")
_OPEN = re.compile(
    any_of((
        "tối đa", "không quá", "nhiều nhất", "liên tục", "suốt đời", "lâu dài", "dài ngày", "duy trì", "sau đó",
        "xen kẽ", "cách ngày", "cách nhật", "ngày đầu", "tuần đầu", "liều đầu", "rồi", "từ ngày", "bắt đầu", "nghỉ",
        "lặp lại", "tiếp tục", "tiếp theo", "đến khi", "tự ý", "tự ngừng", "tự ngưng", "không ngừng", "không ngưng",
        "không bỏ", "giảm dần", "giảm liều", "giảm còn", "giảm xuống", "tăng dần", "tăng liều", "tăng lên",
        "theo inr", "theo kết quả", "theo đường huyết", "as needed", "prn", "max",
    ))
    + r"|\bngày\s*[0-9]+\s*(?:-|–|đến|tới)",
    re.IGNORECASE,
)  # fmt: skip
_CONDITION = re.compile(any_of(("khi", "nếu", "tuần", "tháng", "đợt")), re.IGNORECASE)
_WARNS = re.compile(
    any_of(
        ("ngừng", "ngưng", "dừng", "báo", "gọi", "khám", "nhập viện", "cấp cứu", "không dùng", "không uống", "tránh")
    ),
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[;,.&]|\bvà\b")


def written_days(row: Row) -> int | None:
    """How many days the dose says, where it says nothing else."""
    is_plain, days = _read(*_texts(row))
    return days[0] if is_plain and len(days) == 1 and days[0] > 0 else None


def days_by_number(row: Row) -> int | None:
    """For how many days SO_LUONG lasts, where the dose says no days and its brackets count in DON_VI_TINH."""
    return _by_number(*_texts(row), row.get("SO_LUONG", "1"), row.get("DON_VI_TINH", ""))


def days_of(row: Row) -> int | None:
    """How many days the dose says, else for how many the number lasts."""
    return written_days(row) or days_by_number(row)


def is_open(row: Row) -> bool:
    """Whether dose or advice says that it is taken when needed, in changing doses, or on and on."""
    return _is_open(*_texts(row))


def _texts(row: Row) -> tuple[str, str]:
    return row.get("LIEU_DUNG", ""), row.get("CACH_DUNG", "")


@remembered(256)  # the same prescription comes back month by month
def _is_open(*texts: str) -> bool:
    return any(
        _OPEN.search(text) or any(map(_is_conditional, _CLAUSES.split(_MEALS.sub(" ", text))))
        for text in map(_lower, texts)
    )


@remembered(256)
def _read(dose: str, advice: str) -> tuple[bool, list[int]]:
    """Whether dose and advice say no more than is understood; and the days of the dose."""
    text = _BRACKETS.sub(" ", _lower(dose))
    days = [int(each) for each in _DAYS.findall(text)]
    rest = _MEALS.sub(" ", _DAYS.sub(" ", text))
    words = [each for each in _PARTS.split(rest) if each]
    is_known = all(each in _PLAIN or _NUMBER.fullmatch(each) for each in words)
    return is_known and not _OTHER_DAYS.search(rest) and not _is_open(dose, advice), days


@remembered(256)
def _by_number(dose: str, advice: str, number: str, counted: str) -> int | None:
    is_plain, days = _read(dose, advice)
    brackets = _BRACKETS.findall(_lower(dose))
    if not is_plain or days or len(brackets) != 1 or not (found := _A_DAY.fullmatch(brackets[0])):
        return None
    a_day, unit = float(found[1].replace(",", ".")), found[2]
    if not unit or unit != _lower(counted) or a_day <= 0:
        return None
    lasting = int(float(number) / a_day)
    return lasting if 0 < lasting <= LONGEST_DAYS else None


def _is_conditional(clause: str) -> bool:
    return bool(_CONDITION.search(clause)) and not _WARNS.search(clause)


def _lower(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
