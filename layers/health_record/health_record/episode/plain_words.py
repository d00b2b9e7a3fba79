"""What a free text of a file says plainly, and what it may say beyond that: read so that a doubt is never settled.

Words are recognised with and without the marks of Vietnamese ("đang dùng", "dang dung").
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST_NAME = 80  # letters; what is longer is no name of one disease
_BEYOND = (
    "và", "kèm", "trên", "có", "mang", "đang", "tiền sử", "ts", "tiền căn", "hậu", "suốt", "không", "ko", "chưa",
    "còn", "theo dõi", "td", "nghi", "người", "bn", "dùng", "uống", "điều trị", "với", "cùng", "phụ thuộc", "dị ứng",
    "phản vệ", "máy", "van", "stent", "ghép", "mạn", "mãn", "suy", "with", "and", "on", "history",
)  # fmt: skip


def names_one_thing(text: str) -> bool:
    """Whether a diagnosis in words names one disease and says nothing else of the person."""
    name = _OF_TITLES.sub(" ", unicodedata.normalize("NFC", text).strip())
    return len(name) <= LONGEST_NAME and not _SEVERAL.search(name)


def any_of(words: Iterable[str]) -> str:
    """A pattern of whole words, as they are written and without their marks."""
    spelled = sorted({spelling for word in words for spelling in (word, _without_marks(word))}, key=len, reverse=True)
    return rf"\b(?:{'|'.join(spelled)})\b"


def _without_marks(text: str) -> str:
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(each for each in parts if not unicodedata.combining(each))


# How titles of ICD-10 end: "khác và không đặc hiệu", ", không biến chứng".
_OF_TITLES = re.compile(
    r",?\s*(?:khác\s+và\s+)?\b(?:không|chưa)\s+(?:có\s+)?(?:đặc hiệu|xác định|phân loại|biến chứng)\b", re.IGNORECASE
)
_SEVERAL = re.compile(rf"[;,+&\n(\[/:]|\s[-–—]|[-–—]\s|\.\s|{any_of(_BEYOND)}", re.IGNORECASE)
