"""FHIR R4's primitive types (http://hl7.org/fhir/R4/datatypes.html): what is wrong with a value, if anything."""

import base64
import binascii
import datetime
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from health_record.fhir import xhtml
from health_record.language import Translated

MAX_STRING = 1024 * 1024
SMALLEST, LARGEST, MOST_DIGITS = Decimal("1e-30"), Decimal("1e30"), 40
DATE = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
PATTERNS: Mapping[str, re.Pattern[str]] = {
    "code": re.compile(r"[^\s]+( [^\s]+)*"),
    "id": re.compile(r"[A-Za-z0-9\-.]{1,64}"),
    "uri": re.compile(r"\S+"),
    "url": re.compile(r"\S+"),
    "canonical": re.compile(r"\S+"),
    "oid": re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+"),
    "uuid": re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"),
    "date": re.compile(DATE),
    "dateTime": re.compile(rf"{DATE}|[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T{TIME}{ZONE}"),
    "instant": re.compile(rf"[0-9]{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T{TIME}{ZONE}"),
    "time": re.compile(TIME),
}
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
INTEGERS: Mapping[str, tuple[int, int]] = {
    "integer": (-(2**31), 2**31 - 1),
    "unsignedInt": (0, 2**31 - 1),
    "positiveInt": (1, 2**31 - 1),
}
EXAMPLES: Mapping[str, str] = {
    "date": "2026-11-20",
    "dateTime": "2026-11-20, 2026-11-20T08:05:00+07:00",
    "instant": "2026-11-20T08:05:00+07:00",
    "time": "08:05:00",
    "uuid": "urn:uuid:7b0f5f43-53c1-4a5f-8a49-0c4f0d9f7e11",
}
DATED = ("date", "dateTime", "instant")


def find_fault(kind: str, value: Any) -> Translated | None:
    """What is wrong with `value` as a `kind`, or None."""
    if kind == "boolean":
        return None if isinstance(value, bool) else Translated("phải là true hoặc false", "must be true or false")
    if kind in INTEGERS:
        return _integer(kind, value)
    if kind == "decimal":
        return _decimal(value)
    if not isinstance(value, str):
        return Translated("phải là chuỗi ký tự", "must be a string")
    too_long = len(value) > MAX_STRING and kind != "base64Binary"  # whose size is the body's to bound
    if not value.strip() or CONTROL.search(value) or too_long or not _is_utf8(value):
        return Translated(
            "không được rỗng, có ký tự điều khiển hoặc dài quá 1 MB",
            "must not be empty, hold control characters or exceed 1 MB",
        )
    return TEXTS.get(kind, _pattern)(kind, value)


def _decimal(value: Any) -> Translated | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return Translated("phải là số", "must be a number")
    # FHIR names no end. Beyond this it is a mistake, and a reader with binary floats would show infinity or 0.
    size = abs(Decimal(value))
    if (size and not SMALLEST <= size <= LARGEST) or len(str(value)) > MOST_DIGITS:
        return Translated("là số quá lớn, quá nhỏ hoặc quá dài", "is too large, too small or too long a number")
    return None


def _integer(kind: str, value: Any) -> Translated | None:
    low, high = INTEGERS[kind]
    if isinstance(value, bool) or not isinstance(value, int):
        return Translated("phải là số nguyên", "must be a whole number")
    return (
        None if low <= value <= high else Translated(f"phải từ {low} đến {high}", f"must lie between {low} and {high}")
    )


def _pattern(kind: str, value: str) -> Translated | None:
    pattern = PATTERNS.get(kind)
    if pattern is not None and pattern.fullmatch(value) is None:
        example = f" ({EXAMPLES[kind]})" if kind in EXAMPLES else ""
        return Translated(f"không phải là {kind} hợp lệ{example}", f"is not a valid {kind}{example}")
    return (
        Translated("là ngày không tồn tại", "is a day that does not exist")
        if kind in DATED and not _exists(value[:10])
        else None
    )


def _base64(_kind: str, value: str) -> Translated | None:
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return Translated("không phải là base64 hợp lệ", "is not valid base64")
    return None


def _xhtml(_kind: str, value: str) -> Translated | None:
    return xhtml.find_fault(value)


def _exists(day: str) -> bool:
    if day.startswith("0000"):
        return False
    if len(day) < 10:
        return True
    try:
        datetime.date.fromisoformat(day)
    except ValueError:
        return False
    return True


def _is_utf8(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


TEXTS: Mapping[str, Callable[[str, str], Translated | None]] = {"base64Binary": _base64, "xhtml": _xhtml}
