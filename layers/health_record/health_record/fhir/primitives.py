"""FHIR R4's primitive types (http://hl7.org/fhir/R4/datatypes.html): what is wrong with a value, if anything."""

import base64
import binascii
import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from health_record.fhir import xhtml

LONGEST_STRING = 1024 * 1024
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
DATED = ("date", "dateTime", "instant")


def fault(kind: str, value: Any) -> str | None:
    """What is wrong with `value` as a `kind`, or None."""
    if kind == "boolean":
        return None if isinstance(value, bool) else "must be true or false"
    if kind in INTEGERS:
        return _integer(kind, value)
    if kind == "decimal":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return None if number else "must be a number"
    if not isinstance(value, str):
        return "must be a string"
    if not value.strip() or CONTROL.search(value) or len(value) > LONGEST_STRING or not _is_utf8(value):
        return "must not be empty, hold control characters or exceed 1 MB"
    return TEXTS.get(kind, _pattern)(kind, value)


def _integer(kind: str, value: Any) -> str | None:
    low, high = INTEGERS[kind]
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be a whole number"
    return None if low <= value <= high else f"must lie between {low} and {high}"


def _pattern(kind: str, value: str) -> str | None:
    pattern = PATTERNS.get(kind)
    if pattern is not None and pattern.fullmatch(value) is None:
        return f"is not a valid {kind}"
    return "is a day that does not exist" if kind in DATED and not _exists(value[:10]) else None


def _base64(_kind: str, value: str) -> str | None:
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return "is not valid base64"
    return None


def _xhtml(_kind: str, value: str) -> str | None:
    return xhtml.fault(value)


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


TEXTS: Mapping[str, Callable[[str, str], str | None]] = {"base64Binary": _base64, "xhtml": _xhtml}
