"""JSON whose decimals keep the digits that were sent: 68.50 stays 68.50, as FHIR's precision asks.

https://hl7.org/fhir/R4/datatypes.html#decimal: "the precision of the decimal value has significance".
"""

import json
import re
import secrets
from decimal import Decimal, InvalidOperation
from typing import Any

# The encoder writes numbers by their type only, so a decimal passes through it as a text that nobody could have sent.
_MARK = secrets.token_hex(16)
_MARKED = re.compile(f'"{_MARK}([^"]+)"')


def loads(text: str | bytes) -> Any:
    """What `dumps` wrote, decimals as Decimal."""
    return _DECODER.decode(text if isinstance(text, str) else text.decode())


def dumps(content: Any, *, sort_keys: bool = False) -> str:
    """Compact JSON; a Decimal is written digit by digit. Raises ValueError for what JSON cannot say (infinity, NaN)."""
    marked = False

    def mark(value: object) -> str:
        nonlocal marked
        if not isinstance(value, Decimal):
            raise TypeError(f"no JSON for {type(value).__name__}")
        if not value.is_finite():
            raise ValueError("no JSON for a number that is not finite")
        marked = True
        return f"{_MARK}{value:f}"  # 0.0000001, which str() writes as 1E-7

    text = json.dumps(
        content, ensure_ascii=False, separators=(",", ":"), sort_keys=sort_keys, allow_nan=False, default=mark
    )
    return _MARKED.sub(r"\1", text) if marked else text


def parse_decimal(text: str) -> Decimal:
    """A number of JSON. Raises ValueError for one that no Decimal holds."""
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError("number out of reach") from error


_DECODER = json.JSONDecoder(parse_float=parse_decimal)  # json.loads would make one for each of a record's items
