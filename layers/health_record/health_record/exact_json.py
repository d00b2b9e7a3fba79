"""JSON whose decimals keep the digits that were sent: 68.50 stays 68.50, as FHIR's precision asks.

https://hl7.org/fhir/R4/datatypes.html#decimal: "the precision of the decimal value has significance".

orjson writes a summary in an eighth of the standard library's time; what it refuses, and NaN, which it takes for null,
is left to the standard library. It knows no decimals, so that the standard library reads what may hold one.
"""

import json
import re
import secrets
from decimal import Decimal, InvalidOperation
from typing import Any

import orjson

# The standard encoder writes numbers by their type only, so a decimal passes through it as a text that nobody could
# have sent.
_MARK = secrets.token_hex(16)
_MARKED = re.compile(f'"{_MARK}([^"]+)"')
_AS_THE_STANDARD = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME


def loads(text: str | bytes) -> Any:
    """What `dumps` wrote, decimals as Decimal."""
    return _DECODER.decode(text if isinstance(text, str) else text.decode())


def loads_without_decimals(text: bytes) -> Any:
    """What is known to hold no decimal and no whole number of over 64 bits, in less than half the time."""
    return orjson.loads(text)


def dumps(content: Any, *, sort_keys: bool = False) -> str:
    """Compact JSON; a Decimal is written digit by digit. Raises ValueError for what JSON cannot say (infinity, NaN)."""
    option = _AS_THE_STANDARD | orjson.OPT_SORT_KEYS if sort_keys else _AS_THE_STANDARD
    try:
        text = orjson.dumps(content, _digits, option)
    except TypeError:  # a lone surrogate, a number of over 64 bits, a key that is no text, deep nesting
        return _dumps_by_the_standard(content, sort_keys=sort_keys)
    return _dumps_by_the_standard(content, sort_keys=sort_keys) if b"null" in text else text.decode()


def parse_decimal(text: str) -> Decimal:
    """A number of JSON. Raises ValueError for one that no Decimal holds."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("number out of reach") from error


def _digits(value: object) -> orjson.Fragment:
    return orjson.Fragment(_written(value))


def _dumps_by_the_standard(content: Any, *, sort_keys: bool) -> str:
    marked = False

    def mark(value: object) -> str:
        nonlocal marked
        marked = True
        return f"{_MARK}{_written(value)}"

    text = json.dumps(
        content, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys, allow_nan=False, default=mark
    )
    return _MARKED.sub(r"\1", text) if marked else text


def _written(value: object) -> str:
    """`0.0000001`, which str() writes as 1E-7."""
    if not isinstance(value, Decimal):
        raise TypeError(f"no JSON for {type(value).__name__}")
    if not value.is_finite():
        raise ValueError("no JSON for a number that is not finite")
    return f"{value:f}"


_DECODER = json.JSONDecoder(parse_float=parse_decimal)  # json.loads would make one for each of a record's items
